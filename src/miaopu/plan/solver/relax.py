"""松弛：把一个盒子里的一次约束当线性规划解，用它的乘子（化成整数）精确算下界或证明盒子空；浮点只用来挑乘子与分支处。

题小（十几项、几条）而问得多：这里的对偶单纯形一次零点几毫秒，scipy 的 linprog 光是进出就要五毫秒。
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from miaopu.plan.solver.question import Constraint

GRAIN = 2**40
"""乘子取到多细：只影响下界有多紧，不影响它是不是下界。"""
TINY = 1e-9
PIVOTS = 60
"""换基至多这么多次；到那时的乘子一样给得出确实的下界。"""


@dataclass(frozen=True)
class Relaxed:
    """empty 为真即盒子确实空；bound 是花费的确实下界（不含已付的）；point 是松弛的最优处（浮点）。

    steep：还没有定的一项 → 每离开便宜的一端一级，下界至少抬多少（正的离开下端，负的离开上端），放大 GRAIN 倍。
    """

    empty: bool
    bound: int
    point: tuple[float, ...]
    steep: Mapping[int, int] = field(default_factory=dict)


Row = tuple[list[int], int]
"""一次约束：各项系数、常数；系数·级数＋常数 ≥ 0。"""


def relaxed(kept: Sequence[Constraint], low: list[int], high: list[int], slopes: Sequence[int]) -> Relaxed | None:
    """slopes：离开下端每一级至少多花多少。没有一次约束可用为 None。"""
    free = [at for at, end in enumerate(high) if end > low[at]]
    rows = [_row(one, low, free) for one in kept if one.linear and one.bound(low, high, False) < 0]
    if not rows:
        return None
    ends = [low[at] for at in free], [high[at] for at in free]
    found = _Simplex(rows, *ends, [slopes[at] for at in free])
    row = found.run()
    point = list(map(float, low))
    for at, value in zip(free, found.point(), strict=True):
        point[at] = value
    if row is not None:
        weights = _whole(found.inverse(row), found.sizes)
        return Relaxed(_most(rows, weights, *ends) < 0, 0, tuple(point))
    bound, steep = _bound(rows, found.multipliers(), *ends, [slopes[at] for at in free])
    return Relaxed(False, bound, tuple(point), dict(zip(free, steep, strict=True)))


def _row(one: Constraint, low: list[int], free: list[int]) -> Row:
    """只留还没有定的各项；定了的并进常数。"""
    gains = {monomial[0] if monomial else -1: value for monomial, value in one.terms}
    out = [gains.pop(at, 0) for at in free]
    return out, sum(value if at < 0 else value * low[at] for at, value in gains.items())


class _Simplex:
    """有上下限的对偶单纯形（浮点）：由全取下端、各约束的松量作基开始，花费都不为负，一开始就对偶可行。"""

    def __init__(self, rows: list[Row], low: list[int], high: list[int], slopes: Sequence[int]) -> None:
        self.low, self.width = low, len(low)
        self.room = [float(b - a) for a, b in zip(low, high, strict=True)]
        self.sizes = [float(max(map(abs, row), default=0)) or 1.0 for row, _ in rows]
        self.scale = float(max(slopes, default=0)) or 1.0
        # 每行：松量 = 系数·(级数−下端)＋余量；列：各项，再是各行松量出基后的系数
        self.table = [[value / size for value in row] for (row, _), size in zip(rows, self.sizes, strict=True)]
        for at, row in enumerate(self.table):
            row.extend(1.0 if other == at else 0.0 for other in range(len(rows)))
        self.rest = [
            (constant + sum(value * at for value, at in zip(row, low, strict=True))) / size
            for (row, constant), size in zip(rows, self.sizes, strict=True)
        ]
        self.costs = [one / self.scale for one in slopes] + [0.0] * len(rows)
        self.basis: list[int] = [self.width + at for at in range(len(rows))]
        self.upper = [False] * self.width
        self._tableau()

    def _tableau(self) -> None:
        """写成 基 ＋ Σ 系数·非基 ＝ 右端：松量 − 系数·级数 ＝ 余量。"""
        for row in self.table:
            for at in range(self.width):
                row[at] = -row[at]

    def run(self) -> int | None:
        """解到各行都可行；哪一行怎么也补不上，给那一行。"""
        for _ in range(PIVOTS):
            row = self._worst()
            if row is None:
                return None
            column = self._enter(row)
            if column is None:
                return row
            self._pivot(row, column)
        return None

    def _worst(self) -> int | None:
        """出了界最多的一行；超过上限的先换成“上限减它”。"""
        found, depth = None, -TINY
        for at, value in enumerate(self.rest):
            name = self.basis[at]
            if name < self.width and value > self.room[name] + TINY:
                self._flip_basic(at)
                value = self.rest[at]
            if value < depth:
                found, depth = at, value
        return found

    def _flip_basic(self, at: int) -> None:
        """基里的一项换成它到上端的距离。"""
        name = self.basis[at]
        row = self.table[at]
        self.rest[at] = self.room[name] - self.rest[at]
        self.table[at] = [-value for value in row]
        self.table[at][name] = 1.0
        self.upper[name] = not self.upper[name]

    def _enter(self, row: int) -> int | None:
        """能把这一行补上去、单位代价最小的一列；不够补满的先走到它的另一端。"""
        while True:
            entries, best, column = self.table[row], float("inf"), None
            for at, value in enumerate(entries):
                if value < -TINY and at != self.basis[row] and (at >= self.width or self.room[at] > 0):
                    ratio = self.costs[at] / -value
                    if ratio < best:
                        best, column = ratio, at
            if column is None or column >= self.width:
                return column
            if self.rest[row] - entries[column] * self.room[column] >= -TINY:
                return column
            self._flip(column)

    def _flip(self, column: int) -> None:
        """一项走到另一端，改记它到那一端的距离。"""
        for row, entries in enumerate(self.table):
            if entries[column]:
                self.rest[row] -= entries[column] * self.room[column]
                entries[column] = -entries[column]
        self.costs[column] = -self.costs[column]
        self.upper[column] = not self.upper[column]

    def _pivot(self, row: int, column: int) -> None:
        pivot = self.table[row][column]
        self.table[row] = head = [value / pivot for value in self.table[row]]
        self.rest[row] = top = self.rest[row] / pivot
        for at, entries in enumerate(self.table):
            factor = entries[column]
            if at != row and factor:
                self.table[at] = [value - factor * mine for value, mine in zip(entries, head, strict=True)]
                self.rest[at] -= factor * top
        factor = self.costs[column]
        if factor:
            self.costs = [value - factor * mine for value, mine in zip(self.costs, head, strict=True)]
        self.basis[row] = column

    def multipliers(self) -> list[int]:
        """各约束的乘子（不为负的整数，放大 GRAIN 倍）：松量各列的检验数。"""
        found = [self.costs[self.width + at] * self.scale for at in range(len(self.sizes))]
        return _whole(found, self.sizes)

    def inverse(self, row: int) -> list[float]:
        """补不上的那一行由原来各行怎样合成；符号取使合成的松量恒为负的一边。"""
        entries = self.table[row][self.width :]
        return [max(0.0, one) for one in entries]

    def point(self) -> tuple[float, ...]:
        """各项现在取几级。"""
        away = [0.0] * self.width
        for at, name in enumerate(self.basis):
            if name < self.width:
                away[name] = min(max(self.rest[at], 0.0), self.room[name])
        turned = zip(away, self.room, self.upper, self.low, strict=True)
        return tuple(low + (room - one if flipped else one) for one, room, flipped, low in turned)


def _whole(weights: Sequence[float], sizes: Sequence[float]) -> list[int]:
    """乘子 → 不为负的整数（放大 GRAIN 倍）。"""
    return [int(max(0.0, one) / size * GRAIN) for one, size in zip(weights, sizes, strict=True)]


def _bound(
    rows: list[Row], weights: list[int], low: list[int], high: list[int], slopes: Sequence[int]
) -> tuple[int, list[int]]:  # fmt: skip
    """拉格朗日下界：weights ≥ 0 时，min Σ slope(x−low) − Σ w(ax＋k) 在盒子里逐项取端，恒不大于最优；另给逐项的斜率。"""
    used = [(weight, row) for weight, row in zip(weights, rows, strict=True) if weight]
    total, steep = -sum(weight * row[1] for weight, row in used), []
    for at, slope in enumerate(slopes):
        gain = sum(weight * row[0][at] for weight, row in used)
        steep.append(slope * GRAIN - gain)
        total += min(0, steep[at] * (high[at] - low[at])) - gain * low[at]
    return -(-total // GRAIN), steep


def _most(rows: list[Row], weights: list[int], low: list[int], high: list[int]) -> int:
    """各条加权之和在盒子里最大是多少：小于零即盒子空。"""
    most = sum(weight * row[1] for weight, row in zip(weights, rows, strict=True))
    for at in range(len(low)):
        gain = sum(weight * row[0][at] for weight, row in zip(weights, rows, strict=True))
        most += max(gain * low[at], gain * high[at])
    return most
