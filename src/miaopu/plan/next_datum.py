"""先补哪个数：一家对一份标准还缺哪些数，补哪个最可能（按花费摊）把待核变成有结论；判定只听行式，机会只看可比企业。

收一家的数、行式、可比的一池与补数口径，给排好的先后；从不猜数、不改数。
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from itertools import permutations
from typing import Any

from miaopu.plan.chance import Cell, Pool, cells
from miaopu.plan.collect import Way, Ways
from miaopu.standards.engine.bind import Program
from miaopu.standards.engine.row import RowForm
from miaopu.standards.tree.node import Input, Num, Person, Points, Truth, children
from miaopu.standards.tree.state import State, Verdict

TOGETHER = 3
"""一起看的数至多几个：一条要求缺得更多的，逐个看。"""
DIGITS = 12
"""先后比到小数点后几位：再小的差别当作并列，按次序定，结果与算的先后无关。"""

Asked = tuple[int | None, ...]
"""问到哪里：每个未知数落在第几格；None 还没有问。"""


@dataclass(frozen=True)
class Leaf:
    """一条叶子条款：place 在程序里的位，above 各级上级的位，inputs 判它用到的输入（须人工的除外）。"""

    place: int
    above: tuple[int, ...]
    inputs: tuple[Input, ...]


@dataclass(frozen=True)
class Unknown:
    """一个还不知道的输入：way 怎样补，cells 可能的几格，group 与 firms 是可比的层与家数。"""

    input: Input
    way: Way
    cells: tuple[Cell, ...]
    group: str
    firms: int


@dataclass(frozen=True)
class Datum:
    """先后表的一行。

    chance 只补它一个就有结论的机会；together 连同 partners 一起补就有结论的机会（没有同伴时等于 chance）；
    minutes 只替这一家要的花费；group、firms 是机会背后的可比企业；firms 为 0 即没有可比，机会不知道。
    """

    name: str
    collect: tuple[str, ...]
    source: str
    minutes: Fraction
    chance: Fraction | None
    together: Fraction | None
    partners: tuple[str, ...]
    clauses: tuple[str, ...]
    group: str
    firms: int


def leaves(program: Program) -> tuple[Leaf, ...]:
    """程序的全部叶子条款。"""
    places = {bound.id: at for at, bound in enumerate(program.clauses)}
    out: list[Leaf] = []

    def down(clause: Any, above: tuple[int, ...]) -> None:
        here = places[clause.id]
        if clause.body is not None:
            found = dict.fromkeys(_inputs(program.clauses[here].truth, program))
            out.append(Leaf(here, above, tuple(found)))
        for child in clause.children:
            down(child, (*above, here))

    for top in program.requirements:
        down(top, ())
    return tuple(out)


def _inputs(node: Truth | Num, program: Program) -> Iterator[Input]:
    if isinstance(node, Input):
        yield node
    elif isinstance(node, Points):
        yield from _scored(node.id, program)
    elif not isinstance(node, Person):
        for child in children(node):
            yield from _inputs(child, program)


def _scored(name: str, program: Program) -> Iterator[Input]:
    """一个评分项或合计用到的输入。"""
    rule: Any = dict(program.totals).get(name) or dict(program.scores).get(name)
    if isinstance(rule, tuple):
        for part in rule:
            yield from _scored(part, program)
    elif isinstance(rule, Input):
        yield rule
    elif rule is not None:
        tests = [band.test for band in getattr(rule, "bands", ())] + list(getattr(rule, "tests", ()))
        for node in [*tests, *([rule.number] if hasattr(rule, "number") else [])]:
            yield from _inputs(node, program)


def put(values: dict[str, Any], one: Input, value: Any) -> None:
    """写一个输入的值：区间的两端一样。"""
    for name in (f"{one.name}_low", f"{one.name}_high") if one.interval else (one.name,):
        values[name] = value


def blank(one: Input, values: Mapping[str, Any]) -> bool:
    """还不知道：没有值，或区间两端不同。"""
    if not one.interval:
        return values.get(one.name) is None
    low, high = values.get(f"{one.name}_low"), values.get(f"{one.name}_high")
    return low is None or high is None or low != high


class Game:
    """一家对一份标准的问数局面：未知数、各自的格与花费；局面 → 有没有结论、还有哪些数有用。"""

    def __init__(self, form: RowForm, every: tuple[Leaf, ...], values: Mapping[str, Any], pool: Pool, ways: Ways):
        self.form, self.leaves, self.values = form, every, dict(values)
        self._seen: dict[Asked, tuple[bool, tuple[tuple[int, ...], ...]]] = {}
        self.inputs = tuple(dict.fromkeys(one for leaf in self._open(form.raw(self.values)) for one in leaf))
        self.unknowns = tuple(self._unknown(one, pool, ways) for one in self.inputs)
        self.start: Asked = (None,) * len(self.unknowns)

    def _open(self, judged: tuple[Any, ...]) -> list[tuple[Input, ...]]:
        """还没有结论的各叶子缺的输入；已有结论的没有。"""
        verdict, states = judged[:2]
        if verdict != Verdict.insufficient_data:
            return []
        waiting = [leaf for leaf in self.leaves if _waiting(leaf, states)]
        return [tuple(one for one in leaf.inputs if blank(one, self.values)) for leaf in waiting]

    def _unknown(self, one: Input, pool: Pool, ways: Ways) -> Unknown:
        spread = pool.spread(one, self.values)
        found = cells(spread, lambda value: self._sign(one, value), self._shared(one))
        return Unknown(one, ways.of(one.name, self.values), found, spread.group, spread.firms)

    def _sign(self, one: Input, value: Any) -> Any:
        trial = dict(self.values)
        put(trial, one, value)
        return self.form.raw(trial)[:3]

    def _shared(self, one: Input) -> bool:
        """有没有一条叶子，缺它也缺别的。"""
        return any(one in leaf and len(leaf) > 1 for leaf in self._open(self.form.raw(self.values)))

    def look(self, asked: Asked) -> tuple[bool, tuple[tuple[int, ...], ...]]:
        """（有没有结论，各条还没有结论的要求里还没问的数）；每条要求、每条叶子各一组，不重复。"""
        if asked not in self._seen:
            self._seen[asked] = self._looked(asked)
        return self._seen[asked]

    def _looked(self, asked: Asked) -> tuple[bool, tuple[tuple[int, ...], ...]]:
        trial = dict(self.values)
        for one, cell in zip(self.unknowns, asked, strict=True):
            if cell is not None and one.cells:
                put(trial, one.input, one.cells[cell].value)
        verdict, states = self.form.raw(trial)[:2]
        if verdict != Verdict.insufficient_data:
            return True, ()
        groups: dict[tuple[str, int], dict[int, None]] = {}
        for leaf in self.leaves:
            if not _waiting(leaf, states):
                continue
            wanted = [self.places[one] for one in leaf.inputs if one in self.places]
            wanted = [place for place in wanted if asked[place] is None]
            for key in {("leaf", leaf.place), ("top", (*leaf.above, leaf.place)[0])}:
                groups.setdefault(key, {}).update(dict.fromkeys(wanted))
        return False, tuple(dict.fromkeys(tuple(sorted(group)) for group in groups.values() if group))

    @cached_property
    def places(self) -> Mapping[Input, int]:
        """输入 → 第几个未知数。"""
        return {one: at for at, one in enumerate(self.inputs)}

    @cached_property
    def prices(self) -> tuple[float, ...]:
        """补各个未知数的花费，分钟。"""
        return tuple(float(one.way.cost()) for one in self.unknowns)

    def outcomes(self, asked: Asked, place: int) -> Iterator[tuple[int, Asked]]:
        """问第几个：（可比企业里有几家，之后的局面）；没有可比的当作问了也说不出。"""
        before, after = asked[:place], asked[place + 1 :]
        for at, one in enumerate(self.unknowns[place].cells or (Cell(None, 1),)):
            yield one.firms, (*before, at, *after)

    def useful(self, asked: Asked) -> frozenset[int]:
        """还有用的未知数；有结论的没有。"""
        return frozenset(place for group in self.look(asked)[1] for place in group)


def _waiting(leaf: Leaf, states: tuple[int, ...]) -> bool:
    return states[leaf.place] == State.unknown and all(states[one] == State.unknown for one in leaf.above)


def along(game: Game, asked: Asked, order: tuple[int, ...]) -> tuple[float, float]:
    """按次序问下去：（有结论的机会，期望花费）；已有结论就停，没有用的跳过。只用来比先后，给人看的机会另用精确分数算。"""
    done, groups = game.look(asked)
    if done or not order:
        return float(done), 0.0
    first, rest = order[0], order[1:]
    if not any(first in group for group in groups):
        return along(game, asked, rest)
    chance, cost, total = 0.0, 0.0, 0
    for firms, after in game.outcomes(asked, first):
        won, spent = along(game, after, rest)
        chance, cost, total = chance + firms * won, cost + firms * spent, total + firms
    return chance / total, game.prices[first] + cost / total


def settling(game: Game, asked: Asked, order: tuple[int, ...]) -> Fraction:
    """这几个都补了就有结论的机会，精确分数。"""
    done, _ = game.look(asked)
    if done or not order:
        return Fraction(done)
    parts = [(firms, settling(game, after, order[1:])) for firms, after in game.outcomes(asked, order[0])]
    return sum((firms * share for firms, share in parts), Fraction(0)) / sum(firms for firms, _ in parts)


def bundles(game: Game, asked: Asked) -> list[tuple[float, float, tuple[int, ...]]]:
    """各组数最好的问法：（每分钟有结论的机会，期望花费，次序），好的在前；单个的与一条要求缺的几个各算一组。"""
    groups = game.look(asked)[1]
    singles = [(one,) for one in sorted(game.useful(asked))]
    sets = dict.fromkeys(singles + [one for one in groups if len(one) <= TOGETHER])
    found = []
    for group in sets:
        for order in permutations(group):
            won, cost = along(game, asked, order)
            found.append((round(won / cost, DIGITS), round(cost, DIGITS), order))
    return sorted(found, key=lambda one: (-one[0], one[1], one[2]))


def choose(game: Game, asked: Asked) -> int | None:
    """下一个补第几个未知数；已有结论、或补什么都没有用的为 None。"""
    found = bundles(game, asked)
    return found[0][2][0] if found else None


def ranked(
    form: RowForm, values: Mapping[str, Any], pool: Pool, ways: Ways, every: tuple[Leaf, ...] = ()
) -> tuple[Datum, ...]:
    """一家对一份标准要补的数，先补的在前；已有结论的为空。every 是算好的叶子，不给就现算。"""
    game = Game(form, every or leaves(form.program), values, pool, ways)
    order: dict[int, tuple[int, ...]] = {}
    for _, _, found in bundles(game, game.start):
        order.setdefault(found[0], found)
    rest = sorted(game.useful(game.start) - order.keys())
    return tuple(_datum(game, place, order.get(place, (place,))) for place in [*order, *rest])


def _datum(game: Game, place: int, order: tuple[int, ...]) -> Datum:
    one = game.unknowns[place]
    alone, joined = settling(game, game.start, (place,)), settling(game, game.start, order)
    return Datum(
        name=one.input.name,
        collect=one.way.collect,
        source=one.way.source,
        minutes=one.way.cost(),
        chance=alone if one.cells else None,
        together=joined if one.cells else None,
        partners=tuple(game.unknowns[other].input.name for other in order[1:]),
        clauses=_clauses(game, one.input),
        group=one.group,
        firms=one.firms,
    )


def _clauses(game: Game, one: Input) -> tuple[str, ...]:
    """等着这个数的条款。"""
    states = game.form.raw(game.values)[1]
    return tuple(
        game.form.program.clauses[leaf.place].id
        for leaf in game.leaves
        if _waiting(leaf, states) and one in leaf.inputs
    )
