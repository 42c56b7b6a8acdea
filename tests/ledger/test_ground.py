"""不得作依据的来源（统计的单个调查对象资料）：它说的不进快照里可能被标准引用的列，只列作对照；只供参考的列照取。"""

from datetime import date

from firms import RULES, A, B, C, book
from words import PLAIN

from miaopu.ledger.decision import decide
from miaopu.ledger.ruling import Decision
from miaopu.ledger.snapshot import SourceRule, snapshot, source_rules
from miaopu.ledger.source import load_sources, ungrounded
from miaopu.ledger.trace import trace
from miaopu.terms.catalog import Catalog

DAY = date(2026, 11, 20)
STATISTICS = SourceRule(
    "statistics",
    rank=-100,
    may_ground=False,
    complete=frozenset({"abnormal_list", "ip"}),
    tables={"t": frozenset({"ip"})},
)


def take(ledger):
    return snapshot(ledger, known_on=DAY, assessed_on=DAY, indicators=PLAIN, sources=[*RULES, STATISTICS])


def said(taken, firm, column):
    return taken.frame.filter(enterprise=firm)[column][0]


def industry(firm, code):
    return {"firm": firm, "indicator": "industry", "text": code}


def test_a_barred_source_never_supplies_what_a_standard_may_cite(ledger):
    book(ledger, "registration", [industry(A, "3441"), industry(C, "3441")], DAY, {A: "matched", C: "matched"})
    book(ledger, "statistics", [industry(A, "3442"), industry(B, "2011"), industry(C, "3441")], DAY)
    taken = take(ledger)
    assert [said(taken, firm, "industry") for firm in (A, B, C)] == ["3441", None, "3441"]
    assert taken.origin.filter(source="statistics").is_empty()
    rows = taken.conflicts.select("enterprise", "column", "kind", "chosen").rows()
    assert rows == [(A, "industry", "ground", "registration"), (B, "industry", "ground", None)]
    assert [one["text"] for one in taken.conflicts["values"][1]] == ["2011"]


def test_a_persons_choice_cannot_take_it_either(ledger):
    book(ledger, "statistics", [industry(A, "3442")], DAY)
    decide(
        ledger,
        [Decision("choice", enterprise=A, indicator="industry", source="statistics", reason="看过")],
        by="王",
        on=DAY,
    )
    assert said(take(ledger), A, "industry") is None


def test_titles_items_and_lists_of_a_barred_source_do_not_count(ledger):
    told = [
        {"firm": A, "indicator": "hte", "value": 1, "period": "2024-01-01/2027-01-01"},
        {"firm": A, "indicator": "ip.valid", "item": "1", "value": 1},
        {"firm": B, "indicator": "abnormal_list", "value": 1},
    ]
    book(ledger, "statistics", told, DAY)
    taken = take(ledger)
    assert said(taken, A, "hte") is None and taken.items["ip"].is_empty()
    assert taken.frame["abnormal_list"].to_list() == [None, None, None]


def test_what_only_a_barred_source_supplies_is_shown_for_reference(ledger):
    book(ledger, "statistics", [{"firm": A, "indicator": "above_scale", "value": 1, "period": "2025"}], DAY)
    taken = take(ledger)
    assert said(taken, A, "above_scale_t1") == 1 and taken.conflicts.is_empty()


def test_the_trace_shows_the_barred_figure_and_says_why_it_is_not_taken(ledger):
    book(ledger, "statistics", [industry(A, "3442")], DAY)
    told = trace(ledger, take(ledger), A, "industry", indicators=PLAIN)
    assert told.facts == () and [cell.text for cell in told.others] == ["3442"]
    assert "不得作为认定或奖励的依据" in told.reason


def test_the_declared_sources_give_these_rules():
    rules = source_rules(load_sources(Catalog.default()), PLAIN)
    assert [code for code, rule in rules.items() if not rule.may_ground] == ["statistics"]
    assert rules["statistics"].may_give("above_scale") and not rules["statistics"].may_give("industry")
    assert rules["tax"].may_give("revenue")


def test_a_figure_derived_from_a_barred_one_is_barred_too():
    derived = {**PLAIN, "x": PLAIN["rd_ratio"].__class__("x", "某", "percent", formula="rd_statistics_t1 / revenue_t1")}
    assert "x" in ungrounded(derived, {"statistics"}) and "rd_ratio" not in ungrounded(derived, {"statistics"})
