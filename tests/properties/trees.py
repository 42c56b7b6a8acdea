"""造树：随机的标准，节点样样有：组、豁免、何时、事项、至少几项、非、比较、区间、极值、复合增长、人工、分档、累计、逐年、合计。"""

from dataclasses import replace
from fractions import Fraction
from random import Random

from miaopu.standards.tree import node as n
from miaopu.standards.tree.clause import Band, Bands, Clause, Score, Standard, Steps, Tally, Total

MONEY = [n.Input(f"m{i}", "money") for i in range(4)]
COUNTS = [n.Input(f"c{i}", "count") for i in range(3)]
SHARES = [n.Input(f"p{i}", "percent", 1_000_000) for i in range(2)]
YEARS = [n.Input(f"d{i}", "decimal", 10_000) for i in range(2)]
RANGES = [n.Input(f"r{i}", "count", 1, True) for i in range(2)]
FLAGS = [n.Input(f"f{i}", "flag") for i in range(4)]
PERSONS = [n.Input(f"j{i}", "flag") for i in range(3)]
KIND = n.Input("k", "category")
BEST = n.Input("q", "category", 1, True, ("gold", "silver", "bronze", "none"))
ORDERED = (">=", ">", "<=", "<")
MADE_OF = Standard("T", "", "", "", "", "", "", None, None, (), (), (), (), (), (), (), False, "", "", False)


class Trees:
    """用一个随机数种子造标准；persons 为假时没有人工条款（为真时也只在条款叶子上，不在“非”里）。"""

    def __init__(self, random: Random) -> None:
        self.random, self.number, self.points = random, 0, []

    def standard(self, code: str) -> Standard:
        """一份随机标准。"""
        self.points = []
        scores = tuple(self.score(f"S{i}") for i in range(self.random.randrange(4)))
        self.points = [score.id for score in scores]
        totals = (Total("T", "", tuple(self.points), 99),) if scores else ()
        self.points += [total.id for total in totals]
        clauses = tuple(self.clause(3) for _ in range(self.random.randrange(1, 4)))
        return replace(MADE_OF, code=code, clauses=clauses, scores=scores, totals=totals)

    def clause(self, depth: int, under: str = "all") -> Clause:
        """一个条款；when 只在 all 之下，豁免只在 any 之下。"""
        self.number += 1
        name, odd = f"C{self.number}", self.random.random
        kinds = (self.random.choice(("new", "review")),) if odd() < 0.1 else ()
        when = self.truth(1) if under == "all" and odd() < 0.15 else None
        made = Clause(name, "", "", "", "restated", kinds=kinds, when=when, exempts=under == "any*" and odd() < 0.4)
        if depth == 0 or odd() < 0.4:
            body = n.Person(self.random.choice(PERSONS)) if odd() < 0.2 else self.truth(2)
            return replace(made, body=body)
        combine = self.random.choice(("all", "any", "any", "2"))
        parts = [
            self.clause(depth - 1, "any*" if combine == "any" else combine) for _ in range(self.random.randrange(2, 4))
        ]
        if all(part.exempts for part in parts):
            parts[0] = replace(parts[0], exempts=False)
        return replace(made, combine=combine, children=tuple(parts))

    def truth(self, depth: int) -> n.Truth:
        """一个条件。"""
        if depth == 0 or self.random.random() < 0.4:
            return self.leaf()
        items = tuple(self.truth(depth - 1) for _ in range(self.random.randrange(2, 4)))
        return self.random.choice((n.All(items), n.AnyOf(items), n.Not(items[0]), n.AtLeast(2, items)))

    def leaf(self) -> n.Truth:
        """一个比较、是否或类别。"""
        pick = self.random.randrange(9)
        if pick == 0:
            return n.Flag(self.random.choice(FLAGS))
        if pick == 1:
            return n.Member(KIND, tuple(self.random.sample(("a", "b", "c"), self.random.randrange(1, 3))))
        if pick == 2:
            return n.Member(BEST, BEST.order[: self.random.randrange(1, 4)])
        if pick == 3:
            limit = Fraction(self.random.randrange(12), self.random.choice((1, 2)))
            return self.compared(n.Points(self.random.choice(self.points)) if self.points else RANGES[0], limit)
        if pick == 4:
            return self.compared(self.random.choice(RANGES), Fraction(self.random.randrange(5)))
        return self.arithmetic()

    def arithmetic(self) -> n.Truth:
        """数的比较：单个、比率、差、均值增长、复合增长、极值。"""
        a, b, c = self.random.sample(MONEY, 3)
        ratio, share = n.Arithmetic("/", a, b), Fraction(self.random.randrange(-20, 120), 100)
        growth = n.Arithmetic("-", ratio, n.Literal(Fraction(1)))
        other = n.Arithmetic("-", n.Arithmetic("/", b, c), n.Literal(Fraction(1)))
        mean = n.Arithmetic("/", n.Arithmetic("+", growth, other), n.Literal(Fraction(2)))
        compound, peak = n.Compound(a, c, 2), n.Extremum(self.random.random() < 0.5, (ratio, n.Arithmetic("/", b, c)))
        return self.random.choice(
            (
                self.compared(a, Fraction(self.random.randrange(0, 9) * 10**6)),
                self.compared(ratio, share),
                self.compared(growth, share),
                self.compared(mean, share),
                self.compared(n.Arithmetic("+", a, b), Fraction(10**9)),
                n.Compare(self.random.choice(ORDERED), compound, n.Literal(share)),
                n.Compare(self.random.choice(ORDERED), peak, n.Literal(share)),
                self.compared(self.random.choice(SHARES), share),
                self.compared(self.random.choice(YEARS), Fraction(self.random.randrange(8), 2)),
                self.compared(self.random.choice(COUNTS), Fraction(self.random.randrange(4))),
            )
        )

    def compared(self, left: n.Num, limit: Fraction) -> n.Compare:
        """任一比较符。"""
        return n.Compare(self.random.choice((*ORDERED, *ORDERED, "==", "!=")), left, n.Literal(limit))

    def score(self, name: str) -> Score:
        """一个评分项。"""
        pick, points = self.random.randrange(3), sorted(self.random.sample(range(1, 20), 3), reverse=True)
        if pick == 0:
            return Score(name, "", "", "", "", 9, Steps(self.random.choice(YEARS), self.random.randrange(1, 4), 5))
        tests = [self.truth(1) for _ in range(3)]
        if pick == 1:
            return Score(name, "", "", "", "", 9, Tally(tuple(tests), self.random.randrange(1, 4), 5))
        bands = tuple(Band(test, value, value) for test, value in zip(tests, points, strict=True))
        return Score(name, "", "", "", "", 20, Bands(bands, self.random.choice((0, 0, 1))))
