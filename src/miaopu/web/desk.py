"""工作台的几块：待办、倒计时、任务的灯、梯队、名单头部、我的企业、近况；各按行为人的范围收窄。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from itertools import groupby
from typing import Any

from django.db.models import Count

from miaopu.access.actor import Actor, Reach
from miaopu.ledger.journal.active import active
from miaopu.screening.settings import load_settings
from miaopu.selection.city import city, today
from miaopu.selection.intake.queries.ledger import narrowed
from miaopu.selection.screening.models import Firm, Listing, Round
from miaopu.selection.screening.queries import current, firms
from miaopu.supervision.tasks.queries import due, overviews
from miaopu.supervision.windows import ahead
from miaopu.web.todo import todos

HEAD, RECENT, MINE = 10, 6, 20
LEADING = "LG"
"""名单头部看“小巨人”的。"""

BUREAU = ("todo", "countdown", "lights", "heads", "funnel", "recent")
PANELS: Mapping[str, tuple[str, ...]] = {
    "bureau_admin": BUREAU,
    "bureau_officer": BUREAU,
    "county_lead": ("todo", "countdown", "duties", "heads", "funnel", "recent"),
    "leader": ("countdown", "lights", "funnel", "heads"),
    "finance": ("countdown", "lights", "funnel"),
    "specialist": ("todo", "countdown", "mine"),
    "expert": ("todo", "mine"),
    "enterprise": ("countdown", "mine"),
    "data_officer": ("todo", "recent", "countdown"),
    "provider": ("todo", "countdown"),
    "system_admin": ("todo", "duty_note"),
    "security_admin": ("todo", "duty_note"),
    "audit_admin": ("todo", "duty_note"),
}
"""各角色看哪几块，按次序；一人多任的合在一起。三员没有企业数据的块。"""


def panels(actor: Actor) -> list[tuple[str, Any]]:
    """这个人的各块：（块名，内容）；没有权限看的块不在内。"""
    names = dict.fromkeys(name for one in actor.held for name in PANELS.get(one.role.code, ("todo",)))
    return [(name, MAKERS[name](actor)) for name in names if _may(actor, name)]


NEEDS = {
    "lights": "task.view",
    "duties": "task.view",
    "funnel": "firm.view",
    "heads": "screening.view",
    "mine": "firm.view",
}


def _may(actor: Actor, name: str) -> bool:
    return name not in NEEDS or actor.may(NEEDS[name])


def funnel(actor: Actor) -> dict[str, Any]:
    """梯队：主梯各级最高持有到这一级的家数，由高到低；行是（代码，名称，家数）。"""
    now = current()
    if now is None:
        return {"rows": [], "total": 0}
    counts = dict(_held(f"{now.code} {now.made.isoformat()}", actor.reach("firm.view")))
    settings = load_settings(city().catalog)
    rungs = [*reversed(settings.ladder), settings.none]
    found = [(one.code, one.title, counts.get(one.code, 0)) for one in rungs]
    return {"rows": found, "total": sum(counts.values()), "chart": _chart(found[:-1])}


def _chart(rows: list[tuple[str, str, int]]) -> dict[str, Any]:
    """梯队的横条图：由高到低；没有称号的太多，不画，只在表里。"""
    titles, values = [title for _, title, _ in rows], [count for *_, count in rows]
    return {
        "animation": False,
        "aria": {"enabled": True},
        "grid": {"left": 24, "right": 48, "top": 8, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "show": False},
        "yAxis": {"type": "category", "inverse": True, "data": titles, "axisTick": {"show": False}},
        "series": [{"type": "bar", "data": values, "label": {"show": True, "position": "right"}, "color": "#17694a"}],
    }


@lru_cache(maxsize=256)
def _held(mark: str, reach: Reach) -> tuple[tuple[str, int], ...]:
    """各级家数；一轮之内读表不变，每个范围只数一次。"""
    found = reach.firms(Firm.objects.order_by()).values_list("held").annotate(Count("pk"))
    return tuple(found)


def heads(actor: Actor) -> dict[str, Any]:
    """名单头部：范围之内“小巨人”名单排在最前的几家。"""
    found = actor.reach("screening.view").firms(Listing.objects.filter(tier=LEADING)).order_by("rank", "enterprise")
    rows = list(found[:HEAD])
    known = Firm.objects.in_bulk([one.enterprise for one in rows])
    return {"rows": [(one, known.get(one.enterprise)) for one in rows], "total": found.count()}


def mine(actor: Actor) -> dict[str, Any]:
    """我负责的（或本企业）：站在哪一级，离下一级还差几项。"""
    found = firms(actor)
    own = actor.is_a("enterprise")
    return {"rows": list(found.order_by("enterprise")[:MINE]), "total": found.count(), "own": own}


def lights(actor: Actor) -> list[Any]:
    """启用的方案各色灯几盏，红黄的任务列出来。"""
    return [
        (one, [row for row in one.rows if row.light.code in ("red", "yellow")])
        for one in overviews(actor)
        if one.board.running
    ]


def duties(actor: Actor) -> dict[str, Any]:
    """本县区的责任期：超期的和今后两个月到期的，最早的几项与一共几项。"""
    found = [one for one in due(actor) if one.may]
    return {"rows": found[:HEAD], "total": len(found)}


def recent(actor: Actor) -> dict[str, Any]:
    """近况：新到的批次（数据员只看本部门，县区只看本县区上传的）、评估轮次。"""
    return {"batches": _batches(actor), "rounds": _rounds(actor)}


def _batches(actor: Actor) -> list[dict[str, Any]]:
    if not actor.may("intake.view"):
        return []
    space, reach = city(), actor.reach("intake.view")
    titles = {code: source.title for code, source in space.sources.items()}
    now = reversed(active(space.ledger, today()).batches)
    live = narrowed(actor, (one for one in now if reach.of_department(one.body["source"])))
    found = [(key, list(kept)) for key, kept in groupby(live, lambda one: (one.day, one.body["source"], one.by))]
    return [
        {"day": day, "source": titles.get(source, ""), "by": by, "count": len(kept), "file": kept[0].body["file"]}
        for (day, source, by), kept in found[:RECENT]
    ]


def _rounds(actor: Actor) -> list[Round]:
    return list(Round.objects.all()[:3]) if actor.may("screening.view") else []


MAKERS: Mapping[str, Callable[[Actor], Any]] = {
    "todo": todos,
    "countdown": lambda actor: [(one, one.days_until(today()), one.is_open(today())) for one in ahead(today())],
    "lights": lights,
    "duties": duties,
    "funnel": funnel,
    "heads": heads,
    "mine": mine,
    "recent": recent,
    "duty_note": lambda actor: actor.titles,
}
