"""抽屉：一个数的来历 → 给人看的各段：值、口径或公式、取自哪一格、别的说法与为何没取、条目、决定、可抄录的出处。"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from miaopu.desk.figure import masked
from miaopu.ledger.trace import Cell, Trace
from miaopu.selection.screening.opening import Opened
from miaopu.web.firm.link import Links, elsewhere


@dataclass(frozen=True)
class Place:
    """一格：shown 写法，title 字段的叫法，grounded 可作依据，basis 共享依据，purpose 用途，url 批次页。"""

    cell: Cell
    shown: str
    title: str
    grounded: bool
    sharing: str
    purpose: str
    url: str


@dataclass(frozen=True)
class Told:
    """一个数的来历，给页面；parts 是它由哪些数算得。"""

    trace: Trace
    shown: str
    url: str
    facts: tuple[Place, ...]
    others: tuple[Place, ...]
    items: tuple[tuple[Any, tuple[Place, ...]], ...]
    parts: tuple[Told, ...]


def drawer(opened: Opened, found: Trace) -> dict[str, Any]:
    """页面要的变量。"""
    told = _told(opened, Links(opened.figures), found)
    clause = opened.figures.clause(found.column)
    return {
        "told": told,
        "firm": opened.firm,
        "gap": clause[1].gap if clause else "",
        "reference": reference(opened, found),
        "round": opened.round,
        "stale": opened.dossier.stale,
    }


def _told(opened: Opened, links: Links, found: Trace) -> Told:
    return Told(
        found, masked(found.shown), links.url(found.column), tuple(_place(opened, one) for one in found.facts),
        tuple(_place(opened, one) for one in found.others),
        tuple((one, tuple(_place(opened, cell) for cell in one.cells)) for one in found.items),
        tuple(_told(opened, links, one) for one in found.parts),
    )  # fmt: skip


def _place(opened: Opened, cell: Cell) -> Place:
    """一格；不得作依据的统计单户资料，只有不限来源的人（市局、县区）看得到数值（figures 已遮）。"""
    space, actor = opened.dossier.reading.space, opened.actor
    source = space.sources.get(cell.source)
    grounded = bool(source is None or source.may_ground)
    return Place(
        cell, masked(_shown(opened, cell)), opened.dossier.reading.wording.title(cell.indicator), grounded,
        source.sharing_basis if source else "", source.purpose if source else "",
        elsewhere("intake:batch", cell.batch) if actor.may("intake.view") else "",
    )  # fmt: skip


def _shown(opened: Opened, cell: Cell) -> str:
    if cell.indicator == "region" and cell.text:
        found = opened.dossier.reading.space.districts.current(cell.text)
        return f"{found.name}（{cell.text}）" if found else cell.text
    return cell.shown


def reference(opened: Opened, found: Trace) -> str:
    """可抄录的出处：一行行的文字。"""
    file = opened.figures.file
    head = f"{file.name}（{file.uscc or file.enterprise}）{found.title}：{masked(found.shown)}；{found.reason}"
    rows = [f"{cell.department}{cell.sentence()}" for cell in found.facts if cell.source not in opened.figures.barred]
    dates = f"数据知于 {opened.round.known_on}，按 {opened.round.assessed_on} 评估，轮次 {opened.round.code}"
    return "\n".join([head, *([f"口径：{found.formula}"] if found.formula else []), *map(masked, rows), dates])
