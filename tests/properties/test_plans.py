"""求解的性质：与只靠行式的逐个枚举完全相同；办不到当且仅当枚举也没有；相抵的一组最小；与次序无关；不碰不该碰的。"""

from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plan_cases import admissible, case, chained, enumerated, order, torn, worth

from miaopu.plan.result import PERSON, SCORE, UNKNOWN
from miaopu.plan.solver.action import Setting
from miaopu.plan.solver.clash import smallest
from miaopu.plan.solver.puzzle import Puzzle, puzzle
from miaopu.plan.solver.steps import plan_of
from miaopu.plan.what_if import Unusable, what_if
from miaopu.standards.tree.state import State

CASES = 1200
SEEDS = st.integers(0, 10**9)


def test_the_solver_equals_plain_enumeration_on_many_small_cases() -> None:
    """一千二百道固定的题：花费、步数全同；三种情形都要有足够多，否则这条测试什么也没有测。"""
    seen = {"empty": 0, "some": 0, "none": 0}
    for seed in range(CASES):
        one = case(seed)
        wanted, found = enumerated(one), one.best()
        assert worth(one, found) == worth(one, wanted), (
            f"第 {seed} 题 {one.target.form.program.standard.code}：枚举 {wanted}，求解 {found}"
        )
        seen["none" if wanted is None else "some" if any(wanted) else "empty"] += 1
    assert seen["some"] >= 60 and seen["none"] >= 100, seen


def test_title_chains_equal_plain_enumeration() -> None:
    """逐级取得称号的题：能与不能、花费、步数都与枚举相同；要有经两级才办成的，也要有办不成的。"""
    seen = {"chain": 0, "none": 0, "two": 0}
    for seed in range(240):
        one = chained(seed)
        wanted, found = enumerated(one), one.best()
        assert worth(one, found) == worth(one, wanted), f"第 {seed} 题：枚举 {wanted}，求解 {found}"
        titles = sum(
            bool(at) and option.window is not None for option, at in zip(one.options, found or (), strict=False)
        )
        seen["none" if found is None else "two" if titles > 1 else "chain"] += 1
    assert seen["none"] >= 20 and seen["chain"] >= 10 and seen["two"] >= 20, seen


def test_what_the_prior_title_still_waits_for_is_listed() -> None:
    """称号那一级缺数、须人工、平台得分的条款不挡路，但要列出来，编号前写那份标准。"""
    listed = 0
    for seed in range(240):
        one = chained(seed)
        if (found := one.best()) is None:
            continue
        chosen = [(option, at) for option, at in zip(one.options, found, strict=True) if at]
        names = {left.clause for left in plan_of(one, found).left}
        for action, _ in chosen:
            if action.window is None:
                continue
            target, values = one.at_window(action, chosen)
            states = target.states(values)
            waiting = [c for c in target.clauses if c.clause.body is not None and not states[c.id].met]
            assert all(states[c.id] is not State.fail_ for c in waiting)
            assert {f"{target.form.program.standard.code}:{c.id}" for c in waiting} <= names
            listed += len(waiting)
    assert listed >= 30


def test_a_title_valid_at_the_window_of_the_next_serves_though_it_lapses_before_the_day_judged() -> None:
    """创新型到判定日已经过期、没有再取得的措施，报专精特新那天还有效：当时就报得成，不因此说成办不到。"""
    served = 0
    for seed in range(120):
        one = chained(seed)
        setting = replace(
            one.setting, measures={k: m for k, m in one.setting.measures.items() if k != "T1"}, _made={}, _moves={}
        )
        given = {"record": one.record, "setting": setting, "target_at": one.target_at}
        lapsed = puzzle(one.target, **given)
        given["record"] = replace(one.record, moved=frozenset({"innovative"}), then=lambda day: {"innovative": 1})
        valid = puzzle(one.target, **given)
        found = valid.best()
        assert worth(valid, found) == worth(valid, enumerated(valid)), f"第 {seed} 题"
        assert found is not None or lapsed.best() is None
        served += found is not None and lapsed.best() is None
    assert served >= 5


def test_measures_that_set_one_number_two_ways_are_never_done_together() -> None:
    """几项把同一个是否定成两样：不同办，答案与枚举一样；要有拦下来的，也要有绕得开的，否则什么也没有测。"""
    seen = {"apart": 0, "some": 0}
    for seed in range(400):
        one = torn(seed)
        found = one.best()
        assert worth(one, found) == worth(one, enumerated(one)), f"第 {seed} 题"
        free = replace(one, setting=Loose(one.setting.measures, one.setting.planning, one.setting.vocabulary))
        seen["apart"] += worth(one, free.best()) != worth(one, found)
        seen["some"] += found is not None
    assert seen["apart"] >= 10 and seen["some"] >= 10, seen


def test_a_supposition_of_both_is_refused_by_their_titles() -> None:
    one = next(made for seed in range(50) if (made := torn(seed)).apart)
    first, second = (one.options[at] for at in one.apart[0])
    with pytest.raises(Unusable, match=f"“{first.measure.title}”.*“{second.measure.title}”.*只留一项"):
        what_if(one, {}, {first.code: 1, second.code: 1})
    with pytest.raises(Unusable, match=f"“{first.measure.title}”.*应是 0 至 {first.most} 级"):
        what_if(one, {}, {first.code: first.most + 1})


class Loose(Setting):
    """不管相左的：只用来看拦没拦下什么。"""

    @property
    def rivals(self) -> tuple[tuple[str, str], ...]:  # type: ignore[override]
        return ()


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_any_small_case_equals_enumeration(seed: int) -> None:
    one = case(seed)
    assert worth(one, one.best()) == worth(one, enumerated(one))


@settings(max_examples=100, deadline=None)
@given(SEEDS)
def test_the_order_of_measures_changes_nothing(seed: int) -> None:
    straight, flipped = case(seed), case(seed, flip=True)
    assert [option.code for option in straight.options] == [option.code for option in flipped.options]
    assert straight.best() == flipped.best()


@settings(max_examples=150, deadline=None)
@given(SEEDS)
def test_a_solved_plan_leaves_nothing_failing_and_touches_nothing_forbidden(seed: int) -> None:
    one = case(seed)
    found = one.best()
    if found is None:
        return
    plan, after = plan_of(one, found), one.after(found)
    states = one.target.states(after)
    waiting = {left.clause for left in plan.left}
    for clause in one.target.clauses:
        assert states[clause.id] is not State.fail_
        below = {item.id for item in clause.clause.walk()}
        assert states[clause.id].met or waiting & below, f"{clause.id} 没有定，也没有列在不动里"
    assert all(left.why in (SCORE, PERSON, UNKNOWN) for left in plan.left)
    for name, now in after.items():
        if now != one.record.values[name]:
            assert not name.startswith(("reviewed_", "eval_score", "credit_score")), name
            assert not one.record.closed(name), f"{name} 属已结账年度"


@settings(max_examples=60, deadline=None)
@given(SEEDS)
def test_the_clash_is_of_minimum_size(seed: int) -> None:
    one = case(seed)
    if one.best() is not None:
        return
    names = smallest(one)
    assert names and not together(one, names), "这一组本该办不到"
    for size in range(1, len(names)):
        for fewer in combinations(one.goals, size):
            assert together(one, fewer), f"{fewer} 更少，也办不到"


def together(one: Puzzle, names: tuple[str, ...]) -> bool:
    """只靠行式枚举：这几条能不能同时办到各自该到的地步。"""
    points = [one.target.states(one.after(levels)) for levels in admissible(one)]
    movable = {name for name in names if any(states[name].met for states in points)}
    return any(
        all(states[name].met if name in movable else states[name] is not State.fail_ for name in names)
        for states in points
    )


def test_costs_are_the_sum_of_the_steps() -> None:
    one = next(item for item in map(case, range(CASES)) if (found := item.best()) and any(found))
    plan = plan_of(one, one.best() or ())
    solved = [step for step in plan.steps if step.measure in {option.measure.code for option in one.options}]
    total = sum(sum(step.cost) for step in solved)
    assert total == order(one.options, one.best() or ())[0]
    assert plan.cost == (sum(step.cost[0] for step in plan.steps), sum(step.cost[1] for step in plan.steps))


@pytest.mark.parametrize("flip", [False, True])
def test_the_same_question_has_the_same_answer_twice(flip: bool) -> None:
    for seed in range(40):
        assert case(seed, flip).best() == case(seed, flip).best()
