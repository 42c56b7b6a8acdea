"""相抵：办不到时，找项数最少的一组办不到的条款；逐个、逐对、逐三个地试，找到的一定最少。"""

from __future__ import annotations

from itertools import combinations

from miaopu.plan.solver.puzzle import Puzzle
from miaopu.plan.solver.question import Goal


def blocked(one: Puzzle) -> tuple[str, ...]:
    """单独一条就办不到的条款：只写到最下一层（上级由下级而来）。"""
    return tuple(name for name in one.stuck if not any(_above(one, name, other) for other in one.stuck))


def _above(one: Puzzle, upper: str, lower: str) -> bool:
    clause = one.target.form.program.clauses[one.target.places[upper]].clause
    return upper != lower and any(item.id == lower for item in clause.walk())


def smallest(one: Puzzle) -> tuple[str, ...]:
    """项数最少的一组相抵条款；同样少的取条款次序在前的。全都办得到为空。"""
    alone = blocked(one)
    if alone:
        return alone[:1]
    live = _live(one)
    core = _shrunk(one, live)
    for size in range(2, len(core)):
        for names in combinations(live, size):
            if not one.possible([live[name] for name in names]):
                return names
    return tuple(core)


def _live(one: Puzzle) -> dict[str, Goal]:
    """随措施变的条款；上下级同一个条件的只留下级。"""
    kept: dict[str, Goal] = {}
    for name, goal in one.goals.items():
        if goal is not True:
            kept[name] = goal
    return {name: goal for name, goal in kept.items() if not any(_above(one, name, other) for other in kept)}


def _shrunk(one: Puzzle, live: dict[str, Goal]) -> list[str]:
    """逐条去掉还办不到的就去掉：得一组少一条就办得到的。"""
    core = list(live)
    if one.possible(live.values()):
        return []
    for name in list(core):
        rest = [live[item] for item in core if item != name]
        if not one.possible(rest):
            core.remove(name)
    return core
