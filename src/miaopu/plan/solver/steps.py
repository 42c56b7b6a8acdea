"""写成方案：级数 → 逐步的开工、办成、花费、改了哪些数、为哪些条款；另补该出的依据与不动的条款。不求解。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from miaopu.plan.measure import Measure
from miaopu.plan.record import Record, shown_value
from miaopu.plan.result import PERSON, SCORE, UNKNOWN, Assumption, Effect, Left, Plan, Step
from miaopu.plan.solver.action import Action
from miaopu.plan.solver.puzzle import Puzzle
from miaopu.plan.solver.question import Levels
from miaopu.plan.solver.target import Target, judged_by_people, plain_key
from miaopu.standards.engine.bind import BoundClause
from miaopu.standards.tree.node import Input, Person, children
from miaopu.standards.tree.state import State
from miaopu.terms.shown import day

Chosen = tuple[Action, int]


def plan_of(puzzle: Puzzle, levels: Levels) -> Plan:
    """级数 → 方案；各步按开工日、办成日、代码排。"""
    chosen = [(one, at) for one, at in zip(puzzle.options, levels, strict=True) if at]
    chosen.sort(key=lambda item: (item[0].start, item[0].ready, item[0].code))
    record, stages = puzzle.record, [puzzle.after_some(chosen[:count]) for count in range(len(chosen) + 1)]
    values, used = stages[-1], _used(puzzle, chosen)
    after = puzzle.target.states(values)
    left = left_of(puzzle.target, after, values, puzzle) + _before(puzzle, chosen)
    effects = _effects(puzzle, chosen, stages)
    steps = [_step(puzzle, chosen, at, after, effects[at]) for at in range(len(chosen))]
    steps += [_evidence(one, puzzle, chosen, left) for one in _needed(puzzle, used, left)]
    steps.sort(key=lambda one: (one.start, one.ready, one.measure))
    return Plan(
        enterprise=record.enterprise, standard=puzzle.target.form.program.standard.code, known_on=record.known_on,
        judged_on=record.judged_on, steps=tuple(steps), before=puzzle.before, after=after, left=left,
        assumptions=used, proven=levels not in puzzle.unproven,
    )  # fmt: skip


def _used(puzzle: Puzzle, chosen: list[Chosen]) -> tuple[Assumption, ...]:
    """用到的预计数：这份标准的，与要先取得的称号到它的窗口用到的；算分用到的在内。"""
    record = puzzle.record
    names = set[str]().union(*(_read(puzzle, puzzle.target, one) for one in puzzle.target.clauses))
    for target, window in _stages(puzzle, chosen):
        years = record.judged_on.year - window.year
        names |= {_shifted(name, years) for one in target.clauses for name in _read(puzzle, target, one)}
    return tuple(record.assumed[name] for name in sorted(names) if name in record.assumed)


def _read(puzzle: Puzzle, target: Target, one: BoundClause) -> frozenset[str]:
    """一条读到的列；看是否中小企业而要由划型推的，连同划型的数。"""
    found = target.columns[one.id]
    return found | frozenset(puzzle.record.limits or ()) if "is_sme" in found else found


def _stages(puzzle: Puzzle, chosen: list[Chosen]) -> list[tuple[Target, date]]:
    """要先取得的称号各自的标准与申报日。"""
    windows = [(one, one.window) for one, _ in chosen if one.window is not None]
    found = [(puzzle.target_at(one.measure.title_of, window), window) for one, window in windows]
    return [(target, window) for target, window in found if target is not None]


def _shifted(name: str, years: int) -> str:
    """早 years 年申报时的年度列，是现在的哪一列。"""
    key = plain_key(name)
    return name if key == name else f"{key}_t{int(name[-1]) + years}"


_NAMES: dict[int, tuple[BoundClause, list[str]]] = {}


def input_names(one: BoundClause) -> list[str]:
    """条款用到的列名，按出现次序；一条只算一回。"""
    if id(one) not in _NAMES:
        _NAMES[id(one)] = (one, list(dict.fromkeys(_inputs(one.truth))))
    return _NAMES[id(one)][1]


def _inputs(node: Any) -> list[str]:
    if isinstance(node, Input):
        return [f"{node.name}_low"] if node.interval else [node.name]
    return [name for child in children(node) for name in _inputs(child)]


def _step(
    puzzle: Puzzle, chosen: list[Chosen], at: int, after: Mapping[str, State], effects: tuple[Effect, ...]
) -> Step:  # fmt: skip
    action, level = chosen[at]
    measure = action.measure
    low, high = (each * level + once for each, once in zip(action.cost, action.fixed, strict=True))
    return Step(
        measure=measure.code, title=measure.title, amount=None if measure.step is None else measure.step * level,
        unit=measure.unit, cost=(low, high), start=action.start, ready=action.done(level),
        counts_from=action.year or action.done(level).year, effects=effects,
        clauses=_serves(puzzle, chosen, at, after), owner=measure.owner, helper=measure.helper, policy=measure.policy,
        evidence=measure.evidence, remark=measure.remark,
    )  # fmt: skip


def _effects(
    puzzle: Puzzle, chosen: list[Chosen], stages: list[Mapping[str, Any]]
) -> list[tuple[Effect, ...]]:  # fmt: skip
    """各步前后不同而标准（与要先取得的称号）用到的数；条目计数只写确有的一端，类别写成次序里的第几档不便看，略去。"""
    keys = {plain_key(name) for target, _ in _stages(puzzle, chosen) for name in target.read}
    used, day = puzzle.target.read, puzzle.record.judged_on
    out = []
    for (action, _), earlier, now in zip(chosen, stages, stages[1:], strict=False):
        touched = {name for name, _, _ in puzzle.setting.moves(action, day)} | {"is_sme"}
        changed = [name for name in sorted(touched & now.keys()) if now[name] != earlier[name]]
        shown = [name for name in changed if not isinstance(now[name], str) and not name.endswith("_high")]
        out.append(
            tuple(_effect(puzzle, name, earlier, now) for name in shown if name in used or plain_key(name) in keys)
        )
    return out


def _effect(puzzle: Puzzle, name: str, earlier: Mapping[str, Any], now: Mapping[str, Any]) -> Effect:
    vocabulary, base = puzzle.setting.vocabulary, name.removesuffix("_low")
    after, unit = shown_value(name, now[name], vocabulary)
    before = None if earlier[name] is None else shown_value(name, earlier[name], vocabulary)[0]
    return Effect(base, vocabulary.title(base), before, after, unit)


def _serves(puzzle: Puzzle, chosen: list[Chosen], at: int, after: Mapping[str, State]) -> tuple[str, ...]:
    """不办这一步就办不到的条款；自己不直接管、是别步先办的，写那一步的。"""
    rest = chosen[:at] + chosen[at + 1 :]
    without = puzzle.target.states(puzzle.after_some(rest))
    lost = [one.id for one in puzzle.target.wanted if after[one.id].met and not without[one.id].met]
    lost += [
        one.id
        for one in puzzle.target.wanted
        if without[one.id] is State.fail_ and after[one.id] is not State.fail_ and one.id not in lost
    ]
    if lost:
        return tuple(lost)
    above = _later(chosen, at)
    return _serves(puzzle, chosen, above[0], after) if above else ()


def _later(chosen: list[Chosen], at: int) -> list[int]:
    """靠这一步才办得成的别步：写明先办它的，再是它办成以后才申报的称号。"""
    mine = chosen[at][0]
    direct = [k for k, (one, _) in enumerate(chosen) if mine.measure.code in one.measure.requires]
    titles = [k for k, (one, _) in enumerate(chosen) if one.window is not None and k != at and one.window >= mine.ready]
    return direct or titles


def left_of(target: Target, states: Mapping[str, State], values: Mapping[str, Any], puzzle: Puzzle) -> tuple[Left, ...]:
    """办完以后还没有定的条款：平台得分、须人工、缺数；只列到叶子。"""
    out = []
    for one in target.form.program.clauses:
        if (
            one.clause.body is not None
            and states[one.id] in (State.unknown, State.manual)
            and _open(one, target, states)
        ):
            why, names = _why(one, states[one.id], values, puzzle)
            words = (puzzle.setting.vocabulary.title(name.removesuffix("_low")) for name in names)
            out.append(Left(one.id, one.clause.title, why, names, tuple(words)))
    return tuple(out)


def _before(puzzle: Puzzle, chosen: list[Chosen]) -> tuple[Left, ...]:
    """要先取得的称号里还没有定的条款：编号前写那份标准的代码。"""
    out: dict[str, Left] = {}
    for action, _ in chosen:
        if action.window is not None:
            target, values = puzzle.at_window(action, chosen)
            standard = target.form.program.standard
            for one in left_of(target, target.states(values), values, puzzle):
                name = f"{standard.code}:{one.clause}"
                out.setdefault(name, replace(one, clause=name, title=f"{standard.short}·{one.title}"))
    return tuple(out.values())


def _open(one: BoundClause, target: Target, states: Mapping[str, State]) -> bool:
    """它上面要求成立的条款还没有成立，才算还要等它。"""
    above = target.above[one.id]
    return bool(above) and not any(states[name].met for name in above)


def _why(one: BoundClause, state: State, values: Mapping[str, Any], puzzle: Puzzle) -> tuple[str, tuple[str, ...]]:
    used = input_names(one)
    blank = tuple(name for name in used if values.get(name) is None) or tuple(used)
    if state is State.manual or (isinstance(one.truth, Person) and judged_by_people(one.truth)):
        return PERSON, blank
    scores = puzzle.setting.planning.scores
    keys = {name.rpartition("_t")[0] or name for name in blank}
    return (SCORE if keys & scores else UNKNOWN), blank


def _needed(puzzle: Puzzle, used: Iterable[Assumption], left: Iterable[Left]) -> list[Measure]:
    """该补的依据：有预计财务数的要审计报告；缺的数有措施能补依据的补上。"""
    blank = {name for one in left if one.why == UNKNOWN for name in one.inputs}
    money = any(one.unit == "万元" for one in used)
    every = puzzle.setting.measures.values()
    return [one for one in every if blank & set(one.supplies) or (one.whenever_assumed and money)]


def _evidence(one: Measure, puzzle: Puzzle, chosen: list[Chosen], left: Iterable[Left]) -> Step:
    """只补依据的一步：不改任何数。"""
    record = puzzle.record
    start = _started(one, record)
    ready = start + timedelta(days=one.lead_days)
    late = f"照常要到{day(ready)}才办成，在申报日之后，须压缩工期或先备别的依据" if ready > record.judged_on else ""
    clauses = tuple(item.clause for item in left if set(item.inputs) & set(one.supplies))
    return Step(
        measure=one.code, title=one.title, amount=None, unit="", cost=_total(one), start=start,
        ready=ready, counts_from=record.judged_on.year, effects=(),
        clauses=clauses or _assumed_clauses(puzzle, chosen), owner=one.owner, helper=one.helper, policy=one.policy,
        evidence=one.evidence, remark="；".join(part for part in (one.remark, late) if part),
    )  # fmt: skip


def _total(one: Measure) -> tuple[int, int]:
    return one.cost[0] + one.fixed[0], one.cost[1] + one.fixed[1]


def _started(one: Measure, record: Record) -> date:
    """审计在判定那年年初开始，申报日近的提前到来得及（年末以前预审）；其余从知道那天起。"""
    due = record.judged_on - timedelta(days=one.lead_days)
    return (
        max(record.known_on, min(date(record.judged_on.year, 1, 1), due)) if one.whenever_assumed else record.known_on
    )


def _assumed_clauses(puzzle: Puzzle, chosen: list[Chosen]) -> tuple[str, ...]:
    """用到预计金额的条款（最下一层）；只有要先取得的称号用到的，编号前写那份标准的代码。"""
    assumed = {name for name, one in puzzle.record.assumed.items() if one.unit == "万元"}
    mine = _leaves(puzzle, puzzle.target, assumed, 0)
    years = puzzle.record.judged_on.year
    return mine or tuple(
        f"{target.form.program.standard.code}:{name}"
        for target, window in _stages(puzzle, chosen)
        for name in _leaves(puzzle, target, assumed, years - window.year)
    )


def _leaves(puzzle: Puzzle, target: Target, columns: set[str], years: int) -> tuple[str, ...]:
    leaves = (one for one in target.form.program.clauses if one.clause.body is not None)
    return tuple(one.id for one in leaves if columns & {_shifted(name, years) for name in _read(puzzle, target, one)})


__all__ = ["input_names", "left_of", "plan_of"]
