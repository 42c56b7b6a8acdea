"""走访要问的：一家要走的那一级，还没有满足、还不知道、须看佐证的各条（最下一层），每条问什么；照这一轮的判定，不另判。"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from miaopu.access.actor import Actor
from miaopu.nurture.followup.models import Paper
from miaopu.nurture.followup.queries.plans import LIVE
from miaopu.selection.screening.opening import Opened, open_firm
from miaopu.standards.explain import Reason
from miaopu.standards.explain.firm import Assessed
from miaopu.standards.tree.state import State

OPEN = (State.fail_, State.unknown, State.manual)


@dataclass(frozen=True)
class Ask:
    """一条：about 是记在发现里的写法（“LG-2026:B3a 研发费用占比”），title 是页面上的（不带标准的号），column 取它的来历，ask 是问什么。"""

    about: str
    title: str
    column: str
    requirement: str
    state: State
    actual: str
    gap: str
    ask: str


def asks(actor: Actor, enterprise: str, tier: str = "") -> tuple[str, tuple[Ask, ...]]:
    """（标准名称，各条）；tier 空着的取方案的、下一级的；看不到企业档案的（部门数据员）、没有要走的一级的为空。"""
    opened = open_firm(actor, enterprise) if enterprise and actor.may("firm.view") else None
    if opened is None:
        return "", ()
    paper = Paper.objects.filter(enterprise=enterprise, state__in=LIVE).order_by("-pk").first()
    assessed = opened.dossier.of_tier(tier or (paper.tier if paper else opened.firm.next_tier))
    if assessed is None:
        return "", ()
    return assessed.judgement.standard.title, tuple(_ask(opened, assessed, one) for one in _open(assessed.reasons))


def _open(reasons: Iterable[Reason]) -> Iterator[Reason]:
    """自己与上级都没有满足的最下一层；“任一”里已有一条满足的，整组不问。"""
    for one in reasons:
        if one.state in OPEN:
            yield from _open(one.children) if one.children else (one,)


def _ask(opened: Opened, assessed: Assessed, one: Reason) -> Ask:
    code = f"{assessed.judgement.standard.code}:{one.id}"
    told = (one.requirement, one.state, one.actual, one.gap, _words(opened, assessed, one))
    return Ask(f"{code} {one.title}"[:80].strip(), f"{one.id} {one.title}".strip(), code, *told)


def _words(opened: Opened, assessed: Assessed, one: Reason) -> str:
    """问什么：不满足的问缘由与打算，缺数的要哪些数、由谁补，须人工的看佐证。"""
    figures = opened.figures
    if one.state is State.manual:
        clauses = (each for clause in assessed.judgement.standard.clauses for each in clause.walk())
        return f"看佐证：{next((each.evidence for each in clauses if each.id == one.id), '') or '能说明的材料'}"
    titles = "、".join(dict.fromkeys(figures.title(name) for name in one.inputs))
    if one.state is State.unknown:
        blank = next((each.inputs for each in assessed.judgement.undecided if each.clause == one.id), ())
        departments = "、".join(dict.fromkeys(figures.missing(name) for name in blank))
        return f"{one.why}；看账册、证书或凭证" + (f"，也可向{departments}要" if departments else "")
    return f"核对{titles or '用到的数'}；差在哪里、今年能到多少、难处是什么"
