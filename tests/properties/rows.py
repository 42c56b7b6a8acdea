"""造数：给一组程序造随机的企业行：缺数、零、负数、正好在线上、离线一个内部单位，区间与类别都有。"""

from collections.abc import Mapping
from fractions import Fraction
from math import ceil, floor
from random import Random

import narwhals as nw
import polars as pl

from miaopu.standards.engine.bind import Program
from miaopu.standards.engine.column import needed
from miaopu.standards.engine.inequality import inequality
from miaopu.standards.tree import node as n

SMALL = (0, 0, 1, 2, 3, 4, 5, 10, 10_000, 30_000, 50_000, 500_000, 600_000, 800_000, -1, -30_000)


class Rows:
    """持有一组程序；draw 给出一行（列名 → 内部整数、代码或 None）。"""

    def __init__(self, programs: list[Program]) -> None:
        self.columns = needed(programs)
        truths = [truth for program in programs for truth in _truths(program)]
        nodes = {found for truth in truths for found in _walk(truth)}
        self.inputs = {item.name: item for item in nodes if isinstance(item, n.Input)}
        self.codes = {}
        for member in sorted((m for m in nodes if isinstance(m, n.Member)), key=repr):
            self.codes.setdefault(member.input.name, ["none", "other"]).extend(member.values)
        plain = [c for c in nodes if isinstance(c, n.Compare) and not _ranged(c.left)]
        self.lines = [inequality(c) for c in sorted(plain, key=repr)]

    def draw(self, random: Random, gaps: float = 0.15) -> dict[str, object]:
        """一行；gaps 是每个输入缺失的机会。"""
        row: dict[str, object] = {}
        for item in sorted(self.inputs.values(), key=lambda i: i.name):
            row |= self._value(item, random)
        for line in random.sample(self.lines, min(len(self.lines), 12)):
            self._onto(line, row, random)
        return {key: None if random.random() < gaps else value for key, value in row.items() if key in self.columns}

    def _value(self, item: n.Input, random: Random) -> dict[str, object]:
        if item.kind in ("category", "text"):
            pool = list(item.order) or self.codes[item.name]
            if not item.interval:
                return {item.name: random.choice(pool)}
            low, high = sorted((random.randrange(len(pool)) for _ in "ab"), reverse=True)
            return {f"{item.name}_low": pool[low], f"{item.name}_high": pool[high]}
        if item.kind == "flag":
            return {item.name: random.randrange(2)}
        if item.interval:
            low, high = sorted(_number(item, random) for _ in "ab")
            return {f"{item.name}_low": low, f"{item.name}_high": random.choice((low, high))}
        return {item.name: _number(item, random)}

    def _onto(self, line, row: dict[str, object], random: Random) -> None:
        """把不等式里一次出现的一个数改到线上或旁边一个单位。"""
        single = [i for i in line.inputs if all(t.factors.count(i) <= 1 for t in line.terms)]
        if not single:
            return
        chosen = random.choice(single)
        slope = constant = Fraction(0)
        for term in line.terms:
            value = Fraction(term.coefficient)
            for factor in term.factors:
                value *= 1 if factor == chosen else row[factor.name]
            slope, constant = (slope + value, constant) if chosen in term.factors else (slope, constant + value)
        root = -constant / slope if slope else Fraction(0)
        near = random.choice((floor(root), ceil(root), floor(root) - 1, ceil(root) + 1))
        if abs(near) <= 10**15:
            row[chosen.name] = near


def frame(programs: list[Program], rows: list[Mapping[str, object]]) -> pl.DataFrame:
    """画好的行写成宽表：enterprise 是行号，列与列型正是程序要的。"""
    types = {name: pl.String if dtype is nw.String else pl.Int64 for name, dtype in needed(programs).items()}
    data = {name: [row.get(name) for row in rows] for name in types}
    return pl.DataFrame(data, schema=types).with_row_index("enterprise")


def _number(item: n.Input, random: Random) -> int:
    if item.kind == "money":
        return random.choice((1, 1, 1, 1, -1, 0)) * int(10 ** random.uniform(0, 15))
    return random.choice(SMALL) if random.random() < 0.7 else random.randrange(0, 2_000_000)


def _ranged(node) -> bool:
    return isinstance(node, n.Points) or (isinstance(node, n.Input) and node.interval)


def _truths(program: Program):
    for _, rule in program.scores:
        yield from (band.test for band in getattr(rule, "bands", ()))
        yield from getattr(rule, "tests", ())
        if hasattr(rule, "number"):
            yield n.Compare(">=", rule.number, n.Literal(Fraction(rule.per)))
    for clause in program.clauses:
        yield from (truth for truth in (clause.truth, clause.applies) if truth is not None)
    yield program.verdict
    yield from (truth for _, truth in program.flags)


def _walk(node):
    yield node
    for child in n.children(node):
        yield from _walk(child)
