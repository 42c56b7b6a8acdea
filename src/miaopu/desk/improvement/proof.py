"""核对材料：把写好的报告、规划重新拆开，注表逐条重走一遍台账，出处的每一格回原来的批次核，文中别的数须出自标准或方案；

末了照重读的数另写一遍：文字逐段逐格比，整份文件逐件逐处比，改动一个字、藏一样东西也查得出来；不改文件。
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import polars as pl

from miaopu.desk.figure import Figures
from miaopu.desk.improvement.content import accepted, clause_rows
from miaopu.desk.improvement.notes import HEADS, Note, Notes, address
from miaopu.desk.improvement.report import CLAUSES, IDENTITY, PERIODS, YEARS, report
from miaopu.desk.improvement.scheme import NOW, scheme
from miaopu.desk.improvement.subject import Subject
from miaopu.ledger.journal import active
from miaopu.ledger.snapshot.roster import every_name
from miaopu.papers.proof import Foreign, Paper, foreign, reopen_document
from miaopu.papers.proof.numbers import Block, Fault, Opened, Table, miscited, open_document, unaccounted
from miaopu.papers.proof.plain import Plain, rewritten
from miaopu.papers.word.document import Writer
from miaopu.papers.word.outline import Outline

PLACE = re.compile(r"《[^》]+》(?:“(?P<sheet>[^”]*)”)?(?P<cells>[A-Z]+\d+[^（]*)（批次(?P<batch>[^，]+)，")
SIZE, MARGINS = (210, 297), (37, 35, 28, 26)
FACES = frozenset({"方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312", "宋体"})
ONE = ("注号", "名称", "写法", "出处")


@dataclass(frozen=True, eq=False)
class Proof:
    """一家的核对：不用写材料时读好的数，另从台账读一遍；报告、规划共用。"""

    subject: Subject

    def faults(self, path: Path) -> list[Fault]:
        """一份材料的全部不符；没有为空。"""
        opened = open_document(path)
        found = [*self._numbers(opened), *layout(path), *_elsewhere(opened)]
        found += self._text(opened, {one.place for one in found})
        return [*found, *(one for one in self._foreign(path, opened) if not (found and one.wording))]

    def _foreign(self, path: Path, opened: Opened) -> list[Foreign]:
        """照重读的数另写一份，整份比：多出、少了、改了的。"""
        pen = Writer()
        self._written(opened, pen)
        with tempfile.TemporaryDirectory() as folder:
            return foreign(path, pen.save(Path(folder) / "另写.docx"))

    def _numbers(self, opened: Opened) -> list[Fault]:
        """注、出处的格、逐条对照、文中别的数。"""
        noted = _table_of(opened, HEADS)
        rows = [tuple(cell.plain for cell in row) for row in noted[1:]]
        again = self._again(rows)
        shown = {one.number: one.shown for one in again}
        faults = [*miscited(opened, shown), *_differ(rows, again), *self._cells(again), *self._clauses(opened)]
        told = [text for one in again for text in one.row]
        return [*faults, *unaccounted(_told_in(opened, noted), [*accepted(self.subject), *told])]

    def _text(self, opened: Opened, known: set[str]) -> Iterator[Fault]:
        """照重读的数另写一遍，文字不同之处；known 是已经报过的段，不再报。"""
        pen = Plain()
        self._written(opened, pen)
        reported = {one.text for one in opened.blocks if {one.plain[:40], one.unnumbered.plain[:40]} & known}
        yield from rewritten(opened, pen, reported)

    def _written(self, opened: Opened, pen: Outline) -> None:
        """照重读的数另写：看题目是报告还是规划。"""
        first = opened.paragraphs[0].plain if opened.paragraphs else ""
        (report if "报告" in first else scheme)(replace(self.subject, figures=self._figures), pen)

    @cached_property
    def _figures(self) -> Figures:
        """另读的一份数。"""
        return Figures(self.subject.figures.dossier, self.subject.figures.barred)

    @cached_property
    def _columns(self) -> Mapping[str, tuple[str, ...]]:
        """名称 → 材料里可以注的列；同名的几列都给。"""
        fixed = (*IDENTITY, *NOW, "rd_institution_level", *(f"{one}_{period}" for one in YEARS for period in PERIODS))
        used = (name for top in self.subject.assessed.reasons for _, one in top.walk() for name in one.inputs)
        counted = (one.key for one in self.subject.counted("ip"))
        notes, out = Notes(self._figures, self.subject.marks.assessed_on.year), {}
        for column in dict.fromkeys((*fixed, *used, *counted)):
            out.setdefault(notes.title(column), []).append(column)
        return {title: tuple(found) for title, found in out.items()}

    def _again(self, rows: list[tuple[str, ...]]) -> list[Note]:
        """照注表的次序从台账重注一遍：由几个数得的，它用的数跟着注上。"""
        notes = Notes(self._figures, self.subject.marks.assessed_on.year)
        for at, (_, title, _, _) in enumerate(rows):
            if at >= len(notes.told):
                free = [one for one in self._columns.get(title, ()) if one not in notes.told]
                if not any(notes.mark(one) for one in free):
                    break
        return list(notes.told.values())

    def _cells(self, again: list[Note]) -> Iterator[Fault]:
        """出处的每一格都要在那一批里有这家的事实；直接取自格的，那里的值须与写法一样。"""
        for one in again:
            told: list[str] = []
            for found in PLACE.finditer(one.place):
                for cell in _spread(found["cells"]):
                    here = self._facts.get((found["batch"], found["sheet"] or "", cell))
                    told += here or []
                    if here is None:
                        where = f"{found['batch']} {found['sheet'] or ''}{cell[0]}行{cell[1]}列"
                        yield Fault(f"注{one.number} {one.title}", where, "台账里这家有事实的格")
            if told and one.place.startswith("《") and one.shown not in told:
                yield Fault(f"注{one.number} {one.title}", one.shown, f"台账里那一格的 {'、'.join(told)}")

    @cached_property
    def _facts(self) -> Mapping[tuple[str, str, tuple[int, int]], list[str]]:
        """（批次，表，（行，列））→ 这家（并入它的在内）这一格的值的写法；直接读各批的事实文件，读一遍。"""
        now = active(self.subject.figures.dossier.reading.space.ledger, self.subject.marks.known_on)
        mine = pl.col("enterprise").is_in(every_name(now, [self._figures.dossier.enterprise]))
        out: dict[tuple[str, str, tuple[int, int]], list[str]] = {}
        for path, _ in now.sealed("facts.parquet"):
            facts = pl.scan_parquet(path).filter(mine).select("sheet", "row", "column", "indicator", "value", "text")
            for sheet, row, column, *told in facts.collect().iter_rows():
                out.setdefault((path.parent.name, sheet or "", (row, column or 0)), []).append(self._shown(*told))
        return out

    def _shown(self, indicator: str, value: int | None, text: str | None) -> str:
        if indicator == "region":
            return self._figures.shown("region")
        return self._figures.dossier.reading.wording.shown(indicator, value if value is not None else text)

    def _clauses(self, opened: Opened) -> Iterator[Fault]:
        """逐条对照的表：每条的实际、状态、差距与重判的一样。"""
        found = _table_of(opened, CLAUSES)
        if not found:
            return
        wanted = clause_rows(self.subject)
        if len(found) - 1 != len(wanted):
            yield Fault("逐条对照", f"{len(found) - 1}行", f"{len(wanted)}行")
        for row, told in zip(found[1:], wanted, strict=False):
            mine = tuple(cell.plain for cell in row)
            if mine != told:
                yield Fault(f"逐条对照 {told[0]}", "、".join(mine[2:5]), "、".join(told[2:5]))


def check(path: Path, subject: Subject) -> list[Fault]:
    """一份材料的全部不符；没有为空。"""
    return Proof(subject).faults(path)


def _differ(rows: list[tuple[str, ...]], again: list[Note]) -> Iterator[Fault]:
    """注表里的每一条须与重注的一样；多出来、少了的也报。"""
    for at in range(max(len(rows), len(again))):
        mine = rows[at] if at < len(rows) else ("",) * len(ONE)
        told = tuple(re.sub(r"〔注\d+〕", "", text) for text in again[at].row) if at < len(again) else None
        if told is None:
            yield Fault(f"注{mine[0]} {mine[1]}", mine[2], "这家档案里注得出的数")
            continue
        for name, one, other in zip(ONE, mine, told, strict=True):
            if one != other:
                yield Fault(f"注{told[0]} {told[1]}的{name}", one or "没有", f"台账的 {other}")


def _spread(cells: str) -> Iterator[tuple[int, int]]:
    """“B3:D3、F5等9格” → 各格的（行，列）。"""
    for span in re.sub(r"等\d+格$", "", cells).split("、"):
        first, _, last = span.partition(":")
        row, left, _ = address(first)
        for column in range(left, address(last or first)[1] + 1):
            yield row, column


def _told_in(opened: Opened, noted: Table) -> list[Block]:
    """要核的文字：全部段落（段首的序号不算），与表里除注号一列以外的格。"""
    cells = (cell for table in opened.tables for row in table for cell in (row[1:] if table is noted else row))
    return [*(one.unnumbered for one in opened.paragraphs), *cells]


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


def _elsewhere(opened: Opened) -> Iterator[Fault]:
    """正文与附件以外（页脚、脚注、批注、图）没有数：页码是域，不写死。"""
    for name, text in opened.elsewhere.items():
        if any(one.isdigit() for one in text):
            yield Fault(name, text[:40], "没有数：这份材料的数都写在正文与附件里")


def _table_of(opened: Opened, heads: tuple[str, ...]) -> Table:
    """表头是 heads 的那张表；没有为空。"""
    return next((one for one in opened.tables if one and tuple(cell.plain for cell in one[0]) == heads), ())
