"""统一社会信用代码：国标示例、13 个真实写法、案例 USCC-001、各种坏法，以及整列与逐个一致。"""

import polars as pl
import pytest

from miaopu.terms import uscc

CASES = [
    ("91350100M000100Y43", True, None),
    ("91371502MA0DEM11X1", True, None),
    ("91370481MA0DEM2246", True, None),
    ("91371502MA0DEM11X2", False, "check_digit"),
    ("91371502MA0DEM12X1", False, "check_digit"),
    ("91371502MAODEM11X1", False, "charset"),
    ("91371502MA0DEM11X", False, "length"),
    ("91371502ma0dem11x1", True, None),
    ("91 110000 600037341L", True, None),
    ("91110000-600037341-L", True, None),
    ("'91110000600037341L", True, None),
    ("\u200b91110000600037341L\ufeff", True, None),
    ("　91371500706205470N\n", True, None),
    ("９１３７１５００７０６２０５４７０Ｎ", True, None),
    ("91371524MA3CxEL05Y", True, None),
    ("91110000600037341N", False, "check_digit"),
    ("9111000060003IOZSV", False, "charset"),
    ("A1110000600037341L", False, "registrar"),
    ("B1110000600037341L", False, "registrar"),
    ("98110000600037341L", False, "registrar"),
    ("12345", False, "length"),
    ("9.13715E+17", False, "lossy"),
    ("9.137E17", False, "lossy"),
    ("913715020000000000", False, "lossy"),
    ("913715021234567000.0", False, "lossy"),
    ("370100000000018", False, "length"),
    ("无", False, "missing"),
    ("", False, "missing"),
    (None, False, "missing"),
    ("已注销", False, "charset"),
]


@pytest.mark.parametrize(("raw", "valid", "reason"), CASES)
def test_each_way_of_writing_is_judged(raw, valid, reason):
    result = uscc.check(raw)
    assert (result.valid, result.reason) == (valid, reason)


def test_parts_of_a_valid_code():
    result = uscc.check("91371502ma0dem11x1")
    assert (result.normalized, result.region, result.organisation) == ("91371502MA0DEM11X1", "371502", "MA0DEM11X")


def with_check(body: str) -> str:
    return body + uscc.check_digit(body)


@pytest.mark.parametrize("start", ["A1", "N2", "Y1", "54"])
def test_codes_may_start_with_letters(start):
    assert uscc.check(with_check(start + "371502" + "MA0DEM11X")).valid


def test_wrong_organisation_digit_warns_only():
    result = uscc.check(with_check("91371502MA0DEM11A"))
    assert result.valid
    assert "主体标识" in result.warnings[0]


def test_old_registration_number_is_recognised():
    body = "37150020000012"
    number = body + uscc.legacy_digit(body)
    assert uscc.check(number).reason == "legacy15"
    assert uscc.check(body + str((int(number[-1]) + 1) % 10)).reason == "length"
    assert uscc.check("110108000000016").reason == "legacy15"  # 公开的旧注册号校验示例


def test_old_tax_number_gives_its_organisation_code():
    result = uscc.check("371502706205470")
    assert (result.reason, result.kind, result.organisation) == ("length", "tax15", "706205470")


def test_lookalike_letters_are_suggested_not_corrected():
    result = uscc.check("9137I502MA0DEM11X1")
    assert (result.valid, result.suggestion) == (False, "91371502MA0DEM11X1")


def test_column_agrees_with_each():
    raws = [raw for raw, _, _ in CASES] * 2 + [with_check("98371502MA0DEM11X"), with_check("91371502MA0DEM11A")]
    table = uscc.check_column(pl.Series(raws, dtype=pl.String))
    for raw, row in zip(raws, table.iter_rows(named=True), strict=True):
        one = uscc.check(raw)
        assert (row["normalized"], row["valid"], row["reason"]) == (one.normalized, one.valid, one.reason), raw
        assert (row["region"], row["organisation"], row["kind"]) == (one.region, one.organisation, one.kind), raw
