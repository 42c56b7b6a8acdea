"""演示城市：总数、名称、代码、可复现。"""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from miaopu.demo import DemoCity, build
from miaopu.demo.code import ALPHABET
from miaopu.terms.catalog import Catalog


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DemoCity]:
    yield build(tmp_path_factory.mktemp("city"), firms=2000, catalog=Catalog.default())


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
