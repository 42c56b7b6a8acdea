"""行式：把程序生成一个 Python 函数，一家企业一次判完；数是整数或 Fraction，精确。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from miaopu.standards.engine.bind import BoundClause, Program
from miaopu.standards.engine.inequality import Inequality, Term, inequality
from miaopu.standards.tree.clause import Bands, Rule, Steps, Tally
from miaopu.standards.tree.node import (
    All,
    AtLeast,
    Compare,
    Fixed,
    Flag,
    Input,
    Member,
    Not,
    Optimistic,
    Person,
    Points,
    Truth,
)
from miaopu.standards.tree.state import State, Verdict


@dataclass(frozen=True)
class RowResult:
    """一家企业的判定：结论、各条款状态、各得分区间、成立的旗标（不能确定成立的不挂）。"""

    verdict: Verdict
    states: Mapping[str, State]
    scores: Mapping[str, tuple[Any, Any]]
    flags: tuple[str, ...]


@dataclass(frozen=True)
class RowForm:
    """编译好的行式；raw 返回裸元组（快），evaluate 返回 RowResult。"""

    program: Program
    raw: Callable[[Mapping[str, Any]], tuple]
    source: str

    def evaluate(self, values: Mapping[str, Any]) -> RowResult:
        """values：输入名 → 内部整数（或 Fraction）、文本代码、真假；缺的不写或为 None。"""
        verdict, states, scores, flags = self.raw(values)
        points = self.program.points
        pairs = zip(scores[::2], scores[1::2], strict=True)
        return RowResult(
            verdict=Verdict(verdict),
            states={one.id: State(state) for one, state in zip(self.program.clauses, states, strict=True)},
            scores=dict(zip(points, pairs, strict=True)),
            flags=tuple(dict.fromkeys(code for (code, _), on in zip(self.program.flags, flags, strict=True) if on)),
        )


def compile_row(program: Program) -> RowForm:
    """生成函数源码并编译。"""
    source = _Writer(program).source()
    namespace: dict[str, Any] = {"Fraction": Fraction, "natural": _natural}
    exec(compile(source, f"<{program.standard.code}>", "exec"), namespace)
    return RowForm(program, namespace["judge"], source)


class _Writer:
    """逐行写源码；每个节点一个变量，同一节点只算一次。"""

    def __init__(self, program: Program) -> None:
        self.program = program
        self.lines: list[str] = []
        self.names: dict[Any, str] = {}

    def source(self) -> str:
        for name, rule in self.program.scores:
            self.score(name, rule)
        for name, parts in self.program.totals:
            self.total(name, parts)
        states = _tuple([self.state(clause) for clause in self.program.clauses])
        verdict = self.verdict()
        flags = _tuple([self.truth(truth) for _, truth in self.program.flags])
        scores = _tuple([end(name) for name in self.program.points for end in (_low, _high)])
        self.lines.append(f"return {verdict}, {states}, {scores}, {flags}")
        return "def judge(v):\n get = v.get\n " + "\n ".join(self.lines) + "\n"

    def assign(self, node: Any, text: str, prefix: str = "t") -> str:
        name = f"{prefix}{len(self.names)}"
        self.names[node] = name
        self.lines.append(f"{name} = {text}")
        return name

    def input(self, name: str) -> str:
        key = ("input", name)
        return self.names.get(key) or self.assign(key, f"get({name!r})", "i")

    def truth(self, node: Truth) -> str:
        return self.names.get(node) or self.assign(node, self.text(node))

    def text(self, node: Truth) -> str:
        match node:
            case Fixed(value):
                return repr(value)
            case Flag(item) | Person(item):
                name = self.input(item.name)
                return f"None if {name} is None else {name} != 0"
            case Optimistic(item):
                return f"{self.truth(item)} is not False"
            case Member(item, values) if item.interval:
                low, high = (self.input(f"{item.name}_{end}") for end in ("low", "high"))
                absent = f"{high} is not None and {high} not in {values!r}"
                return f"True if {low} in {values!r} else False if {absent} else None"
            case Member(item, values):
                name = self.input(item.name)
                return f"None if {name} is None else {name} in {values!r}"
            case Not(item):
                name = self.truth(item)
                return f"None if {name} is None else not {name}"
            case Compare():
                return self.compare(node)
        return self.connective(node)

    def connective(self, node: Truth) -> str:
        names = [self.truth(item) for item in node.items]
        unknown = " or ".join(f"{name} is None" for name in names)
        if isinstance(node, AtLeast):
            sure = " + ".join(f"({name} is True)" for name in names)
            maybe = " + ".join(f"({name} is not False)" for name in names)
            return f"True if {sure} >= {node.count} else None if {maybe} >= {node.count} else False"
        if isinstance(node, All):
            decided = " or ".join(f"{name} is False" for name in names)
            return f"False if {decided} else None if {unknown} else True"
        decided = " or ".join(f"{name} is True" for name in names) or "False"
        return f"True if {decided} else None if {unknown or 'False'} else False"

    def compare(self, node: Compare) -> str:
        if isinstance(node.left, Points):
            return self.between(_low(node.left.id), _high(node.left.id), node.op, str(_exact(node.right.value)))
        if isinstance(node.left, Input) and node.left.interval:
            low, high = (self.input(f"{node.left.name}_{end}") for end in ("low", "high"))
            return self.between(low, high, node.op, str(_exact(node.right.value * node.left.per)), optional=True)
        return self.polynomial(inequality(node))

    def polynomial(self, item: Inequality) -> str:
        missing = [f"{self.input(one.name)} is None" for one in item.inputs]
        missing += [f"not ({self.terms(guard)} > 0)" for guard in item.guards]
        test = f"({self.terms(item.terms)}) {item.op} 0"
        return f"None if {' or '.join(missing)} else {test}" if missing else test

    def terms(self, terms: tuple[Term, ...]) -> str:
        return " + ".join("*".join([str(t.coefficient), *(self.input(one.name) for one in t.factors)]) for t in terms)

    def between(self, low: str, high: str, op: str, limit: str, optional: bool = False) -> str:
        """区间 [low, high] 与常数比较；optional 时两端可缺。"""
        sure, never = (low, high) if op in (">=", ">") else (high, low)
        flipped = {">=": "<", ">": "<=", "<=": ">", "<": ">="}
        if op in ("==", "!="):
            true, false = f"{low} == {high} == {limit}", f"{high} < {limit} or {low} > {limit}"
            if optional:
                false = f"({high} is not None and {high} < {limit}) or ({low} is not None and {low} > {limit})"
            return f"{op == '=='} if {true} else {op != '=='} if {false} else None"
        if optional:
            true = f"{sure} is not None and {sure} {op} {limit}"
            false = f"{never} is not None and {never} {flipped[op]} {limit}"
            return f"True if {true} else False if {false} else None"
        return f"True if {sure} {op} {limit} else False if {never} {flipped[op]} {limit} else None"

    def score(self, name: str, rule: Rule | Input) -> None:
        match rule:
            case Input():
                self.given(name, rule)
            case Bands():
                self.bands(name, rule)
            case Tally(tests, each, cap):
                names = [self.truth(test) for test in tests]
                sure = " + ".join(f"({one} is True)" for one in names)
                maybe = " + ".join(f"({one} is not False)" for one in names)
                self.lines.append(f"{_low(name)} = min({cap}, {each} * ({sure}))")
                self.lines.append(f"{_high(name)} = min({cap}, {each} * ({maybe}))")
            case Steps(number, per, cap):
                value = self.input(number.name)
                steps = f"max(0, min({cap}, int({value} // {per * number.per})))"
                self.lines.append(f"{_low(name)} = 0 if {value} is None else {steps}")
                self.lines.append(f"{_high(name)} = {cap} if {value} is None else {steps}")

    def bands(self, name: str, rule: Bands) -> None:
        low = high = str(rule.default)
        for band in reversed(rule.bands):
            test = self.truth(band.test)
            low = f"({band.low} if {test} is True else {low})"
            high = f"({band.high} if {test} is not False else {high})"
        self.lines.append(f"{_low(name)} = {low}")
        self.lines.append(f"{_high(name)} = {high}")

    def given(self, name: str, item: Input) -> None:
        value = f"natural({self.input(item.name)}, {item.per})"
        self.lines.append(f"{_low(name)} = {_high(name)} = {value}")

    def total(self, name: str, parts: tuple[str, ...] | Input) -> None:
        if isinstance(parts, Input):
            return self.given(name, parts)
        self.lines.append(f"{_low(name)} = {' + '.join(map(_low, parts))}")
        self.lines.append(f"{_high(name)} = {' + '.join(map(_high, parts))}")
        return None

    def state(self, clause: BoundClause) -> str:
        if clause.applies == Fixed(False):
            return str(int(State.not_applicable))
        truth = self.truth(clause.truth)
        met = "1"
        if clause.primary is not None:
            met = f"(1 if {self.truth(clause.primary)} is True else 4)"
        if clause.applies is not None:
            met = f"(5 if {self.truth(clause.applies)} is False else {met})"
        unknown = f"(3 if {self.truth(clause.optimistic)} is True else 2)" if clause.optimistic is not None else "2"
        return self.assign(
            ("state", clause.id), f"0 if {truth} is False else {unknown} if {truth} is None else {met}", "s"
        )

    def verdict(self) -> str:
        truth = self.truth(self.program.verdict)
        unknown = "1"
        if self.program.optimistic is not None:
            unknown = f"(2 if {self.truth(self.program.optimistic)} is True else 1)"
        return self.assign(("verdict",), f"0 if {truth} is False else {unknown} if {truth} is None else 3", "r")


def _tuple(names: list[str]) -> str:
    return f"({', '.join(names)},)" if names else "()"


def _low(name: str) -> str:
    return f"lo_{name}"


def _high(name: str) -> str:
    return f"hi_{name}"


def _natural(value: Any, per: int) -> Any:
    """内部数换成自然单位；整除时为整数。"""
    exact = Fraction(value) / per
    return int(exact) if exact.denominator == 1 else exact


def _exact(value: Fraction) -> Any:
    return int(value) if value.denominator == 1 else f"Fraction({value.numerator}, {value.denominator})"
