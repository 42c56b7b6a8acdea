"""参照：不绑定、不编译，照条款树逐层走的三值解释器；数一律 Fraction，与 engine/ 不共用一行代码。"""

from dataclasses import replace
from fractions import Fraction
from itertools import product

from miaopu.standards.tree import node as n

OPS = {">=": "ge", ">": "gt", "<=": "le", "<": "lt", "==": "eq", "!=": "ne"}


class Reference:
    """一家企业、一份标准、一种事项；values 的键是快照列名；真值 True、False 或 None（未知）。"""

    def __init__(self, standard, kind, notices, values):
        self.kind, self.values, self.scores, self.hope = kind, values, {}, False
        self.waived = {name for notice in notices for name in notice.waives}
        self.top = standard.clauses + tuple(c for notice in notices for c in notice.clauses)
        self.off = {c.id for one in self.top for parent in one.walk() if self.out(parent) for c in parent.walk()}
        for score in standard.scores:
            self.scores[score.id] = self.points(score.rule)
        for total in standard.totals:
            self.scores[total.id] = tuple(map(sum, zip(*(self.scores[part] for part in total.parts), strict=True)))

    def out(self, clause):
        return clause.id in self.waived or bool(clause.kinds and self.kind not in clause.kinds)

    def truth(self, clause):
        if clause.id in self.off:
            return True
        when = True if clause.when is None else self.test(clause.when)
        return either([negate(when), self.body(clause)])

    def body(self, clause):
        if clause.body is not None:
            return self.test(clause.body)
        mine = [c for c in clause.children if c.id not in self.off]
        need = {"all": len(mine), "any": 1}.get(clause.combine) or int(clause.combine.replace("all", "0"))
        return count([self.truth(c) for c in mine], need) if mine else True

    def hoped(self, ask):
        """把未核定的人工判断当作满足，再问一次。"""
        self.hope, found = True, None
        found, self.hope = ask(), False
        return found

    def state(self, clause):
        found, plain = self.truth(clause), tuple(c for c in clause.children if not c.exempts)
        if clause.id in self.off or (found and clause.when is not None and self.test(clause.when) is False):
            return 5
        if not found:
            return 0 if found is False else 3 if self.hoped(lambda: self.truth(clause)) else 2
        return 4 if plain != clause.children and self.body(replace(clause, children=plain)) is not True else 1

    def verdict(self):
        ask = lambda: count([self.truth(c) for c in self.top], len(self.top)) if self.top else None  # noqa: E731
        now = ask()
        return 3 if now else 0 if now is False else 2 if self.hoped(ask) else 1

    def test(self, node):
        match node:
            case n.Fixed(value):
                return value
            case n.Flag(item) | n.Person(item):
                value = self.values.get(item.name)
                return (self.hope and isinstance(node, n.Person)) or None if value is None else value != 0
            case n.Member(item, codes):
                ends = [self.values.get(item.name + end) for end in (("_low", "_high") if item.interval else ("", ""))]
                return True if ends[0] in codes else False if ends[1] is not None and ends[1] not in codes else None
            case n.Not(item):
                return negate(self.test(item))
            case n.All(items) | n.AnyOf(items) | n.AtLeast(_, items):
                need = {n.All: len(items), n.AnyOf: 1}.get(type(node)) or getattr(node, "count", 0)
                return count([self.test(i) for i in items], need)
            case n.Compare(op, n.Derived(_, formula), right):
                return self.test(n.Compare(op, formula, right))
            case n.Compare(op, n.Extremum(largest, items), right):
                found = [self.test(n.Compare(op, item, right)) for item in items]
                return count(found, 1 if largest == (op in (">=", ">")) else len(found))
            case n.Compare(op, left, n.Literal(limit)):
                return spread(
                    op, *self.ends(left), (1 + limit) ** left.years if isinstance(left, n.Compound) else limit
                )

    def ends(self, left):
        """左边可能取值的两端；None 是那一端不知道；复合增长率给新旧之比，不开方。"""
        if isinstance(left, n.Points):
            return self.scores[left.id]
        if isinstance(left, n.Input) and left.interval:
            found = [self.values.get(left.name + end) for end in ("_low", "_high")]
            return [None if end is None else Fraction(end) / left.per for end in found]
        return [self.value(n.Arithmetic("/", left.new, left.old) if isinstance(left, n.Compound) else left)] * 2

    def value(self, node):
        match node:
            case n.Input(name, _, per):
                return None if self.values.get(name) is None else Fraction(self.values[name]) / per
            case n.Literal(value):
                return value
            case n.Derived(_, formula):
                return self.value(formula)
            case n.Arithmetic(op, left, right):
                a, b = self.value(left), self.value(right)
                if a is None or b is None or (op == "/" and b <= 0):
                    return None
                return {"+": a + b, "-": a - b, "*": a * b, "/": a / (b or 1)}[op]

    def points(self, rule):
        """得分区间：把未知的各项真假都试一遍，取最小与最大。"""
        if hasattr(rule, "number"):
            value = self.value(rule.number)
            return (0, rule.cap) if value is None else (max(0, min(rule.cap, value // rule.per)),) * 2
        known = [self.test(test) for test in (rule.tests if hasattr(rule, "tests") else [b.test for b in rule.bands])]
        ends = [scored(rule, case) for case in product(*([True, False] if k is None else [k] for k in known))]
        return min(low for low, _ in ends), max(high for _, high in ends)


def scored(rule, truths):
    if hasattr(rule, "tests"):
        return (min(rule.cap, rule.each * sum(truths)),) * 2
    return next(((b.low, b.high) for b, met in zip(rule.bands, truths, strict=True) if met), (rule.default,) * 2)


def spread(op, low, high, limit):
    """区间与界线：所有可能的取值都成立为真，都不成立为假；端点为空即那一端无限。"""
    signs = [-1] * (low is None or low < limit) + [1] * (high is None or high > limit)
    signs += [0] * ((low is None or low <= limit) and (high is None or high >= limit))
    found = {getattr(Fraction(sign), f"__{OPS[op]}__")(Fraction(0)) for sign in signs}
    return found.pop() if len(found) == 1 else None


def negate(truth):
    return None if truth is None else not truth


def count(truths, need):
    if truths.count(True) >= need:
        return True
    return None if truths.count(True) + truths.count(None) >= need else False


def either(truths):
    return count(truths, 1)
