"""指标目录的装载。"""

from pathlib import Path

import pytest

from miaopu.terms.catalog import Catalog
from miaopu.terms.indicator import load_indicators
from miaopu.terms.yaml_lines import CatalogError


def _load(tmp_path: Path, text: str):
    folder = tmp_path / "indicators"
    folder.mkdir(exist_ok=True)
    (folder / "one.yaml").write_text(text, encoding="utf-8")
    return load_indicators(Catalog(tmp_path))


def test_packaged_indicators_load_with_their_meaning():
    every = load_indicators(Catalog.default())
    assert every["revenue"].kind == "money" and every["revenue"].period == "year"
    assert every["revenue"].suppliers[:2] == ("tax", "firm")
    assert every["ip"].fields["granted"] == "date"
    assert every["ip"].code_of("发明专利") == "invention"
    assert every["entity_type"].code_of("有限责任公司（自然人独资）") == "company"
    assert every["chain"].open


def test_a_derived_indicator_keeps_its_formula_and_unknown_keys(tmp_path):
    one = _load(tmp_path, "- {key: share, title: 占比, kind: percent, formula: a / b, rounding: none}\n")["share"]
    assert one.derived and one.formula == "a / b" and one.extra["rounding"] == "none" and one.period == ""


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("- {key: a, title: 甲, kind: money}\n- {key: a, title: 乙, kind: money}\n", 2, "已在"),
        ("- key: a\n  title: 甲\n  kind: cash\n", 3, "不认得“cash”"),
        ("- key: a\n  kind: money\n", 1, "title"),
        ("- key: a\n  title: 甲\n  kind: item\n", 1, "fields"),
        ("- key: a\n  title: 甲\n  kind: item\n  fields: {x: cash}\n", 4, "字段“x”"),
        ("- key: a\n  title: 甲\n  kind: category\n  values: {p: [丙], q: [丙]}\n", 4, "同义词“丙”"),
        ("key: a\n", 1, "列表"),
    ],
)
def test_a_mistake_names_the_file_and_the_line(tmp_path, text, line, words):
    with pytest.raises(CatalogError) as caught:
        _load(tmp_path, text)
    assert caught.value.line == line and words in str(caught.value) and "one.yaml" in str(caught.value)
