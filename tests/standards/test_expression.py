"""算式：读成节点；单位、类别、名字写错即报哪里错、应怎么写。"""

from fractions import Fraction

import pytest

from miaopu.standards.tree.expression import ExpressionError, parse_number, parse_truth
from miaopu.standards.tree.node import (
    All,
    AnyOf,
    Arithmetic,
    Compare,
    Compound,
    Derived,
    Extremum,
    Fixed,
    Flag,
    Input,
    Literal,
    Member,
    Not,
)

REVENUE = Input("revenue_t1", "money", 1)


@pytest.fixture(scope="module")
def lookup(library):
    return library.vocabulary.lookup


def test_and_binds_tighter_than_or(lookup):
    found = parse_truth("srdi or hte and not innovative", lookup)
    srdi, hte, innovative = (Flag(Input(name, "flag")) for name in ("srdi", "hte", "innovative"))
    assert found == AnyOf((srdi, All((hte, Not(innovative)))))


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("revenue_t1 >= 5000万元", Fraction(5_000_000_000)),
        ("revenue_t1 >= 0.5亿元", Fraction(5_000_000_000)),
        ("revenue_t1 >= 50000000元", Fraction(5_000_000_000)),
    ],
)
def test_money_units_are_one_amount(lookup, text, limit):
    assert parse_truth(text, lookup) == Compare(">=", REVENUE, Literal(limit))


def test_percent_is_exact(lookup):
    found = parse_truth("market_share >= 69.995%", lookup)
    assert found.right == Literal(Fraction(69995, 100_000))


def test_two_sided_comparison_moves_to_one_side(lookup):
    found = parse_truth("main_revenue_t1 >= revenue_t1", lookup)
    assert found == Compare(">=", Arithmetic("-", Input("main_revenue_t1", "money", 1), REVENUE), Literal(Fraction(0)))


def test_derived_keeps_name_and_formula(lookup):
    found = parse_truth("main_ratio >= 90%", lookup)
    assert isinstance(found.left, Derived) and found.left.given.name == "main_ratio"
    assert isinstance(lookup("cagr").formula, Compound) and isinstance(lookup("cagr_best").formula, Extremum)


def test_yearly_formula_takes_the_year_of_its_name(lookup):
    formula = lookup("growth_t2").formula
    assert formula.left == Arithmetic("/", Input("main_revenue_t2", "money", 1), Input("main_revenue_t3", "money", 1))


def test_categories(lookup):
    assert parse_truth("listed_board in [none, neeq]", lookup).values == ("none", "neeq")
    assert parse_truth("ip_best >= class1", lookup).values == ("class1_high_value", "class1_self", "class1")
    assert isinstance(parse_truth("listed_board != none", lookup), Not)
    assert isinstance(parse_truth("listed_board == none", lookup), Member)


def test_constants_and_functions(lookup):
    assert parse_truth("true", lookup) == Fixed(True)
    assert isinstance(parse_truth("max(revenue_t1, revenue_t2) >= 1万元", lookup).left, Extremum)
    assert isinstance(parse_number("mean(rd_t1, rd_t2)", lookup), Arithmetic)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("revenue_t1 >= 5000", "单位不合：左边是 金额"),
        ("revenue_t1 >= 5000%", "单位不合：左边是 金额"),
        ("main_ratio >= 90", "单位不合：左边是 比例"),
        ("rd_t1 + rd_t2 >= 1200", "单位不合：左边是 金额"),
        ("rd_t1 / revenue_t1 >= 3", "单位不合：左边是 比例"),
        ("segment_years >= 3万元", "不能带“万元”"),
        ("revenue >= 1万元", "应写“revenue_t1”"),
        ("main_ratio_t1 >= 1%", "“main_ratio_t1”写法不对，应写“main_ratio”"),
        ("revenu_t1 >= 1万元", "没有“revenu_t1”这个指标；请在 catalog/indicators 里找"),
        ("revenue_t1", "不是是否类指标，缺少比较"),
        ("revenue_t1 >=", "缺少“内容”"),
        ("srdi hte", "多出“hte”"),
        ("srdi and (hte", "缺少"),
        ("revenue_t1 in [a]", "只有类别指标可以用 in"),
        ("listed_board >= none", "类别指标不能用 >= 比较"),
        ("ip_best <= class1", "类别指标不能用 <= 比较"),
        ("revenue_t1 ≥ 1万元", "读不懂"),
        ("median(revenue_t1) >= 1万元", "没有“median”这个函数"),
    ],
)
def test_mistakes_are_named(lookup, text, words):
    with pytest.raises(ExpressionError) as error:
        parse_truth(text, lookup)
    assert words in str(error.value)
