"""读法：发布的每一条都写成没有英文键的中文；比较词随条文，单位随界线；与算式一一对应。"""

import re

import pytest

from miaopu.standards.load import load_library
from miaopu.standards.tree.expression import parse_truth
from miaopu.standards.tree.reading import read_clauses, read_flags, read_notice, read_scores
from miaopu.standards.tree.words import Words
from miaopu.terms.catalog import Catalog

LIBRARY = load_library(Catalog.default())
CODES = sorted(LIBRARY.standards)
LATIN = re.compile("[A-Za-z_]{2,}|[<>=]")


def told(text, law=""):
    return Words(LIBRARY.vocabulary, text=law).truth(parse_truth(text, LIBRARY.vocabulary.lookup))


@pytest.mark.parametrize("code", CODES)
def test_no_published_clause_shows_an_identifier(code):
    standard = LIBRARY.standards[code]
    lines = [*read_clauses(standard, LIBRARY.vocabulary), *read_scores(standard, LIBRARY.vocabulary)]
    for line in lines:
        for text in (line.plain, *line.notes, *(when for _, when in line.flags)):
            assert not LATIN.search(text), f"{code} {line.id}：{text}"
        assert line.plain
    for _, when in read_flags(standard, LIBRARY.vocabulary):
        assert not LATIN.search(when), when
    assert {line.id for line in lines} >= {clause.id for clause in standard.walk()}


def test_no_notice_shows_an_identifier():
    for notice in LIBRARY.notices:
        for line in read_notice(notice, LIBRARY.vocabulary):
            assert not LATIN.search(line.plain)


@pytest.mark.parametrize(
    ("test", "law", "words"),
    [
        ("main_ratio >= 90%", "比重不低于90%", "主营业务收入占营业收入比重 不低于 90%"),
        ("main_ratio >= 90%", "比重90%以上", "主营业务收入占营业收入比重 90%以上"),
        ("main_ratio >= 90%", "", "主营业务收入占营业收入比重 不低于 90%"),
        ("debt_ratio <= 70%", "不高于70%", "资产负债率 不高于 70%"),
        ("debt_ratio <= 70%", "70%以下", "资产负债率 不超过 70%"),
        ("debt_ratio < 70%", "低于70%", "资产负债率 低于 70%"),
        ("revenue_t1 > 2000万元", "超过2000万元", "上年营业收入 超过 2000万元"),
        ("revenue_t1 >= 1亿元", "", "上年营业收入 不低于 1亿元"),
        ("revenue_t1 >= 1.5万元", "", "上年营业收入 不低于 1.5万元"),
        ("segment_years >= 3年", "达到3年以上", "从事特定细分市场年限 达到 3年"),
        ("not innovative and tech_sme", "", "创新型中小企业：否，且科技型中小企业：是"),
        ("srdi or hte and tech_sme", "", "省级专精特新中小企业：是，或（高新技术企业：是，且科技型中小企业：是）"),
        ("ip_best >= class1_self", "", "知识产权最高档不低于“自主研发Ⅰ类”"),
        ("rd_t1 > rd_t2", "", "上年研发费用（审计）超过上上年研发费用（审计）"),
        ("not incident_3y_data_fraud", "", "近三年事故与违法（数据造假）：否"),
        ("listed_board in [none, neeq]", "", "上市挂牌板块为“无、新三板”之一"),
        ("listed_board != none", "", "上市挂牌板块不是“无”"),
    ],
)
def test_words_follow_the_law_and_the_unit(test, law, words):
    assert told(test, law) == words


def test_bands_tallies_and_steps_are_told_with_their_points():
    lines = {line.id: line for line in read_scores(LIBRARY.find("SRDI-63"), LIBRARY.vocabulary)}
    assert lines["P8"].plain.endswith("资产负债率 不超过 70%，得 1 分；其余得 0 分")
    assert lines["P3"].plain == "从事特定细分市场年限每满 2年得 1 分，最多 5 分"
    assert lines["P6"].plain.startswith("每符合一项得 3 分，最多 5 分：省级以上质量奖：是；")
    assert "得 0 至 3 分" in lines["SD12"].plain
    assert lines["total"].plain == "以下各项得分之和：专业化、精细化、特色化、创新能力"


def test_groups_exemptions_and_kinds_are_told():
    lines = {line.id: line for line in read_clauses(LIBRARY.find("LG-2026"), LIBRARY.vocabulary)}
    assert lines["B4"].plain == "满足以下任一项" and lines["B3b"].plain == "同时满足以下各项"
    assert lines["B4x"].notes == ("成立的，同组其余各项不考查",)
    assert lines["B2c"].notes == ("只在新申请时考查",) and lines["B6"].plain.startswith("由人核定：")
    assert lines["B5a"].depth == 2 and lines["B2b"].inputs == ("main_ratio", "main_revenue_t1", "revenue_t1")
    at_least = {line.plain for code in CODES for line in read_clauses(LIBRARY.find(code), LIBRARY.vocabulary)}
    assert not any("None" in one for one in at_least)
