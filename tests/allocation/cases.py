"""随机的小分工，与照定义逐一枚举的答案：不用产品的求解，只用一对的花费。"""

from itertools import product
from random import Random

from miaopu.allocation.assignment import Client, Helper, Terms
from miaopu.allocation.assignment.cost import barred, parts

PLACES = {"A": (1, 1), "B": (1, 2), "C": (3, 1)}


def terms(**changes):
    told = {
        "cross_forbidden": False,
        "cross_cost": 40,
        "county_unknown": 60,
        "most_counties": 0,
        "step": 10,
        "step_unknown": 60,
        "sector": {"division": 0, "section": 10, "general": 20, "other": 40, "unknown": 20},
        "topic": 8,
        "change": 30,
        "even": True,
        "seconds": 20.0,
        "places": PLACES,
    }
    return Terms(**{**told, **changes})


def case(seed, current=False):
    """一个小分工：至多 5 家、3 名专员；有回避、县区不详、容量为 0 的。"""
    draw = Random(seed)
    people = draw.randint(1, 3)
    firms = draw.randint(1, 5)
    codes = [f"F{at}" for at in range(firms)]
    helpers = [
        Helper(
            f"S{at}",
            f"专员{at}",
            draw.choice(["A", "B", "C", "C", ""]),
            draw.choice([0, 1, 2, 2, 3, 4]),
            frozenset(draw.sample(["C", "I", "34", "65"], draw.randint(0, 2))),
            frozenset(draw.sample(["财务", "申报"], draw.randint(0, 2))),
            frozenset(one for one in codes if draw.random() < 0.12),
        )
        for at in range(people)
    ]
    held = [*(f"S{at}" for at in range(people)), "S9", ""]
    clients = [
        Client(
            one,
            f"企业{one}",
            draw.choice(["A", "B", "C", "C", ""]),
            *draw.choice([("C", "34"), ("I", "65"), ("C", "35"), ("", "")]),
            frozenset(draw.sample(["财务", "申报"], draw.randint(0, 1))),
            draw.choice([1, 1, 2, 3]),
            draw.choice(held) if current else "",
        )
        for one in codes
    ]
    return clients, helpers


def all_of(clients, helpers, rules, pinned):
    """合规的全部分工：（换人家数，超出份额的最大家数，花费）由小到大要比的量，连同分工本身。"""
    total = sum(one.capacity for one in helpers)
    for chosen in product(range(len(helpers)), repeat=len(clients)):
        pairs = [(one, helpers[at]) for one, at in zip(clients, chosen)]
        if any(not fits(one, other, rules, pinned) for one, other in pairs):
            continue
        loads = [chosen.count(at) for at in range(len(helpers))]
        if any(load > one.capacity for load, one in zip(loads, helpers)):
            continue
        spread = [{one.county for one, other in pairs if other is helper} for helper in helpers]
        if rules.most_counties and any(len(one) > rules.most_counties for one in spread):
            continue
        fixed = [sum(pinned.get(one.code) == other.code for one in clients) for other in helpers]
        yield beyond(loads, helpers, len(clients), total, fixed), pairs, loads


def fits(client, helper, rules, pinned):
    wanted = pinned.get(client.code)
    if wanted is not None:
        return wanted == helper.code and barred(client, helper, rules) in ("", "不许跨县区", "企业县区不详，不许跨县区")
    return not barred(client, helper, rules)


def beyond(loads, helpers, firms, total, fixed):
    """超出份额的最大家数；人工指定已占的不算超出。"""
    worst = 0
    for load, one, held in zip(loads, helpers, fixed):
        low, high = firms * one.capacity // total, -(-firms * one.capacity // total)
        worst = max(worst, low - load, load - high if load > held else 0)
    return worst


def best(clients, helpers, rules, pinned, least):
    """枚举的最小：（换人家数，超出，花费）；一种合规的也没有为 None。"""
    found = None
    for worst, pairs, _ in all_of(clients, helpers, rules, pinned):
        moved = sum(bool(one.current) and one.current != other.code for one, other in pairs) if least else 0
        cost = sum(part.cost for one, other in pairs for part in parts(one, other, rules, not least))
        told = (moved, worst if rules.even else 0, cost)
        found = told if found is None else min(found, told)
    return found
