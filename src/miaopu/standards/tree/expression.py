"""算式：把条款文件里的 test、formula 文字读成节点；单位与指标类别不合即报错。"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from miaopu.standards.tree.node import (
    All,
    AnyOf,
    Arithmetic,
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
    Points,
    Series,
    Truth,
)

UNITS: Mapping[str, tuple[str, Fraction]] = {
    "元": ("money", Fraction(100)),
    "万元": ("money", Fraction(1_000_000)),
    "亿元": ("money", Fraction(10_000_000_000)),
    "%": ("percent", Fraction(1, 100)),
    "年": ("decimal", Fraction(1)),
    "分": ("decimal", Fraction(1)),
    "万美元": ("dollar", Fraction(1_000_000)),
    "亿美元": ("dollar", Fraction(10_000_000_000)),
    **{unit: ("count", Fraction(1)) for unit in ("人", "项", "件", "名", "级", "家", "个", "次")},
}
"""单位 → 指标类别与换成自然单位的倍数（金额的自然单位是分）。"""

KIND_WORDS = {
    "money": "金额，要写 元、万元 或 亿元",
    "percent": "比例，要写 %",
    "dollar": "美元金额，要写 万美元 或 亿美元",
}

_TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?)(?P<unit>%|亿美元|万美元|亿元|万元|元|年|分|人|项|件|名|级|家|个|次)?"
    r"|(?P<name>[A-Za-z_][A-Za-z0-9_.]*)|(?P<op>>=|<=|==|!=|[-+*/()<>,\[\]]))"
)


class ExpressionError(ValueError):
    """算式写错了；消息说明哪一段。"""


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str
    unit: str = ""


def _tokens(text: str) -> list[_Token]:
    out, at, text = [], 0, text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if not match:
            raise ExpressionError(f"“{text}”从“{text[at:]}”起读不懂")
        kind = str(match.lastgroup if match.lastgroup != "unit" else "number")
        out.append(_Token(kind, match[kind], match["unit"] or ""))
        at = match.end()
    return out


class _Parser:
    """递归下降；lookup 把名字换成输入、派生指标或得分。"""

    def __init__(self, text: str, lookup: Callable[[str], Num]) -> None:
        self.text, self.lookup = text, lookup
        self.tokens, self.at = _tokens(text), 0

    def peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def take(self, expected: str = "") -> _Token:
        if self.at >= len(self.tokens) or (expected and self.peek() != expected):
            raise ExpressionError(f"“{self.text}”缺少“{expected or '内容'}”")
        self.at += 1
        return self.tokens[self.at - 1]

    def end(self) -> None:
        if self.at < len(self.tokens):
            raise ExpressionError(f"“{self.text}”多出“{self.peek()}”")

    def truth(self) -> Truth:
        """or 连接的若干 and 组。"""
        items = [self.conjunction()]
        while self.peek() == "or":
            self.take()
            items.append(self.conjunction())
        return items[0] if len(items) == 1 else AnyOf(tuple(items))

    def conjunction(self) -> Truth:
        items = [self.atom()]
        while self.peek() == "and":
            self.take()
            items.append(self.atom())
        return items[0] if len(items) == 1 else All(tuple(items))

    def atom(self) -> Truth:
        if self.peek() == "not":
            self.take()
            return Not(self.atom())
        if self.peek() in ("true", "false"):
            return Fixed(self.take().text == "true")
        left = self.sum()
        if self.peek() == "in":
            return self.member(left)
        if self.peek() not in (">=", "<=", ">", "<", "==", "!="):
            return self.flag(left)
        op = self.take().text
        if isinstance(left, Input) and left.kind == "category":
            return self.category(left, op)
        start = self.at
        right = self.sum()
        if self.at == start + 1 and self.tokens[start].kind == "number":
            self.check_unit(left, self.tokens[start])
        return self.compare(op, left, right)

    def check_unit(self, left: Num, number: _Token) -> None:
        """金额要带元，比例要带 %，件数与年限不带金额、比例单位。"""
        kind, wanted = kind_of(left), UNITS[number.unit][0] if number.unit else "count"
        if kind in ("money", "percent", "dollar") and kind != wanted:
            raise ExpressionError(
                f"“{self.text}”里数字“{number.text}{number.unit}”的单位不合：左边是 {KIND_WORDS[kind]}"
            )
        if kind in ("count", "decimal") and wanted not in ("count", "decimal"):
            raise ExpressionError(f"“{self.text}”左边不是金额或比例，“{number.text}”不能带“{number.unit}”")

    def flag(self, left: Num) -> Truth:
        if isinstance(left, Input) and left.kind == "flag":
            return Flag(left)
        raise ExpressionError(f"“{self.text}”里的“{getattr(left, 'name', left)}”不是是否类指标，缺少比较")

    def member(self, left: Num) -> Truth:
        if not isinstance(left, Input) or left.kind != "category" or left.interval:
            raise ExpressionError(f"“{self.text}”只有类别指标可以用 in")
        self.take("in"), self.take("[")
        values = [self.take().text]
        while self.peek() == ",":
            self.take()
            values.append(self.take().text)
        self.take("]")
        return Member(left, tuple(values))

    def category(self, left: Input, op: str) -> Truth:
        value = self.take().text
        if left.order and op == ">=" and value in left.order:
            return Member(left, left.order[: left.order.index(value) + 1])
        member = Member(left, (value,))
        if left.interval or op not in ("==", "!="):
            raise ExpressionError(f"“{self.text}”类别指标不能用 {op} 比较")
        return member if op == "==" else Not(member)

    def compare(self, op: str, left: Num, right: Num) -> Truth:
        if not isinstance(right, Literal):
            left, right = Arithmetic("-", left, right), Literal(Fraction(0))
        return Compare(op, left, right)

    def sum(self) -> Num:
        left = self.product()
        while self.peek() in ("+", "-"):
            left = Arithmetic(self.take().text, left, self.product())
        return left

    def product(self) -> Num:
        left = self.primary()
        while self.peek() in ("*", "/"):
            left = Arithmetic(self.take().text, left, self.primary())
        return left

    def primary(self) -> Num:
        if self.peek() == "(":
            self.take()
            inner = self.sum()
            self.take(")")
            return inner
        if self.peek() == "-":
            self.take()
            return Arithmetic("-", Literal(Fraction(0)), self.primary())
        token = self.take()
        if token.kind == "number":
            return Literal(Fraction(token.text) * (UNITS[token.unit][1] if token.unit else 1))
        if token.kind != "name":
            raise ExpressionError(f"“{self.text}”在“{token.text}”处读不懂")
        return self.call(token.text) if self.peek() == "(" else self.lookup(token.text)

    def call(self, function: str) -> Num:
        self.take("(")
        items = [self.sum()]
        while self.peek() == ",":
            self.take()
            items.append(self.sum())
        self.take(")")
        match function:
            case "min" | "max":
                return Extremum(function == "max", tuple(items))
            case "total" | "herfindahl" if len(items) == 1 and isinstance(items[0], Input):
                return Series(function, items[0])
            case "compound" if len(items) == 3 and isinstance(items[2], Literal):
                return Compound(items[0], items[1], int(items[2].value))
            case "mean":
                total = items[0]
                for item in items[1:]:
                    total = Arithmetic("+", total, item)
                return Arithmetic("/", total, Literal(Fraction(len(items))))
        raise ExpressionError(f"“{self.text}”里没有“{function}”这个函数")


def parse_truth(text: str, lookup: Callable[[str], Num]) -> Truth:
    """条件文字 → 真值节点，并核对单位。"""
    parser = _Parser(text, lookup)
    node = parser.truth()
    parser.end()
    return node


def parse_number(text: str, lookup: Callable[[str], Num]) -> Num:
    """公式文字 → 数节点。"""
    parser = _Parser(text, lookup)
    node = parser.sum()
    parser.end()
    return node


def kind_of(node: Num) -> str:
    """算式结果的类别；比率为 percent，混加为 unknown。"""
    match node:
        case Input(_, kind, _, _) | Derived(Input(_, kind, _, _), _):
            return kind
        case Points():
            return "decimal"
        case Compound():
            return "percent"
        case Extremum(_, items):
            return kind_of(items[0])
        case Arithmetic("/", left, right):
            return kind_of(left) if isinstance(right, Literal) else "percent"
        case Arithmetic(_, left, right):
            return kind_of(left) if isinstance(right, Literal) or kind_of(left) == kind_of(right) else "unknown"
    return "unknown"
