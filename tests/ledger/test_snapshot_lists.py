"""快照的称号与名单：有效期、完整名单之外即为“无”、补报不删人、名单与别的说法的冲突。"""

from datetime import date

import pytest
from firms import RULES, A, B, C, book
from shots import DAY, LATER, firm_row, take, title

from miaopu.ledger.snapshot import SourceRule


@pytest.mark.parametrize(
    ("period", "expected"),
    [
        ("2024-01-01/2026-11-20", 1),
        ("2024-01-01/2026-11-19", 0),
        ("2026-11-21/2029-11-20", 0),
        ("2024-01-01/", 1),
        ("", 1),
    ],
)
def test_a_title_holds_through_its_last_day(ledger, period, expected):
    book(ledger, "miit", [title("srdi", period), title("srdi", "2024-01-01/2027-01-01", B)], DAY)
    assert firm_row(take(ledger))["srdi"] == expected


def test_absence_from_a_complete_list_is_none_and_from_any_other_unknown(ledger):
    held = "2024-01-01/2026-12-31"
    book(ledger, "miit", [title("srdi", held)], DAY)
    book(ledger, "science", [title("hte", held)], DAY)
    row = firm_row(take(ledger), B)
    assert (row["srdi"], row["hte"], row["little_giant"]) == (0, None, None)


def test_a_title_known_only_as_expired_is_unknown_without_a_complete_list(ledger):
    book(ledger, "science", [title("hte", "2020-01-01/2022-12-31")], DAY)
    row = firm_row(take(ledger))
    assert (row["hte"], row["hte_until"]) == (None, "2022-12-31")


def test_a_firm_dropped_from_the_latest_complete_list_no_longer_has_the_title(ledger):
    held = "2024-01-01/2026-12-31"
    book(ledger, "miit", [title("srdi", held, firm) for firm in (A, B, C)], DAY)
    book(ledger, "miit", [title("srdi", held, firm) for firm in (A, B)], LATER)
    assert take(ledger).frame["srdi"].to_list() == [1, 1, 0]
    assert take(ledger, known_on=DAY).frame["srdi"].to_list() == [1, 1, 1]


def test_a_supplement_adds_to_the_list_and_removes_nobody(ledger):
    held = "2024-01-01/2026-12-31"
    book(ledger, "miit", [title("srdi", held, firm) for firm in (A, B)], DAY)
    assert book(ledger, "miit", [title("srdi", held, C)], LATER, partial=True).extent == "partial"
    assert take(ledger).frame["srdi"].to_list() == [1, 1, 1]


def test_a_list_half_as_long_as_the_last_is_taken_as_a_supplement_and_says_so(ledger):
    held = "2024-01-01/2026-12-31"
    book(ledger, "miit", [title("srdi", held, firm) for firm in (A, B, C)], DAY)
    book(ledger, "miit", [title("srdi", held)], LATER)
    taken = take(ledger)
    assert taken.frame["srdi"].to_list() == [1, 1, 1] and "按补报处理" in taken.messages[0]
    book(ledger, "miit", [title("srdi", held)], date(2026, 5, 1), partial=False, name="全.xlsx")
    taken = take(ledger)
    assert taken.frame["srdi"].to_list() == [1, 0, 0] and taken.messages == ()


def test_lists_received_on_one_day_make_one_list(ledger):
    held = "2024-01-01/2026-12-31"
    book(ledger, "miit", [title("srdi", held, A)], DAY)
    book(ledger, "miit", [title("srdi", held, B)], DAY)
    assert take(ledger).frame["srdi"].to_list() == [1, 1, 0]


def test_a_list_of_several_titles_is_whole_for_all_of_its_titles(ledger):
    tables = {"miit": frozenset({"srdi", "innovative", "gazelle"})}
    rules = [SourceRule("miit", complete=tables["miit"], tables=tables)]
    told = [title(key, "2024-01-01/2026-12-31") for key in ("srdi", "innovative")]
    book(ledger, "miit", told, DAY)
    assert take(ledger, sources=rules).frame["gazelle"].to_list() == [0, 0, 0]


def test_a_list_declared_whole_says_none_for_titles_it_does_not_mention(ledger):
    rules = [one for one in RULES if one.code != "miit"]
    tables = {"miit": frozenset({"srdi", "gazelle"})}
    rules.append(SourceRule("miit", complete=frozenset({"srdi", "gazelle"}), tables=tables))
    book(ledger, "miit", [title("srdi", "2024-01-01/2026-12-31")], DAY)
    assert take(ledger, sources=rules).frame["gazelle"].to_list() == [None, None, None]
    book(ledger, "miit", [title("srdi", "2024-01-01/2026-12-31")], LATER, partial=False, name="全.xlsx")
    assert take(ledger, sources=rules).frame["gazelle"].to_list() == [0, 0, 0]


def test_a_claim_against_a_complete_list_is_a_conflict_settled_by_precedence(ledger):
    held = "2024-01-01/2026-12-31"
    book(ledger, "miit", [title("srdi", held, B)], DAY)
    book(ledger, "firm", [title("srdi", held, A)], DAY)
    taken = take(ledger)
    assert firm_row(taken)["srdi"] == 0
    assert taken.conflicts.select("enterprise", "column", "chosen").rows() == [(A, "srdi", "miit")]


def test_an_unsettled_claim_against_a_list_stays_unknown(ledger):
    rules = [SourceRule("market", complete=frozenset({"abnormal_list"})), SourceRule("tax")]
    listing = {"indicator": "abnormal_list", "value": 1}
    book(ledger, "market", [{"firm": B, **listing}], DAY)
    book(ledger, "tax", [{"firm": A, **listing}], DAY)
    taken = take(ledger, sources=rules)
    assert taken.frame["abnormal_list"].to_list() == [None, 1, 0]
    assert taken.conflicts["rule"].to_list() == ["来源先后相同而值不同，待人工取舍"]


def test_a_claim_against_a_list_that_shows_it_expired_is_settled_by_precedence(ledger):
    book(ledger, "miit", [title("srdi", "2020-01-01/2022-12-31"), title("srdi", "2024-01-01/2026-12-31", B)], DAY)
    book(ledger, "firm", [title("srdi", "2024-01-01/2026-12-31")], DAY)
    assert firm_row(take(ledger))["srdi"] == 0


def test_an_explicit_no_ends_a_title(ledger):
    book(ledger, "science", [title("hte", "2024-01-01/2026-12-31")], DAY)
    book(ledger, "science", [title("hte", "", value=0)], LATER)
    assert firm_row(take(ledger))["hte"] == 0
