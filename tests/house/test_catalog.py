"""目录：全部读得进来，互相对得上；词汇表的标识符真的存在。"""

import importlib
import re

import pytest

from miaopu.ledger.source import barred_sources, load_sources
from miaopu.standards.applicability import load_rules
from miaopu.standards.load import load_library
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.indicator import load_indicators

CATALOG = Catalog.default()
UNMODELLED = {"PRE-63"}


@pytest.mark.parametrize("path", list(CATALOG.files(".")), ids=lambda path: path.name)
def test_every_file_parses(path) -> None:
    assert yaml_lines.read(path)


def test_indicators_are_supplied_by_known_sources() -> None:
    sources = load_sources(CATALOG)
    for indicator in load_indicators(CATALOG).values():
        unknown = set(indicator.suppliers) - set(sources)
        assert not unknown, f"指标 {indicator.key} 的提供方 {unknown} 不在 catalog/sources 里"


def test_every_supplier_declares_the_column_it_supplies() -> None:
    sources = load_sources(CATALOG)
    supplied = set().union(*(table.indicators for one in sources.values() for table in one.tables))
    assert {"revenue", "rd", "insured_staff", "hte", "srdi"} <= supplied


def test_applicability_names_known_standards() -> None:
    known = set(load_library(CATALOG).standards) | UNMODELLED
    for rule in load_rules(CATALOG):
        assert rule.choice.standard in known, f"适用规则里的 {rule.choice.standard} 没有标准文件"


def test_no_standard_may_rest_on_a_single_respondents_statistics() -> None:
    """统计的单个调查对象资料不得作为认定依据：声明在，只由它提供的指标标准引用即装载出错（tests/standards/test_load.py）。"""
    assert barred_sources(CATALOG) == {"statistics"}, "统计来源应声明 may_ground: false"
    assert {"above_scale", "rd_statistics"} <= load_library(CATALOG).vocabulary.ungrounded


def test_glossary_identifiers_exist() -> None:
    for entry in CATALOG.read("glossary.yaml"):
        name = entry["identifier"]
        if not name.startswith("miaopu."):
            continue
        module, _, attribute = name.rpartition(".")
        try:
            assert importlib.import_module(name)
        except ModuleNotFoundError:
            assert hasattr(importlib.import_module(module), attribute), f"词汇表里的 {name} 不存在"


def test_glossary_terms_are_unique() -> None:
    terms = [entry["term"] for entry in CATALOG.read("glossary.yaml")]
    assert len(terms) == len(set(terms))
    assert all(re.search("[\u4e00-\u9fff]", term) for term in terms)
