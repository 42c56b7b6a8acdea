"""树的节点：数、真值两类，全部不可变、可散列，不带任何引擎的名字。"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True)
class Input:
    """一个输入。per 是内部整数与自然单位之比（百分数 1_000_000，年限与得分 10_000，其余 1）。

    interval 为真时，快照里是 `<name>_low`、`<name>_high` 两列（条目计数、最高档次）；
    order 是有高低次序的类别代码，由高到低。
    """

    name: str
    kind: str = "count"
    per: int = 1
    interval: bool = False
    order: tuple[str, ...] = ()


@dataclass(frozen=True)
class Literal:
    """自然单位的常数：金额为分，百分数为小数（90% 是 9/10）。"""

    value: Fraction


@dataclass(frozen=True)
class Arithmetic:
    """加减乘除；op 是 + - * / 之一。"""

    op: str
    left: Num
    right: Num


@dataclass(frozen=True)
class Compound:
    """years 年复合增长率：(new / old) 开 years 次方减一；只能整体与常数比较。"""

    new: Num
    old: Num
    years: int


@dataclass(frozen=True)
class Extremum:
    """若干数的最大（largest）或最小值；只能整体与常数比较。"""

    largest: bool
    items: tuple[Num, ...]


@dataclass(frozen=True)
class Points:
    """评分项或合计的得分，恒为区间；只能整体与常数比较。"""

    id: str


@dataclass(frozen=True)
class Derived:
    """派生指标：事实里直接给出时用给出的数，否则用公式。"""

    given: Input
    formula: Num


@dataclass(frozen=True)
class Series:
    """一串数的合计（total）或赫芬达尔指数（herfindahl）；只用于报告项。"""

    function: str
    input: Input


Num = Input | Literal | Arithmetic | Compound | Extremum | Points | Derived | Series


@dataclass(frozen=True)
class Compare:
    """比较；op 是 >= > <= < == != 之一。"""

    op: str
    left: Num
    right: Literal


@dataclass(frozen=True)
class Flag:
    """是否类输入。"""

    input: Input


@dataclass(frozen=True)
class Person:
    """须人工核定；未核定时为未知，并与缺数分开。"""

    input: Input


@dataclass(frozen=True)
class Member:
    """类别输入属于若干代码之一；区间输入时 values 必是次序里最高的几档，即“不低于”。"""

    input: Input
    values: tuple[str, ...]


@dataclass(frozen=True)
class Fixed:
    """恒真、恒假或恒为未知（None：没有条款可判的标准，如只记录的发展评价）。"""

    value: bool | None


@dataclass(frozen=True)
class Not:
    """非。"""

    item: Truth


@dataclass(frozen=True)
class All:
    """同时满足。"""

    items: tuple[Truth, ...]


@dataclass(frozen=True)
class AnyOf:
    """满足其一。"""

    items: tuple[Truth, ...]


@dataclass(frozen=True)
class AtLeast:
    """至少满足 count 项。"""

    count: int
    items: tuple[Truth, ...]


@dataclass(frozen=True)
class Optimistic:
    """把须人工核定的未知都当作满足，再看真值：用来分开“待核”与“须人工”。"""

    item: Truth


Truth = Compare | Flag | Person | Member | Fixed | Not | All | AnyOf | AtLeast | Optimistic


def children(node: Num | Truth) -> tuple[Num | Truth, ...]:
    """直接下级节点。"""
    match node:
        case Arithmetic(_, left, right) | Compare(_, left, right):
            return (left, right)
        case Compound(new, old, _):
            return (new, old)
        case Extremum(_, items) | All(items) | AnyOf(items) | AtLeast(_, items):
            return items
        case Derived(given, formula):
            return (given, formula)
        case Series(_, item) | Flag(item) | Person(item) | Member(item, _) | Not(item) | Optimistic(item):
            return (item,)
    return ()


def inputs(node: Num | Truth) -> frozenset[Input]:
    """节点用到的全部输入（含派生指标可直接给出的那个名字）。"""
    if isinstance(node, Input):
        return frozenset({node})
    return frozenset().union(*map(inputs, children(node)))


def has_person(node: Num | Truth) -> bool:
    """节点下是否有须人工核定的条款。"""
    return isinstance(node, Person) or any(map(has_person, children(node)))
