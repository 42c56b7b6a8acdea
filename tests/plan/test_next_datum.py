"""先补哪个数：补了确知的数就该有结论；机会与可比企业逐家试出来的一样；比固定次序省；离穷尽的最优不远。"""

from fractions import Fraction
from random import Random
from statistics import median

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.plan.firms import DAY, complete

from miaopu.plan.chance import Pool, Spread, cells
from miaopu.plan.collect import Ways
from miaopu.plan.next_datum import Game, blank, leaves, put, ranked
from miaopu.plan.replay import adaptive, columns, expected, fixed, optimum, replay, without
from miaopu.standards.engine.bind import bind
from miaopu.standards.engine.row import compile_row
from miaopu.standards.load import load_library
from miaopu.standards.tree.node import Input
from miaopu.terms.catalog import Catalog

CATALOG = Catalog.default()
LIBRARY = load_library(CATALOG)
WAYS = Ways.load(CATALOG, LIBRARY.vocabulary)
FORMS = {code: compile_row(bind(LIBRARY.find(code), DAY)) for code in ("LG-2026", "SRDI-2026")}
LEAVES = {code: leaves(form.program) for code, form in FORMS.items()}
NAMES = ["revenue_t1", "main_revenue_t1", "rd_t1", "rd_t2", "revenue_t2", "market_share", "domestic_rank"]
NAMES += ["eval_score_t0", "segment_years", "liabilities_t1", "class1_ip_2026", "prohibited_product"]


def inputs(code: str, names: list[str]) -> list[Input]:
    every = dict.fromkeys(one for leaf in LEAVES[code] for one in leaf.inputs)
    return [one for one in every if one.name in names]


@pytest.fixture(scope="module")
def firms() -> list[dict]:
    return complete(300)


@pytest.fixture(scope="module")
def pool(firms) -> Pool:
    return Pool(pl.DataFrame(firms[100:], infer_schema_length=None), WAYS.costs)


def test_nothing_to_ask_when_the_verdict_stands(firms, pool) -> None:
    for row in firms[:20]:
        assert ranked(FORMS["LG-2026"], row, pool, WAYS) == ()


def test_chance_is_the_share_of_comparable_firms_whose_value_settles(firms, pool) -> None:
    """不经分格，逐家可比企业代进去数一遍：家数、机会一模一样。"""
    form, row = FORMS["LG-2026"], firms[0]
    hidden = inputs("LG-2026", ["eval_score_t0", "market_share", "domestic_rank"])
    shown = without(row, hidden)
    for datum in ranked(form, shown, pool, WAYS):
        one = next(item for item in hidden if item.name == datum.name)
        spread, settled = pool.spread(one, shown), 0
        for value in spread.values:
            trial = dict(shown)
            put(trial, one, value)
            settled += form.raw(trial)[0] != 1
        assert (datum.firms, datum.chance) == (len(spread.values), Fraction(settled, len(spread.values)))


def test_two_ways_to_meet_one_requirement_are_looked_at_together(firms, pool) -> None:
    """占有率、名次满足其一即可：单补一个定不了“不满足”，两个一起补才有机会。"""
    row = next(
        one for one in firms if one["domestic_rank"] > 3 and FORMS["LG-2026"].raw(one | {"market_share": 10**9})[0]
    )
    found = ranked(FORMS["LG-2026"], without(row, inputs("LG-2026", ["market_share", "domestic_rank"])), pool, WAYS)
    assert {one.name for one in found} == {"market_share", "domestic_rank"}
    first = found[0]
    assert first.partners and first.together >= first.chance


def test_a_count_known_in_part_only_meets_values_in_its_interval(firms, pool) -> None:
    one = inputs("LG-2026", ["class1_ip_2026"])[0]
    row = firms[0] | {"class1_ip_2026_low": 3, "class1_ip_2026_high": 5}
    assert blank(one, row)
    assert {3, 4, 5} >= set(pool.spread(one, row).values) != set()
    assert blank(one, row | {"class1_ip_2026_high": None})
    assert not blank(one, row | {"class1_ip_2026_high": 3})


def test_without_comparable_firms_the_chance_is_unknown_and_the_firm_is_still_asked(firms) -> None:
    """可比不够数：不编机会，仍列出要补的数。"""
    few = Pool(pl.DataFrame(firms[:5], infer_schema_length=None), WAYS.costs)
    shown = next(row for row in firms if FORMS["LG-2026"].raw(row)[0]) | {"eval_score_t0": None}
    found = ranked(FORMS["LG-2026"], shown, few, WAYS)
    assert [(one.name, one.chance, one.firms) for one in found] == [("eval_score_t0", None, 0)]


def test_a_derived_input_is_collected_by_its_roots(firms) -> None:
    way = WAYS.of("is_sme", firms[0] | {"is_sme": None, "employees_t1": None, "assets_t1": None, "industry": "3511"})
    assert set(way.collect) == {"employees_t1", "assets_t1"}
    assert way.cost(100) < way.cost(1)


def cases(firms: list[dict], count: int, most: int) -> list[tuple[str, dict, list[Input]]]:
    out = []
    for at, row in enumerate(firms):
        code = ("LG-2026", "SRDI-2026")[at % 2]
        draw, every = Random(at), inputs(code, NAMES)
        hidden = draw.sample(every, draw.randint(4, min(most, len(every))))
        if FORMS[code].raw(without(row, hidden))[0] == 1:
            out.append((code, row, hidden))
    assert len(out) >= count, "造的企业太少：藏了数仍有结论的太多"
    return out[:count]


def test_fewer_items_than_the_fixed_order_and_the_same_verdict(firms, pool) -> None:
    ours, theirs = [], []
    for code, row, hidden in cases(firms[:100], 30, 12):
        got = replay(FORMS[code], row, hidden, adaptive(FORMS[code], LEAVES[code], pool, WAYS), WAYS)
        form = replay(FORMS[code], row, hidden, fixed(NAMES), WAYS)
        assert got.verdict == form.verdict == FORMS[code].raw(row)[0]
        ours.append(len(got.items))
        theirs.append(len(form.items))
    assert median(ours) <= Fraction(6, 10) * median(theirs), (ours, theirs)


def test_within_five_percent_of_the_exhaustive_optimum(firms, pool) -> None:
    got, best = 0.0, 0.0
    for code, row, hidden in cases(firms[:100], 20, 7):
        game = Game(FORMS[code], LEAVES[code], without(row, hidden), pool, WAYS)
        mine, least = expected(game), optimum(game)
        assert mine >= least - 1e-6
        got, best = got + mine, best + least
    assert got <= best * 1.05


@settings(max_examples=150, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=200), st.integers(0, 50))
def test_cells_keep_every_firm_and_find_the_line_exactly(values, line) -> None:
    """一条线两边的家数，分格与逐个数相同。"""
    spread = Spread(tuple(sorted(values)), True, "", len(values))
    for split in (False, True):
        found = cells(spread, lambda value: value >= line, split)
        assert sum(one.firms for one in found) == len(values)
        assert sum(one.firms for one in found if one.value >= line) == sum(value >= line for value in values)


def test_ranking_is_the_same_whatever_the_order_of_firms(firms, pool) -> None:
    shown = without(firms[3], inputs("LG-2026", NAMES))
    turned = Pool(pool.frame.reverse(), WAYS.costs)
    assert ranked(FORMS["LG-2026"], shown, pool, WAYS) == ranked(FORMS["LG-2026"], shown, turned, WAYS)


def test_hidden_columns_of_an_interval_are_both_ends() -> None:
    assert columns(inputs("LG-2026", ["class1_ip_2026"])[0]) == ("class1_ip_2026_low", "class1_ip_2026_high")
