"""条目键：同一件专利的各种写法是一个键，不同的两件不会并成一件。"""

import polars as pl
import pytest

from miaopu.terms.item_key import keys, patent_number, standard_number, wording


@pytest.mark.parametrize(
    "text",
    [
        "202010123456.2",
        "2020101234562",
        "202010123456",
        "ZL202010123456.2",
        "zl 2020 1 0123456.2",
        "ＺＬ２０２０１０１２３４５６．２",
        "专利号：ZL202010123456",
        "CN202010123456.2",
        "ZL2020-1-0123456",
    ],
)
def test_one_patent_has_one_key(text):
    assert patent_number(text) == "202010123456"


def test_the_check_digit_may_be_a_letter_in_either_case():
    assert patent_number("ZL201520000004.X") == patent_number("201520000004x") == "201520000004"


def test_a_wrong_check_digit_is_kept_apart():
    assert patent_number("202010123456.7") == "2020101234567"


def test_old_numbers_lose_their_check_digit_only_when_it_is_one():
    assert patent_number("ZL02144686.5") == patent_number("02144686.5") == "02144686"
    assert patent_number("021446865") == "021446865"


def test_other_registrations_keep_their_own_form():
    assert patent_number("软著登字第 1234567 号") == "软著登字第1234567号"
    assert patent_number("2020sr0123456") == "2020SR0123456"
    assert patent_number("CN112345678B") == "CN112345678B"


def test_wordings_and_standards():
    assert wording("山东省（重点） 实验室 a") == wording("山东省(重点)实验室Ａ")
    assert standard_number("GB/T 1234—2020") == standard_number("ＧＢ／Ｔ1234-2020") == "GB/T1234-2020"


def test_a_column_keeps_its_rows_and_its_blanks():
    assert keys(pl.Series(["ZL202010123456", None, "202010123456.2"]), "patent_number").to_list() == [
        "202010123456",
        None,
        "202010123456",
    ]
