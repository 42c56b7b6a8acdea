"""登记的数：过了期限的、合计、覆盖率的份额、往后的时点；只算给它的，范围由调用的查询收窄。"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import QuerySet

from miaopu.desk.planning.answer import number
from miaopu.nurture.registers.models import Entry
from miaopu.nurture.registers.shapes import OPEN, VOID, Register
from miaopu.selection.city import today


def late(found: QuerySet[Entry]) -> QuerySet[Entry]:
    """过了期限还在办的。"""
    return found.filter(kind=OPEN, due__lt=today())


def totals(book: Register, found: QuerySet[Entry]) -> list[tuple[str, int, int]]:
    """各金额列的合计（列名、分、没有填的件数）；不算的不加。"""
    rows = [one.values for one in found.exclude(kind=VOID)]
    out = []
    for name in book.sums:
        known = [one[name] for one in rows if name in one]
        out.append((book.column(name).title, sum(known), len(rows) - len(known)))
    return out


@dataclass(frozen=True)
class Rate:
    """覆盖率：county 为空是合计；share 是精确的份额，分母为零的不知道。"""

    county: str
    covered: int
    total: int

    @property
    def share(self) -> Fraction | None:
        """份额。"""
        return Fraction(self.covered, self.total) if self.total else None

    @property
    def percent(self) -> str:
        """份额的百分数，至多两位小数；不知道为空串。"""
        return f"{number(self.share * 100)}%" if self.share is not None else ""


def deadlines(book: Register, on: date) -> list[tuple[date, str]]:
    """往后各时点最近的一次，先到的在前。"""
    found = []
    for one in book.deadlines:
        this = date(on.year, one["month"], one["day"])
        found.append((this if this >= on else date(on.year + 1, one["month"], one["day"]), one["title"]))
    return sorted(found)
