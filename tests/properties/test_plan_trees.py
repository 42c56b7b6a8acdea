"""随机的标准树 × 随机的措施：求解与只靠行式的枚举完全相同（能与不能、花费、步数）。"""

from dataclasses import replace
from datetime import date
from fractions import Fraction
from random import Random

from plan_cases import PLANNING, enumerated, measure, worth
from rows import Rows
from trees import BEST, COUNTS, FLAGS, KIND, MONEY, ORDERED, RANGES, SHARES, YEARS, Trees

from miaopu.plan.measure import ADD, DAY, SET, Change, Most
from miaopu.plan.record import Record
from miaopu.plan.solver.action import Setting
from miaopu.plan.solver.puzzle import Puzzle, puzzle
from miaopu.plan.solver.target import target_of
from miaopu.standards.engine.bind import bind
from miaopu.standards.engine.row import compile_row
from miaopu.standards.tree import node as n

CASES = 1400
KNOWN, JUDGED = date(2026, 11, 20), date(2028, 5, 10)
INPUTS = {one.name: one for one in (*MONEY, *COUNTS, *SHARES, *YEARS, *RANGES, *FLAGS, KIND, BEST)}
STEPS = {"money": 5_000_000, "count": 1, "percent": 200_000, "decimal": 5_000}


class Names:
    """只够措施用的词汇：树里的各输入。"""

    def lookup(self, name: str) -> n.Input:
        return INPUTS[name]


class Plannable(Trees):
    """标准里会写的那些：得分只比“以上”，计数区间只比大小，有次序的类别不在“非”里。"""

    def compared(self, left: n.Num, limit: Fraction) -> n.Compare:
        if isinstance(left, n.Points):
            return n.Compare(">=", left, n.Literal(limit))
        made = super().compared(left, limit)
        plain = not (isinstance(left, n.Input) and left.interval)
        return made if plain or made.op in ORDERED else replace(made, op=">=")

    def truth(self, depth: int) -> n.Truth:
        made = super().truth(depth)
        while isinstance(made, n.Not) and _awkward(made):
            made = super().truth(depth)
        return made


def _awkward(node: object) -> bool:
    """“非”的里面有得分、有次序的类别。"""
    hard = isinstance(node, n.Points) or (isinstance(node, n.Member) and node.input.interval)
    return hard or any(_awkward(child) for child in n.children(node))


def change(random: Random) -> Change:
    """一处改动；几项可以把同一个是否、类别定成两样（不得同办），不碰按年得分的年限（目录不许）。"""
    pick = random.random()
    if pick < 0.25:
        flag = random.choice(FLAGS).name
        return Change(flag, SET, int((flag != "f2") == (random.random() < 0.8)))
    if pick < 0.35:
        return Change("k", SET, random.choice("bbba"))
    if pick < 0.45:
        return Change("q", SET, random.choice(BEST.order[:3]))
    one = random.choice((*MONEY, *COUNTS, *SHARES, *RANGES))
    return Change(one.name, ADD, STEPS[one.kind] * random.choice((-2, 1, 1, 2, 3)))


def grown(seed: int) -> Puzzle:
    random = Random(seed)
    program = bind(Plannable(random).standard("T"), None, "new")
    target = target_of(compile_row(program))
    mine = {}
    for at in range(random.randint(1, 4)):
        changes = {one.input: one for one in (change(random) for _ in range(random.randint(1, 3)))}
        made = replace(measure(random, at), changes=tuple(changes.values()), counts=DAY, lead_days=30)
        mine[made.code] = replace(made, most=Most(count=random.randint(1, 3)))
    values = Rows([program]).draw(random, 0.08)
    for name in INPUTS:
        low = values.get(f"{name}_low")
        if low is not None and values.get(f"{name}_high") is None:
            values[f"{name}_high"] = low
    firm = Record("虚构", KNOWN, JUDGED, values, {}, {})
    setting = Setting(mine, PLANNING, Names())  # type: ignore[arg-type]
    return puzzle(target, firm, setting, lambda name, day: None)


def test_random_trees_equal_plain_enumeration() -> None:
    seen = {"empty": 0, "some": 0, "none": 0, "odd": 0}
    for seed in range(CASES):
        one = grown(seed)
        try:
            found = one.best()
        except TypeError:  # 标准里没有的写法（“非”里有得分、有次序的类别，定的数进了算式）：当场报出来，不给错答案
            seen["odd"] += 1
            continue
        wanted = enumerated(one)
        assert worth(one, found) == worth(one, wanted), f"第 {seed} 题：枚举 {wanted}，求解 {found}"
        seen["none" if wanted is None else "some" if any(wanted) else "empty"] += 1
    assert seen["some"] >= 40 and seen["none"] >= 200 and seen["empty"] >= 40 and seen["odd"] <= CASES // 4, seen
