"""接口：看。当前一轮、企业、判定、溯源、名单、标准；都收窄到令牌的范围。"""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest
from ninja import Query, Router, Schema

from miaopu.access.act import act, permit
from miaopu.api.door import Limit, Offset, Text, actor_of
from miaopu.api.errors import ANSWERS, Failure
from miaopu.api.schemas import FirmOut, FirmPage, ListedPage, MemberPage, NumberOut, RoundOut, StandardOut
from miaopu.desk.answer import as_data, plain, tree_data
from miaopu.selection.city import city
from miaopu.selection.library.narrow import parse
from miaopu.selection.library.queries.members import members
from miaopu.selection.screening.firms.facets import FACETS
from miaopu.selection.screening.firms.filters import Filters
from miaopu.selection.screening.firms.find import find
from miaopu.selection.screening.firms.roll import roll
from miaopu.selection.screening.opening import open_firm
from miaopu.selection.screening.queries import current, firm, judge, opened
from miaopu.selection.screening.rounds import lists
from miaopu.selection.screening.rounds.kept import kept
from miaopu.standards.explain.firm import assess_firm, files_of, origins

router = Router(tags=["看"])


class Paged(Schema):
    """一页：从第几条起、至多几条。"""

    limit: Limit = 50
    offset: Offset = 0


class FirmQuery(Paged):
    """企业的查找与筛选，与页面相同：q 查名称、曾用名、代码、首字母；其余是分面的代码，逗号分开，“未知”写 unknown。"""

    q: Text = ""
    county: Text = ""
    section: Text = ""
    chain: Text = ""
    size: Text = ""
    held: Text = ""
    next: Text = ""
    band: Text = ""
    verdict: Text = ""


class ListQuery(Paged):
    """名单的条件，与页面相同（screening.rounds.lists.Filters）：分档、县区、门类、规模、缺哪个部门的数……不知道的写“未知”。"""

    band: Text = ""
    clause: Text = ""
    pending: Text = ""
    department: Text = ""
    county: Text = ""
    section: Text = ""
    size: Text = ""
    q: Text = ""


class LibraryQuery(Paged):
    """培育库的筛选，与页面相同：state 写 inside 是在库。"""

    tier: Text = ""
    state: Text = ""
    county: Text = ""
    year: Text = ""
    q: Text = ""


@router.get("/round", response={200: RoundOut, **ANSWERS}, summary="当前一轮评估")
def one_round(request: HttpRequest) -> Any:
    """页面所看的那一轮的日期与指纹；还没有评估过为 404。"""
    permit(actor_of(request), "screening.view")
    return current() or _none()


@router.get("/firms", response={200: FirmPage, **ANSWERS}, summary="企业")
def many_firms(request: HttpRequest, given: Query[FirmQuery]) -> Any:
    """次序与页面相同：对得越准的越前，其次按名称。"""
    chosen = {one.name: tuple(value.split(",")) for one in FACETS if (value := getattr(given, one.name))}
    held = roll()
    for name, codes in chosen.items():
        known = {one.code for one in held.values[name]}
        if unknown := [one for one in codes if one not in known]:
            raise Failure(422, f"{name} 没有“{unknown[0][:20]}”这个取值；有 {'、'.join(sorted(known))}")
    found = find(actor_of(request), held, Filters(given.q, chosen), counting=False)
    items = found.firms(found.places[given.offset : given.offset + given.limit])
    _noted(request, "firm.view", "接口取企业", given, len(items))
    return {"count": found.total, "limit": given.limit, "offset": given.offset, "items": items}


@router.get("/firms/{enterprise}", response={200: FirmOut, **ANSWERS}, summary="一家企业")
def one_firm(request: HttpRequest, enterprise: Text) -> Any:
    """看不到的与不存在的一样，都是 404。"""
    return firm(actor_of(request), enterprise) or _none()


@router.get(
    "/firms/{enterprise}/verdicts", response={200: list[dict[str, Any]], **ANSWERS}, summary="一家对各标准的判定"
)
def verdicts(request: HttpRequest, enterprise: Text) -> Any:
    """每份标准：结论、各条款状态、距离、未定原因、说理树；键同 explain 命令的 --json。"""
    if firm(actor_of(request), enterprise) is None:
        _none()
    space, run = city(), opened(current() or _none())
    row = run.firm(enterprise) or _none()
    told = origins(run, enterprise, files_of(space.ledger, run.known_on))
    assessed = assess_firm(run, row, judge(space), told)
    return [plain({**as_data(one.judgement), "tree": tree_data(one.reasons)}) for one in assessed]


@router.get("/firms/{enterprise}/numbers/{column}", response={200: NumberOut, **ANSWERS}, summary="一个数的来历")
def number(request: HttpRequest, enterprise: Text, column: Text) -> Any:
    """口径或公式、取自哪个文件哪张表哪一格哪一批、别的来源怎么说。"""
    told = (open_firm(actor_of(request), enterprise) or _none()).figures.trace(column)
    return {"enterprise": enterprise, "column": column, "title": told.title, "shown": told.shown, "lines": told.lines()}


@router.get("/lists/{tier}", response={200: ListedPage, **ANSWERS}, summary="名单")
def listed(request: HttpRequest, tier: Text, given: Query[ListQuery]) -> Any:
    """某层级的近选名单，按位次；与页面同一张表。"""
    reach = permit(actor_of(request), "screening.view")
    held = kept(current() or _none())
    if tier not in held.lists:
        raise Failure(404, f"没有层级“{tier[:20]}”的名单；有 {'、'.join(held.lists)}")
    chosen = given.dict(exclude={"limit", "offset"})
    rows = lists.listed(held, reach, lists.Filters(tier, **chosen))
    items = rows.slice(given.offset, given.limit).to_dicts()
    _noted(request, "screening.view", f"接口取名单 {tier}", given, len(items))
    return {"count": rows.height, "limit": given.limit, "offset": given.offset, "items": items}


@router.get("/library", response={200: MemberPage, **ANSWERS}, summary="培育库")
def library(request: HttpRequest, given: Query[LibraryQuery]) -> Any:
    """看得到的各件，按层级、县区、名次。"""
    wanted = parse({name: getattr(given, name) for name in ("tier", "state", "county", "year", "q")})
    found = members(actor_of(request), wanted)
    items = list(found[given.offset : given.offset + given.limit])
    _noted(request, "library.view", "接口取培育库", given, len(items))
    return {"count": found.count(), "limit": given.limit, "offset": given.offset, "items": items}


@router.get("/standards", response={200: list[StandardOut], **ANSWERS}, summary="标准")
def standards(request: HttpRequest) -> Any:
    """全部标准与版本。"""
    permit(actor_of(request), "rule.view")
    return [_standard(one) for one in city().library.standards.values()]


def _standard(one: Any) -> dict[str, Any]:
    told = {
        name: getattr(one, name)
        for name in ("code", "title", "tier", "document", "effective", "fingerprint", "unchecked")
    }
    return {**told, "version": f"{one.name}@{one.version}"}


def _noted(request: HttpRequest, operation: str, target: str, given: Schema, rows: int) -> None:
    """成批取走的，一次记一行日志：条件、从第几行、几行；同页面的导出，谁取了多少事后查得到。"""
    asked = {name: value for name, value in given.dict().items() if value not in ("", None)}
    with act(actor_of(request), operation, target) as doing:
        doing.after = {"条件": asked, "行数": rows}


def _none() -> Any:
    raise Http404
