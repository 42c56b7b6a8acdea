"""来源声明的装载：严格，错处带文件与行号。"""

import pytest

from miaopu.ledger.source import load_sources
from miaopu.terms.catalog import Catalog
from miaopu.terms.indicator import load_indicators
from miaopu.terms.yaml_lines import CatalogError

HEAD = """code: x
title: 某部门
department: 某局
sharing_basis: 某条例
purpose: 某用途
precedence: 5
tables:
- code: t
  title: 某表
  columns:
  - {role: name, aliases: [企业名称]}
"""


@pytest.fixture(scope="module")
def sources():
    return load_sources(Catalog.default())


def _load(tmp_path, text):
    folder = tmp_path / "sources" / "x"
    folder.mkdir(parents=True)
    (folder / "source.yaml").write_text(text, encoding="utf-8")
    return load_sources(Catalog(tmp_path), load_indicators(Catalog.default()))


def test_every_source_of_the_contract_is_declared(sources):
    expected = "registration registry_report market tax statistics hrss science ip miit sasac credit county firm"
    assert set(sources) == set(expected.split())
    assert all(one.sharing_basis and one.purpose and one.personal for one in sources.values())


def test_statistics_may_not_ground_and_lists_are_complete_where_declared(sources):
    assert [code for code, one in sources.items() if not one.may_ground] == ["statistics"]
    complete = {
        f"{code}.{table.code}" for code, one in sources.items() for table in one.tables if table.coverage == "complete"
    }
    assert complete == {
        "market.lists", "market.standards", "science.titles", "science.institutions", "science.awards", "ip.patents",
        "miit.titles", "miit.support", "miit.maker", "credit.incidents", "credit.environment", "sasac.control",
        "registration.equity", "county.construction",
    }  # fmt: skip


def test_the_three_research_costs_are_three_indicators(sources):
    said = {(code, column.indicator) for code, one in sources.items() for t in one.tables for column in t.columns}
    assert {("county", "rd"), ("firm", "rd"), ("tax", "rd_deduction")} <= said
    assert ("tax", "rd") not in said and ("statistics", "rd") not in said


def test_no_personal_column_is_an_alias(sources):
    for one in sources.values():
        aliases = {alias for table in one.tables for column in table.columns for alias in column.aliases}
        assert not aliases & one.personal, one.code


def test_a_good_declaration_loads(tmp_path):
    text = HEAD + "  - {indicator: revenue, aliases: ['营业收入（全年）'], unit: 万元}\n"
    column = _load(tmp_path, text)["x"].tables[0].columns[1]
    assert column.aliases == ("营业收入(全年)",) and column.period == ("header", "column", "title")


@pytest.mark.parametrize(
    ("line", "at", "words"),
    [
        ("  - {indicator: revenu, aliases: [营业收入]}\n", 12, "不在 catalog/indicators"),
        ("  - {indicator: revenue, aliases: [营业收入], unit: 人}\n", 12, "单位“人”"),
        ("  - {indicator: ip, aliases: [专利]}\n", 12, "不是可读入"),
        ("  - {indicator: ip.colour, aliases: [颜色]}\n", 12, "不是可读入"),
        ("  - {indicator: revenue, alias: [营业收入]}\n", 12, "不认得的键“alias”"),
        ("  - {indicator: revenue}\n", 12, "缺表头"),
        ("  - {indicator: revenue, aliases: [企业名称]}\n", 12, "同时属于"),
        ("  - {indicator: revenue, aliases: [营业收入], period: sometimes}\n", 12, "period"),
        ("  - {role: owner, aliases: [老板]}\n", 12, "不认得“owner”"),
        ("hidden: {rows: maybe}\n", 12, "hidden"),
        ("basis: 大概\n", 12, "basis"),
    ],
)
def test_a_mistake_names_the_file_and_the_line(tmp_path, line, at, words):
    with pytest.raises(CatalogError) as caught:
        _load(tmp_path, HEAD + line)
    assert caught.value.line == at and words in str(caught.value) and "source.yaml" in str(caught.value)
