"""达到没有：方案的一步要改的数，台账里今天所知（照那份方案的判定日取）到了没有；作完成的佐证要到“改后”，只比不写。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import lru_cache
from typing import Any

from miaopu.desk.planning.answer import number
from miaopu.desk.planning.record import rows
from miaopu.desk.workspace import Workspace
from miaopu.nurture.followup.models import Stage
from miaopu.nurture.followup.plans.frozen import plan_of
from miaopu.nurture.followup.plans.origin import YEARLY
from miaopu.nurture.followup.states import Pace
from miaopu.plan.record import shown_value
from miaopu.plan.result import Effect
from miaopu.selection.city import city, today
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.opening import reading_of
from miaopu.selection.screening.queries import current
from miaopu.standards.tree.vocabulary import Vocabulary

FLAG = {Fraction(0): "否", Fraction(1): "是"}


@dataclass(frozen=True)
class Aim:
    """一步要改的一个数：哪家、改前改后、那份方案自己的判定日（做不到的是最早那年的）。"""

    enterprise: str
    effect: Effect
    judged_on: date


def aim_of(stage: Stage, column: str) -> Aim | None:
    """一步要改的那个数；column 不是这一步要改的为 None。"""
    plan = plan_of(stage.paper.frozen, stage.paper.choice)
    effects = (one for one in plan.steps[stage.place_order].effects if one.name == column)
    return next((Aim(stage.paper.enterprise, one, plan.judged_on) for one in effects), None)


def waited(stage: Stage) -> Aim | None:
    """待核的一步等着的数：最后一条进展指的那个；不是待核的为 None。"""
    last = max(stage.notes.all(), key=lambda one: one.pk, default=None)
    return aim_of(stage, last.column) if stage.at is Pace.CHECKING and last is not None and last.column else None


def reached(stages: Iterable[Stage]) -> list[Stage]:
    """这些待核的步骤里，等着的数台账里已经达到的。"""
    aims = [(one, aim) for one in stages if (aim := waited(one)) is not None]
    short = lackings(aim for _, aim in aims)
    return [one for one, aim in aims if not short[aim]]


def lacking(aim: Aim) -> str:
    """台账里的这个数为什么还不能作完成的佐证；已经达到为空串。"""
    return lackings([aim])[aim]


def lackings(aims: Iterable[Aim]) -> dict[Aim, str]:
    """若干个数各自的缘由；同一个判定日的一起取。"""
    found, every = current(), list(aims)
    if found is None:
        return dict.fromkeys(every, "还没有评估过这家企业，台账里的数核不了")
    page, out = city().ledger.journal.stat(), {}
    for on in {one.judged_on for one in every}:
        mine = [one for one in every if one.judged_on == on]
        firms = tuple(sorted({one.enterprise for one in mine}))
        names = tuple(sorted({one.effect.name for one in mine}))
        held = _rows(city(), found.folder, firms, names, on, today(), (page.st_size, page.st_mtime_ns))
        out |= {one: _short(one, held.get(one.enterprise, {})) for one in mine}
    return out


@lru_cache(maxsize=256)
def _rows(
    space: Workspace, folder: str, firms: tuple[str, ...], names: tuple[str, ...], on: date, known_on: date, page: tuple[int, int]
) -> Mapping[str, Mapping[str, Any]]:  # fmt: skip
    """各家这几个数（连同确有的一端）；工作台各人看的企业不同，都留得住。space、page（账页文件的大小与时间）只作缓存的键。"""
    wanted = [*names, *(f"{name}_low" for name in names)]
    found = rows(reading_of(Round(folder=folder)), firms, on, known_on)
    return {firm: {name: row[name] for name in wanted if name in row} for firm, row in found.items()}


def _short(aim: Aim, row: Mapping[str, Any]) -> str:
    effect, vocabulary = aim.effect, city().library.vocabulary
    column = f"{effect.name}_low" if f"{effect.name}_low" in row else effect.name
    value = row.get(column)
    if value is None:
        return f"{_named(aim, vocabulary)}台账里还没有入账（或几个来源不一致，还没有定）"
    now = shown_value(column, value, vocabulary)[0]
    rising = effect.after > (effect.before or 0)
    if now >= effect.after if rising else now <= effect.after:
        return ""
    held, wanted = (_worded(aim, one, vocabulary) for one in (now, effect.after))
    return f"{_named(aim, vocabulary)}台账里现在是{held}，方案要到{wanted}，还没有达到"


def _named(aim: Aim, vocabulary: Vocabulary) -> str:
    found = YEARLY.match(aim.effect.name)
    indicator = vocabulary.indicator(aim.effect.name)
    year = f"{aim.judged_on.year - int(found['slot'])} 年的" if found else ""
    return f"{year}“{indicator.title if indicator else aim.effect.title}”"


def _worded(aim: Aim, value: Fraction, vocabulary: Vocabulary) -> str:
    indicator = vocabulary.indicator(aim.effect.name)
    if indicator is not None and indicator.kind == "flag":
        return f"“{FLAG.get(value, number(value))}”"
    return f" {number(value)}{aim.effect.unit}"
