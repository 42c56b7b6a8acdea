"""查漏补缺、对标提升报告（docx）：一家对一份标准，结论树、差距、方案、佐证清单、数的出处；不改任何记录。"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from miaopu.desk.improvement import words
from miaopu.desk.improvement.notes import HEADS, WIDTHS, Notes
from miaopu.desk.improvement.outlook import UNPROVEN, outlook, unfinished
from miaopu.desk.improvement.subject import Subject
from miaopu.papers.word.document import Writer
from miaopu.papers.word.outline import Outline
from miaopu.plan.result import Clash, Impossible, Left, Plan
from miaopu.standards.explain import Reason
from miaopu.standards.tree.state import State
from miaopu.terms.shown import UNKNOWN, day

IDENTITY = ("name", "uscc", "region", "industry", "lead_product", "established", "size_low")
YEARS = ("revenue", "main_revenue", "rd", "net_profit", "assets", "liabilities", "employees", "rd_staff")
PERIODS = ("t1", "t2", "t3")
CLAUSES = ("条款", "要求", "实际", "状态", "差距", "依据")


def write_report(subject: Subject, path: Path) -> Path:
    """写一份报告。"""
    path.parent.mkdir(parents=True, exist_ok=True)
    pen = Writer()
    report(subject, pen)
    return pen.save(path)


def report(subject: Subject, pen: Outline) -> None:
    """用这支笔写报告。"""
    notes = Notes(subject.figures, subject.marks.assessed_on.year)
    pen.title(f"{subject.name}\n对标“{subject.standard.short}”查漏补缺与提升报告", day(subject.marks.filled_on))
    _identity(pen, notes, subject)
    _verdict(pen, notes, subject)
    _short(pen, notes, subject)
    _plan(pen, subject)
    _evidence(pen, subject)
    _caution(pen, subject)
    sources(pen, notes)


def sources(pen: Outline, notes: Notes) -> None:
    """附件：数的出处。"""
    pen.attachment("数据出处")
    pen.table("文中各数的出处", HEADS, notes.rows(), WIDTHS, "注号与文中上标一致；由别的数算得的，写出公式与所用各数")


def _identity(pen: Outline, notes: Notes, subject: Subject) -> None:
    pen.one("企业基本情况")
    figures = subject.figures
    rows = [(notes.title(column), notes.cite(column)) for column in IDENTITY]
    pen.table("基本情况", ("项目", "内容"), rows, (50, 106))
    tags = "、".join(held(one.tag.title, one.until) for one in figures.dossier.tags)
    pen.body(f"现有标签与称号：{tags or '没有查到'}。")
    table = [(figures.title(one), *(notes.cite(f"{one}_{period}") for period in PERIODS)) for one in YEARS]
    on = subject.marks.assessed_on.year
    heads = ("指标", *(f"{on - back}年" for back in (1, 2, 3)))
    pen.table("近三年主要数据", heads, table, (40, 39, 39, 38), "“—”是没有数，不是零")


def held(title: str, until: str | None) -> str:
    """一个标签与它的有效期。"""
    return f"{title}（有效期至{day(until)}）" if until else title


def _verdict(pen: Outline, notes: Notes, subject: Subject) -> None:
    judgement, marks = subject.assessed.judgement, subject.marks
    pen.one("对标结论")
    pen.body(
        f"数据截至{day(marks.known_on)}，按{day(marks.assessed_on)}适用的《{judgement.standard.title}》"
        f"（{judgement.standard.document}）测算，结论为{judgement.verdict.word}：{counts(subject)}。"
    )
    rows = [_row(depth, one, notes) for top in subject.assessed.reasons for depth, one in top.walk()]
    note = "实际一栏的上标是注号，几个并列的是由这几个数算得，出处见附件；依据带※的未核原文"
    pen.table("逐条对照", CLAUSES, rows, (15, 50, 34, 13, 22, 22), note)


def counts(subject: Subject) -> str:
    """各项要求里满足、不满足的各几项。"""
    found = words.tops(subject.assessed.reasons)
    return "，".join(f"{state.word}{len(mine)}项" for state, mine in found.items() if mine)


def _row(depth: int, one: Reason, notes: Notes) -> tuple[str, ...]:
    known = one.actual and one.actual != "未知" and not one.children
    return clause_row(depth, one, "".join(notes.mark(name) for name in one.inputs) if known else "")


def clause_row(depth: int, one: Reason, marks: str = "") -> tuple[str, ...]:
    """逐条对照的一行；marks 是实际后面的注号。"""
    unchecked = "" if one.mark == "已核原文" else "※"
    actual = (one.actual or "—") + marks
    return "　" * depth + one.id, one.requirement, actual, one.state.word, one.gap or "—", one.cite + unchecked


def _short(pen: Outline, notes: Notes, subject: Subject) -> None:
    pen.one("短板与差距")
    leaves = list(_open(subject.assessed.reasons))
    failing = [one for one in leaves if one.state is State.fail_]
    _group(
        pen, "确定不满足的", failing, lambda one: f"{one.id} {one.title}：{one.requirement}；{_actual(one, notes)}。"
    )
    unknown = [one for one in leaves if one.state is State.unknown]
    _group(pen, "缺数待核的", unknown, lambda one: f"{one.id} {one.title}：{why(one, subject)}；{_ask(one, subject)}。")
    manual = [one for one in leaves if one.state is State.manual]
    told = "请备好佐证，由主管部门核定"
    _group(pen, "须人工核定的", manual, lambda one: f"{one.id} {one.title}：{one.requirement}；{told}。")


def _open(reasons: Iterable[Reason]) -> Iterator[Reason]:
    """还没有满足的各条：上一级满足了的，下面的不算短板。"""
    for one in reasons:
        if one.state.met:
            continue
        if one.children:
            yield from _open(one.children)
        else:
            yield one


def _group(pen: Outline, title: str, found: Sequence[Reason], sentence) -> None:
    pen.two(title)
    for one in found:
        pen.three(sentence(one))
    if not found:
        pen.body("没有。")


def why(one: Reason, subject: Subject) -> str:
    """一条为什么说不准，年度写明是哪一年。"""
    titles = {name: subject.figures.title(name) for name in one.inputs}
    return words.dated_text(one.why, titles, subject.marks.assessed_on.year)


def _actual(one: Reason, notes: Notes) -> str:
    told = "、".join(
        f"{notes.title(name)}{notes.cite(name)}" for name in one.inputs if notes.figures.shown(name) != UNKNOWN
    )
    return "，".join(part for part in (told, one.gap) if part) or "没有达到"


def _ask(one: Reason, subject: Subject) -> str:
    asked = dict.fromkeys(subject.figures.missing(name) for name in one.inputs if _unknown(subject, name))
    return "请" + "、".join(asked) + "提供" if asked else "请核对来源"


def _unknown(subject: Subject, name: str) -> bool:
    return subject.figures.shown(name) == UNKNOWN


def _plan(pen: Outline, subject: Subject) -> None:
    best, plan = subject.planned.best, subject.plan
    pen.one("提升措施与时间安排")
    if moved := other_standard(subject):
        pen.body(moved)
    if isinstance(best, Impossible):
        _impossible(pen, best)
    if plan is None:
        return
    pen.two("措施")
    steps(pen, plan)
    pen.two("办成以后")
    _after(pen, plan, subject)
    _others(pen, subject.planned.others)


def other_standard(subject: Subject) -> str:
    """方案与逐条对照不是同一份标准的，写明；同一份为空串。"""
    mine, told = subject.target.standard, subject.plan or subject.planned.best
    if not subject.moved:
        return ""
    return (
        f"上面逐条对照的是{day(subject.marks.assessed_on)}适用的{subject.standard.code}；"
        f"方案按{day(told.judged_on)}申报时适用的《{mine.title}》（{mine.document}，{mine.code}）编制，不是同一份，条款编号各按各的。"
    )


def _impossible(pen: Outline, best: Impossible) -> None:
    told = outlook(best)
    pen.two("能不能做到" if unfinished(best) else "为什么到期做不到" if told.blocked else "为什么不能申报")
    pen.body(told.opening)
    _clashes(pen, told.blocked, best)
    if told.closing:
        pen.body(told.closing)
    _clashes(pen, told.last, best)


def _clashes(pen: Outline, found: Sequence[Clash], best: Impossible) -> None:
    for one in found:
        pen.three(words.clash_sentence(one) + "。")
    if any("上年" in words.clash_sentence(one) for one in found):
        pen.body(year_meant(best))


def year_meant(best: Impossible) -> str:
    """条款里的“上年”指哪一年。"""
    return f"各条里的“上年”按申报日算，{day(best.judged_on)}申报的是{best.judged_on.year - 1}年。"


def steps(pen: Outline, plan: Plan) -> None:
    """预计与各步：先一张总表，再逐步一句。"""
    if plan.assumptions:
        rows = [(one.title, words.quantity(one.value, one.unit), one.how) for one in plan.assumptions]
        note = "年度没有结束的数是预计，只用来做方案，没有入账"
        pen.table("预计数", ("指标", "预计", "怎么来的"), rows, (50, 36, 70), note)
    if not plan.steps:
        pen.body(f"按{day(plan.judged_on)}申报，没有要另做的措施。")
        return
    pen.body(summary(plan))
    if not plan.proven:
        pen.body(UNPROVEN)
    heads = ("措施", "数量", "办成", "花费", "计入年度", "对应条款")
    rows = [
        (one.title, words.quantity(one.amount, one.unit), day(one.ready), words.cost(one.cost), f"{one.counts_from}年",
         "、".join(one.clauses))
        for one in plan.steps
    ]  # fmt: skip
    pen.table("措施一览", heads, rows, (34, 18, 34, 26, 15, 29), "花费是估计的范围，不是报价")
    for one in plan.steps:
        pen.three(words.step_sentence(one, plan.judged_on.year))


def summary(plan: Plan) -> str:
    """方案的一句：几步、起止、花费。"""
    total = "都不另花钱" if plan.cost == (0, 0) else f"合计花费{words.cost(plan.cost)}"
    return f"按{day(plan.judged_on)}申报，共{len(plan.steps)}步，{words.span(plan)}，{total}。"


def _after(pen: Outline, plan: Plan, subject: Subject) -> None:
    titles = subject.titles
    changed = [name for name, state in plan.after.items() if plan.before.get(name) != state]
    if changed:
        rows = [(name, titles.get(name, ""), plan.before[name].word, plan.after[name].word) for name in changed]
        pen.table("办成以后各条款的变化", ("条款", "名称", "现在（按申报日）", "办成以后"), rows, (20, 66, 35, 35))
    if plan.left:
        pen.body("下列条款不由措施改变，照原样列出：")
    for one in plan.left:
        pen.three(left(one, plan, subject) + "。")


def left(one: Left, plan: Plan, subject: Subject) -> str:
    """方案不动的一条，年度写明是哪一年。"""
    names = dict.fromkeys(words.dated(name, subject.figures.title(name), plan.judged_on.year) for name in one.inputs)
    return words.left_sentence(one, names)


def _others(pen: Outline, others: Iterable[Plan]) -> None:
    for place, one in enumerate(others, 1):
        told = "；".join(f"{step.title}{words.quantity(step.amount, step.unit)}" for step in one.steps)
        pen.body(f"花费相近的另一方案（{place}）：{told}。合计{words.cost(one.cost)}。")


def _evidence(pen: Outline, subject: Subject) -> None:
    pen.one("佐证材料清单")
    rows = [*_clause_evidence(subject), *_step_evidence(subject.plan)]
    pen.table("要备的材料", ("条款", "名称", "材料", "是否备齐"), rows, (34, 42, 62, 18), "备齐的打勾，由企业填")


def _clause_evidence(subject: Subject) -> list[tuple[str, ...]]:
    return [(one.id, one.title, one.evidence, "□") for one in subject.target.standard.walk() if one.evidence]


def _step_evidence(plan: Plan | None) -> list[tuple[str, ...]]:
    return [
        ("、".join(one.clauses), one.title, one.evidence, "□") for one in (plan.steps if plan else ()) if one.evidence
    ]


def _caution(pen: Outline, subject: Subject) -> None:
    pen.one("说明")
    for line in subject.marks.lines():
        pen.body(line)
