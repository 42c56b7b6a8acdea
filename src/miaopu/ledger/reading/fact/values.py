"""解析一列：整列向量化换成内部单位，只有写法特别的格走精确的慢路；认不出的格逐个给出原因。"""

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from miaopu.ledger.source import Column
from miaopu.terms import period, quantity
from miaopu.terms.indicator import fold

CELL_SCHEMA = {"value": pl.Int64, "text": pl.String, "problem": pl.String, "note": pl.String}
INTEGER_DIGITS = {"money": 13, "count": 12, "percent": 9, "decimal": 9}


@dataclass(frozen=True)
class Answer:
    """一种写法的解析：value 或 text；都没有且 problem 为空即缺失；note 是入账但要提示的话。"""

    value: int | None = None
    text: str | None = None
    problem: str | None = None
    note: str | None = None


def parse(
    cells: pl.Series, column: Column, unit: str, epoch: int = 1900, numeric: pl.Series | None = None
) -> pl.DataFrame:
    """一列文字的解析，行数不变：value i64、text str、problem str、note str。numeric 标出原是数的格。"""
    if column.missing:
        words = cells.str.strip_chars().str.to_lowercase()
        cells = pl.select(pl.when(~words.is_in(list(column.missing))).then(cells)).to_series().alias(cells.name)
    if column.kind in ("money", "count", "percent", "decimal") and not column.values:
        return _numbers(cells, column, unit)
    if column.kind == "date":
        return _dates(cells, column, epoch, numeric)
    if column.kind == "text" or (column.open and not column.values):
        return _frame(cells, text=pl.when(~pl.col("raw").is_in(list(DASHES))).then(pl.col("raw")))
    return answered(cells, lambda text: _coded(text, column, unit))


DASHES = frozenset({"—", "——", "-", "--", "/", "无", "未统计", "暂无"})


def _frame(cells: pl.Series, **given: pl.Expr) -> pl.DataFrame:
    blank = {name: pl.lit(None, dtype) for name, dtype in CELL_SCHEMA.items()}
    return cells.alias("raw").to_frame().with_columns(**{**blank, **given}).select(CELL_SCHEMA.keys())


def _numbers(cells: pl.Series, column: Column, unit: str) -> pl.DataFrame:
    scale = quantity.scale_of(column.kind, unit) or 1
    places = len(str(scale)) - 1
    pattern = (
        rf"^\d{{1,{INTEGER_DIGITS[column.kind]}}}(?:\.\d{{1,{places}}})?$"
        if places
        else (rf"^\d{{1,{INTEGER_DIGITS[column.kind]}}}$")
    )
    unsigned = pl.col("raw").str.strip_prefix("-") if column.kind != "count" else pl.col("raw")
    parts = unsigned.str.split_exact(".", 1)
    whole = parts.struct.field("field_0").cast(pl.Int64, strict=False)
    fraction = parts.struct.field("field_1").fill_null("").str.pad_end(places, "0").cast(pl.Int64, strict=False)
    amount = (whole.clip(upper_bound=quantity.LIMIT // scale) * scale + fraction.fill_null(0)) * (
        pl.when(pl.col("raw").str.starts_with("-")).then(-1).otherwise(1)
    )
    plain = unsigned.str.contains(pattern) & (whole < quantity.LIMIT // scale)
    frame = cells.alias("raw").to_frame().with_columns(plain=plain.fill_null(True), value=amount)
    quick = frame.select(pl.when("plain").then("value").alias("value"), "plain", "raw")
    if quick["plain"].all():
        return _frame(cells).with_columns(value=quick["value"])
    return _patched(quick, lambda text: _number(text, column.kind, unit))


def _patched(quick: pl.DataFrame, one: Callable[[str], Answer]) -> pl.DataFrame:
    """快路没认的写法逐个解析后并回去。"""
    odd = quick.filter(~pl.col("plain"))["raw"].unique()
    joined = quick.join(_answers(odd, one), on="raw", how="left", maintain_order="left")
    return joined.select(
        value=pl.when("plain").then("value").otherwise("value_right"), text="text", problem="problem", note="note"
    )


def _answers(texts: pl.Series, one: Callable[[str], Answer]) -> pl.DataFrame:
    answers = [one(text) for text in texts]
    columns = {
        name: pl.Series([getattr(answer, name) for answer in answers], dtype=CELL_SCHEMA[name]) for name in CELL_SCHEMA
    }
    return pl.DataFrame({"raw": texts.rename("raw"), **columns})


def answered(cells: pl.Series, one: Callable[[str], Answer]) -> pl.DataFrame:
    """逐种写法解析一列（每种写法只算一次），行数不变。"""
    frame = cells.alias("raw").to_frame()
    return frame.join(_answers(cells.drop_nulls().unique(), one), on="raw", how="left", maintain_order="left").drop(
        "raw"
    )


def _number(text: str, kind: str, unit: str) -> Answer:
    found = quantity.parse(text, kind, unit)
    note = "约数，按所写的数入账" if found.approximate else None
    return Answer(found.value, problem=found.problem or None, note="比最小单位更细，已取整" if found.rounded else note)


def _dates(cells: pl.Series, column: Column, epoch: int, numeric: pl.Series | None) -> pl.DataFrame:
    end = column.indicator.endswith("until") or column.role == "until"
    iso = pl.col("raw").str.contains(r"^(?:19|20)\d{2}-\d{2}-\d{2}$")
    valid = pl.col("raw").str.to_date("%Y-%m-%d", strict=False).is_not_null()
    number = numeric if numeric is not None else pl.Series([False]).new_from_index(0, len(cells))
    frame = cells.alias("raw").to_frame().with_columns(plain=pl.col("raw").is_null() | (iso & valid), number=number)
    if frame["plain"].all():
        return _frame(cells, text=pl.col("raw"))
    odd = frame.filter(~pl.col("plain")).select("raw", "number").unique()
    marked = odd.with_columns(key=pl.col("raw") + pl.col("number").cast(pl.Int8).cast(pl.String))
    answers = _answers(marked["key"], lambda key: _date(key[:-1], key[-1] == "1", epoch, end)).rename({"raw": "key"})
    keyed = frame.with_columns(key=pl.col("raw") + pl.col("number").cast(pl.Int8).cast(pl.String))
    joined = keyed.join(answers, on="key", how="left", maintain_order="left")
    return joined.select("value", text=pl.when("plain").then("raw").otherwise("text"), problem="problem", note="note")


def _date(text: str, number: bool, epoch: int, end: bool) -> Answer:
    day = period.parse_date(text, epoch, number, end)
    if day.problem:
        return Answer(problem=day.problem)
    if day.missing or day.open_end:
        return Answer(note="长期有效" if day.open_end else None)
    rounded = "只写到月，按当月末日入账" if end else "只写到月，按当月一日入账"
    return Answer(text=day.iso, note=rounded if day.precision == "month" else None)


def _coded(text: str, column: Column, unit: str) -> Answer:
    """类别与是否：先查声明的同义词，再看是否缺失；封闭取值不认得即是问题。"""
    code = column.values.get(fold(text))
    if code is None and column.kind in ("count", "decimal", "percent", "money"):
        return _number(text, column.kind, unit)
    if code is None and quantity.is_missing(text):
        return Answer()
    if code is None and column.open:
        return Answer(text=text)
    if code is None:
        return Answer(problem="不在可用的取值之内")
    if column.kind in ("flag", "count", "decimal", "percent", "money"):
        return Answer(int(code))
    return Answer(text=code)
