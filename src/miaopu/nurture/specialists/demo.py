"""演示的名册：照目录 demo/roster.yaml 建一回，全部虚构；只在演示站，名册空着时才建。"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings

from miaopu.access.actor import Actor, system
from miaopu.access.models import Account
from miaopu.nurture.specialists.actions import events, roster, teams
from miaopu.nurture.specialists.kinds import MARK, kinds
from miaopu.nurture.specialists.models import Person
from miaopu.nurture.specialists.states import State
from miaopu.selection.city import today
from miaopu.selection.screening.place import home
from miaopu.terms.catalog import Catalog

FILE = "demo/roster.yaml"
CALL_DAYS = ("01-05", "12-31")


def demo_roster() -> int:
    """建演示的名册、一次征集、一场培训、两场企业活动；给出建了几行。别的城市、已有名册的不建。"""
    told = Catalog.default().read(FILE)
    if not settings.DEMO or settings.PRODUCTION or Person.objects.exists() or home() != told["city"]:
        return 0
    actor = system("演示")
    opens, closes = (f"{today():%Y}-{one}" for one in CALL_DAYS)
    asked = {"kind": "specialist", "title": f"演示·{today():%Y}年服务专员公开征集", "opens": opens, "closes": closes}
    call = roster.open_call(actor, asked | {"note": "演示用：条件与待遇以正式征集为准。"})
    people = [_add(actor, one, call.pk) for one in told["people"]]
    _train(actor, people)
    for one in told["events"]:
        events.announce(actor, {name: str(value) for name, value in one.items()} | {"on": str(one["date"])})
    return len(people)


def _add(actor: Actor, row: Mapping[str, Any], call: int) -> Person:
    given = {name: str(row[name]) for name in ("kind", "name", "district", "unit")}
    given |= {"capacity": str(row["capacity"])} if "capacity" in row else {}
    given |= {name: MARK.join(row[name]) for name in ("sectors", "topics")}
    made = roster.apply(actor, given, call if row["kind"] == "specialist" else None)
    made = roster.turn(actor, made.pk, made.version, State.APPOINTED.value, "演示聘任")
    login = row.get("account", "")
    if login and Account.objects.filter(login=login).exists():
        made = roster.link(actor, made.pk, made.version, login)
    if row.get("members"):
        experts = Person.objects.filter(kind="expert").order_by("pk")[: row["members"]]
        for one in experts:
            teams.join(actor, made.pk, one.pk)
    return made


def _train(actor: Actor, people: list[Person]) -> None:
    """一场培训：个人都到训，第一名有成绩。"""
    told = {
        "title": "演示·服务专员培训会",
        "on": f"{today():%Y}-11-10",
        "place": "虚构会议中心",
        "materials": "申报要点（演示）",
    }
    made = teams.train(actor, told)
    own = [one.pk for one in people if not kinds()[one.kind].team]
    teams.attend(actor, made.pk, [(one, True, "90" if at == 0 else "") for at, one in enumerate(own)])
