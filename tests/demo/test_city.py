"""演示城市：总数、名称、代码、可复现。"""

from datetime import date
from pathlib import Path

import polars as pl

from miaopu.demo import DemoCity, build
from miaopu.demo.town.code import ALPHABET
from miaopu.terms.catalog import Catalog


def truth(city: DemoCity, name: str = "firms") -> pl.DataFrame:
    return pl.read_parquet(city.truth / f"{name}.parquet")


def valid(code: str) -> bool:
    """按 GB 32100、GB 11714 另写一遍，与造码的向量算法互为旁证。"""
    total = sum(ALPHABET.index(mark) * pow(3, place, 31) for place, mark in enumerate(code[:17]))
    body = sum(int(mark, 36) * weight for mark, weight in zip(code[8:16], (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    organisation = "0123456789X0"[(11 - body % 11)]
    return ALPHABET[-total % 31] == code[17] and organisation == code[16]


def test_every_name_is_marked_invented_and_unique(city: DemoCity) -> None:
    firms = truth(city)
    assert firms["name"].str.contains("虚构").all()
    assert firms["name"].is_unique().all()


def test_codes_are_unique_valid_and_in_the_invented_range(city: DemoCity) -> None:
    codes = truth(city)["uscc"]
    assert codes.is_unique().all()
    assert codes.str.slice(8, 2).unique().to_list() == ["XG"]
    assert all(map(valid, codes))


def test_sections_scale_with_the_city(city: DemoCity) -> None:
    counts = dict(truth(city)["section"].value_counts().iter_rows())
    assert (counts["C"], counts["I"], sum(counts.values())) == (334, 80, 2000)


def test_same_arguments_give_the_same_bytes(city: DemoCity, tmp_path: Path) -> None:
    again = build(tmp_path, firms=2000, catalog=Catalog.default())
    assert again.files == city.files
    for one in sorted(path for path in tmp_path.rglob("*") if path.is_file()):
        assert one.read_bytes() == (city.folder / one.relative_to(tmp_path)).read_bytes(), one


def test_valid_titles_are_those_of_the_public_figures_scaled(city: DemoCity) -> None:
    today = date(2026, 11, 20)
    held = truth(city, "titles").filter(pl.col("since").le(today) & pl.col("until").ge(today))
    counts = dict(held.group_by("title").len().iter_rows())
    assert counts == {
        "innovative": 17, "municipal_srdi": 12, "srdi": 9, "little_giant": 1, "gazelle": 1, "single_champion": 1,
        "hte": 11, "tech_sme": 16, "tech_demo": 1,
    }  # fmt: skip


def test_missing_is_null_before_a_firm_existed(city: DemoCity) -> None:
    young = truth(city, "firms").filter(pl.col("established").dt.year() == 2025)
    assert young.height > 20
    assert young["revenue_2024"].is_null().all()
    assert young["revenue_2025"].is_not_null().all()


def test_branches_follow_their_head_office(city: DemoCity) -> None:
    firms = truth(city, "firms")
    branches = firms.filter(pl.col("kind") == "branch").join(firms, left_on="head", right_on="firm", suffix="_head")
    assert branches.height > 40
    assert all(own.startswith(head) for own, head in branches.select("name", "name_head").iter_rows())


def test_cells_stay_within_six_million_in_the_whole_city(city: DemoCity) -> None:
    surveys = sum(one.cells for one in city.files if one.source in ("county", "firm"))
    surveyed = truth(city)["surveyed"].sum()
    assert (city.cells - surveys) * 207_455 / 2_000 + surveys * 4_700 / surveyed < 6_100_000
