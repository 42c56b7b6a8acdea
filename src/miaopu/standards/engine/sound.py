"""抽查一份新标准：造几百行随机的数（含线上、缺数），行式与列式须逐条相同，补齐未知不许推翻已定。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

import narwhals as nw
import polars as pl

from miaopu.standards.engine.bind import Program
from miaopu.standards.engine.column import Columns, evaluate, needed
from miaopu.standards.engine.row import RowForm, RowResult, compile_row
from miaopu.standards.tree.node import Compare, Input, Member, Num, Truth, children
from miaopu.standards.tree.state import State, Verdict

ROWS = 300
GAPS = (0.0, 0.1, 0.35)
UNDECIDED = (State.unknown, State.manual)
MET = (State.pass_, State.exempt, State.not_applicable)
FOLDED = {State.fail_: 0, State.unknown: 2, State.manual: 3}
"""列式的掩码只分不满足、满足、待核、须人工。"""

SPREAD = (0, 0, 1, 2, 3, 4, 5, 20_000, 30_000, 100_000, 600_000)

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Sound:
    """抽查的结果：几行、不对的地方（每处一句话，没有即空）。"""

    rows: int
    found: tuple[str, ...]


def sound(program: Program, rows: int = ROWS) -> Sound:
    """抽查一份绑定好的标准；同一份标准每次抽的数相同。"""
    random, maker, form = Random(program.standard.fingerprint), _Maker(program), compile_row(program)
    drawn = [maker.row(random, GAPS[number % len(GAPS)]) for number in range(rows)]
    told = [*_forms_differ(program, form, drawn, maker), *_overturned(form, drawn, maker, random)]
    return Sound(rows, tuple(dict.fromkeys(told)))


def _forms_differ(program: Program, form: RowForm, drawn: list[Row], maker: _Maker) -> Iterator[str]:
    """行式与列式不同的条款。"""
    data = {name: [row.get(name) for row in drawn] for name in maker.types}
    table = pl.DataFrame({"enterprise": range(len(drawn)), **data}, schema={"enterprise": pl.Int64, **maker.types})
    found = evaluate(table, [program]).sort("enterprise").to_dicts()
    names = Columns(program.standard.code)
    for row, cells in zip(drawn, found, strict=True):
        result = form.evaluate(row)
        if int(result.verdict) != cells[names.verdict]:
            yield "逐家判定与全市判定的结论不同"
        for bit, clause in enumerate(program.clauses):
            masks = [cells.get(column, 0) >> bit & 1 for column in (names.met, names.unknown, names.manual)]
            state = next((code for code, one in zip((1, 2, 3), masks, strict=True) if one), 0)
            if state != FOLDED.get(result.states[clause.id], 1):
                yield f"条款 {clause.id} 逐家判定与全市判定不同"


def _overturned(form: RowForm, drawn: list[Row], maker: _Maker, random: Random) -> Iterator[str]:
    """补齐未知后被推翻的条款。"""
    for row in drawn:
        before = form.evaluate(row)
        after = form.evaluate(maker.completed(row, random))
        yield from _contradicted(before, after)


def _contradicted(before: RowResult, after: RowResult) -> Iterator[str]:
    if before.verdict in (Verdict.eligible, Verdict.not_eligible) and after.verdict is not before.verdict:
        yield "补齐缺的数之后，已定的结论变了"
    for name, state in before.states.items():
        if state not in UNDECIDED and (state in MET) != (after.states[name] in MET):
            yield f"条款 {name} 补齐缺的数之后变了"


class _Maker:
    """给一份标准造行：列名 → 内部整数、代码或空。"""

    def __init__(self, program: Program) -> None:
        wanted = needed([program])
        self.types = {name: pl.String if kind == nw.String else pl.Int64 for name, kind in wanted.items()}
        nodes = [node for root in _roots(program) for node in _walk(root)]
        self.inputs = sorted({node for node in nodes if isinstance(node, Input)}, key=lambda one: one.name)
        self.codes: dict[str, list[str]] = {}
        self.lines: dict[str, list[int]] = {}
        for node in nodes:
            if isinstance(node, Member):
                self.codes.setdefault(node.input.name, ["none", "other"]).extend(node.values)
            if isinstance(node, Compare) and isinstance(node.left, Input):
                line = int(node.right.value * node.left.per)
                self.lines.setdefault(node.left.name, []).extend((line, line - 1, line + 1))

    def row(self, random: Random, gaps: float) -> dict[str, Any]:
        """一行；gaps 是每个输入缺的机会。"""
        out: dict[str, Any] = {}
        for item in self.inputs:
            if random.random() >= gaps:
                out |= self.value(item, random)
        return {name: value for name, value in out.items() if name in self.types}

    def value(self, item: Input, random: Random) -> dict[str, Any]:
        """一个输入的值；区间的两端都给。"""
        if item.kind in ("category", "text"):
            pool = list(item.order) or self.codes.get(item.name, ["none"])
            places = sorted(random.randrange(len(pool)) for _ in "ab")
            told = {f"{item.name}_low": pool[places[1]], f"{item.name}_high": pool[places[0]]}
            return told if item.interval else {item.name: pool[places[0]]}
        ends = sorted(self.whole(item, random) for _ in "ab")
        return {f"{item.name}_low": ends[0], f"{item.name}_high": ends[1]} if item.interval else {item.name: ends[0]}

    def whole(self, item: Input, random: Random) -> int:
        """一个数：一半在界线上或旁边。"""
        if item.kind == "flag":
            return random.randrange(2)
        if item.name in self.lines and random.random() < 0.5:
            return random.choice(self.lines[item.name])
        return int(10 ** random.uniform(0, 13)) if item.kind == "money" else random.choice(SPREAD)

    def completed(self, row: Row, random: Random) -> dict[str, Any]:
        """缺的补上；区间收到其中一端。"""
        out = dict(row)
        for item in self.inputs:
            names = (f"{item.name}_low", f"{item.name}_high") if item.interval else (item.name,)
            if all(name in row for name in names):
                out |= dict.fromkeys(names, row[random.choice(names)])
                continue
            filled = self.value(item, random)
            one = filled[random.choice(names)]
            out |= {name: one for name in names if name in self.types}
        return out


def _roots(program: Program) -> Iterator[Num | Truth]:
    for _, rule in program.scores:
        yield from (band.test for band in getattr(rule, "bands", ()))
        yield from getattr(rule, "tests", ())
        if hasattr(rule, "number"):
            yield rule.number
        elif isinstance(rule, Input):
            yield rule
    for clause in program.clauses:
        yield from (truth for truth in (clause.truth, clause.applies) if truth is not None)


def _walk(node: Num | Truth) -> Iterator[Num | Truth]:
    yield node
    for child in children(node):
        yield from _walk(child)
