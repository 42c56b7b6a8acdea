"""对标：分位数与定义一致，精确；持有企业才算、自己不算；知道的不足数不给；越低越好的反过来。"""

from fractions import Fraction
from statistics import quantiles

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from miaopu.profile.holders import BEST, GOOD, POOR, WORST, load_holders, marks, placed, quantile, wanted
from miaopu.profile.peers import load_rules
from miaopu.terms.catalog import Catalog

RULES, HOLDERS = load_rules(Catalog.default()), load_holders(Catalog.default())
TEXT = ("enterprise", "industry_division", "industry_section")
SCHEMA = {name: pl.String if name in TEXT else pl.Int64 for name in sorted(wanted(HOLDERS, RULES))}


def city(known: list[int | None], held: int = 1, division: str = "35") -> pl.DataFrame:
    rows = [
        {
            "enterprise": f"E{at:03}",
            "industry_division": division,
            "industry_section": "C",
            "little_giant": held,
            "revenue_t1": one,
        }
        for at, one in enumerate(known)
    ]
    return pl.DataFrame(rows, schema=SCHEMA)


def own(**known):
    return dict.fromkeys(SCHEMA) | {"enterprise": "自己", "industry_division": "35", "industry_section": "C"} | known


def revenue(frame, values):
    return next(one for one in marks(frame, values, RULES, HOLDERS) if one.yardstick.code == "revenue")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 10**9), min_size=2, max_size=40))
def test_quantiles_are_those_of_the_definition(known):
    listed = sorted(map(Fraction, known))
    told = quantiles(listed, n=4, method="inclusive")
    assert [quantile(listed, Fraction(at, 4)) for at in (1, 2, 3)] == told


def test_only_holders_count_and_not_oneself():
    known = list(range(1, HOLDERS.minimum + 1))
    frame = pl.concat([city([one * 1_000_000 for one in known]), city([10**12] * 30, held=0)])
    one = revenue(frame, own(revenue_t1=10**9))
    assert (one.firms, one.group, one.place) == (HOLDERS.minimum, "同大类", BEST)
    assert one.median == Fraction(HOLDERS.minimum + 1, 2)
    mine = {**own(revenue_t1=10**9), "enterprise": "E000"}
    assert revenue(frame, mine).firms == HOLDERS.minimum - 1 and revenue(frame, mine).median is None


def test_too_few_or_unknown_gives_nothing_but_the_counts():
    few = revenue(city([1] * (HOLDERS.minimum - 1) + [None] * 5), own(revenue_t1=1))
    assert (few.median, few.firms, few.missing) == (None, HOLDERS.minimum - 1, 5) and str(HOLDERS.minimum) in few.why
    blank = revenue(city([1] * HOLDERS.minimum), own())
    assert blank.median is not None and blank.place == "" and "还不知道" in blank.why
    wide = revenue(city([1] * HOLDERS.minimum, division="26"), own(revenue_t1=1))
    assert wide.group == "同门类", "同大类不够数，看同门类"
    elsewhere = {**own(revenue_t1=1), "industry_division": None, "industry_section": None}
    assert revenue(city([1] * HOLDERS.minimum), elsewhere).group == "全市各行业"


def test_lower_is_better_turns_round():
    ends = (Fraction(1), Fraction(2), Fraction(3))
    assert [placed(Fraction(at), *ends, False) for at in (0, 1, 2, 3)] == [WORST, POOR, GOOD, BEST]
    assert [placed(Fraction(at), *ends, True) for at in (1, 2, 3, 4)] == [BEST, GOOD, POOR, WORST]
