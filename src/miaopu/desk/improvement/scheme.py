"""提升规划（docx）：一家的技术路线、拟申报专利、研发载体、经营改善与分季安排；机器写得出的写上，要专家写的留出控件。"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path

from miaopu.desk.improvement import words
from miaopu.desk.improvement.notes import Notes
from miaopu.desk.improvement.outlook import barred, no_steps, unfinished
from miaopu.desk.improvement.report import Subject, other_standard, sources, steps
from miaopu.papers.word.document import Writer
from miaopu.papers.word.outline import Outline
from miaopu.plan.result import Impossible, Plan, Step
from miaopu.terms.shown import day

ROUTE = (
    ("现有技术与国内外水平的差距", "route-now"),
    ("要攻克的关键技术与指标", "route-key"),
    ("分年度的研发方向", "route-years"),
    ("与高校、科研院所的合作", "route-partners"),
)
PRODUCT = (("主导产品在产业链里的位置与作用", "product-chain"), ("补短板、锻长板、填空白的情况", "product-gap"))
BLANK = "（请填写）"
RISKS = (("主要风险与应对", "risks"), ("企业负责人与专班", "team"))
PATENTS, CARRIERS = "ip", "institution"
"""条目指标：知识产权、研发机构；由它们数得的才算专利、载体的措施。"""

NOW = ("revenue_t1", "rd_t1", "lead_product")
SPARE = 2
"""没有专利措施时也留出几行。"""


def write_scheme(subject: Subject, path: Path) -> Path:
    """写一份规划。"""
    path.parent.mkdir(parents=True, exist_ok=True)
    pen = Writer()
    scheme(subject, pen)
    return pen.save(path)


def scheme(subject: Subject, pen: Outline) -> None:
    """用这支笔写规划。"""
    notes = Notes(subject.figures, subject.marks.assessed_on.year)
    pen.title(f"{subject.name}\n{subject.target.standard.short}提升规划", day(subject.marks.filled_on))
    _goal(pen, notes, subject)
    _fields(pen, "主导产品与产业链", PRODUCT)
    _fields(pen, "技术发展路线", ROUTE)
    _patents(pen, notes, subject)
    _carriers(pen, notes, subject)
    pen.one("经营与投入改善")
    if subject.plan is not None:
        steps(pen, subject.plan)
    else:
        pen.body(no_steps(subject.planned.best, None, ()))
    _quarters(pen, subject)
    _fields(pen, "组织与保障", RISKS)
    pen.one("说明")
    for line in subject.marks.lines():
        pen.body(line)
    sources(pen, notes)


def _goal(pen: Outline, notes: Notes, subject: Subject) -> None:
    pen.one("目标")
    names = (*NOW[:2], *(one.key for one in subject.counted(PATENTS)), *NOW[2:])
    facts = "，".join(f"{notes.title(name)}{notes.cite(name)}" for name in names)
    pen.body(f"{goal(subject)}。现状：{facts}。")
    if moved := other_standard(subject):
        pen.body(moved)
    pen.field("企业自定的发展目标", "goal")


def goal(subject: Subject) -> str:
    """目标一句：力争哪天；说不出年份的照实说。"""
    best, title = subject.planned.best, subject.target.standard.title
    when = best.earliest if isinstance(best, Impossible) else best.judged_on
    if when:
        return f"力争在{day(when)}前达到《{title}》的要求"
    if reason := barred(best):
        return f"登记情况为“{reason}”，不是能申报《{title}》的主体，不定申报目标"
    if unfinished(best):
        return f"到{day(best.judged_on)}能不能达到《{title}》的要求没有算完，先按下列方向提升"
    seen = best.until or best.judged_on
    return f"到{day(seen)}还达不到《{title}》的全部要求，先按下列方向提升"


def _fields(pen: Outline, title: str, fields: Iterable[tuple[str, str]]) -> None:
    pen.one(title)
    for label, tag in fields:
        pen.field(label, tag, "（请专家与企业填写）")


def _patents(pen: Outline, notes: Notes, subject: Subject) -> None:
    pen.one("拟申报的专利")
    for one in subject.counted(PATENTS):
        pen.body(f"现有{notes.title(one.key)}{notes.cite(one.key)}（{one.definition}）。")
    rows = [(str(place), *row) for place, row in enumerate(patents(subject), 1)]
    heads = ("序号", "专利名称", "途径", "申请", "预计授权", "对应的技术")
    pen.table("拟申报专利", heads, rows, (12, 44, 30, 25, 25, 20), "专利名称与对应技术由专家和企业填写")


def patents(subject: Subject) -> list[tuple[str, ...]]:
    """拟申报专利的各行，不带序号；没有专利措施的留几行空的。"""
    rows: list[tuple[str, ...]] = []
    for step in _steps(subject):
        if _touches(step, subject.kinds(PATENTS)):
            rows += [(BLANK, step.title, day(step.start), day(step.ready), BLANK)] * int(step.amount or Fraction(1))
    return rows or [(BLANK, "", "", "", "")] * SPARE


def _carriers(pen: Outline, notes: Notes, subject: Subject) -> None:
    pen.one("研发载体与荣誉")
    pen.body(f"现有研发机构最高级别：{notes.cite('rd_institution_level')}。")
    found = [one for one in _steps(subject) if _touches(one, subject.kinds(CARRIERS))]
    for step in found:
        pen.three(words.step_sentence(step, subject.plan.judged_on.year))
    pen.field("拟建设与申报的研发机构、平台与荣誉", "carriers")


def _steps(subject: Subject) -> tuple[Step, ...]:
    return subject.plan.steps if subject.plan is not None else ()


def _touches(step: Step, names: Iterable[str]) -> bool:
    changed = {effect.name.removesuffix("_low").removesuffix("_high") for effect in step.effects}
    return not changed.isdisjoint(names)


def _quarters(pen: Outline, subject: Subject) -> None:
    pen.one("分季安排")
    plan = subject.plan
    if plan is None or not plan.steps:
        pen.body(no_steps(subject.planned.best, plan, subject.target.standard.clauses))
        return
    heads = ("季度", "开工", "办成", "完成情况")
    pen.table("分季安排", heads, quarters(plan), (28, 52, 52, 24))


def quarters(plan: Plan) -> list[tuple[str, str, str, str]]:
    """各季度开工、办成的措施；没有的季度不列。"""
    rows = []
    for first in _range(plan) if plan.steps else ():
        begin = [one.title for one in plan.steps if _quarter(one.start) == first]
        done = [one.title for one in plan.steps if _quarter(one.ready) == first]
        if begin or done:
            rows.append((f"{first[0]}年{first[1]}季度", "、".join(begin) or "—", "、".join(done) or "—", ""))
    return rows


def _range(plan: Plan) -> list[tuple[int, int]]:
    first = min(_quarter(one.start) for one in plan.steps)
    last = max(_quarter(one.ready) for one in plan.steps)
    every = ((year, quarter) for year in range(first[0], last[0] + 1) for quarter in (1, 2, 3, 4))
    return [one for one in every if first <= one <= last]


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month + 2) // 3
