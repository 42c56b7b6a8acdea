"""写意见表：来件还给报送人，错格涂色、批注原因，首页写明收多少、退多少、冲突多少；只需重报坏行。

取来件与 Reading，写一份 xlsx；来件原样不动。写出的文字从不会被当作公式。要停的随时停，什么也不留。
"""

import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import polars as pl
import xlsxwriter
from openpyxl import load_workbook
from openpyxl.cell import MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from miaopu.ledger.reading.complaints import Counts, bad_rows, count
from miaopu.ledger.reading.workbook.budget import STANDARD, Budget
from miaopu.ledger.reading.workbook.grid import Grid
from miaopu.ledger.reading.workbook.open import look, open_workbook
from miaopu.ledger.reading.workbook.sniff import sniff
from miaopu.ledger.record import Outcome, Reading
from miaopu.terms.complaint import Complaint, Refusal, Severity

FIRST = "读入结果"
COLOURS = {Severity.REFUSE: "FF9999", Severity.REJECT: "FFB3B3", Severity.WARN: "FFF2B3", Severity.INFO: "DDEBF7"}
PAINTS = {severity: PatternFill("solid", fgColor=colour) for severity, colour in COLOURS.items()}
WORDS = {Severity.REFUSE: "整份拒收", Severity.REJECT: "不入账", Severity.WARN: "提示", Severity.INFO: "说明"}
IN_PLACE = 300_000
"""不超过这么多格的 xlsx 在原样上涂色；再大的，或不是 xlsx 的，另写一份。"""
Place = tuple[str, int, int]
Beat = Callable[[], None]
"""还在写；叫的人要停就在里面抛错。写的时候说不清几成，不报。"""
EVERY = 1_000
"""写多少行（或标多少格）叫一声。"""


def unheard() -> None:
    """没有人要听。"""


def write_back(
    path: Path,
    reading: Reading,
    target: Path,
    *,
    resolution: pl.DataFrame | None = None,
    only_bad: bool = False,
    budget: Budget = STANDARD,
    tell: Beat = unheard,
) -> Path:
    """写意见表到 target（xlsx）。only_bad 为真时只留表题、表头与要重报的行。整份拒收的只写首页。

    tell 时常叫一声，抛错即停：先写在旁边，写完才换上，停了的什么也不留。
    """
    tell()
    counts = count(reading, resolution)
    complaints = [*reading.complaints, *_unresolved(reading, resolution)]
    with TemporaryDirectory(dir=target.parent) as folder:
        aside = Path(folder) / target.name
        if reading.refused:
            _rewritten((), counts, complaints, aside, frozenset(), tell)
        elif not only_bad and _in_place(path, budget):
            _coloured(path, counts, complaints, aside, tell)
        else:
            grids, drop = (
                open_workbook(path, budget, lambda _: tell()).grids,
                _clean_rows(reading, resolution, only_bad),
            )
            _rewritten(grids, counts, complaints, aside, drop, tell)
        os.replace(aside, target)
    return target


def _clean_rows(reading: Reading, resolution: pl.DataFrame | None, only_bad: bool) -> frozenset[tuple[str, int]]:
    """只报坏行时不必再写的行：全部入账的企业行。"""
    if not only_bad:
        return frozenset()
    return frozenset(reading.rows.select("sheet", "row").iter_rows()) - bad_rows(reading, resolution)


def _unresolved(reading: Reading, resolution: pl.DataFrame | None) -> Iterable[Complaint]:
    if resolution is None:
        return
    stuck = resolution.filter(pl.col("outcome").is_in([Outcome.CONFLICT, Outcome.REVIEW]))
    for one in reading.rows.join(stuck, on="row_id").iter_rows(named=True):
        severity = Severity.REJECT if one["outcome"] == Outcome.CONFLICT else Severity.WARN
        yield Complaint(
            one["outcome"], severity, reading.file, one["reason"] or "对不上唯一的企业", "代码与名称一致的企业",
            "核对代码与名称后重报这一行", one["sheet"], one["row"], 0,
        )  # fmt: skip


def _in_place(path: Path, budget: Budget) -> bool:
    try:
        if sniff(path, budget).name != "xlsx":
            return False
        sheets = look(path, "xlsx", budget).sheets
    except Refusal:
        return False
    return sum(one.cells for one in sheets) <= IN_PLACE and all(one.dense <= budget.dense_cells for one in sheets)


def _coloured(path: Path, counts: Counts, complaints: list[Complaint], target: Path, tell: Beat) -> None:
    """在原样上涂色批注。公式换成它的结果，免得另存后没有缓存值。"""
    book = load_workbook(path, data_only=True, keep_links=False)
    if FIRST in book.sheetnames:
        del book[FIRST]
    for at, (place, told) in enumerate(_by_place(complaints).items()):
        if at % EVERY == 0:
            tell()
        if place[0] in book.sheetnames:
            _mark(book[place[0]], place, told)
    tell()
    _front(book.create_sheet(FIRST, 0), counts, complaints)
    book.active = 0
    for sheet in book.worksheets[1:]:
        sheet.sheet_view.tabSelected = False
    book.save(target)


def _by_place(complaints: Iterable[Complaint]) -> Mapping[Place, list[Complaint]]:
    """逐格的意见；合成一条的，它的各格共用一份清单，只涂色不批注。"""
    places: dict[Place, list[Complaint]] = {}
    for one in complaints:
        alone = [one]
        for row in one.rows() if one.row else ():
            place = (one.sheet, row, one.column or 1)
            places[place] = [*places[place], one] if place in places else alone
    return places


def _worst(told: list[Complaint]) -> Severity:
    return min((one.severity for one in told), key=list(COLOURS).index)


def _remark(told: list[Complaint]) -> str:
    """批注的话；合成一条的话在首页，不逐格重复。"""
    told = [one for one in told if not one.spans]
    return "\n".join(f"{WORDS[one.severity]}：{one.found}；应为{one.expected}；请{one.remedy}。" for one in told)


def _mark(sheet: Worksheet, place: Place, told: list[Complaint]) -> None:
    cell = sheet.cell(place[1], place[2])
    if isinstance(cell, MergedCell):
        span = next(one for one in sheet.merged_cells.ranges if cell.coordinate in one)
        cell = sheet.cell(span.min_row, span.min_col)
    cell.fill = PAINTS[_worst(told)]
    if remark := _remark(told):
        cell.comment = Comment(remark, "苗圃", width=320, height=120)


def _front(sheet: Worksheet, counts: Counts, complaints: list[Complaint]) -> None:
    sheet["A1"], sheet["A1"].font = "读入结果", Font(bold=True, size=14)
    for row, (name, number) in enumerate(counts.lines(), 2):
        sheet.cell(row, 1, name)
        sheet.cell(row, 2, number)
    for row, line in enumerate(_listing(complaints), len(counts.lines()) + 3):
        for column, text in enumerate(line, 1):
            sheet.cell(row, column).value = text
            if isinstance(text, str):
                sheet.cell(row, column).data_type = "s"
                sheet.cell(row, column).quotePrefix = text[:1] in ("=", "+", "-", "@")
    for letter, width in zip("ABCDEFG", (30, 12, 18, 10, 60, 36, 40), strict=True):
        sheet.column_dimensions[letter].width = width


def _listing(complaints: list[Complaint]) -> Iterable[tuple[str, ...]]:
    yield ("序次", "轻重", "工作表", "单元格", "发现", "应为", "请")
    for number, one in enumerate(complaints, 1):
        place = f"{one.cell} 等 {one.count} 处" if one.spans else one.cell
        yield (str(number), WORDS[one.severity], one.sheet, place, one.found, one.expected, one.remedy)


class _Page(xlsxwriter.worksheet.Worksheet):
    """一张表：装订时写到若干行叫一声（装订占一半时间，库自己不给停的地方）。"""

    tell: Beat = staticmethod(unheard)

    def _write_row(self, row: int, *rest: Any, **more: Any) -> None:
        if row % EVERY == 0:
            self.tell()
        super()._write_row(row, *rest, **more)


def _page(book: xlsxwriter.Workbook, title: str, tell: Beat) -> _Page:
    page = book.add_worksheet(title, worksheet_class=_Page)
    page.tell = tell
    return page


def _rewritten(
    grids: Iterable[Grid],
    counts: Counts,
    complaints: list[Complaint],
    target: Path,
    drop: frozenset[tuple[str, int]],
    tell: Beat,
) -> None:
    """另写一份：各格都是文字，从不成为公式；drop 里的行不写。半途停的不装订（不用 with：它出错也装订）。"""
    places = _by_place(complaints)
    how = {"strings_to_formulas": False, "strings_to_urls": False, "tmpdir": str(target.parent)}
    book = xlsxwriter.Workbook(str(target), how)
    front = _page(book, FIRST, tell)
    front.set_column(0, 0, 30)
    front.set_column(4, 6, 48)
    front.set_landscape()
    front.set_paper(9)
    front.fit_to_pages(1, 0)
    for row, line in enumerate([("读入结果",), *counts.lines(), (), *_listing(complaints)]):
        for column, value in enumerate(line):
            front.write_string(row, column, value) if isinstance(value, str) else front.write_number(row, column, value)
    painted = {one: book.add_format({"bg_color": f"#{colour}"}) for one, colour in COLOURS.items()}
    quoted = book.add_format({"quote_prefix": True})
    for grid in grids:
        _write_grid(book, grid, places, painted, quoted, drop, tell)
    book.close()


def _write_grid(
    book: xlsxwriter.Workbook,
    grid: Grid,
    places: Mapping[Place, list[Complaint]],
    painted: Mapping[Severity, object],
    quoted: object,
    drop: frozenset[tuple[str, int]],
    tell: Beat,
) -> None:
    sheet = _page(book, (grid.sheet or "数据")[:31], tell)
    covered = _covered(grid) if drop else {}
    out = 0
    for row, texts in enumerate(grid.frame.iter_rows(), 1):
        line = grid.line(row)
        if row % EVERY == 0:
            tell()
        if (grid.sheet, line) in drop:
            continue
        for column, text in enumerate(texts, 1):
            told = places.get((grid.sheet, line, column))
            shown = text if text is not None else covered.get((row, column))
            style = painted[_worst(told)] if told else quoted if (shown or "")[:1] in ("=", "+", "-", "@") else None
            if shown is not None:
                sheet.write_string(out, column - 1, shown, style)
            elif told:
                sheet.write_blank(out, column - 1, None, style)
            if told and (remark := _remark(told)):
                sheet.write_comment(out, column - 1, remark, {"author": "苗圃", "width": 320})
        out += 1
    if not drop:
        _merge(sheet, grid, book)


def _covered(grid: Grid) -> dict[tuple[int, int], str]:
    """去掉行以后合并区已不成形：区内各格都写上首格的字。"""
    return {
        (row, column): grid.text(r0, c0)
        for r0, c0, r1, c1 in grid.merges
        for row in range(r0, min(r1, grid.height) + 1)
        for column in range(c0, min(c1, grid.width) + 1)
        if grid.text(r0, c0)
    }


def _merge(sheet: xlsxwriter.worksheet.Worksheet, grid: Grid, book: xlsxwriter.Workbook) -> None:
    style = book.add_format({"align": "center", "valign": "vcenter"})
    for r0, c0, r1, c1 in grid.merges:
        if (r0, c0) != (r1, c1) and c1 <= grid.width and r1 <= grid.height:
            sheet.merge_range(r0 - 1, c0 - 1, r1 - 1, c1 - 1, grid.text(r0, c0), style)
