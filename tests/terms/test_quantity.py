"""数量的解析与显示：精确、可往返、从不把缺失当零。"""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from miaopu.terms.quantity import LIMIT, SCALES, display, exact, is_missing, parse, scale_of, unit_named

MONEY_UNITS = ("元", "千元", "万元", "百万元", "亿元")


@pytest.mark.parametrize(
    ("text", "kind", "unit", "value"),
    [
        ("1,234.5万", "money", "元", 1_234_500_000),
        ("1234.5", "money", "万元", 1_234_500_000),
        ("１，２３４．５", "money", "元", 123_450),
        ("约3000", "count", "人", 3000),
        ("3000人左右", "count", "人", 3000),
        ("3000余人", "count", "人", 3000),
        ("3万", "count", "人", 30_000),
        ("3.2亿元", "money", "万元", 32_000_000_000),
        ("(1,234)", "money", "元", -123_400),
        ("-0.5", "money", "万元", -500_000),
        ("¥88", "money", "元", 8_800),
        ("1e3", "money", "元", 100_000),
        ("35‰", "percent", "%", 35_000),
        ("69.995%", "percent", "%", 699_950),
        ("0.69995", "percent", "比值", 699_950),
        ("3.99", "decimal", "年", 39_900),
        ("3.99年", "decimal", "年", 39_900),
        ("0", "money", "元", 0),
    ],
)
def test_written_shapes(text, kind, unit, value):
    got = parse(text, kind, unit)
    assert got.value == value and type(got.value) is int and not got.problem and not got.missing


@pytest.mark.parametrize("text", ["", " ", "—", "——", "-", "/", "无", "未统计", "N/A", "暂无", "　"])
def test_missing_is_not_zero(text):
    got = parse(text, "money", "元")
    assert got.missing and got.value is None and not got.problem and is_missing(text)


@pytest.mark.parametrize(
    ("text", "kind", "unit"),
    [("12a", "money", "元"), ("1,23", "money", "元"), ("1.2.3", "money", "元"), ("30人", "money", "元"),
     ("30元", "count", "人"),
     ("3.5", "count", "人"), ("-3", "count", "人"), ("若干", "count", "人"), ("5", "money", "人"),
     ("--5", "money", "元"),
     ("1-2", "money", "元"), (".", "money", "元")],
)  # fmt: skip
def test_what_is_not_understood_is_a_problem_never_a_value(text, kind, unit):
    got = parse(text, kind, unit)
    assert got.value is None and got.problem and not got.missing


def test_the_limit_is_ten_trillion_yuan_exactly():
    assert parse("10000000000000", "money", "元").value == LIMIT
    assert "10 万亿元" in parse("10000000000000.01", "money", "元").problem
    assert parse("100000.000001", "money", "亿元").value is None
    assert parse("1e300", "money", "元").problem


def test_finer_than_a_fen_is_rounded_and_says_so():
    assert parse("0.125", "money", "元") == parse("0.12", "money", "元").__class__(12, rounded=True)
    assert not parse("0.12", "money", "元").rounded and parse("约5", "money", "元").approximate


@given(st.integers(-LIMIT, LIMIT), st.sampled_from(MONEY_UNITS))
def test_every_amount_survives_being_written_in_any_unit(fen, unit):
    assert parse(f"{exact(fen, 'money', unit):f}", "money", unit).value == fen


@given(st.integers(-LIMIT, LIMIT), st.sampled_from(MONEY_UNITS), st.booleans())
def test_separators_width_and_unit_words_do_not_change_the_amount(fen, unit, wide):
    text = f"{exact(fen, 'money', unit):,f}{unit}"
    if wide:
        text = text.translate({ord(a): ord(b) for a, b in zip("0123456789,.", "０１２３４５６７８９，．", strict=True)})
    assert parse(text, "money", "元").value == fen


@given(
    st.sampled_from([(k, u) for k, scales in SCALES.items() for u in scales]), st.decimals(-(10**9), 10**9, places=8)
)
def test_a_value_is_the_nearest_internal_integer(pair, number):
    kind, unit = pair
    got = parse(f"{number:f}", kind, unit)
    if got.value is not None:
        wanted = Fraction(number) * scale_of(kind, unit)
        assert abs(wanted - got.value) <= Fraction(1, 2) and got.rounded == (wanted != got.value)
    else:
        assert kind == "count" or abs(Fraction(number) * scale_of(kind, unit)) > LIMIT


@given(st.text(max_size=12))
def test_any_text_gets_exactly_one_of_value_missing_problem(text):
    got = parse(text, "money", "元")
    assert (got.value is not None) + got.missing + bool(got.problem) == 1


@pytest.mark.parametrize(
    ("value", "kind", "unit", "shown"),
    [(123_456_789, "money", "万元", "123.46"), (-1, "money", "万元", "-0.000001"), (None, "money", "万元", "—"),
     (1_234_567_890_000, "money", "万元", "1,234,567.89"), (699_950, "percent", "%", "70.00%"),
     (1234, "count", "人", "1,234"),
     (39_900, "decimal", "年", "3.99"), (5_000, "money", "万元", "0.01"), (0, "money", "万元", "0.00"),
     (30, "percent", "%", "0.003%")],
)  # fmt: skip
def test_display_rounds_only_what_is_shown(value, kind, unit, shown):
    assert display(value, kind, unit) == shown


def test_units_are_recognised_by_their_words():
    assert [unit_named(one) for one in ("万元", "％", "‰", "人", "（元）", "斤", "")] == [
        "万元",
        "%",
        "‰",
        "人",
        "元",
        None,
        None,
    ]
    assert scale_of("money", "人") is None and Decimal(scale_of("money", "万元")) == Decimal(10**6)
