"""演示城市走真正的门：干净的部门文件读来没有意见，一览表逐格等于真值，只在放了毛病的地方不同。"""

from pathlib import Path

import polars as pl
import pytest

from miaopu.demo import DemoCity
from miaopu.ledger.reading.read import read
from miaopu.ledger.record import Reading
from miaopu.ledger.resolve import resolve
from miaopu.ledger.source import Sources, load_sources
from miaopu.terms.catalog import Catalog
from miaopu.terms.complaint import Severity
from miaopu.terms.item_key import keys

EXACT = (
    "东昌府区企业数据一览表.xlsx", "茌平区企业调查摸底表.xlsx", "阳谷县企业数据一览表.xls", "莘县企业数据一览表.csv",
    "高唐县企业数据一览表.xlsx",
    "东阿县企业数据一览表.xls", "临清市企业数据一览表.xlsx", "经开区企业数据一览表.xlsx", "高新区企业数据一览表.xlsx",
)  # fmt: skip
CLEAN = ("单项冠军企业摸底表.xlsx", "建筑业资质企业名单.csv", "知识产权应用摸底表.csv")
SCALE = {"lead_product_share": ("lead_share", 100), "market_share": ("market_share", 100),
         "domestic_rank": ("rank", 1), "segment_years": ("segment_years", 1000)}  # fmt: skip
"""指标 → 真值列、乘数（真值以十分之一年、万分之一为单位）。"""
MONEY = ("revenue", "main_revenue", "rd", "assets", "liabilities", "net_profit", "rd_staff")

KINDS = {
    "title_rows", "merged_header", "subtotal", "signature", "repeated_header", "several_tables",
    "wrong_unit_file", "hidden_row", "hidden_column", "hidden_sheet", "missing_mark", "thousands",
    "full_width", "formula", "approx", "wan_suffix", "number_text", "date_style", "missing_code", "destroyed_code",
    "bad_check", "old_number", "foreign_code", "spaced_code", "former_name", "spaced_name",
    "traditional_name", "short_name", "typo_name", "retired_region", "retired_name", "industry_zero_lost",
    "duplicate_same", "duplicate_conflict", "unknown_firm",
}  # fmt: skip


@pytest.fixture(scope="module")
def sources() -> Sources:
    return load_sources(Catalog.default())


def bad(reading: Reading) -> list[str]:
    return [one.sentence() for one in reading.complaints if one.severity is not Severity.INFO]


def truth(city: DemoCity, name: str) -> pl.DataFrame:
    return pl.read_parquet(city.truth / f"{name}.parquet")


def test_clean_files_read_without_complaint(city: DemoCity, sources: Sources) -> None:
    clean = [one for one in city.files if one.source not in ("county", "firm") or Path(one.path).name in CLEAN]
    assert len(clean) == 29
    for one in clean:
        reading = read(city.folder / one.path, sources)
        assert bad(reading) == [], one.path
        assert (reading.source, reading.rows.height) == (one.source, one.rows), one.path
        assert reading.facts.height >= one.rows, one.path


def expected(city: DemoCity) -> pl.DataFrame:
    """每家每指标每期的真值（长表）。"""
    firms = truth(city, "firms")
    years = [name for name in firms.columns if name[-5:] in ("_2023", "_2024", "_2025")]
    long = firms.unpivot(years, index="firm", value_name="true").select(
        "firm", indicator=pl.col("variable").str.head(-5), period=pl.col("variable").str.tail(4), true="true"
    )
    flat = [
        firms.select("firm", indicator=pl.lit(key), period=pl.lit(""), true=(pl.col(column) * times).cast(pl.Int64))
        for key, (column, times) in SCALE.items()
    ]
    return pl.concat([long, *flat])


def compare(city: DemoCity, file: str, reading: Reading) -> pl.DataFrame:
    """读入的数与真值并排；放了毛病的格用毛病的正确值，应缺的为 null；同户两行矛盾的那一格不比。"""
    rows = truth(city, "rows").filter((pl.col("file") == file) & pl.col("firm").is_not_null()).select("row", "firm")
    planted = truth(city, "faults").filter((pl.col("file") == file) & (pl.col("column") > 0))
    conflict = planted.filter(pl.col("kind") == "duplicate_conflict")
    spoiled = planted.select("row", "column", right=pl.col("right").cast(pl.Int64, strict=False), planted=pl.lit(True))
    found = reading.facts.join(
        reading.rows.select("row_id", rows_row="row").join(rows, left_on="rows_row", right_on="row"), on="row_id"
    )
    numbers = found.filter(pl.col("value").is_not_null() & pl.col("indicator").is_in([*SCALE, *MONEY]))
    single = pl.when(pl.col("indicator").is_in(list(SCALE))).then(pl.lit("")).otherwise("period")
    joined = (
        numbers.join(conflict, on=["row", "column"], how="anti")
        .with_columns(period=single)
        .join(expected(city), on=["firm", "indicator", "period"], how="left")
        .join(spoiled, on=["row", "column"], how="left")
    )
    return joined.with_columns(right=pl.when(pl.col("planted")).then("right").otherwise("true"))


@pytest.mark.parametrize("file", EXACT)
def test_surveys_read_to_the_truth_cell_by_cell(city: DemoCity, sources: Sources, file: str) -> None:
    table = compare(city, file, read(city.folder / "county" / file, sources))
    wrong = table.filter(~pl.col("value").eq_missing(pl.col("right")))
    assert table.height >= 50
    assert wrong.select("row", "column", "indicator", "value", "right").rows() == []


def test_wrong_unit_file_is_ten_thousand_times_too_large(city: DemoCity, sources: Sources) -> None:
    file = "冠县企业数据一览表.xlsx"
    table = compare(city, file, read(city.folder / "county" / file, sources))
    money = table.filter(pl.col("indicator").is_in(MONEY[:-1]) & pl.col("planted").is_null())
    assert money.height >= 30
    assert money.filter(pl.col("value") != pl.col("right") * 10_000).rows() == []


def test_every_kind_of_fault_occurs_even_in_a_small_city(city: DemoCity) -> None:
    kinds = set(truth(city, "faults")["kind"])
    assert KINDS - kinds == set()


def test_rows_resolve_to_the_right_firm_or_to_a_person(city: DemoCity, sources: Sources) -> None:
    firms = truth(city, "firms")
    former = pl.when(pl.col("former_name").is_not_null()).then(pl.concat_list("former_name"))
    registry = firms.select(
        enterprise="uscc", uscc="uscc", name="name", former_names=former, region="county", address="address",
        entity_type="kind",
    )  # fmt: skip
    own = truth(city, "rows").join(firms.select("firm", true="uscc"), on="firm", how="left")
    for file in EXACT:
        reading = read(city.folder / "county" / file, sources)
        found = reading.rows.hstack(resolve(reading.rows, registry, may_create=False).drop("row_id"))
        table = found.join(own.filter(pl.col("file") == file).select("row", "true"), on="row", how="left")
        assert table.filter((pl.col("outcome") == "matched") & (pl.col("enterprise") != pl.col("true"))).rows() == []
        held = table.filter(pl.col("outcome") != "matched")["row"].to_list()
        planted = truth(city, "faults").filter(pl.col("file") == file)
        excused = pl.col("indicator").is_in(["uscc", "name"]) | (pl.col("kind") == "unknown_firm")
        assert set(held) <= set(planted.filter(excused)["row"])


def test_dates_industries_and_districts_are_repaired(city: DemoCity, sources: Sources) -> None:
    firms = truth(city, "firms").with_columns(pl.col("established").cast(pl.String))
    own = truth(city, "rows").join(firms, on="firm")
    checks = {"莘县企业数据一览表.csv": "industry", "高新区企业数据一览表.xlsx": "established"}
    for file, indicator in checks.items():
        facts = read(city.folder / "county" / file, sources).facts.filter(pl.col("indicator") == indicator)
        table = facts.join(own.filter(pl.col("file") == file).select("row", true=indicator), on="row")
        assert table.height >= 4
        assert table.filter(pl.col("text") != pl.col("true")).select("row", "text", "true").rows() == []


def test_vertical_forms_read_to_the_truth(city: DemoCity, sources: Sources) -> None:
    for one in (one for one in city.files if one.source == "firm"):
        table = compare(city, Path(one.path).name, read(city.folder / one.path, sources))
        assert table.height >= 18, one.path
        assert table.filter(~pl.col("value").eq_missing(pl.col("right"))).rows() == []


def test_listed_patents_are_those_applied_and_related(city: DemoCity, sources: Sources) -> None:
    file = "东昌府区企业数据一览表.xlsx"
    reading = read(city.folder / "county" / file, sources)
    listed = reading.facts.filter(pl.col("indicator") == "ip.applied")["item"].unique()
    used = truth(city, "patents").filter(pl.col("applied") & pl.col("related"))["number"]
    assert len(listed) > 20
    assert set(listed) <= set(keys(used, "patent_number"))


def test_surveys_complain_only_where_a_fault_was_planted(city: DemoCity, sources: Sources) -> None:
    planted = truth(city, "faults")
    for file in EXACT:
        reading = read(city.folder / "county" / file, sources)
        here = planted.filter((pl.col("file") == file) & (pl.col("column") > 0))
        twins = here.filter(pl.col("kind") == "duplicate_conflict")["row"]
        rows = {*here["row"], *(row - 1 for row in twins)}
        loud = [one for one in reading.complaints if one.severity is not Severity.INFO]
        assert [one.sentence() for one in loud if one.row not in rows and one.code != "hidden"] == []
