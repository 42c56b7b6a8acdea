"""大表导出：全市宽表一类的大工作簿，样式从简，写得快；文字一律按文字写，没有公式，数据之外只有题头与说明表。

取 layout.Sheet 与 Marks，给写下的路径；多层表头压成一行，行数超过一张工作表时自动分表。从不写下拉与合计。
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl
from rustpy_xlsxwriter import Format, write_worksheets

from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import Marks, day
from miaopu.papers.pen import FORMATS, HEAD, HOUSE
from miaopu.papers.sheet import A3, LONGEST, RISKY, SCALES, sheet_name

HEADER_ROW = 2
"""表头在第 3 行：第 1 行表题，第 2 行填报单位、时间、计量单位。"""

FULL = 1_048_576 - HEADER_ROW - 1
"""一张工作表最多放多少行数据。"""

NOTES = "说明"


@dataclass(frozen=True)
class _Part:
    """分表后的一张：名字与已成 Excel 所见数值的表（列名即表头）。"""

    name: str
    frame: pl.DataFrame


def write_bulk(path: Path, sheet: Sheet, marks: Marks, rows_a_sheet: int = FULL) -> Path:
    """写一个大工作簿。money、percent、decimal 按定标整数除成所见的数（不失真），日期是真日期，代码是文字。"""
    columns = sheet.columns
    titles = headings(columns)
    frame = shown(sheet.frame, columns, titles)
    parts = _parts(sheet.name, frame, rows_a_sheet)
    names = [one.name for one in parts]
    widths = {title: float(one.width) for title, one in zip(titles, columns, strict=True)}
    coded = [title for title, one in zip(titles, columns, strict=True) if one.kind in ("code", "text")]
    frozen = next((at + 1 for at, one in enumerate(columns) if one.heading == sheet.frozen_at), 1)
    write_worksheets(
        [*((one.name, one.frame) for one in parts), (NOTES, pl.DataFrame({NOTES: list(sheet.notes)}))],
        str(path),
        freeze_panes={name: {"row": HEADER_ROW + 1, "col": frozen} for name in names},
        header_row=dict.fromkeys(names, HEADER_ROW),
        header_format=dict.fromkeys([*names, NOTES], _format(HEAD)),
        column_widths={**dict.fromkeys(names, widths), NOTES: {NOTES: 120.0}},
        column_formats=dict.fromkeys(names, _formats(frame, columns)),
        merge_ranges={name: _banner(sheet, marks, len(columns)) for name in names},
        row_heights={name: {0: 34.0} for name in names},
        ignore_errors=dict.fromkeys(names, coded),
        page_setup=dict.fromkeys(names, _paper(frozen)),
    )
    return path


def headings(columns: tuple[Field, ...]) -> list[str]:
    """各列一行的表头：末层，三层的连上中层（“营业收入2025年”）；仍同名的再补上层。重名到底的抛 ValueError。"""
    depth = [2 if len(one.path) > 2 else 1 for one in columns]
    while True:
        texts = ["".join(one.path[-deep:]) for one, deep in zip(columns, depth, strict=True)]
        twice = [at for at, text in enumerate(texts) if texts.count(text) > 1]
        if not twice:
            return texts
        if all(depth[at] >= len(columns[at].path) for at in twice):
            raise ValueError(f"有两列表头都是“{texts[twice[0]]}”；请改成不同的表头")
        depth = [deep + (at in twice) for at, deep in enumerate(depth)]


def shown(frame: pl.DataFrame, columns: tuple[Field, ...], titles: list[str]) -> pl.DataFrame:
    """表里的整数单位换成 Excel 所见的值；第一列是序号，没有的列留空。"""
    made = [_value(frame, one).alias(title) for one, title in zip(columns[1:], titles[1:], strict=True)]
    return frame.select(pl.int_range(1, pl.len() + 1).alias(titles[0]), *made)


def _value(frame: pl.DataFrame, one: Field) -> pl.Expr:
    if one.column not in frame.columns:
        return pl.lit(None, pl.String)
    value = pl.col(one.column)
    if one.kind in SCALES:
        return pl.lit(_scaled(frame[one.column], int(SCALES[one.kind])))
    if one.kind == "count":
        return value.cast(pl.Int64)
    if one.kind == "flag":
        return pl.when(value.cast(pl.Int64) != 0).then(pl.lit("是")).when(value.is_not_null()).then(pl.lit("否"))
    if one.kind == "date":
        return _date(frame[one.column])
    text = value.cast(pl.String).str.slice(0, LONGEST)
    return pl.when(text != "").then(text)


def _scaled(column: pl.Series, scale: int) -> pl.Series:
    """定标整数除成所见的数，取最近的双精度。Polars 除以常数是乘倒数，三成的数末位差一，所以用 numpy 除。"""
    plain = column.cast(pl.Int64)
    return pl.Series(column.name, plain.cast(pl.Float64).to_numpy() / scale).zip_with(
        plain.is_not_null(), pl.Series([None], dtype=pl.Float64).new_from_index(0, len(plain))
    )


def _date(column: pl.Series) -> pl.Expr:
    """整列都是 1900 年以后的日期才写成日期，否则原样写文字。"""
    days = column.cast(pl.String).str.to_date("%Y-%m-%d", strict=False)
    real = (days.null_count() == column.null_count()) and (days.is_empty() or (days.dt.year().min() or 1900) >= 1900)
    return pl.lit(days) if real else pl.col(column.name).cast(pl.String)


def _parts(name: str, frame: pl.DataFrame, room: int) -> list[_Part]:
    pieces = list(frame.iter_slices(room)) or [frame]
    if len(pieces) == 1:
        return [_Part(sheet_name(name), frame)]
    return [_Part(sheet_name(f"{name[:25]}-{number}"), piece) for number, piece in enumerate(pieces, 1)]


def _formats(frame: pl.DataFrame, columns: tuple[Field, ...]) -> dict[str, Format]:
    made = {}
    for title, one in zip(frame.columns, columns, strict=True):
        text = frame[title].dtype == pl.String
        risky = text and any(frame[title].str.starts_with(mark).any() for mark in RISKY)
        kind = "text" if one.kind == "date" and text else one.kind
        as_text = {"num_format": "@"} if risky else {}
        made[title] = _format({**HOUSE, **FORMATS["quoted" if risky else kind], **as_text})
    return made


def _format(asked: dict[str, object]) -> Format:
    """与 pen 同一份样式，换成快写库的格式。"""
    made = Format().set_font_name(str(asked["font_name"])).set_font_size(float(str(asked["font_size"])))
    steps = {
        "border": lambda: made.set_border("thin"),
        "bold": made.set_bold,
        "align": lambda: made.set_align("center"),
        "valign": lambda: made.set_align("vertical_center"),
        "num_format": lambda: made.set_num_format(str(asked["num_format"])),
        "bg_color": lambda: made.set_background_color(str(asked["bg_color"])),
        "quote_prefix": made.set_quote_prefix,
    }
    for name in asked.keys() & steps.keys():
        steps[name]()
    return made


def _banner(sheet: Sheet, marks: Marks, width: int) -> list[tuple]:
    """表题一行；填报单位、时间、计量单位一行。"""
    title = _format({"font_name": "方正小标宋简体", "font_size": 18, "align": "center", "valign": "vcenter"})
    line = _format({"font_name": "仿宋_GB2312", "font_size": 11, "valign": "vcenter"})
    told = f"填报单位：{marks.filled_by}　填报时间：{day(marks.filled_on)}　单位：{sheet.unit}"
    return [(0, 0, 0, width - 1, sheet.title, title), (1, 0, 1, width - 1, told, line)]


def _paper(frozen: int) -> dict[str, object]:
    return {
        "landscape": True,
        "paper_size": A3,
        "repeat_rows": (HEADER_ROW, HEADER_ROW),
        "repeat_columns": (0, frozen - 1),
        "footer": "&C第 &P 页，共 &N 页",
    }
