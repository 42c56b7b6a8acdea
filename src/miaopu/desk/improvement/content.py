"""材料里可以出现的话：标准、判定、方案各由数据另写一遍，核对拿文中的数与它们对；不读写好的文件。"""

from __future__ import annotations

from collections.abc import Iterator

from miaopu.desk.improvement import words
from miaopu.desk.improvement.outlook import no_steps, outlook
from miaopu.desk.improvement.report import clause_row, counts, held, left, other_standard, summary, why, year_meant
from miaopu.desk.improvement.scheme import goal, patents, quarters
from miaopu.desk.improvement.subject import Subject
from miaopu.plan.result import Impossible, Plan, Step
from miaopu.terms.shown import day


def clause_rows(subject: Subject) -> list[tuple[str, ...]]:
    """逐条对照的各行，不带注号。"""
    return [clause_row(depth, one) for top in subject.assessed.reasons for depth, one in top.walk()]


def accepted(subject: Subject) -> Iterator[str]:
    """文中可以出现的数都从哪些话里来。"""
    yield from (subject.name, *subject.marks.lines(), day(subject.marks.filled_on))
    yield from (str(subject.marks.assessed_on.year - back) for back in range(1, 4))
    for standard in (subject.standard, subject.target.standard):
        yield from (standard.title, standard.document, standard.code, standard.short)
        for clause in standard.walk():
            yield from (clause.id, clause.text, clause.cite, clause.evidence, clause.title)
    yield counts(subject)
    for top in subject.assessed.reasons:
        for _, one in top.walk():
            yield from (one.id, one.requirement, one.actual, one.gap, why(one, subject), one.cite)
    yield from (held(one.tag.title, one.until) for one in subject.figures.dossier.tags)
    yield from (one.definition for one in subject.counted("ip"))
    yield from _planned(subject)


def _planned(subject: Subject) -> Iterator[str]:
    best = subject.planned.best
    yield from (goal(subject), other_standard(subject), day(best.judged_on))
    yield no_steps(best, subject.plan, subject.target.standard.clauses)
    if isinstance(best, Impossible):
        told = outlook(best)
        yield from (told.opening, told.closing, year_meant(best))
        yield from (words.clash_sentence(one) for one in (*told.blocked, *told.last))
    if subject.plan is not None:
        yield from (left(one, subject.plan, subject) for one in subject.plan.left)
        yield from (day(subject.plan.judged_on), summary(subject.plan))
        yield from (one[0] for one in quarters(subject.plan))
    yield from (str(place) for place in range(1, len(patents(subject)) + 1))
    for plan in filter(None, (subject.plan, *subject.planned.others)):
        yield from _of_plan(plan)


def _of_plan(plan: Plan) -> Iterator[str]:
    yield from (words.cost(plan.cost), *plan.after)
    for one in plan.assumptions:
        yield from (one.title, words.quantity(one.value, one.unit), one.how)
    for step in plan.steps:
        yield from _of_step(step, plan.judged_on.year)


def _of_step(step: Step, year: int) -> Iterator[str]:
    yield from (words.step_sentence(step, year), *step.clauses, step.evidence, step.title)
    yield from (words.quantity(step.amount, step.unit), words.cost(step.cost), day(step.start), day(step.ready))
