"""技术需求的查询：看得到的需求、对接、成果，进度，候选；都先收窄到行为人的范围。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from django.db.models import Q, QuerySet
from django.urls import reverse

from miaopu.access.act import permit
from miaopu.access.actor import Actor
from miaopu.access.queries import districts
from miaopu.access.text import clean
from miaopu.allocation.match import Candidate, Need, Offer, Terms, load_terms, rank
from miaopu.jobs.todo import PLAIN, YELLOW, Todo
from miaopu.nurture.demands.models import Demand, Match, Result
from miaopu.nurture.demands.states import DRAFT, ENTERED, MET, RECOMMENDED, SIGNED, SUBMITTED, VETTED, choices
from miaopu.screening.target import exact, targets
from miaopu.selection.screening.models import Firm
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog

NARROW = ("state", "field", "district", "enterprise", "q")
VIEW = "demand.view"


@dataclass(frozen=True)
class Goal:
    """一个目标：现有、文件写的要多少、按现在的总数要多少（没有这种口径的为 None）；more 是另外要写明的几句。"""

    title: str
    unit: str
    now: int
    stated: int
    told: str
    more: tuple[str, ...]
    present: int | None = None

    @property
    def met(self) -> bool:
        """两个数都达到了。"""
        return self.now >= self.most

    @property
    def most(self) -> int:
        """两个数里大的。"""
        return max(self.stated, self.present or 0)


def demands(actor: Actor, given: Mapping[str, str] | None = None) -> QuerySet[Demand]:
    """看得到的需求，新的在前；草稿只给能填报的人，专家看审核通过以后的（页面不给企业名称与联系人）。given 的条件见 NARROW。"""
    reach = permit(actor, VIEW)
    found = Demand.objects.all()
    if matches_for_others(actor):
        return _narrowed(found.filter(state__in=choices().visible), given or {}, known=reach.clause())
    found = reach.firms(found)
    return _narrowed(found if actor.may("demand.submit") else found.exclude(state=DRAFT), given or {}, known=None)


def _narrowed(found: QuerySet[Demand], given: Mapping[str, str], known: Q | None) -> QuerySet[Demand]:
    wanted = {name: clean(given.get(name, ""), "条件", 60) for name in NARROW}
    exact = {name: wanted[name] for name in ("state", "field", "district", "enterprise") if wanted[name]}
    if wanted["enterprise"] and known is not None:
        found = found.filter(known)
    found = found.filter(**exact)
    if wanted["q"]:
        named = Q(name__contains=wanted["q"])
        found = found.filter(Q(title__contains=wanted["q"]) | (named if known is None else named & known))
    return found


def matches_for_others(actor: Actor) -> bool:
    """能撮合、但不是看得到全市企业的人（专家）：别人的需求只给内容，不给企业名称与联系人。"""
    return actor.may("demand.match") and not actor.reach("demand.match").everywhere


def named(actor: Actor, one: Demand) -> bool:
    """看得到这一项是哪家企业的。"""
    return actor.reach(VIEW).covers(district=one.district, enterprise=one.enterprise)


def contactable(actor: Actor, one: Demand) -> bool:
    """看得到联系人全文：填报的企业、专员，审核的县区，推荐的市局；其余的人掩码或不给。"""
    codes = ("demand.submit", "demand.vet", "demand.recommend")
    return any(actor.reach(code).covers(district=one.district, enterprise=one.enterprise) for code in codes)


def maskable(actor: Actor, one: Demand) -> bool:
    """看得到联系人的掩码：看得到是哪家企业、又不是专家的人。"""
    return named(actor, one) and not matches_for_others(actor)


def demand(actor: Actor, number: int) -> Demand | None:
    """一项需求；不存在或看不到都为 None。"""
    return demands(actor).filter(pk=number).first()


def match(actor: Actor, number: int) -> Match | None:
    """一次对接；不存在或看不到都为 None。"""
    return Match.objects.select_related("demand", "result").filter(pk=number, demand__in=demands(actor)).first()


def firms_for(actor: Actor) -> QuerySet[Firm]:
    """能替谁填：企业自己，专员负责的企业。"""
    return permit(actor, "demand.submit").firms(Firm.objects.all()).order_by("name")


def results(actor: Actor, given: Mapping[str, str] | None = None) -> QuerySet[Result]:
    """成果与院所；given：field 领域，q 名称、院所、关键词里的字。"""
    permit(actor, VIEW)
    found, given = Result.objects.all(), given or {}
    field, text = clean(given.get("field", ""), "领域", 20), clean(given.get("q", ""), "查找内容", 60)
    if field:
        found = found.filter(field=field)
    if text:
        found = found.filter(Q(title__contains=text) | Q(institute__contains=text) | Q(keywords__contains=text))
    return found


def counties(actor: Actor) -> list[tuple[str, str]]:
    """看得到的需求在哪些县区：（代码，名称）。"""
    known = districts()
    rows = demands(actor).order_by("district").exclude(district=None).values_list("district", "county").distinct()
    return [(code, county or known.get(code, code)) for code, county in rows]


def _need(one: Demand) -> Need:
    """打分要的几项；签过约的院所是这家企业从前的。"""
    signed = Match.objects.filter(demand__enterprise=one.enterprise, state=SIGNED)
    partners = frozenset(signed.values_list("result__institute", flat=True))
    text = "\n".join(part for part in (one.title, one.problem, one.targets) if part)
    return Need(one.field or "", text, one.district, partners)


def candidates(actor: Actor, one: Demand) -> list[tuple[Candidate, Result]]:
    """一项需求的全部候选，分高的在前；已经推荐过的不列。"""
    known = results(actor).exclude(pk__in=one.matches.values("result"))
    found = {each.code: each for each in known}
    offers = [
        Offer(code, each.institute, each.field, f"{each.title} {each.keywords or ''}", each.maturity or "", each.place)
        for code, each in found.items()
    ]
    return [(each, found[each.code]) for each in rank(_need(one), offers, _terms())]


@cache
def _terms() -> Terms:
    return load_terms(Catalog.default())


def goals(actor: Actor) -> tuple[Goal, Goal] | None:
    """全市的两个目标：入库与对接。只给看得到全市的人；别的人为 None。"""
    if not permit(actor, VIEW).everywhere:
        return None
    known = {one["code"]: one for one in targets(Catalog.default()).to_dicts()}
    return _entered(known[choices().goals["demand"]]), _signed(known[choices().goals["match"]])


def _entered(goal: Mapping[str, str | int]) -> Goal:
    found = Demand.objects.filter(state=ENTERED)
    firms = found.values("enterprise").distinct().count()
    total, share = _holders(), _percent()
    need = -(-total * share // 100)
    more = (
        f"原文：不低于专精特新总数的 {share}%，原文的得数是 {goal['noted']}，写作{goal['stated_word']}（{goal['rounding']}）。",
        f"现在专精特新（含“小巨人”）{total} 家，{share}% 即 {exact(Fraction(total * share, 100))}，向上取整 {need} 家："
        + ("已达到。" if firms >= need else f"还差 {need - firms} 家。"),
        f"入库的需求共 {found.count()} 项；一家几项入库的，按一家算。",
    )
    return Goal(str(goal["title"]), str(goal["unit"]), firms, int(goal["stated"]), f"已入库企业 {firms} 家", more, need)


def _signed(goal: Mapping[str, str | int]) -> Goal:
    found = Match.objects.filter(state=SIGNED).count()
    going = Match.objects.filter(state__in=(RECOMMENDED, MET)).count()
    more = (f"原文：力争撮合对接{goal['stated_word']}，{goal['formula']}得 {goal['noted']}（{goal['rounding']}）。",
            f"只数已签约的；推荐、洽谈中的另有 {going} 项。")  # fmt: skip
    return Goal(str(goal["title"]), str(goal["unit"]), found, int(goal["stated"]), f"已签约 {found} 项", more)


@cache
def _percent() -> int:
    """目录里写的百分之几。"""
    files = [yaml_lines.read(path)["targets"] for path in Catalog.default().files("targets")]
    return next(one["percent"] for rows in files for one in rows if one["code"] == choices().goals["demand"])


def _holders() -> int:
    """读表里现有的专精特新：已持有的级是它或更高的。"""
    codes = [one["code"] for one in Catalog.default().read("screening.yaml")["ladder"]]
    at_least = codes[codes.index(choices().goals["counted"].upper()) :]
    return Firm.objects.filter(held__in=at_least).count()


def todo(actor: Actor) -> Iterator[Todo]:
    """等着办的：企业补正、县区审核、市局推荐与登记结果、对接跟进。"""
    if not actor.may(VIEW):
        return
    waiting = (
        ("demand.submit", "returned", "技术需求退回来要补正", YELLOW),
        ("demand.vet", SUBMITTED, "技术需求等着审核", YELLOW),
        ("demand.recommend", VETTED, "技术需求等着推荐省需求库", PLAIN),
        ("demand.recommend", RECOMMENDED, "已推荐的技术需求等着登记结果", PLAIN),
    )
    for operation, state, title, urgency in waiting:
        if actor.may(operation):
            count = actor.reach(operation).firms(Demand.objects.filter(state=state)).count()
            yield Todo(title, count, reverse("demands:index") + f"?state={state}", urgency)
