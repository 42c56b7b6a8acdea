"""成行成事实：按对好的列把一张表变成来源行与长表事实，坏格逐个成意见。"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from miaopu.ledger.reading import values
from miaopu.ledger.reading.columns import Fit, Matched
from miaopu.ledger.reading.notice import Desk
from miaopu.ledger.reading.tables import body
from miaopu.ledger.record import READ_FACT_SCHEMA, ROW_SCHEMA
from miaopu.ledger.source import Column
from miaopu.terms.complaint import Complaint
from miaopu.terms.indicator import fold
from miaopu.terms.period import parse_date, parse_year, validity

RAW = {"uscc": "uscc_raw", "name": "name_raw", "region": "region_raw", "address": "address_raw", "former": "former_raw"}
ALSO = {"region": "region_raw", "address": "address_raw"}
YEAR_ROLE = Column("year", ())


@dataclass(frozen=True)
class Harvest:
    """一张表的收成。"""

    rows: pl.DataFrame
    facts: pl.DataFrame
    complaints: tuple[Complaint, ...] = ()
    skipped: pl.DataFrame = field(default_factory=pl.DataFrame)


def harvest(fit: Fit, desk: Desk, first_row_id: int) -> Harvest:
    """读一张表。row_id 从 first_row_id 起；事实的单元格指向源文件。"""
    leading = [one.column for one in fit.region.headings if one.column <= max(fit.keys)]
    data, skipped = body(fit.region, fit.keys, leading)
    data = (
        _filled_merges(fit, data).with_row_index("row_id", first_row_id).with_columns(pl.col("row_id").cast(pl.UInt32))
    )
    sheet = fit.region.grid.sheet
    source_line = pl.col("line").cast(pl.UInt32)
    if fit.region.grid.lines:
        lookup = pl.Series(fit.region.grid.lines, dtype=pl.UInt32)
        source_line = pl.lit(lookup).gather(pl.col("line") - 1)
    data = data.with_columns(row=source_line)
    rows = _rows(fit, data, sheet)
    complaints: list[Complaint] = []
    frames = list(_facts(fit, data, desk, complaints))
    facts = pl.concat(frames) if frames else pl.DataFrame(schema=READ_FACT_SCHEMA)
    return Harvest(rows, facts, tuple(complaints), skipped)


def _filled_merges(fit: Fit, data: pl.DataFrame) -> pl.DataFrame:
    """竖向合并的县区、名称、年度等：合并区内各行都是首格的字。数值列不铺。"""
    labels = {one.index for one in fit.matched if one.column.role != "value" or one.column.kind in ("category", "text")}
    for r0, c0, r1, _ in fit.region.grid.merges:
        if r1 > r0 and c0 in labels and r0 >= fit.region.rows[0]:
            inside = pl.col("line").is_between(r0, r1)
            text = fit.region.grid.text(r0, c0) or None
            data = data.with_columns(pl.when(inside).then(pl.lit(text)).otherwise(pl.col(str(c0))).alias(str(c0)))
    return data


def _rows(fit: Fit, data: pl.DataFrame, sheet: str) -> pl.DataFrame:
    given = {name: pl.lit(None, pl.String) for name in RAW.values()}
    for one in fit.matched:
        name = RAW.get(one.column.role) or ALSO.get(one.column.indicator)
        if name:
            given[name] = pl.col(str(one.index))
    return data.select("row_id", "row", sheet=pl.lit(sheet), **given).select(ROW_SCHEMA.keys()).cast(ROW_SCHEMA)


def _facts(fit: Fit, data: pl.DataFrame, desk: Desk, out: list[Complaint]) -> Iterator[pl.DataFrame]:
    data = _with_years(fit, data, desk, out)
    data = _with_items(fit, data, desk, out)
    if fit.role("title"):
        yield _titles(fit, data, desk, out)
    for one in fit.matched:
        if not one.column.indicator:
            continue
        if one.problem:
            out.append(_whole_column(one, data, desk, fit))
        else:
            yield _column_facts(fit, one, data, desk, out)


def _whole_column(one: Matched, data: pl.DataFrame, desk: Desk, fit: Fit) -> Complaint:
    lost = data[str(one.index)].is_not_null().sum()
    return desk.reject(
        "column",
        f"“{one.heading.shown}”一列{one.problem}，{lost} 个格没有入账",
        "表头写明年度与单位，例如“2025年营业收入（万元）”",
        "改好表头后重报这一列",
        fit.region.grid.line(fit.region.top),
        one.index,
    )


def _with_years(fit: Fit, data: pl.DataFrame, desk: Desk, out: list[Complaint]) -> pl.DataFrame:
    """年度列 → year；不认得的年度逐格报告。"""
    one = fit.role("year")
    if one is None:
        return data.with_columns(year=pl.lit(None, pl.String))
    texts = data[str(one.index)].drop_nulls().unique()
    years = {text: parse_year(text) for text in texts}
    data = data.with_columns(year=pl.col(str(one.index)).replace_strict(years, default=None, return_dtype=pl.String))
    for row, text in data.filter(pl.col("year").is_null()).select("row", str(one.index)).iter_rows():
        out.append(
            desk.reject("year", f"年度是“{text or ''}”", "四位年份，如 2025", "填好年度后重报这一行", row, one.index)
        )
    return data


def _with_items(fit: Fit, data: pl.DataFrame, desk: Desk, out: list[Complaint]) -> pl.DataFrame:
    """条目键 → item；条目表缺键的行逐行报告，不入账。"""
    one = fit.role("item")
    if one is None:
        blank = None if fit.table.item_indicator and fit.table.with_role("item") else ""
        return data.with_columns(item=pl.lit(blank, pl.String))
    data = data.with_columns(item=pl.col(str(one.index)).str.replace_all(r"\s+", " "))
    for row in data.filter(pl.col("item").is_null())["row"]:
        out.append(
            desk.reject(
                "item", f"“{one.heading.shown}”是空的", "每行一个编号或名称", "补上后重报这一行", row, one.index
            )
        )
    return data


def _period(one: Matched) -> pl.Expr:
    return pl.col("year") if one.period == "column" else pl.lit(one.period)


def _column_facts(fit: Fit, one: Matched, data: pl.DataFrame, desk: Desk, out: list[Complaint]) -> pl.DataFrame:
    cells = data[str(one.index)]
    parsed = _parsed(fit, one, data)
    marked = data.select("row_id", "row", "year", "item").with_columns(parsed, raw=cells)
    out.extend(_cell_complaints(one, marked, desk, fit))
    item = pl.col("item") if one.column.is_item_field else pl.lit("")
    kept = marked.filter((pl.col("value").is_not_null() | pl.col("text").is_not_null()))
    return _shaped(
        kept.with_columns(
            indicator=pl.lit(one.column.indicator), item=item, period=_period(one),
            basis=pl.lit(fit.source.basis), sheet=pl.lit(fit.region.grid.sheet), column=pl.lit(one.index),
        ).drop_nulls(["item", "period"])
    )  # fmt: skip


def _shaped(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.select(READ_FACT_SCHEMA.keys()).cast(READ_FACT_SCHEMA)


def _parsed(fit: Fit, one: Matched, data: pl.DataFrame) -> pl.DataFrame:
    grid = fit.region.grid
    numeric = None
    if one.column.kind == "date":
        numeric = data["line"].is_in(list(grid.numeric_rows(one.index)))
    return values.parse(data[str(one.index)], one.column, one.unit, grid.epoch, numeric)


def _cell_complaints(one: Matched, marked: pl.DataFrame, desk: Desk, fit: Fit) -> Iterator[Complaint]:
    title = one.heading.shown
    for row, raw, problem in marked.filter(pl.col("problem").is_not_null()).select("row", "raw", "problem").iter_rows():
        yield desk.reject(
            "cell", f"“{title}”是“{raw}”，{problem}", _expected(one), "改正这一格后重报这一行", row, one.index
        )
    for row, raw, note in marked.filter(pl.col("note").is_not_null()).select("row", "raw", "note").iter_rows():
        yield desk.warn(
            "note", f"“{title}”是“{raw}”，{note}", _expected(one), "核对；不对的改正后重报这一行", row, one.index
        )


def _expected(one: Matched) -> str:
    column = one.column
    if column.values and column.kind in ("flag", "category"):
        return "下列之一：" + "、".join(list(dict.fromkeys(column.values))[:8])
    return {
        "money": f"金额（{one.unit}）", "count": "非负整数", "percent": "百分比", "decimal": "数", "date": "日期，如 2024-03-01",
        "flag": "是或否",
    }.get(column.kind, "文字")  # fmt: skip


def _titles(fit: Fit, data: pl.DataFrame, desk: Desk, out: list[Complaint]) -> pl.DataFrame:
    """称号表：一行一个称号，期间是有效期。"""
    one, start, until = fit.role("title"), fit.role("from"), fit.role("until")
    named = data[str(one.index)]
    codes = {text: one.column.values.get(fold(text)) for text in named.drop_nulls().unique()}
    marked = data.with_columns(indicator=named.replace_strict(codes, default=None, return_dtype=pl.String))
    for row, text in marked.filter(pl.col("indicator").is_null()).select("row", str(one.index)).iter_rows():
        known = "、".join(list(one.column.values)[:8])
        out.append(
            desk.reject(
                "category", f"称号是“{text or ''}”，不认得", f"下列之一：{known}", "改正后重报这一行", row, one.index
            )
        )
    bounds = [_bound(fit, side, marked, desk, out) for side in (start, until)]
    marked = marked.with_columns(
        period=pl.Series([validity(a, b) for a, b in zip(*bounds, strict=True)], dtype=pl.String)
    )
    dated = pl.Series([a is not None and b is not None for a, b in zip(*bounds, strict=True)], dtype=pl.Boolean)
    return _shaped(
        marked.filter(dated & pl.col("indicator").is_not_null()).with_columns(
            item=pl.lit(""), basis=pl.lit("未说明"), value=pl.lit(1), text=pl.lit(None, pl.String),
            sheet=pl.lit(fit.region.grid.sheet), column=pl.lit(one.index),
        )
    )  # fmt: skip


def _bound(fit: Fit, side: Matched | None, data: pl.DataFrame, desk: Desk, out: list[Complaint]) -> list[str | None]:
    """有效期一端的日期；没有写的为空串，写错的为 None（该行不入账）。"""
    if side is None:
        return [""] * data.height
    end, epoch = side.column.role == "until", fit.region.grid.epoch
    numeric = fit.region.grid.numeric_rows(side.index)
    days: list[str | None] = []
    for row, line, text in data.select("row", "line", str(side.index)).iter_rows():
        day = parse_date(text or "", epoch, line in numeric, end)
        days.append(None if day.problem else day.iso)
        if day.problem:
            out.append(
                desk.reject("cell", f"“{side.heading.shown}”是“{text}”，{day.problem}", "日期，如 2024-03-01", "改正后重报这一行", row,
                            side.index)
            )  # fmt: skip
    return days
