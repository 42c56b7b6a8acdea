"""读法：把算式节点写成官员读得懂的一句话，只用指标名、比较词、单位；不判定，不显示英文键。"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from miaopu.standards.tree.expression import kind_of
from miaopu.standards.tree.node import (
    All,
    AnyOf,
    Arithmetic,
    AtLeast,
    Compare,
    Compound,
    Derived,
    Extremum,
    Fixed,
    Flag,
    Input,
    Literal,
    Member,
    Not,
    Num,
    Optimistic,
    Person,
    Points,
    Series,
    Truth,
)
from miaopu.standards.tree.vocabulary import Vocabulary

WAN, YI = Fraction(1_000_000), Fraction(10_000_000_000)
"""一万元、一亿元各多少分；美元同样以百分之一为自然单位。"""

BEFORE = {
    ">=": ("不低于", "达到"),
    "<=": ("不超过", "不高于"),
    ">": ("超过", "高于"),
    "<": ("低于", "不足"),
    "==": ("等于",),
    "!=": ("不等于",),
}
"""比较词，写在界线之前；条文用的是哪个就用哪个，都没有用第一个。"""

AFTER = {">=": "以上"}
"""写在界线之后的比较词；条文用了它又没用前面那些，才用。“以下”含不含本数各文件不同，不用它。"""

OPPOSITE = {">=": "<", ">": "<=", "<=": ">", "<": ">=", "==": "!=", "!=": "=="}
SIGNS = {"+": "＋", "-": "－", "*": "×", "/": "÷"}


@dataclass(frozen=True)
class Words:
    """写句子的人；points 是得分编号 → 名称，text 是条文（从中取比较词）。"""

    vocabulary: Vocabulary
    points: Mapping[str, str] = field(default_factory=dict)
    text: str = ""

    def truth(self, node: Truth, inside: bool = False) -> str:
        """条件 → 一句话；inside 为真时多项的加括号。"""
        match node:
            case Compare(op, left, right):
                return self.compare(op, left, right)
            case Flag(item):
                return f"{self.title(item.name)}：是"
            case Not(Flag(item)):
                return f"{self.title(item.name)}：否"
            case Not(Compare(op, left, right)):
                return self.compare(OPPOSITE[op], left, right)
            case Person(item):
                return f"由人核定：{self.title(item.name)}"
            case Optimistic(item):
                return self.truth(item, inside)
            case Member(item, values):
                return self.member(item, values)
            case Not(Member(item, values)):
                return self.member(item, values).replace("为“", "不是“", 1)
            case Fixed(value):
                return {True: "恒成立", False: "恒不成立", None: "只记录，不判定"}[value]
            case Not(item):
                return f"不是（{self.truth(item)}）"
        return self.several(node, inside)

    def several(self, node: All | AnyOf | AtLeast, inside: bool) -> str:
        """多个条件。"""
        joiner = "，且" if isinstance(node, All) else "，或"
        if isinstance(node, AtLeast):
            return f"以下至少 {node.count} 项：" + "；".join(self.truth(item, True) for item in node.items)
        told = joiner.join(self.truth(item, True) for item in node.items)
        return f"（{told}）" if inside and len(node.items) > 1 else told

    def compare(self, op: str, left: Num, right: Literal) -> str:
        """比较；两数相减与零比的，写成两数相比。"""
        if isinstance(left, Arithmetic) and left.op == "-" and right.value == 0:
            return f"{self.number(left.left)}{self.before(op)}{self.number(left.right)}"
        name, limit = self.number(left), self.limit(left, right.value)
        word = self.before(op)
        if op in AFTER and AFTER[op] in self.text and not any(one in self.text for one in BEFORE[op]):
            return f"{name} {limit}{AFTER[op]}"
        return f"{name} {word} {limit}"

    def before(self, op: str) -> str:
        """比较词。"""
        return next((word for word in BEFORE[op] if word in self.text), BEFORE[op][0])

    def member(self, item: Input, values: tuple[str, ...]) -> str:
        """类别；有高低次序的写“不低于”。"""
        if item.interval and item.order and values == item.order[: len(values)]:
            return f"{self.title(item.name)}不低于“{self.value(item.name, values[-1])}”"
        told = "、".join(self.value(item.name, one) for one in values)
        return f"{self.title(item.name)}为“{told}”" + ("之一" if len(values) > 1 else "")

    def value(self, name: str, code: str) -> str:
        """类别代码 → 文字。"""
        indicator = self.vocabulary.indicator(name)
        found = indicator.values.get(code, ()) if indicator else ()
        return f"{code}档（{found[0]}）" if found and len(code) == 1 else found[0] if found else _coded(code)

    def number(self, node: Num, inside: bool = False) -> str:
        """算式 → 名称或式子。"""
        match node:
            case Input(name) | Derived(Input(name), _):
                return self.title(name)
            case Points(name):
                return f"{self.points.get(name, name)}得分"
            case Literal(value):
                return _decimal(value)
            case Compound(new, old, years):
                return f"{self.number(new)}比{self.number(old)}的{years}年复合增长率"
            case Extremum(largest, items):
                told = "、".join(map(self.number, items))
                return f"{told}中较{'高' if largest else '低'}者"
            case Series(function, item):
                return f"{self.title(item.name)}的{'合计' if function == 'total' else '赫芬达尔指数'}"
            case Arithmetic(op, left, right):
                told = f"{self.number(left, True)}{SIGNS[op]}{self.number(right, True)}"
                return f"（{told}）" if inside else told
        raise TypeError(f"没有写法：{type(node).__name__}")

    def limit(self, left: Num, value: Fraction) -> str:
        """界线的写法：金额用万元或亿元，比例用 %，其余用指标的单位。"""
        kind = kind_of(left)
        if isinstance(left, Points):
            return f"{_decimal(value)}分"
        if kind in ("money", "dollar"):
            size, word = (YI, "亿") if value and value % YI == 0 else (WAN, "万")
            return f"{_decimal(value / size)}{word}{'美元' if kind == 'dollar' else '元'}"
        if kind == "percent":
            return f"{_decimal(value * 100)}%"
        return f"{_decimal(value)}{self.unit(left)}"

    def unit(self, left: Num) -> str:
        """件数、年限的单位。"""
        match left:
            case Input(name) | Derived(Input(name), _):
                indicator = self.vocabulary.indicator(name)
                return indicator.unit if indicator else ""
            case Extremum(_, items):
                return self.unit(items[0])
            case Arithmetic(_, inner, _):
                return self.unit(inner)
        return ""

    def title(self, name: str) -> str:
        """指标名。"""
        return self.vocabulary.title(name)


def _decimal(value: Fraction) -> str:
    """去掉末尾零的小数；除不尽的写分数。"""
    if value.denominator == 1:
        return str(value.numerator)
    text = f"{float(value):.6f}".rstrip("0").rstrip(".")
    return text if Fraction(text) == value else f"{value.numerator}/{value.denominator}"


def _coded(code: str) -> str:
    """没有同义词的代码：单个字母是档次，其余原样。"""
    return f"{code}档" if re.fullmatch("[A-Z]", code) else "无" if code == "none" else code
