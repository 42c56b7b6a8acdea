"""分工：与逐一枚举相等，从不超容量、不违回避，人工指定都在；排不开的点出真的冲突。"""

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from tests.allocation.cases import best, case, terms

from miaopu.allocation.assignment import Clash, Client, Helper, assign, limited, reassign, shares

RULES = {
    "没有规矩": {},
    "不求均衡": {"even": False},
    "不许跨县区": {"cross_forbidden": True},
    "至多一个县区": {"most_counties": 1},
    "至多两个县区，不求均衡": {"most_counties": 2, "even": False},
}


def pins(seed, clients, helpers):
    draw = Random(seed)
    return {one.code: draw.choice(helpers).code for one in clients if draw.random() < 0.15}


def check(result, clients, helpers, pinned, rules):
    known = {one.code: one for one in helpers}
    loads = Counter(one.helper for one in result.pairs)
    assert [one.client for one in result.pairs] == sorted(one.code for one in clients)
    assert all(loads[one.code] <= one.capacity for one in helpers), "超了容量"
    assert not any(one.client in known[one.helper].barred for one in result.pairs), "违了回避"
    assert all(pinned.get(one.client, one.helper) == one.helper for one in result.pairs), "人工指定没有留住"
    assert {one.helper: one.firms for one in result.loads} == {one.code: loads[one.code] for one in helpers}
    assert sum(one.cost for one in result.pairs) == result.cost
    assert all(one.cost == sum(part.cost for part in one.parts) and one.reason for one in result.pairs)
    if rules.most_counties:
        assert max(one.counties for one in result.loads) <= rules.most_counties


@pytest.mark.parametrize("least", [False, True], ids=["统筹", "重新统筹"])
@pytest.mark.parametrize("name", RULES)
def test_equals_enumeration(name, least) -> None:
    rules, solved = terms(**RULES[name]), 0
    for seed in range(260):
        clients, helpers = case(seed, current=least or seed % 3 == 0)
        pinned = pins(seed, clients, helpers)
        wanted = best(clients, helpers, rules, pinned, least)
        try:
            found = (reassign if least else assign)(clients, helpers, rules, pinned)
        except Clash:
            assert wanted is None, f"{name} 第 {seed} 例：枚举排得开 {wanted}，却说排不开"
            continue
        check(found, clients, helpers, pinned, rules)
        assert wanted == (found.changes, found.beyond or 0, found.cost), f"{name} 第 {seed} 例"
        assert found.proven
        solved += 1
    assert solved > 30


def test_order_of_the_tables_does_not_matter() -> None:
    for seed in range(40):
        clients, helpers = case(seed)
        try:
            one = assign(clients, helpers, terms())
        except Clash:
            continue
        other = assign(clients[::-1], helpers[::-1], terms())
        assert one.pairs == other.pairs


def test_equal_capacities_differ_by_at_most_one() -> None:
    clients = [Client(f"F{at:02}", f"企业{at}", "A" if at < 9 else "B") for at in range(11)]
    helpers = [Helper(f"S{at}", f"专员{at}", "A", 8) for at in range(3)]
    loads = sorted(one.firms for one in assign(clients, helpers, terms()).loads)
    assert loads == [3, 4, 4]


def test_shares_follow_capacity() -> None:
    low, high = shares(10, [2, 3, 7])
    assert (low.tolist(), high.tolist()) == ([1, 2, 5], [2, 3, 6])


def test_a_leaving_specialist_moves_only_his_firms() -> None:
    clients = [Client(f"F{at}", f"企业{at}", "A", current=f"S{at % 3}") for at in range(9)]
    helpers = [Helper(f"S{at}", f"专员{at}", "A", 5) for at in range(3)]
    found = reassign(clients, helpers[1:], terms())
    assert {one.client for one in found.pairs if one.changed} == {"F0", "F3", "F6"}
    assert found.changes == found.least_changes == 3


def test_new_firms_move_nobody() -> None:
    old = [Client(f"F{at}", f"企业{at}", "A", current="S0") for at in range(4)]
    new = [Client(f"N{at}", f"新企业{at}", "A") for at in range(2)]
    found = reassign([*old, *new], [Helper("S0", "甲", "A", 6), Helper("S1", "乙", "A", 6)], terms())
    assert found.changes == 0 and {one.helper for one in found.pairs if one.client.startswith("N")} == {"S1"}


def test_the_smallest_clash_is_named() -> None:
    clients = [Client(f"F{at}", f"企业{at}", "A") for at in range(3)] + [
        Client(f"G{at}", "别县", "B") for at in range(5)
    ]
    helpers = [Helper("S0", "甲", "A", 2), Helper("S1", "乙", "B", 9), Helper("S2", "丙", "B", 9)]
    with pytest.raises(
        Clash, match=r"3 家企业.*只能由这 1 名专员（甲）的容量合计 2 家，差 1 家.*不许跨县区 6 对"
    ) as told:
        assign(clients, helpers, terms(cross_forbidden=True))
    assert told.value.clients == ("F0", "F1", "F2") and told.value.helpers == ("S0",)


def test_every_clash_is_real_and_cannot_be_smaller() -> None:
    seen = 0
    for seed in range(400):
        clients, helpers = case(seed)
        try:
            assign(clients, helpers, terms(even=False))
        except Clash as told:
            core = [one for one in clients if one.code in told.clients]
            assert best(core, helpers, terms(even=False), {}, False) is None
            for one in core:
                rest = [other for other in core if other is not one]
                assert not rest or best(rest, helpers, terms(even=False), {}, False) is not None
            seen += 1
    assert seen > 30


def test_the_county_rule_says_how_far_to_relax() -> None:
    clients = [Client(f"F{one}", f"企业{one}", one) for one in "ABC"]
    with pytest.raises(Clash, match=r"至多 1 个县区.*放宽到至多 2 个县区就排得开"):
        assign(clients, [Helper("S0", "甲", "A", 3), Helper("S1", "乙", "B", 3)], terms(most_counties=1))


def test_a_pin_against_a_conflict_is_refused() -> None:
    client, helper = Client("F0", "企业", "A"), Helper("S0", "甲", "A", 3, barred=frozenset({"F0"}))
    with pytest.raises(Clash, match="人工指定“企业”由甲帮扶，但须回避"):
        assign([client], [helper, Helper("S1", "乙", "A", 3)], terms(), {"F0": "S0"})


def test_every_pair_tells_its_runner_up() -> None:
    clients = [Client("F0", "近的", "A"), Client("F1", "也近", "A")]
    helpers = [Helper("S0", "甲", "A", 1), Helper("S1", "乙", "B", 1)]
    found = {one.client: one for one in assign(clients, helpers, terms()).pairs}
    far = next(one for one in found.values() if one.helper == "S1")
    assert far.second == "S0" and "甲少 50" in far.why_not and "已排 1 家，本次上限 1 家" in far.why_not
    assert "跨县区 +40；相距1步 +10" in far.reason


def test_unknown_county_is_not_the_same_county() -> None:
    found = assign([Client("F0", "不详", "")], [Helper("S0", "甲", "", 1)], terms())
    assert found.pairs[0].parts[0].cost == 60
    with pytest.raises(Clash, match="企业县区不详，不许跨县区"):
        assign([Client("F0", "不详", "")], [Helper("S0", "甲", "A", 1)], terms(cross_forbidden=True))


def test_a_code_written_twice_is_refused() -> None:
    with pytest.raises(Clash, match="企业代码重复：F0"):
        assign([Client("F0", "一", "A"), Client("F0", "二", "A")], [Helper("S0", "甲", "A", 3)], terms())


def test_a_time_limit_gives_a_bound() -> None:
    draw = Random(1)
    clients = [Client(f"F{at:03}", f"企业{at}", draw.choice("ABC"), weight=draw.randint(1, 3)) for at in range(60)]
    helpers = [Helper(f"S{at:02}", f"专员{at}", draw.choice("ABC"), draw.randint(3, 9)) for at in range(12)]
    quick = assign(clients, helpers, replace(terms(most_counties=1), seconds=0.0))
    whole = assign(clients, helpers, terms(most_counties=1))
    assert quick.bound <= whole.bound <= whole.cost <= quick.cost and whole.proven


def test_a_layer_that_is_all_there_is_room_for_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """时限里一层也没有求到：放宽到容量为止，同样的题不再求，企业再多也不多等。"""
    asked: list[tuple[int, ...]] = []

    def unsolved(costs, rule, *_):
        asked.append((*rule.low, *rule.high))
        return limited.Limited(None, 0, 0)

    monkeypatch.setattr(limited, "solve", unsolved)
    clients = [Client(f"F{at:03}", f"企业{at}", "ABC"[at % 3]) for at in range(200)]
    helpers = [Helper(f"S{at:02}", f"专员{at}", "ABC"[at % 3], 9) for at in range(25)]
    with pytest.raises(Clash, match="没有求到"):
        assign(clients, helpers, terms(most_counties=1))
    assert asked[-1] == (0,) * 25 + (9,) * 25 and len(asked[1:]) == len(set(asked[1:])) < 12


def test_one_county_each_is_found_with_a_bound_close_by() -> None:
    draw = Random(2)
    clients = [Client(f"F{at:03}", f"企业{at}", draw.choice("AABC"), weight=draw.randint(1, 3)) for at in range(150)]
    helpers = [Helper(f"S{at:02}", f"专员{at}", draw.choice("ABC"), draw.randint(6, 9)) for at in range(26)]
    for even in (False, True):
        found = assign(clients, helpers, terms(most_counties=1, even=even, seconds=8.0))
        assert all(one.counties <= 1 for one in found.loads) and found.bound <= found.cost
        assert found.cost - found.bound <= found.cost // 20, found.proof
