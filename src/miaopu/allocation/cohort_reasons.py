"""选配的理由：每一家为什么入选或没有入选。入选的：算在哪几条限制里、没有它由谁顶上、差多少；没有入选的：被哪几条挡住、要换下谁、差多少。"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from miaopu.allocation.cohort import Cohort
from miaopu.allocation.cohort_model import FIRM, LEAST, MOST, Limit, Model, Part

MANY = 3
"""话里至多点几家的名。"""


@dataclass(frozen=True)
class Reason:
    """一家的理由。limits：入选的是它算在内的限制，没有入选的是挡住它的限制；others 是顶上它或被它换下的企业；
    loss 是那样一换少掉的预期通过数（不能换的为 None）。"""

    code: str
    chosen: bool
    limits: tuple[str, ...]
    others: tuple[str, ...]
    loss: Fraction | None
    fixed: bool = False

    def sentence(self, names: dict[str, str] | None = None) -> str:
        """一句话；names 是代码 → 名称。"""
        told = [(names or {}).get(one, one) for one in self.others[:MANY]]
        who = "、".join(told) + (f"等{len(self.others)}家" if len(self.others) > MANY else "")
        held = "；".join(self.limits)
        return self._inside(held, who) if self.chosen else self._outside(held, who)

    def _inside(self, held: str, who: str) -> str:
        head = f"入选，算在：{held}" if held else "入选"
        if self.fixed:
            return f"{head}；指定必选"
        if self.loss is None:
            return f"{head}；没有它就凑不齐，无人可顶"
        return f"{head}；没有它由{who or '空缺'}顶上，预期通过数少 {amount(self.loss)}"

    def _outside(self, held: str, who: str) -> str:
        if self.fixed:
            return "没有入选：指定必不选"
        head = f"没有入选：{held}" if held else "没有入选"
        if self.loss is None:
            return f"{head}；选入它就凑不齐"
        if not self.loss:
            return f"{head}；换下{who or '别家'}得数相同，按名次在后"
        return f"{head}；选入它要换下{who or '别家'}，预期通过数少 {amount(self.loss)}"


def amount(value: Fraction) -> str:
    """至多三位小数；除不尽的写成分数。"""
    scaled = value * 1000
    if scaled.denominator != 1:
        return f"{value.numerator}/{value.denominator}"
    text = f"{int(scaled) // 1000}.{int(scaled) % 1000:03d}".rstrip("0").rstrip(".")
    return text


def reasons(cohort: Cohort) -> dict[str, Reason]:
    """每一家候选的理由，按候选的次序。一类只算一次：同类的企业彼此只差名次。"""
    model, chosen = cohort.model, set(cohort.chosen)
    taken = [[at for at in part.members if model.candidates[at].code in chosen] for part in model.parts]
    state = _State(model, [len(one) for one in taken], cohort.counts)
    found: dict[int, Reason] = {}
    for number, part in enumerate(model.parts):
        inside = taken[number]
        outside = [at for at in part.members if at not in set(inside)]
        found |= dict(_inside(state, number, part, inside, outside))
        found |= dict(_outside(state, number, part, inside, outside))
    return {model.candidates[at].code: found[at] for at in sorted(found)}


@dataclass(frozen=True)
class _State:
    """选好的样子：各类选了几家、各限制算了几家。"""

    model: Model
    counts: list[int]
    filled: object

    def titles(self, part: Part, tight: bool) -> tuple[str, ...]:
        limits = [self.model.limits[at] for at in part.signature]
        if tight:
            return tuple(_full(one) for one in limits if one.kind == MOST and one.number == self.filled[one.title])  # type: ignore[index]
        return tuple(one.title for one in limits if one.dimension != FIRM and one.kind == LEAST)

    def floors(self, part: Part) -> tuple[str, ...]:
        """刚好够数、又不管它的“至少”：名额先保了它们。"""
        own = set(part.signature)
        kept = [one for at, one in enumerate(self.model.limits) if at not in own and self._floor(one)]
        return tuple(f"名额先保{one.title}" for one in kept)

    def _floor(self, one: Limit) -> bool:
        return one.kind == LEAST and one.dimension != FIRM and 0 < one.number == self.filled[one.title]  # type: ignore[index]

    def fixed(self, part: Part, kind: str) -> bool:
        limits = [self.model.limits[at] for at in part.signature]
        return any(one.dimension == FIRM and one.kind == kind for one in limits)


def _full(one: Limit) -> str:
    return f"{one.title}，已满"


def _inside(
    state: _State, number: int, part: Part, inside: list[int], outside: list[int]
) -> Iterator[tuple[int, Reason]]:
    if not inside:
        return
    titles, codes = state.titles(part, False), [one.code for one in state.model.candidates]
    fixed = state.fixed(part, LEAST)
    if outside:
        loss, others = Fraction(0), (codes[outside[0]],)
    else:
        loss, others = (None, ()) if fixed else _swap(state, number, -1)
    for at in inside:
        yield at, Reason(codes[at], True, titles, others, loss, fixed)


def _outside(
    state: _State, number: int, part: Part, inside: list[int], outside: list[int]
) -> Iterator[tuple[int, Reason]]:
    if not outside:
        return
    titles, codes = state.titles(part, True), [one.code for one in state.model.candidates]
    fixed = state.fixed(part, MOST)
    if inside:
        loss, others = Fraction(0), (codes[inside[-1]],)
    else:
        loss, others = (None, ()) if fixed else _swap(state, number, 1)
    if loss or loss is None:
        titles = (*titles, *(one for one in state.floors(part) if loss is not None))
    for at in outside:
        yield at, Reason(codes[at], False, titles, others, loss, fixed)


def _swap(state: _State, number: int, step: int) -> tuple[Fraction | None, tuple[str, ...]]:
    """这一类少选或多选一家：少掉的预期通过数，与别的类里换上或换下的企业；凑不齐为 None。动的企业越少越好。"""
    model, held = state.model, np.array(state.counts, dtype=float)
    sizes = np.array([len(one.members) for one in model.parts], dtype=float)
    weights = np.array([one.weight for one in model.parts], dtype=float)
    big = 2 * len(model.candidates) + 1
    up, down = sizes - held, held.copy()
    bottom = np.zeros(2 * len(sizes))
    side = number if step > 0 else len(sizes) + number
    bottom[side] = 1
    up[number], down[number] = (1, 0) if step > 0 else (0, 1)
    costs = np.concatenate([1 - big * weights, 1 + big * weights])
    rules = _rules(model, held)
    bounds = Bounds(bottom, np.concatenate([up, down]))
    found = milp(costs, integrality=np.ones(len(costs)), bounds=bounds, constraints=rules, options={"mip_rel_gap": 0})
    if found.x is None:
        return None, ()
    moves = np.rint(found.x).astype(int)
    change = moves[: len(sizes)] - moves[len(sizes) :]
    lost = -int(change @ weights.astype(int))
    return Fraction(lost, model.scale), _moved(state, change, -step)


def _rules(model: Model, held: np.ndarray) -> list[LinearConstraint]:
    if not model.limits:
        return []
    matrix = np.zeros((len(model.limits), len(model.parts)))
    for column, part in enumerate(model.parts):
        matrix[list(part.signature), column] = 1
    now = matrix @ held
    low = np.array([one.number if one.kind == LEAST else -np.inf for one in model.limits]) - now
    high = np.array([np.inf if one.kind == LEAST else one.number for one in model.limits]) - now
    return [LinearConstraint(np.hstack([matrix, -matrix]), low, high)]


def _moved(state: _State, change: Sequence[int], sign: int) -> tuple[str, ...]:
    """方向是 sign 的各类里动了的企业：换下的取类里最后选的，换上的取类里下一个。"""
    model, out = state.model, []
    for number, moved in enumerate(change):
        if moved * sign <= 0:
            continue
        held, members = state.counts[number], model.parts[number].members
        chosen = members[held : held + moved] if moved > 0 else members[held + moved : held]
        out += [model.candidates[at].code for at in chosen]
    return tuple(out)
