"""派生：条件三值，件数是区间；名单完整才封顶；口径写错即报文件与行号。"""

from datetime import date

import polars as pl
import pytest
from firms import RULES, A, B, book

from miaopu.ledger.derive import derived_items
from miaopu.ledger.derive.condition import parse, years_before
from miaopu.ledger.snapshot import SourceRule, snapshot
from miaopu.terms.catalog import Catalog
from miaopu.terms.indicator import load_indicators
from miaopu.terms.yaml_lines import CatalogError

INDICATORS = load_indicators(Catalog.default())
DAY, NOW = date(2026, 3, 1), date(2026, 11, 20)
LISTS = {"science": "award", "credit": "incident", "bureau": "maker"}
WHOLE = [*RULES, *(SourceRule(code, complete=frozenset({key})) for code, key in LISTS.items())]
GOOD = {"kind": "invention", "granted": "2020-01-01", "acquired": "own", "holder_rank": 1, "valid": 1, "related": 1,
        "applied": 1, "high_value": 0}  # fmt: skip


def _item(kind, key, fields, firm=A):
    return [
        {
            "firm": firm,
            "indicator": f"{kind}.{name}",
            "item": key,
            ("text" if isinstance(value, str) else "value"): value,
        }
        for name, value in fields.items()
    ]


def _row(ledger, firm=A, assessed_on=NOW, sources=WHOLE):
    taken = snapshot(ledger, known_on=NOW, assessed_on=assessed_on, indicators=INDICATORS, sources=sources)
    return taken.frame.row(by_predicate=pl.col("enterprise") == firm, named=True)


def _interval(row, key):
    return row[f"{key}_low"], row[f"{key}_high"]


@pytest.mark.parametrize(
    ("change", "in_2026", "in_63"),
    [
        ({}, (1, 1), (1, 1)),
        ({"related": 0}, (0, 0), (0, 0)),
        ({"applied": 0}, (0, 0), (0, 0)),
        ({"valid": 0}, (0, 0), (0, 0)),
        ({"holder_rank": 3}, (1, 1), (1, 1)),
        ({"holder_rank": 4}, (0, 0), (1, 1)),
        ({"holder_rank": None}, (0, 1), (1, 1)),
        ({"applied": None}, (0, 1), (0, 1)),
        ({"kind": "utility"}, (0, 0), (0, 0)),
        ({"kind": "utility", "applied": None}, (0, 0), (0, 0)),
        ({"acquired": "transfer", "transfer_date": "2025-11-20"}, (0, 0), (1, 1)),
        ({"acquired": "transfer", "transfer_date": "2025-11-21"}, (0, 0), (0, 0)),
        ({"acquired": "transfer", "transfer_date": "2025-11"}, (0, 0), (0, 1)),
        ({"acquired": "transfer"}, (0, 0), (0, 1)),
        ({"acquired": "license", "transfer_date": "2020-01-01"}, (0, 0), (0, 0)),
        ({"granted": "2026-11-21"}, (0, 0), (0, 0)),
        ({"granted": None}, (1, 1), (1, 1)),
    ],
)
def test_one_class_one_item_under_both_laws(ledger, change, in_2026, in_63):
    fields = {name: value for name, value in {**GOOD, **change}.items() if value is not None}
    book(ledger, "ip", _item("ip", "ZL1", fields), DAY)
    row = _row(ledger)
    assert _interval(row, "class1_ip_2026") == in_2026
    assert _interval(row, "class1_ip_63") == in_63


def test_a_complete_list_makes_absence_zero_and_any_other_leaves_it_open(ledger):
    book(ledger, "ip", _item("ip", "ZL1", GOOD), DAY)
    assert _interval(_row(ledger, B), "class1_ip_2026") == (0, 0)
    open_list = [one for one in WHOLE if one.code != "ip"]
    assert _interval(_row(ledger, A, sources=open_list), "class1_ip_2026") == (1, None)
    assert _interval(_row(ledger, B, sources=open_list), "class1_ip_2026") == (None, None)


def test_an_item_missing_from_the_complete_list_counts_only_as_possible(ledger):
    book(ledger, "ip", _item("ip", "ZL1", GOOD), DAY)
    book(ledger, "firm", _item("ip", "ZL2", GOOD), DAY)
    assert _interval(_row(ledger), "class1_ip_2026") == (1, 2)


def test_fields_of_one_item_come_from_several_sources(ledger):
    known = ("kind", "granted", "acquired", "holder_rank", "valid")
    book(ledger, "ip", _item("ip", "ZL1", {name: GOOD[name] for name in known}), DAY)
    assert _interval(_row(ledger), "class1_ip_2026") == (0, 1)
    book(ledger, "firm", _item("ip", "ZL1", {"related": 1, "applied": 1}), DAY)
    assert _interval(_row(ledger), "class1_ip_2026") == (1, 1)


@pytest.mark.parametrize(
    ("change", "low", "high"),
    [
        ({}, "class1_self", "class1_self"),
        ({"high_value": 1}, "class1_high_value", "class1_high_value"),
        ({"granted": "2016-11-19"}, "class1_high_value", "class1_high_value"),
        ({"granted": "2016-11-20"}, "class1_self", "class1_self"),
        ({"high_value": None}, "class1_self", "class1_high_value"),
        ({"acquired": "transfer", "transfer_date": "2020-01-01"}, "class1", "class1"),
        ({"acquired": "transfer", "transfer_date": "2026-10-01"}, "none", "none"),
        ({"kind": "software"}, "class2", "class2"),
        ({"kind": "utility", "granted": "2024-11-20"}, "none", "none"),
        ({"kind": "utility", "granted": "2024-11-19"}, "class2", "class2"),
        ({"related": None}, "none", "class1_self"),
    ],
)
def test_the_best_grade_is_an_interval_too(ledger, change, low, high):
    fields = {name: value for name, value in {**GOOD, **change}.items() if value is not None}
    book(ledger, "ip", _item("ip", "ZL1", fields), DAY)
    assert _interval(_row(ledger), "ip_best") == (low, high)


@pytest.mark.parametrize(
    ("level", "rank", "day", "expected"),
    [
        ("national", 3, "2024-12-31", {"national_award_top3_3y": 1, "provincial_award_top3_3y": 1}),
        ("national", 4, "2024-12-31", {"national_award_top3_3y": 0, "national_award_top5_3y": 1}),
        ("national", 3, "2023-12-31", {"national_award_top3_3y": 0, "national_award_top3_5y": 1}),
        ("provincial", 3, "2024", {"provincial_award_top3_3y": 1, "national_award_top3_3y": 0}),
        ("provincial", None, "2025-01-01", {"provincial_award_top3_3y": None, "provincial_award_3y": 1}),
        ("municipal", 1, "2025-01-01", {"provincial_award_3y": 0, "provincial_award_5y": 0}),
        ("national", 1, "2026-11-21", {"national_award_top3_3y": 0}),
    ],
)
def test_awards_count_from_the_year_of_the_certificate(ledger, level, rank, day, expected):
    fields = {"level": level, "date": day} | ({"rank": rank} if rank else {})
    book(ledger, "science", _item("award", "奖1", fields), DAY)
    row = _row(ledger)
    assert {key: row[key] for key in expected} == expected


def test_equity_sums_only_qualified_paid_in_rounds_as_a_money_interval(ledger):
    rounds = [
        {"date": "2025-06-01", "amount": 500, "qualified": 1, "paid_in": 1, "dilution": 300_000},
        {"date": "2025-06-01", "amount": 70, "qualified": 1, "paid_in": 1, "dilution": 300_001},
        {"date": "2024-01-01", "amount": 30, "qualified": 1, "paid_in": 1, "dilution": 0},
        {"date": "2026-06-01", "amount": 9, "qualified": 1, "dilution": 0},
    ]
    for number, fields in enumerate(rounds):
        book(ledger, "bureau", _item("equity", f"轮{number}", fields), DAY, name=f"{number}.xlsx")
    closed = [*(one for one in WHOLE if one.code != "bureau"), SourceRule("bureau", complete=frozenset({"equity"}))]
    row = _row(ledger, sources=closed)
    assert _interval(row, "equity_2y") == (500, 509)
    assert _interval(row, "equity_3y") == (530, 539)
    assert _interval(_row(ledger), "equity_2y") == (500, None)


def test_an_unknown_amount_leaves_the_sum_open_above(ledger):
    fields = {"date": "2025-06-01", "qualified": 1, "paid_in": 1, "dilution": 0}
    book(ledger, "bureau", _item("equity", "轮1", fields), DAY)
    closed = [*(one for one in WHOLE if one.code != "bureau"), SourceRule("bureau", complete=frozenset({"equity"}))]
    assert _interval(_row(ledger, sources=closed), "equity_2y") == (0, None)


def test_institutions_count_while_in_force(ledger):
    book(ledger, "science", _item("institution", "中心", {"level": "provincial", "from": "2020-01-01"}), DAY)
    book(
        ledger,
        "science",
        _item("institution", "旧站", {"level": "national", "until": "2026-11-19"}),
        DAY,
        name="2.xlsx",
    )
    row = _row(ledger)
    assert (row["rd_institution_provincial"], row["rd_institution_level_low"]) == (1, "provincial")
    assert _row(ledger, assessed_on=date(2026, 11, 19))["rd_institution_level_low"] == "national"


def test_incidents_give_one_flag_for_each_kind(ledger):
    book(ledger, "credit", _item("incident", "1", {"type": "tax_evasion", "date": "2023-11-21"}), DAY)
    row = _row(ledger)
    assert (row["incident_3y_tax_evasion"], row["incident_3y_data_fraud"]) == (1, 0)
    assert _row(ledger, assessed_on=date(2026, 11, 21))["incident_3y_tax_evasion"] == 0


def test_an_incident_of_unknown_kind_leaves_every_kind_open(ledger):
    book(ledger, "credit", _item("incident", "1", {"date": "2025-01-01"}), DAY)
    assert _row(ledger)["incident_3y_data_fraud"] is None
    assert _row(ledger, B)["incident_3y_data_fraud"] == 0


def test_years_before_a_leap_day():
    assert years_before(date(2024, 2, 29), 1) == date(2023, 2, 28)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kind = invention", "看不懂"),
        ("colour == red", "不在条目里"),
        ("granted", "要求 flag"),
        ("holder_rank <= 3%", "单位"),
        ("kind within 3 years", "要求 date"),
    ],
)
def test_a_condition_that_cannot_be_read_says_why(text, told):
    with pytest.raises(ValueError, match=told):
        parse(text, INDICATORS["ip"].fields, {})


def test_a_mistake_in_the_catalog_names_file_and_line(tmp_path):
    folder = tmp_path / "indicators"
    folder.mkdir()
    (folder / "本地.yaml").write_text(
        "- {key: x, title: 甲, kind: count, period: day, items: ip, where: [colour == red]}\n", encoding="utf-8"
    )
    with pytest.raises(CatalogError, match=r"本地\.yaml 第 1 行.*colour"):
        derived_items(load_indicators(Catalog(Catalog.default().packaged, tmp_path)))
