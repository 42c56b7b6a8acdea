"""同行位置：百分位与逐家比出来的一样；知道的、不知道的家数对得上；不够数的不给；不往好处舍入。"""

from fractions import Fraction

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from miaopu.profile.peers import load_rules, needed, standings, tier_of
from miaopu.terms.catalog import Catalog

RULES = load_rules(Catalog.default())
SCHEMA = dict.fromkeys(sorted(needed(RULES)), pl.Int64) | {
    "enterprise": pl.String, "industry_division": pl.String, "industry_section": pl.String,
}  # fmt: skip
MONEY = st.none() | st.integers(0, 10**15)


def city(pairs: list[tuple[int | None, int | None]], division: str = "35") -> pl.DataFrame:
    rows = [
        {"enterprise": f"E{at:03}", "industry_division": division, "industry_section": "C", "liabilities_t1": debt,
         "assets_t1": assets, "revenue_t1": assets}
        for at, (debt, assets) in enumerate(pairs)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=SCHEMA)


def own(**known: int) -> dict:
    return dict.fromkeys(SCHEMA) | {"enterprise": "自己", "industry_division": "35", "industry_section": "C"} | known


def found(frame: pl.DataFrame, values: dict, code: str):
    return next(one for one in standings(frame, values, RULES) if one.code == code)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(MONEY, MONEY), min_size=RULES.minimum, max_size=60),
    st.integers(0, 10**15),
    st.integers(1, 10**15),
)
def test_percentile_is_the_exact_share_of_peers_that_are_worse(pairs, debt, assets) -> None:
    """资产负债率越低越好：逐家用分数比，并列算一半；分母不为正的算不知道。"""
    one = found(city(pairs), own(liabilities_t1=debt, assets_t1=assets), "debt")
    known = [Fraction(low, high) for low, high in pairs if low is not None and high]
    assert (one.firms, one.missing) == (len(known), len(pairs) - len(known))
    if len(known) < RULES.minimum:
        assert one.percentile is None and str(RULES.minimum) in one.why
        return
    mine = Fraction(debt, assets)
    worse = sum(1 for theirs in known if theirs > mine) + Fraction(sum(theirs == mine for theirs in known), 2)
    assert one.percentile == worse / len(known)
    assert one.lower


def test_higher_is_better_turns_the_side() -> None:
    pairs = [(1, value) for value in range(1, RULES.minimum + 1)]
    one = found(city(pairs), own(revenue_t1=10**12), "revenue")
    assert (one.percentile, one.lower) == (1, False)
    assert found(city(pairs), own(revenue_t1=0), "revenue").percentile == 0


def test_never_on_one_firm_fewer_than_the_minimum() -> None:
    enough = city([(1, 2)] * RULES.minimum)
    assert found(enough, own(revenue_t1=5), "revenue").percentile is not None
    short = found(enough.head(RULES.minimum - 1), own(revenue_t1=5), "revenue")
    assert short.percentile is None and short.firms == RULES.minimum - 1


def test_too_few_in_the_division_falls_back_to_the_section_and_says_so() -> None:
    frame = pl.concat(
        [city([(1, 2)] * 3), city([(1, 2)] * RULES.minimum, "36").with_columns(enterprise="X" + pl.col("enterprise"))]
    )
    one = found(frame, own(revenue_t1=5), "revenue")
    assert one.group.startswith("同门类") and one.firms == RULES.minimum + 3


def test_the_firm_itself_is_not_its_own_peer() -> None:
    frame = city([(1, 2)] * (RULES.minimum - 1))
    itself = pl.DataFrame([own(revenue_t1=5)], schema=SCHEMA)
    assert found(pl.concat([frame, itself]), own(revenue_t1=5), "revenue").percentile is None


def test_an_unknown_figure_or_industry_has_no_place() -> None:
    frame = city([(1, 2)] * 30)
    assert "还不知道" in found(frame, own(), "revenue").why
    assert (
        "行业" in found(frame, own(revenue_t1=5) | {"industry_division": None, "industry_section": None}, "revenue").why
    )


def test_the_highest_title_names_the_tier() -> None:
    assert tier_of({"srdi": 1, "little_giant": 0, "innovative": 1}, RULES) == "专精特新中小企业"
    assert tier_of({"srdi": None}, RULES) == RULES.none
