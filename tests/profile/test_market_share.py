"""占有率核算：区间等于逐个角点试出来的；最敏感的假设真的变动最大；界线只从条款来；币种、年度不同的不混算。"""

import zipfile
from copy import deepcopy
from dataclasses import replace
from datetime import date
from fractions import Fraction
from itertools import product
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaopu.desk.signals.share import RULES as FILE
from miaopu.desk.signals.share import (
    paragraphs,
    read_form,
    shared,
    write_blank,
    write_document,
    write_row,
    write_workings,
)
from miaopu.desk.workspace import Workspace
from miaopu.ledger.reading.read import read
from miaopu.profile.market_share import NotEnough, _swings, point, reckon
from miaopu.profile.share_case import Demand, Range, Size
from miaopu.profile.share_form import ShareForm
from miaopu.standards.engine.bind import bind
from miaopu.standards.load import load_library
from miaopu.terms.catalog import Catalog
from miaopu.terms.complaint import Refusal

CATALOG = Catalog.default()
EXAMPLE = Path(__file__).resolve().parents[2] / "docs" / "officials" / "share.yaml"
ON = date(2026, 11, 20)
RULES = CATALOG.read(FILE)
LG = bind(load_library(CATALOG).find("LG-2026"), ON)


def case(data: dict | None = None):
    return ShareForm("核算表.yaml", data or read_form(EXAMPLE), RULES["confidence"]).read()


def changed(*path: object, value: object) -> dict:
    data = deepcopy(read_form(EXAMPLE))
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return data


def test_top_down_range_by_hand() -> None:
    """10400 ÷ 90000 至 10400 ÷ 80500（上年 70000 × 1.15）。"""
    found = reckon(case(), RULES).estimates[0]
    assert (found.method, found.share) == ("top_down", Range(Fraction(10400, 90000), Fraction(10400, 80500)))


def test_shipments_by_hand() -> None:
    found = next(one for one in reckon(case(), RULES).estimates if one.method == "shipments")
    assert found.share == Range(Fraction(5200, 45000), Fraction(5200, 41000))
    assert found.point == Fraction(5200, 43000)


RANGE = st.tuples(st.integers(1, 10**6), st.integers(0, 10**6)).map(
    lambda two: Range(Fraction(two[0]), Fraction(sum(two)))
)


@settings(max_examples=60, deadline=None)
@given(RANGE, st.lists(st.tuples(RANGE, RANGE, RANGE), min_size=1, max_size=2))
def test_bottom_up_range_equals_every_corner(sales, factors) -> None:
    own = case()
    demands = tuple(Demand(own.demands[0].basis, *each) for each in factors)
    found = next(
        one for one in reckon(replace(own, sales=sales, demands=demands), RULES).estimates if one.method == "bottom_up"
    )
    numbers = [value for each in factors for value in each]
    corners = []
    for picked in product(*((value.low, value.high) for value in numbers)):
        size = sum(picked[at] * picked[at + 1] * picked[at + 2] for at in range(0, len(picked), 3)) / 10_000
        corners += [sales.low / size, sales.high / size]
    assert found.share == Range(min(corners), max(corners))
    assert found.share.low <= found.point <= found.share.high


@settings(max_examples=40, deadline=None)
@given(RANGE, RANGE, RANGE)
def test_the_first_swing_is_the_largest_and_can_be_replayed(sales, one, other) -> None:
    own = case()
    sizes = (Size(own.sizes[0].basis, one), Size(own.sizes[1].basis, other))
    given_case = replace(own, sales=sales, sizes=sizes, demands=(), shipments=(), volume=None)
    found = reckon(given_case, RULES)
    assert [each.width for each in found.swings] == sorted((each.width for each in found.swings), reverse=True)
    moved = next((each for each in found.swings if each.title == "本企业销售额"), None)
    ends = [point(replace(given_case, sales=Range(end, end))) for end in (sales.low, sales.high)]
    assert (moved is None) == (sales.low == sales.high)
    assert moved is None or [moved.low, moved.high] == ends
    assert found.overall.low <= found.point <= found.overall.high


def test_the_line_comes_from_the_clause_of_the_standard() -> None:
    told = {one.clause: one for one in reckon(case(), RULES, LG).against}
    assert set(told) == {"B5a", "B5b"}
    assert (told["B5a"].line, told["B5b"].line) == (Fraction(1, 10), 3)
    assert "两端都够得着" in told["B5a"].said and "以内" in told["B5b"].said


@pytest.mark.parametrize(("sales", "said"), [("5000", "够不着"), ("8000~11000", "跨着"), ("10400", "够得着")])
def test_what_is_said_about_the_line_follows_the_range(sales, said) -> None:
    data = changed("行业销量", value=[])
    data["本企业"]["销售额"] = sales
    found = reckon(case(data), RULES, LG)
    assert said in next(one.said for one in found.against if one.clause == "B5a")
    assert not any(word in one.said for one in found.against for word in ("满足", "合格", "认定"))


def test_exactly_on_the_line_counts_as_the_clause_says() -> None:
    """以上含本数：正好一成够得着。"""
    own = replace(case(), sales=Range(Fraction(100), Fraction(100)), demands=(), shipments=())
    sizes = (Size(own.sizes[0].basis, Range(Fraction(1000), Fraction(1000))),)
    assert "两端都够得着" in reckon(replace(own, sizes=sizes), RULES, LG).against[0].said


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (changed("规模来源", 0, "币种", value="美元"), ("规模来源第1行", "美元", "汇率")),
        (changed("规模来源", 0, "年度", value=2023), ("规模来源第1行", "2023", "年度折算")),
        (changed("规模来源", 1, "年度折算说明", value=""), ("规模来源第2行", "年度折算说明")),
        (changed("规模来源", 0, "地域", value="山东"), ("地域“山东”", "全国")),
        (changed("行业销量", 0, "单位", value="吨"), ("单位“吨”", "套")),
        (changed("本企业", "币种", value="美元"), ("本企业", "美元")),
        (changed("本企业", "年度", value=2024), ("本企业", "年度“2024”", "2025")),
        (changed("名次", 0, "年度", value=2024), ("2024 年的名次",)),
        (changed("名次", 0, "国内名次", value="2.5"), ("2.5", "正整数")),
        (changed("规模来源", 0, "规模", value="九亿"), ("规模来源第1行", "九亿", "一个数")),
        (changed("规模来源", 0, "规模", value="90000~82000"), ("90000~82000", "低在前")),
        (changed("规模来源", 0, "规模", value=0), ("大于零",)),
        (changed("规模来源", 0, "规摸", value=5), ("不认识“规摸”",)),
        (changed("市场", "产品", value=""), ("市场", "没有写“产品”")),
        (changed("下游", 0, "单价", value="NaN"), ("下游第1行", "NaN")),
        (changed("下游", value="无"), ("下游", "不是清单")),
    ],
)  # fmt: skip
def test_what_cannot_be_mixed_or_read_is_refused_in_a_sentence(data, words) -> None:
    with pytest.raises(Refusal) as refused:
        case(data)
    assert all(word in str(refused.value) for word in words), str(refused.value)


def test_a_stated_exchange_is_used_and_flagged() -> None:
    data = changed("规模来源", 0, "币种", value="美元")
    data["规模来源"][0] |= {"规模": "11000", "汇率": "7.1~7.2", "汇率说明": "2025年平均汇率"}
    read_case = case(data)
    assert read_case.sizes[0].amount == Range(Fraction(78100), Fraction(79200))
    assert any("2025年平均汇率" in one for one in reckon(read_case, RULES).doubts)


def test_old_uncited_and_weak_sources_are_flagged() -> None:
    data = changed("规模来源", 0, "引用", value="")
    data["规模来源"][1] |= {"年度": 2023, "可信": "低"}
    told = "；".join(reckon(case(data), RULES).doubts)
    assert "没有写引用" in told and "早 2 年" in told and "可信程度低" in told


def test_nothing_to_reckon_with_says_what_is_missing() -> None:
    with pytest.raises(NotEnough, match="总销量"):
        reckon(replace(case(), sizes=(), demands=(), shipments=()), RULES)


def test_the_papers_carry_the_same_numbers(tmp_path) -> None:
    found, program = shared(Workspace(tmp_path / "账"), EXAMPLE, "LG-2026", ON)
    text = "\n".join(
        one.text
        for one in docx.Document(str(write_document(tmp_path / "说明.docx", found, RULES, program, ON))).paragraphs
    )
    for _, told in paragraphs(found, RULES):
        assert told in text
    assert "虚构" in text and "不是结论" in text and "未核原文" in text
    book = openpyxl.load_workbook(write_workings(tmp_path / "底稿.xlsx", found, RULES, program, ON))
    cells = [str(cell) for page in book.worksheets for row in page.iter_rows(values_only=True) for cell in row if cell]
    assert str(found.overall.low) in cells and str(found.overall.high) in cells
    assert not (tmp_path / "账").exists(), "核算不该碰台账"
    assert any("数出自所填的表，没有用台账" in one for one in cells) and not any(
        "快照指纹" in one for one in cells[:-9]
    )
    spans = {one.title: one.given for one in found.swings}
    assert {title.partition("：")[0]: given[-2:] for title, given in spans.items()}["市场规模"] == "万元", (
        "给的范围带单位"
    )


def test_what_each_chain_installs_and_uses_has_its_unit() -> None:
    """装机量用那一路写的单位，单耗是每台几套；没有写单位的不带。"""
    one = case()
    moved = replace(one.demands[1], each=Range(Fraction(1), Fraction(2)))
    told = {swing.title: swing.given for swing in _swings(replace(one, demands=(one.demands[0], moved)))}
    assert told["装机量：其余整机厂"] == "27000 至 31000台" and told["单耗：其余整机厂"] == "1 至 2套/台"
    bare = {swing.title: swing.given for swing in _swings(replace(one, demands=(replace(moved, unit=""),)))}
    assert bare["装机量：其余整机厂"] == "27000 至 31000" and bare["单耗：其余整机厂"] == "1 至 2"


def test_the_form_enters_through_the_intake_with_its_place(tmp_path) -> None:
    """写出的企业填报表，正门读得进来：占有率、名次各一条，出处是这个文件的格。"""
    space = Workspace(tmp_path / "账")
    found, _ = shared(space, EXAMPLE, "LG-2026", ON)
    path = write_row(tmp_path / "企业填报表_虚构.xlsx", found, Fraction("12.3"))
    got = read(path, space.sources)
    facts = {row["indicator"]: row for row in got.facts.to_dicts()}
    assert got.source == "firm"
    assert (facts["market_share"]["value"], facts["domestic_rank"]["value"]) == (123_000, 3)


def test_a_firm_named_like_a_formula_stays_text(tmp_path) -> None:
    found, _ = shared(Workspace(tmp_path / "账"), EXAMPLE, "LG-2026", ON)
    name = '=HYPERLINK("http://x","虚构")'
    path = write_row(tmp_path / "填报.xlsx", replace(found, case=replace(found.case, firm=name)), Fraction("12.3"))
    cell = openpyxl.load_workbook(path).active["B2"]
    assert (cell.value, cell.data_type) == (name, "s")


def test_a_claim_outside_the_range_is_not_written(tmp_path) -> None:
    found, _ = shared(Workspace(tmp_path / "账"), EXAMPLE, "LG-2026", ON)
    with pytest.raises(Refusal, match="核算区间"):
        write_row(tmp_path / "填报.xlsx", found, Fraction(30))
    assert not (tmp_path / "填报.xlsx").exists()


def test_the_blank_book_filled_reads_like_the_yaml(tmp_path) -> None:
    path, data = write_blank(tmp_path / "空白.xlsx"), read_form(EXAMPLE)
    book = openpyxl.load_workbook(path)
    for title, part in data.items():
        page = book[title]
        if isinstance(part, dict):
            for row in page.iter_rows(max_col=1):
                page.cell(row[0].row, 2, part.get(row[0].value))
            continue
        heads = [cell.value for cell in page[1]]
        for row in part:
            page.append([row.get(head) for head in heads])
    book.save(path)
    assert case(read_form(path)) == case()


def test_a_damaged_book_is_refused_in_words(tmp_path) -> None:
    """压缩包好的、里面残缺的：一张表半截、工作簿不是 XML、压缩内容坏了。"""
    whole, paths = write_blank(tmp_path / "空白.xlsx"), []
    for part, damage in (
        ("xl/worksheets/sheet1.xml", lambda data: data[: len(data) // 2]),
        ("xl/workbook.xml", lambda data: b"<x"),
    ):
        paths.append(tmp_path / f"{len(paths)}.xlsx")
        with zipfile.ZipFile(whole) as source, zipfile.ZipFile(paths[-1], "w") as target:
            for one in source.namelist():
                data = source.read(one)
                target.writestr(one, damage(data) if one == part else data)
    raw = bytearray(whole.read_bytes())
    with zipfile.ZipFile(whole) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 60
    raw[start : start + 40] = bytes(one ^ 0x55 for one in raw[start : start + 40])
    paths.append(tmp_path / "坏.xlsx")
    paths[-1].write_bytes(raw)
    for path in paths:
        with pytest.raises(Refusal, match="文件损坏"):
            read_form(path)
