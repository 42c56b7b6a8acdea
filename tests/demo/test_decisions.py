"""演示的决定文件：决定门读得懂；专家有是有否有留空有过期；复核决定照真值放行一部分，其余仍待人。"""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from miaopu.demo import DemoCity, build
from miaopu.demo.decisions import CHOSEN, FOLDER, JUDGED, review_file
from miaopu.ledger.decision import decide, decisions, review
from miaopu.ledger.intake import Intake, in_order
from miaopu.ledger.journal import Ledger, active, open_ledger
from miaopu.ledger.resolve import read_decisions
from miaopu.ledger.source import load_sources
from miaopu.standards.load import load_library
from miaopu.terms.catalog import Catalog

DAY = date(2026, 11, 20)
TITLES = {"税务": "tax"}
CATALOG = Catalog.default()


def firms(city: DemoCity) -> pl.DataFrame:
    return pl.read_parquet(city.truth / "firms.parquet")


def test_judgements_are_read_and_say_yes_no_or_nothing(city: DemoCity) -> None:
    entries, complaints = read_decisions(city.folder / FOLDER / JUDGED)
    assert complaints == ()
    said = [one.value for one in entries]
    assert said.count(1) > 60 and said.count(0) > 30
    written = pl.read_excel(city.folder / FOLDER / JUDGED, engine="calamine")
    assert 10 < written.height - len(entries) < 60
    assert sum(one.until < DAY for one in entries) in range(3, 7)
    assert {one.enterprise for one in entries} <= set(firms(city)["uscc"])
    assert len({(one.enterprise, one.indicator) for one in entries}) == len(entries)


def test_judgements_name_indicators_and_versions_that_exist(city: DemoCity) -> None:
    library = load_library(CATALOG)
    entries, _ = read_decisions(city.folder / FOLDER / JUDGED)
    assert {one.version for one in entries} <= set(library.standards)
    judged = {key for key, one in library.vocabulary.indicators.items() if one.extra.get("judged")}
    assert len({one.indicator for one in entries}) >= 8 and {one.indicator for one in entries} <= judged


def test_only_the_county_in_the_wrong_unit_gives_way_to_the_tax_figures(city: DemoCity) -> None:
    entries, complaints = read_decisions(city.folder / FOLDER / CHOSEN, TITLES)
    assert complaints == () and {(one.indicator, one.source) for one in entries} == {("revenue", "tax")}
    own = firms(city).filter(pl.col("uscc").is_in([one.enterprise for one in entries]))
    assert 1 <= own.height < 6 and set(own["county"]) == {"冠县"}


@pytest.fixture(scope="module")
def ledger(city: DemoCity, tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    made = open_ledger(tmp_path_factory.mktemp("ledger") / "台账")
    desk = Intake(made, load_sources(CATALOG), received=DAY, by="测试")
    paths = [city.folder / one.path for one in city.files if one.source in ("registration", "county")]
    for path in in_order(paths):
        desk.take(path)
    return made


def waiting(ledger: Ledger) -> pl.DataFrame:
    named = [(one.id, one.body["source"], one.body["file"]) for one in active(ledger, DAY).batches]
    names = pl.DataFrame(named, schema=["batch", "source", "file"], orient="row")
    return review(ledger, DAY).drop("source").join(names, on="batch", how="left")


def test_reviewed_rows_are_released_to_their_true_firm_and_some_stay_open(
    city: DemoCity, ledger: Ledger, tmp_path: Path
) -> None:
    before = waiting(ledger)
    path = review_file(CATALOG, city.folder, before, seed=2026)
    assert path is not None
    entries, complaints = read_decisions(path)
    assert complaints == () and 1 <= len(entries) < before.height
    posted = decide(ledger, entries, by="测试", on=DAY)
    assert posted.body["rows"] == len(entries) and review(ledger, DAY).height == before.height - len(entries)
    released = decisions(active(ledger, DAY)).join(before, on=["batch", "row_id"], suffix="_row")
    rows = pl.read_parquet(city.truth / "rows.parquet").join(firms(city).select("firm", "uscc"), on="firm")
    right = released.join(rows, on=["file", "row"], suffix="_true")
    assert right.height == len(entries) and (right["enterprise"] == right["uscc_true"]).all()


def test_nothing_waiting_writes_nothing(city: DemoCity, tmp_path: Path) -> None:
    schema = {"batch": pl.String, "row_id": pl.UInt32, "source": pl.String, "file": pl.String, "sheet": pl.String,
              "row": pl.UInt32, "name_raw": pl.String}  # fmt: skip
    assert review_file(CATALOG, city.folder, pl.DataFrame(schema=schema), seed=2026) is None


def test_another_seed_gives_other_judgements(city: DemoCity, tmp_path: Path) -> None:
    other = build(tmp_path, firms=2000, seed=7, catalog=CATALOG)
    mine, theirs = (read_decisions(one.folder / FOLDER / JUDGED)[0] for one in (city, other))
    assert {one.enterprise for one in mine}.isdisjoint({one.enterprise for one in theirs})
