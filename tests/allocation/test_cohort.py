"""选配：与逐个枚举的结果相同（得数、名次之和、做不到的最小一组、换人的代价）；次序不影响结果；说的话对得上数。"""

from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from miaopu.allocation.cohort import ALL, FIRM, LEAST, MOST, Candidate, Clash, Limit, limits, pick
from miaopu.allocation.cohort_reasons import reasons

WEIGHTS = [Fraction(9, 10), Fraction(4, 5), Fraction(1, 2), Fraction(2, 5), Fraction(1, 5), Fraction(1, 3)]


def subsets(size):
    return (set(chosen) for count in range(size + 1) for chosen in combinations(range(size), count))


def enumerated(candidates, wanted):
    """逐个枚举：（得数，负的名次之和）最大的；做不到为 None。名次按（place, code）排。"""
    ordered = sorted(candidates, key=lambda one: (one.place, one.code))
    best = None
    for chosen in subsets(len(ordered)):
        counts = [sum(limit.covers(ordered[at]) for at in chosen) for limit in wanted]
        if all(limit.met(count) for limit, count in zip(wanted, counts, strict=True)):
            found = (sum((ordered[at].weight for at in chosen), Fraction(0)), -sum(at + 1 for at in chosen))
            best = found if best is None or found > best else best
    return best


@st.composite
def cases(draw, most=7):
    size = draw(st.integers(0, most))
    candidates = [
        Candidate(
            f"F{at}",
            draw(st.sampled_from(WEIGHTS)),
            draw(st.integers(1, 4)),
            {
                "county": draw(st.sampled_from("甲乙丙")),
                "section": draw(st.sampled_from("CI")),
                "size": draw(st.sampled_from("大小")),
            },
        )
        for at in range(size)
    ]
    slots = [(ALL, "")] + [("county", one) for one in "甲乙丙"] + [("section", one) for one in "CI"] + [("size", "小")]
    slots += [(FIRM, one.code) for one in candidates[:2]]
    wanted = []
    for dimension, value in slots:
        for kind in (LEAST, MOST):
            if draw(st.integers(0, 2)) == 0:
                number = draw(st.integers(0, 1 if dimension == FIRM else size))
                wanted.append(Limit(kind, dimension, value, number, f"{dimension}{value}{kind}{number}"))
    return candidates, wanted


@settings(max_examples=1_200, deadline=None)
@given(cases())
def test_the_pick_equals_enumeration(case):
    candidates, wanted = case
    found, best = pick(candidates, wanted), enumerated(candidates, wanted)
    assert isinstance(found, Clash) == (best is None)
    if best is not None:
        ordered = [one.code for one in found.model.candidates]
        places = -sum(ordered.index(one) + 1 for one in found.chosen)
        assert (found.expected, places) == best
        assert found.proven and found.bound == found.expected


@settings(max_examples=400, deadline=None)
@given(cases(6).filter(lambda case: enumerated(*case) is None))
def test_the_clash_is_the_smallest(case):
    candidates, wanted = case
    found = pick(candidates, wanted)
    core = [one.limit for one in found.members]
    assert enumerated(candidates, core) is None, "点名的几条凑在一起应做不到"
    for size in range(len(core)):
        for fewer in combinations(wanted, size):
            assert enumerated(candidates, fewer) is not None, "有更小的一组"
    for one in found.members:
        eased = [limit for limit in core if limit != one.limit]
        there = Limit(one.limit.kind, one.limit.dimension, one.limit.value, one.eased, "放宽后")
        step = 1 if one.limit.kind == LEAST else -1
        short = Limit(one.limit.kind, one.limit.dimension, one.limit.value, max(one.eased + step, 0), "还不够")
        assert enumerated(candidates, [*eased, there]) is not None
        assert enumerated(candidates, [*eased, short]) is None


@settings(max_examples=250, deadline=None)
@given(cases(6).filter(lambda case: enumerated(*case) is not None))
def test_the_price_of_a_swap_equals_enumeration(case):
    candidates, wanted = case
    found = pick(candidates, wanted)
    for code, one in reasons(found).items():
        forced = Limit(MOST, FIRM, code, 0, "没有它") if one.chosen else Limit(LEAST, FIRM, code, 1, "有它")
        other = enumerated(candidates, [*wanted, forced])
        if one.fixed:
            continue
        assert (one.loss is None) == (other is None)
        if other is not None:
            assert one.loss == found.expected - other[0], one.sentence()


@settings(max_examples=100, deadline=None)
@given(cases(), st.randoms(use_true_random=False))
def test_the_order_given_does_not_matter(case, random):
    candidates, wanted = case
    mixed, turned = list(candidates), list(wanted)
    random.shuffle(mixed)
    random.shuffle(turned)
    first, second = pick(candidates, wanted), pick(mixed, turned)
    if isinstance(first, Clash):
        assert len(first.members) == len(second.members)
    else:
        assert (first.chosen, first.expected) == (second.chosen, second.expected)


def firms(counties, weight=Fraction(2, 5)):
    """县区 → 家数；名次照先后。"""
    names = [(county, at) for county, count in counties.items() for at in range(count)]
    return [
        Candidate(f"{county}{at:03}", weight, place, {"county": county}) for place, (county, at) in enumerate(names, 1)
    ]


def county(kind, name, number):
    word = "至少" if kind == LEAST else "至多"
    return Limit(kind, "county", name, number, f"{name}{word}{number}家")


def test_a_clash_is_told_in_words():
    wanted = [*limits(most=10), county(LEAST, "甲", 6), county(LEAST, "乙", 5), county(LEAST, "丙", 1)]
    found = pick(firms({"甲": 20, "乙": 20, "丙": 9}), wanted)
    assert isinstance(found, Clash)
    assert [one.limit.title for one in found.members] == ["总数至多10家", "甲至少6家", "乙至少5家"]
    assert (
        "这3条凑在一起做不到" in found.sentence()
        and "甲至少6家（候选有20家；别的不动，这一条降到5家就凑得齐）" in found.sentence()
    )


def test_a_county_with_too_few_candidates_is_named_alone():
    found = pick(firms({"甲": 3, "乙": 20}), [*limits(10, 10), county(LEAST, "甲", 4), county(LEAST, "乙", 2)])
    assert (
        found.sentence()
        == "这一条自己就做不到：甲至少4家（候选有3家；别的不动，这一条降到3家就凑得齐）。请放宽其中一条再选"
    )


def test_reasons_say_who_would_replace_and_what_blocks():
    candidates = firms({"甲": 4}, Fraction(4, 5)) + [
        Candidate(f"乙{at}", Fraction(1, 5), 10 + at, {"county": "乙"}) for at in range(4)
    ]
    found = pick(candidates, [*limits(4, 4), county(LEAST, "乙", 2), *limits(barred=["乙0"])])
    assert found.chosen == ("甲000", "甲001", "乙1", "乙2") and found.expected == 2
    told = {code: one.sentence() for code, one in reasons(found).items()}
    assert told["甲002"] == "没有入选：总数至多4家，已满；换下甲001得数相同，按名次在后"
    assert told["乙0"] == "没有入选：指定必不选"
    assert "没有它由乙3顶上" in told["乙1"] and "乙至少2家" in told["乙1"]
    better = pick(candidates, [*limits(4, 4), county(MOST, "乙", 0)])
    assert "乙至多0家，已满" in reasons(better)["乙1"].sentence()


def test_a_less_hopeful_firm_says_how_much_is_lost():
    candidates = [*firms({"甲": 3}, Fraction(4, 5)), Candidate("丙0", Fraction(1, 5), 99, {"county": "丙"})]
    found = pick(candidates, limits(2, 2))
    assert reasons(found)["丙0"].sentence() == "没有入选：总数至多2家，已满；选入它要换下甲001，预期通过数少 0.6"


@pytest.mark.parametrize(
    ("candidates", "wanted", "told"),
    [
        (firms({"甲": 1}) * 2, [], "重复"),
        ([Candidate("甲", Fraction(-1), 1, {})], [], "小于 0"),
        ([], limits(required=["甲"]), "不在候选里"),
        ([], [*limits(1), *limits(1)], "标题有重复"),
    ],
)
def test_bad_input_is_refused_in_words(candidates, wanted, told):
    with pytest.raises(ValueError, match=told):
        pick(candidates, wanted)
