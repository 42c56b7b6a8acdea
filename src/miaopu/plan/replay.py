"""问数的量法：藏起一家确知的数，按一种先后逐个揭开，数到有结论问了几项；未知数少时与穷尽的最优比。只用来量，不判不改。"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from miaopu.plan.chance import Pool
from miaopu.plan.collect import Ways
from miaopu.plan.next_datum import Asked, Game, Leaf, choose
from miaopu.standards.engine.row import RowForm
from miaopu.standards.tree.node import Input
from miaopu.standards.tree.state import Verdict

Pick = Callable[[Mapping[str, Any], Sequence[Input]], Input | None]
"""知道这些（values）、还藏着那些，下一个揭哪个；不再问为 None。"""


@dataclass(frozen=True)
class Replayed:
    """一次重放：items 问了哪几项（按次序），minutes 花费合计，verdict 揭到最后的结论。"""

    items: tuple[str, ...]
    minutes: Fraction
    verdict: Verdict


def columns(one: Input) -> tuple[str, ...]:
    """一个输入在宽表里的列。"""
    return (f"{one.name}_low", f"{one.name}_high") if one.interval else (one.name,)


def without(truth: Mapping[str, Any], hidden: Sequence[Input]) -> dict[str, Any]:
    """藏起若干输入。"""
    gone = {name for one in hidden for name in columns(one)}
    return {name: None if name in gone else value for name, value in truth.items()}


def replay(form: RowForm, truth: Mapping[str, Any], hidden: Sequence[Input], pick: Pick, ways: Ways) -> Replayed:
    """从藏起 hidden 的样子问到有结论（或 pick 说不必再问）。"""
    values, left, items, minutes = without(truth, hidden), list(hidden), [], Fraction(0)
    while form.raw(values)[0] == Verdict.insufficient_data and left:
        one = pick(values, left)
        if one is None:
            break
        minutes += ways.of(one.name, values).cost()
        items.append(one.name)
        left.remove(one)
        values |= {name: truth[name] for name in columns(one)}
    return Replayed(tuple(items), minutes, Verdict(form.raw(values)[0]))


def adaptive(form: RowForm, every: tuple[Leaf, ...], pool: Pool, ways: Ways) -> Pick:
    """本软件的先后：每揭开一个重看一次。"""

    def pick(values: Mapping[str, Any], left: Sequence[Input]) -> Input | None:
        game = Game(form, every, values, pool, ways)
        place = choose(game, game.start)
        return None if place is None else game.inputs[place]

    return pick


def fixed(order: Sequence[str]) -> Pick:
    """固定先后：按 order 问下去，不在里面的排在最后。"""
    at = {name: place for place, name in enumerate(order)}
    return lambda values, left: min(left, key=lambda one: (at.get(one.name, len(at)), one.name))


def optimum(game: Game) -> float:
    """这个局面的最小期望花费（分钟）：在全部先后上穷尽（动态规划）；未知数多了会很久，只用来对照。"""
    return _best(game, game.start, {})


def _best(game: Game, asked: Asked, kept: dict[Asked, float]) -> float:
    if asked not in kept:
        floors = sorted((_floor(game, asked, place), place) for place in game.useful(asked))
        best = float("inf") if floors else 0.0
        for floor, place in floors:
            if floor < best:  # 再便宜也不会更好的先后不必看
                best = min(best, _after(game, asked, place, kept, _best))
        kept[asked] = best
    return kept[asked]


def _floor(game: Game, asked: Asked, place: int) -> float:
    """先问这一个至少要花多少：问它，加上没有结论时还要问的最便宜的一个。"""
    found = [
        (firms, min((game.prices[one] for one in game.useful(after)), default=0.0))
        for firms, after in game.outcomes(asked, place)
    ]
    return game.prices[place] + sum(firms * cost for firms, cost in found) / sum(firms for firms, _ in found)


def expected(game: Game) -> float:
    """在同一个局面里按本软件的先后问下去的期望花费（分钟）。"""
    return _followed(game, game.start, {})


def _followed(game: Game, asked: Asked, kept: dict[Asked, float]) -> float:
    if asked not in kept:
        place = choose(game, asked)
        kept[asked] = 0.0 if place is None else _after(game, asked, place, kept, _followed)
    return kept[asked]


def _after(game: Game, asked: Asked, place: int, kept: dict[Asked, float], then: Callable[..., float]) -> float:
    """问这一个，再照 then 问下去。"""
    found = [(firms, then(game, after, kept)) for firms, after in game.outcomes(asked, place)]
    return game.prices[place] + sum(firms * cost for firms, cost in found) / sum(firms for firms, _ in found)
