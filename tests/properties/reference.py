"""参照：不绑定、不编译，照条款树逐层走的三值解释器；数一律 Fraction，与 engine/ 不共用一行代码。"""

from dataclasses import replace
from fractions import Fraction
from itertools import product

from miaopu.standards.tree import node as n

OPS = {">=": "ge", ">": "gt", "<=": "le", "<": "lt", "==": "eq", "!=": "ne"}


class Reference:
    """一家企业、一份标准、一种事项；values 的键是快照列名。"""

    def __init__(self, standard, kind, notices, values):
        self.kind, self.values, self.scores = kind, values, {}
        self.waived = {name for notice in notices for name in notice.waives}
        self.top = standard.clauses + tuple(c for notice in notices for c in notice.clauses)
        for score in standard.scores:
            self.scores[score.id] = self.points(score.rule)
        for total in standard.totals:
            self.scores[total.id] = tuple(map(sum, zip(*(self.scores[part] for part in total.parts), strict=True)))

    def truth(self, clause, hope=False):
        """None 为未知；hope 时把未核定的人工判断当作满足。"""
        if clause.id in self.waived or (clause.kinds and self.kind not in clause.kinds):
            return True
        when = True if clause.when is None else self.test(clause.when, hope)
        return either([negate(when), self.body(clause, hope)])

    def body(self, clause, hope):
        if clause.body is not None:
            return self.test(clause.body, hope)
        mine = [c for c in clause.children if c.id not in self.waived and (not c.kinds or self.kind in c.kinds)]
        need = {"all": len(mine), "any": min(1, len(mine))}.get(clause.combine) or int(
            clause.combine if clause.combine.isdigit() else 0
        )
        return count([self.truth(c, hope) for c in mine], need)

    def state(self, clause):
        """状态代码；免考是满足而不靠豁免不满足。"""
        if clause.id in self.waived or (clause.kinds and self.kind not in clause.kinds):
            return 5
        found, plain = self.truth(clause), [c for c in clause.children if not c.exempts]
        if found is not True:
            return 0 if found is False else 3 if self.truth(clause, True) is True else 2
        if clause.when is not None and self.test(clause.when) is False:
            return 5
        exempt = (
            len(plain) < len(clause.children) and self.body(replace(clause, children=tuple(plain)), False) is not True
        )
        return 4 if exempt else 1

    def states(self):
        return {c.id: self.state(c) for top in self.top for c in top.walk()}

    def verdict(self):
        now, then = (count([self.truth(c, hope) for c in self.top], len(self.top)) for hope in (False, True))
        if not self.top:
            return 1
        return 3 if now else 0 if now is False else 2 if then else 1

    def test(self, node, hope=False):
        match node:
            case n.Fixed(value):
                return value
            case n.Flag(item) | n.Person(item):
                value = self.values.get(item.name)
                return (True if hope and isinstance(node, n.Person) else None) if value is None else value != 0
            case n.Member(item, codes):
                return self.member(item, codes)
            case n.Not(item):
                return negate(self.test(item, hope))
            case n.All(items):
                return count([self.test(i, hope) for i in items], len(items))
            case n.AnyOf(items):
                return either([self.test(i, hope) for i in items])
            case n.AtLeast(need, items):
                return count([self.test(i, hope) for i in items], need)
            case n.Compare(op, left, right):
                return self.compare(op, left, right.value)

    def member(self, item, codes):
        ends = [item.name + end for end in (("_low", "_high") if item.interval else ("",))]
        known = [self.values.get(end) for end in ends]
        if not item.interval:
            return None if known[0] is None else known[0] in codes
        return True if known[0] in codes else False if known[1] is not None and known[1] not in codes else None

    def compare(self, op, left, limit):
        if isinstance(left, n.Derived):
            return self.compare(op, left.formula, limit)
        if isinstance(left, n.Extremum):
            found = [self.compare(op, item, limit) for item in left.items]
            return either(found) if left.largest == (op in (">=", ">")) else count(found, len(found))
        if isinstance(left, n.Compound):
            new, old = self.value(left.new), self.value(left.old)
            return None if new is None or old is None or old <= 0 else holds(op, new / old, (1 + limit) ** left.years)
        if isinstance(left, n.Points) or (isinstance(left, n.Input) and left.interval):
            return self.between(op, left, limit)
        value = self.value(left)
        return None if value is None else holds(op, value, limit)

    def between(self, op, left, limit):
        if isinstance(left, n.Points):
            low, high = self.scores[left.id]
        else:
            low, high = (self.values.get(left.name + end) for end in ("_low", "_high"))
        ends = [None if end is None else Fraction(end) / getattr(left, "per", 1) for end in (low, high)]
        return spread(op, *ends, limit)

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
                return {"+": a + b, "-": a - b, "*": a * b, "/": a / b if b else a}[op]

    def points(self, rule):
        """得分区间：把未知的各项真假都试一遍，取最小与最大。"""
        if hasattr(rule, "number"):
            value = self.value(rule.number)
            return (0, rule.cap) if value is None else (steps := max(0, min(rule.cap, value // rule.per)), steps)
        tests = rule.tests if hasattr(rule, "tests") else [band.test for band in rule.bands]
        known = [self.test(test) for test in tests]
        ends = [scored(rule, case) for case in product(*([True, False] if k is None else [k] for k in known))]
        return min(low for low, _ in ends), max(high for _, high in ends)


def scored(rule, truths):
    if hasattr(rule, "tests"):
        return (min(rule.cap, rule.each * sum(truths)),) * 2
    return next(((b.low, b.high) for b, met in zip(rule.bands, truths, strict=True) if met), (rule.default,) * 2)


def spread(op, low, high, limit):
    """区间与界线：所有可能的取值都成立为真，都不成立为假；端点为空即那一端无限。"""
    below, above = low is None or low < limit, high is None or high > limit
    at = (low is None or low <= limit) and (high is None or high >= limit)
    cases = [sign for sign, possible in ((-1, below), (0, at), (1, above)) if possible]
    found = {holds(op, sign, 0) for sign in cases}
    return found.pop() if len(found) == 1 else None


def holds(op, left, right):
    return getattr(Fraction(left), f"__{OPS[op]}__")(Fraction(right))


def negate(truth):
    return None if truth is None else not truth


def count(truths, need):
    if truths.count(True) >= need:
        return True
    return None if truths.count(True) + truths.count(None) >= need else False


def either(truths):
    return count(truths, 1)
