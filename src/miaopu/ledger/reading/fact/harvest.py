"""成行成事实：按对好的列把一张表变成来源行与长表事实，坏格逐个成意见。"""

from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from miaopu.ledger.reading.desk import Desk
from miaopu.ledger.reading.fact import codes, merged, titles, values
from miaopu.ledger.reading.fact.shape import shaped
from miaopu.ledger.reading.notice import cell_complaints, lines
from miaopu.ledger.reading.pile import Pile
from miaopu.ledger.reading.table.fit import Fit, Matched
from miaopu.ledger.reading.table.region import body
from miaopu.ledger.record import READ_FACT_SCHEMA, ROW_SCHEMA
from miaopu.ledger.source import Sources
from miaopu.terms import item_key
from miaopu.terms.complaint import Complaint
from miaopu.terms.period import parse_year

RAW = {"uscc": "uscc_raw", "name": "name_raw", "region": "region_raw", "address": "address_raw", "former": "former_raw"}
ALSO = {"region": "region_raw", "address": "address_raw"}
BETWEEN = r"[、，,;；\n/]+"


@dataclass(frozen=True)
class Harvest:
    """一张表的收成；skipped 是没有当作企业行的行，带 line 与 why。"""

    rows: pl.DataFrame
    facts: pl.DataFrame
    skipped: pl.DataFrame


def harvest(fit: Fit, desk: Desk, first_row_id: int, sources: Sources, out: Pile) -> Harvest:
    """读一张表，意见放进 out。row_id 从 first_row_id 起；事实的单元格指向源文件。"""
    fit = merged.filled(fit)
    leading = [one.column for one in fit.region.headings if one.column <= max(fit.keys)]
    data, skipped = body(fit.region, fit.keys, leading)
    data = _placed(fit, data, first_row_id)
    rows = _rows(fit, data)
    frames = list(_facts(fit, data, desk, sources, out))
    facts = pl.concat(frames) if frames else pl.DataFrame(schema=READ_FACT_SCHEMA)
    return Harvest(rows, facts, skipped)


def _placed(fit: Fit, data: pl.DataFrame, first_row_id: int) -> pl.DataFrame:
    """补上行号 row_id 与源文件行号 row。"""
    grid, line = fit.region.grid, pl.col("line").cast(pl.UInt32)
    if grid.lines:
        line = pl.lit(pl.Series(grid.lines, dtype=pl.UInt32)).gather(pl.col("line") - 1)
    return data.with_row_index("row_id", first_row_id).with_columns(pl.col("row_id").cast(pl.UInt32), row=line)


def _rows(fit: Fit, data: pl.DataFrame) -> pl.DataFrame:
    given = {name: pl.lit(None, pl.String) for name in RAW.values()}
    for one in fit.matched:
        dated = one.period == "column"  # 随年度变的住所不作对主体的依据：迁过址的企业每年一行
        if name := RAW.get(one.column.role) or (not dated and ALSO.get(one.column.indicator)):
            given[name] = pl.col(str(one.index))
    return (
        data.select("row_id", "row", sheet=pl.lit(fit.region.grid.sheet), **given)
        .select(list(ROW_SCHEMA))
        .cast(ROW_SCHEMA)
    )


def _facts(fit: Fit, data: pl.DataFrame, desk: Desk, sources: Sources, out: Pile) -> Iterator[pl.DataFrame]:
    family = sources.indicators.get(fit.table.item_indicator)
    form = family.key_form if family else "wording"
    data = _with_items(fit, _with_years(fit, data, desk, out), form, desk, out)
    if fit.role("title"):
        yield titles.facts(fit, data, desk, out)
    if (item := fit.role("item")) and not item.column.indicator and fit.table.item_indicator:
        yield _bare_items(fit, item, data)
    for one in fit.matched:
        if one.problem:
            out.append(_whole_column(fit, one, data, desk))
        elif one.column.role == "items":
            yield _listed_items(fit, one, data, form)
        elif one.column.indicator:
            data, shared = merged.unshared(fit, one, data, desk)
            out.extend(shared)
            yield _column_facts(fit, one, data, desk, sources, out)


def _whole_column(fit: Fit, one: Matched, data: pl.DataFrame, desk: Desk) -> Complaint:
    lost = data[str(one.index)].is_not_null().sum()
    return desk.reject(
        "column",
        f"“{one.heading.shown}”一列{one.problem}，{lost} 个格没有入账",
        "写明年度与单位、不重复的表头，例如“2025年营业收入（万元）”",
        "改好表头后重报这一列",
        fit.region.grid.line(fit.region.top),
        one.index,
    )


def _with_years(fit: Fit, data: pl.DataFrame, desk: Desk, out: Pile) -> pl.DataFrame:
    """年度列 → year；不认得的年度逐格报告，该行按年的指标不入账。"""
    one = fit.role("year")
    if one is None:
        return data.with_columns(year=pl.lit(None, pl.String))
    years = {text: parse_year(text) for text in data[str(one.index)].drop_nulls().unique()}
    data = data.with_columns(year=pl.col(str(one.index)).replace_strict(years, default=None, return_dtype=pl.String))
    for row, text in data.filter(pl.col("year").is_null()).select("row", str(one.index)).iter_rows():
        found = f"年度是“{text or ''}”"
        out.append(desk.reject("year", found, "四位年份，如 2025", "填好年度后重报这一行", row, one.index))
    return data


def _with_items(fit: Fit, data: pl.DataFrame, form: str, desk: Desk, out: Pile) -> pl.DataFrame:
    """条目键（按指标的 key_form 归一）→ item。有键列的，缺键的行逐行报告；没有的，用各字段的原文合成键。"""
    one = fit.role("item")
    if one is None:
        fields = [
            item_key.keys(data[str(other.index)], "wording") for other in fit.matched if other.column.is_item_field
        ]
        key = pl.concat_str(fields, separator=" ", ignore_nulls=True) if fields else pl.lit("")
        return data.with_columns(item=key)
    data = data.with_columns(item=item_key.keys(data[str(one.index)], form))
    for row in data.filter(pl.col("item").is_null())["row"]:
        found = f"“{one.heading.shown}”是空的"
        out.append(desk.reject("item", found, "每行一个编号或名称", "补上后重报这一行", row, one.index))
    return data


def _bare_items(fit: Fit, one: Matched, data: pl.DataFrame) -> pl.DataFrame:
    """条目本身：只有名称（如研发机构），没有编号字段。"""
    return shaped(fit, data, one, indicator=pl.lit(fit.table.item_indicator), text=pl.col(str(one.index)))


def _listed_items(fit: Fit, one: Matched, data: pl.DataFrame, form: str) -> pl.DataFrame:
    """一格里列出多件（专利号、专利号）：每件的声明字段记为是。"""
    listed = data.with_columns(item=pl.col(str(one.index)).str.replace_all(BETWEEN, "\x1f").str.split("\x1f"))
    listed = listed.explode("item").with_columns(pl.col("item").str.strip_chars())
    listed = listed.filter(pl.col("item").str.contains(r"\d{6,}"))
    listed = listed.with_columns(item_key.keys(listed["item"], form))
    return pl.concat([shaped(fit, listed, one, indicator=pl.lit(key), value=pl.lit(1)) for key in one.column.sets])


def _column_facts(fit: Fit, one: Matched, data: pl.DataFrame, desk: Desk, sources: Sources, out: Pile) -> pl.DataFrame:
    marked = data.select("row_id", "row", "year", "item", raw=str(one.index)).with_columns(
        _parsed(fit, one, data, sources)
    )
    out.extend(cell_complaints(desk, one, marked))
    kept = marked.filter(pl.col("value").is_not_null() | pl.col("text").is_not_null())
    item = pl.col("item") if one.column.is_item_field else pl.lit("")
    period = pl.col("year") if one.period == "column" else pl.lit(one.period)
    own = shaped(fit, kept, one, item=item, period=period)
    met = own.filter(pl.col("value") == 1)
    return pl.concat([own, *(met.with_columns(indicator=pl.lit(key)) for key in one.column.sets)])


def _parsed(fit: Fit, one: Matched, data: pl.DataFrame, sources: Sources) -> pl.DataFrame:
    cells = data[str(one.index)]
    if one.column.indicator == "industry":
        name = fit.role("industry_name")
        return codes.industries_of(cells, data[str(name.index)] if name else None, sources)
    if one.column.indicator == "region":
        return codes.regions_of(cells, sources)
    numeric = None
    if one.column.kind == "date":
        numeric = data["line"].is_in(list(fit.region.grid.numeric_rows(one.index)))
    return values.parse(cells, one.column, one.unit, fit.region.grid.epoch, numeric)


def skipped_complaints(fit: Fit, skipped: pl.DataFrame, desk: Desk) -> Iterator[Complaint]:
    """没有当作企业行的行：缺名称代码的逐行拒收，小计、签字等合起来说明。"""
    grid = fit.region.grid
    for (why,), group in skipped.partition_by("why", as_dict=True, maintain_order=True).items():
        numbers = [grid.line(line) for line in group["line"]]
        if why == "blank_key":
            for row in numbers:
                yield desk.reject(
                    "blank_key", "这一行没有企业名称，也没有统一社会信用代码", "至少有其一", "补上后重报这一行", row
                )
        else:
            found = f"{WHY[why]}没有读入：第 {lines(numbers)} 行"
            yield desk.info("skipped", found, "只读企业行", "核对这些行确非企业")


WHY = {"total": "小计、合计行", "signature": "备注、签字行", "heading": "分组或说明行", "repeat": "重复的表头行",
       "hidden": "隐藏行（来源声明不读）"}  # fmt: skip
