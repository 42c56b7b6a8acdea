"""目标推导：精确分数、原文、差距照原样留着。"""

from fractions import Fraction

import polars as pl
import pytest
from tests.screening.city import CATALOG

from miaopu.screening import load_settings, targets
from miaopu.screening.target import exact
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError

TABLE = targets(CATALOG)


@pytest.mark.parametrize(
    ("code", "result", "stated", "gap"),
    [
        ("L25-LIBRARY", "187.5", 180, "-7.5"),
        ("L25-RECOMMEND", "125", 125, "0"),
        ("L25-SPECIALIST", "12.5", 30, "17.5"),
        ("L25-MATCH", "12.5", 10, "-2.5"),
        ("L25-DEMAND", "39.8", 40, "0.2"),
        ("Z22-YEARLY", "175", None, ""),
    ],
)
def test_the_arithmetic_of_the_documents_is_kept_visible(code, result, stated, gap):
    row = TABLE.row(by_predicate=pl.col("code") == code, named=True)
    assert (row["result"], row["stated"], row["gap"]) == (result, stated, gap)
    assert row["quote"] and row["place"] and row["document"] and row["expression"].endswith(f"＝{result}")


def test_the_gap_is_said_in_words():
    words = dict(TABLE.select("code", "gap_word").rows())
    assert words["L25-LIBRARY"] == "目标180低于公式得数187.5，相差7.5家"
    assert words["L25-RECOMMEND"] == "目标与公式得数一致"


def test_the_reversed_base_is_said_to_be_reversed():
    row = TABLE.row(by_predicate=pl.col("code") == "L25-DEMAND", named=True)
    assert row["base"] == 796 and "反推" in row["remark"] and row["result_ceiling"] == 40


def test_the_specialists_are_cross_checked_both_ways():
    row = TABLE.row(by_predicate=pl.col("code") == "L25-SPECIALIST", named=True)
    assert "＝24" in row["cross"] and "＝33" in row["cross"]


def test_exact_decimals_and_fractions():
    assert [exact(value) for value in (0, 3)] == ["0", "3"]
    assert [exact(Fraction(*pair)) for pair in ((-15, 2), (1, 8), (1, 3))] == ["-7.5", "0.125", "1/3"]


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("targets/local.yaml", "document: 文\ncode: X\nsource: memory\ntargets:\n- {code: A, title: 甲}\n", "第 5 行"),
        ("targets/local.yaml", "code: X\n", "缺少“document”"),
    ],
)
def test_a_wrong_target_file_names_its_line(tmp_path, name, text, said):
    (tmp_path / "targets").mkdir()
    (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError, match=said):
        targets(Catalog.default(tmp_path))


def test_wrong_settings_name_their_line(tmp_path):
    text = CATALOG.file("screening.yaml").read_text(encoding="utf-8")
    (tmp_path / "screening.yaml").write_text(text.replace("key: short,", "key: luck,"), encoding="utf-8")
    with pytest.raises(CatalogError, match="没有“luck”这个分量"):
        load_settings(Catalog(tmp_path))
    (tmp_path / "screening.yaml").write_text(text + "\nextra: 1\n", encoding="utf-8")
    with pytest.raises(CatalogError, match="不认识“extra”"):
        load_settings(Catalog(tmp_path))
