"""意见堆：一份来件的意见都放进来；同一张表、同一列、同一种意见太多时合成一条，处数与行号一个不少。"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from miaopu.ledger.reading.notice import lines, spans
from miaopu.terms.complaint import Complaint

LISTED = 100
"""同一张表、同一列、同一种意见逐格列这么多条。"""
Group = tuple[str, int, str]


class Pile:
    """只管放与数；逐格列满 LISTED 条以后只记行号，二十万个坏格不占二十万句的地方。没有行号的照列。"""

    def __init__(self, complaints: Iterable[Complaint] = ()) -> None:
        self._listed: list[Complaint] = []
        self._counts: dict[Group, int] = {}
        self._rest: dict[Group, tuple[Complaint, list[int]]] = {}
        self.extend(complaints)

    def append(self, one: Complaint) -> None:
        """放一条。"""
        group = (one.sheet, one.column, one.code)
        self._counts[group] = self._counts.get(group, 0) + 1
        if one.row and self._counts[group] > LISTED:
            self._rest.setdefault(group, (one, []))[1].append(one.row)
        else:
            self._listed.append(one)

    def extend(self, every: Iterable[Complaint]) -> None:
        """放许多条；可以是边造边放的。"""
        for one in every:
            self.append(one)

    def __iter__(self) -> Iterator[Complaint]:
        """先是逐格列的，再是合成的。"""
        yield from self._listed
        for one, rows in self._rest.values():
            yield one if len(rows) == 1 else _merged(one, rows)


def _merged(one: Complaint, rows: list[int]) -> Complaint:
    every = spans(rows)
    found = f"这一列同样的意见另有 {len(set(rows))} 处，如第 {one.row} 行：{one.found}；各在第 {lines(rows)}"
    found += "" if found.endswith("行") else " 行"
    return replace(one, found=found, row=every[0][0], spans=every)
