"""核对材料：把写好的报告、规划重新拆开，注表里的每个数回到台账那一格核，文中别的数须出自标准或方案；不改文件。"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl

from miaopu.desk.improvement import words
from miaopu.desk.improvement.notes import HEADS
from miaopu.desk.improvement.report import Subject
from miaopu.desk.workspace import Workspace
from miaopu.ledger.journal import active
from miaopu.papers.proof import Paper, reopen_document
from miaopu.papers.proof.numbers import Block, Fault, Opened, Table, miscited, open_document, unaccounted
from miaopu.plan.result import Impossible, Plan, Step
from miaopu.terms.shown import day

CELL = re.compile(r"《(?P<file>[^》]+)》(?:“(?P<sheet>[^”]*)”)?(?P<cell>[A-Z]+\d+)（批次(?P<batch>[^，]+)，")
ADDRESS = re.compile(r"([A-Z]+)(\d+)")
SIZE, MARGINS = (210, 297), (37, 35, 28, 26)
FACES = frozenset({"方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312", "宋体"})


def check(path: Path, subject: Subject) -> list[Fault]:
    """一份材料的全部不符；没有为空。"""
    opened = open_document(path)
    rows = _notes(opened)
    shown = {number: told for number, (_, told, _) in rows.items()}
    faults = miscited(opened, shown) + _cells(subject, rows) + layout(path)
    counted = [str(number) for number in range(len(opened.paragraphs))]
    return faults + unaccounted(_told_in(opened), [*_accepted(subject), *_of_notes(rows), *counted])


def _told_in(opened: Opened) -> list[Block]:
    """要核的文字：全部段落，与表里除注号一列以外的格。"""
    noted = _note_table(opened)
    cells = (cell for table in opened.tables for row in table for cell in (row[1:] if table is noted else row))
    return [*opened.paragraphs, *cells]


def _of_notes(rows: dict[int, tuple[str, str, str]]) -> Iterator[str]:
    """注的写法与出处里的数；写法另有 _cells 回台账核。"""
    for row in rows.values():
        yield from row


def layout(path: Path) -> list[Fault]:
    """版式：纸、版心、字体、不嵌字体。"""
    paper = reopen_document(path)
    return [*_page(paper), *(Fault("字体", one, "公文用的几种字体") for one in sorted(paper.fonts - FACES))]


def _page(paper: Paper) -> Iterator[Fault]:
    if paper.size != SIZE:
        yield Fault("纸张", str(paper.size), str(SIZE))
    if paper.margins != MARGINS:
        yield Fault("页边", str(paper.margins), str(MARGINS))
    if paper.embedded_fonts:
        yield Fault("字体", "嵌入了字体", "只写名字")


def _notes(opened: Opened) -> dict[int, tuple[str, str, str]]:
    """注号 → 数的名称、写法、出处。"""
    told = [tuple(cell.plain for cell in row) for row in _note_table(opened)[1:]]
    return {int(number): (title, shown, place) for number, title, shown, place in told}


def _note_table(opened: Opened) -> Table:
    return next(one for one in opened.tables if tuple(cell.plain for cell in one[0]) == HEADS)


def _cells(subject: Subject, rows: dict[int, tuple[str, str, str]]) -> list[Fault]:
    """只有一格出处的，回到那一批那一格，值的写法须与注里的一样。"""
    space = subject.figures.dossier.reading.space
    faults = []
    for number, (title, shown, place) in rows.items():
        found = CELL.findall(place)
        if len(found) != 1 or place.startswith("由"):
            continue
        _, sheet, cell, batch = found[0]
        told = _told(space, subject, batch, sheet, cell)
        if shown not in told:
            faults.append(
                Fault(
                    f"注{number} {title}", shown, f"台账 {batch} {sheet}{cell} 的 {'、'.join(told) or '（没有这一格）'}"
                )
            )
    return faults


def _told(space: Workspace, subject: Subject, batch: str, sheet: str, cell: str) -> list[str]:
    """台账里这家这一格的值，各种指标的写法。"""
    known = active(space.ledger, subject.marks.known_on)
    file = next((path for path, _ in known.sealed("facts.parquet") if path.parent.name == batch), None)
    if file is None:
        return []
    letters, row = ADDRESS.fullmatch(cell).groups()
    wanted = (
        (pl.col("enterprise") == subject.figures.dossier.enterprise)
        & (pl.col("sheet").fill_null("") == sheet)
        & (pl.col("row") == int(row))
        & (pl.col("column") == _column(letters))
    )
    facts = pl.scan_parquet(file).filter(wanted).select("indicator", "value", "text").collect()
    return [_shown(subject, *one) for one in facts.iter_rows()]


def _shown(subject: Subject, indicator: str, value: int | None, text: str | None) -> str:
    if indicator == "region":
        return subject.figures.shown("region")
    return subject.figures.dossier.reading.wording.shown(indicator, value if value is not None else text)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _accepted(subject: Subject) -> Iterator[str]:
    """文中可以出现的数都从哪些话里来。"""
    yield from (subject.name, *subject.marks.lines(), day(subject.marks.filled_on))
    yield from _years(subject)
    for clause in subject.assessed.judgement.standard.walk():
        yield from (clause.id, clause.text, clause.cite, clause.evidence, clause.title)
    yield subject.assessed.judgement.standard.title + subject.assessed.judgement.standard.document
    for top in subject.assessed.reasons:
        for _, one in top.walk():
            yield from (one.id, one.requirement, one.actual, one.gap, one.why, one.cite)
    yield from (f"{one.tag.title}{day(one.until) if one.until else ''}" for one in subject.figures.dossier.tags)
    yield from _planned(subject)


def _years(subject: Subject) -> Iterator[str]:
    year = subject.marks.assessed_on.year
    yield from (str(year - back) for back in range(4))


def _planned(subject: Subject) -> Iterator[str]:
    best = subject.planned.best
    yield day(best.judged_on)
    if isinstance(best, Impossible):
        yield from (words.clash_sentence(one) for one in best.clashes)
        yield day(best.earliest) if best.earliest else ""
    for plan in filter(None, (subject.plan, *subject.planned.others)):
        yield from _of_plan(plan)


def _of_plan(plan: Plan) -> Iterator[str]:
    yield from (words.cost(plan.cost), words.span(plan), day(plan.judged_on))
    for one in plan.assumptions:
        yield from (one.title, words.quantity(one.value, one.unit), one.how)
    for step in plan.steps:
        yield from _of_step(step)


def _of_step(step: Step) -> Iterator[str]:
    yield from (words.step_sentence(step), *step.clauses, step.evidence, step.remark)
    yield from (f"{first.year}年{(first.month + 2) // 3}季度" for first in (step.start, step.ready))
