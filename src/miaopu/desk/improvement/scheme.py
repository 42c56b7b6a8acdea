"""提升规划（docx）：一家的技术路线、拟申报专利、研发载体、经营改善与分季安排；机器写得出的写上，要专家写的留出控件。"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from pathlib import Path

from miaopu.desk.improvement import words
from miaopu.desk.improvement.notes import Notes
from miaopu.desk.improvement.report import Subject, sources, steps
from miaopu.papers.document import Writer
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
PATENT_INPUTS = ("ip", "class1_ip", "class2_ip", "invention", "patent")
CARRIER_INPUTS = ("institution", "rd_institution")
SPARE = 2
"""没有专利措施时也留出几行。"""


def write_scheme(subject: Subject, path: Path) -> Path:
    """写一份规划。"""
    pen, notes = Writer(), Notes(subject.figures)
    standard = subject.assessed.judgement.standard
    pen.title(f"{subject.name}{standard.short}提升规划", day(subject.marks.filled_on))
    _goal(pen, notes, subject)
    _fields(pen, "主导产品与产业链", PRODUCT)
    _fields(pen, "技术发展路线", ROUTE)
    _patents(pen, notes, subject)
    _carriers(pen, notes, subject)
    pen.one("经营与投入改善")
    if subject.plan is not None:
        steps(pen, subject.plan)
    _quarters(pen, subject.plan)
    _fields(pen, "组织与保障", RISKS)
    pen.one("说明")
    for line in subject.marks.lines():
        pen.body(line)
    sources(pen, notes)
    path.parent.mkdir(parents=True, exist_ok=True)
    return pen.save(path)


def _goal(pen: Writer, notes: Notes, subject: Subject) -> None:
    best, standard = subject.planned.best, subject.assessed.judgement.standard
    pen.one("目标")
    when = best.earliest if isinstance(best, Impossible) else best.judged_on
    told = (
        f"力争在{day(when)}前达到《{standard.title}》的要求"
        if when
        else "在可预见的年份里达不到全部要求，先按下列方向提升"
    )
    figures = subject.figures
    facts = "，".join(
        f"{figures.title(name)}{notes.cite(name)}" for name in ("revenue_t1", "rd_t1", "class1_ip_2026", "lead_product")
    )
    pen.body(f"{told}。现状：{facts}。")
    pen.field("企业自定的发展目标", "goal")


def _fields(pen: Writer, title: str, fields: Iterable[tuple[str, str]]) -> None:
    pen.one(title)
    for label, tag in fields:
        pen.field(label, tag, "（请专家与企业填写）")


def _patents(pen: Writer, notes: Notes, subject: Subject) -> None:
    pen.one("拟申报的专利")
    pen.body(f"现有Ⅰ类知识产权{notes.cite('class1_ip_2026')}（2026口径：转入的不计，企业在权利人前三名）。")
    found = [one for one in _steps(subject) if _touches(one, PATENT_INPUTS)]
    rows: list[tuple[str, ...]] = []
    for step in found:
        rows += [(BLANK, step.title, day(step.start), day(step.ready), BLANK)] * int(step.amount or Fraction(1))
    rows = rows or [(BLANK, "", "", "", "")] * SPARE
    rows = [(str(place), *row) for place, row in enumerate(rows, 1)]
    heads = ("序号", "专利名称", "途径", "申请", "预计授权", "对应的技术")
    pen.table("拟申报专利", heads, rows, (12, 44, 30, 25, 25, 20), "专利名称与对应技术由专家和企业填写")


def _carriers(pen: Writer, notes: Notes, subject: Subject) -> None:
    pen.one("研发载体与荣誉")
    pen.body(f"现有研发机构最高级别：{notes.cite('rd_institution_level')}。")
    found = [one for one in _steps(subject) if _touches(one, CARRIER_INPUTS)]
    for step in found:
        pen.three(words.step_sentence(step))
    pen.field("拟建设与申报的研发机构、平台与荣誉", "carriers")


def _steps(subject: Subject) -> tuple[Step, ...]:
    return subject.plan.steps if subject.plan is not None else ()


def _touches(step: Step, names: Iterable[str]) -> bool:
    return any(effect.name.startswith(tuple(names)) for effect in step.effects)


def _quarters(pen: Writer, plan: Plan | None) -> None:
    pen.one("分季安排")
    if plan is None or not plan.steps:
        pen.body("没有要另做的措施，按季更新经营数据，保持达标。")
        return
    rows = []
    for first in _range(plan):
        begin = [one.title for one in plan.steps if _quarter(one.start) == first]
        done = [one.title for one in plan.steps if _quarter(one.ready) == first]
        if begin or done:
            rows.append((f"{first[0]}年{first[1]}季度", "、".join(begin) or "—", "、".join(done) or "—", ""))
    pen.table("分季安排", ("季度", "开工", "办成", "完成情况"), rows, (28, 52, 52, 24))


def _range(plan: Plan) -> list[tuple[int, int]]:
    first = min(_quarter(one.start) for one in plan.steps)
    last = max(_quarter(one.ready) for one in plan.steps)
    every = ((year, quarter) for year in range(first[0], last[0] + 1) for quarter in (1, 2, 3, 4))
    return [one for one in every if first <= one <= last]


def _quarter(day: date) -> tuple[int, int]:
    return day.year, (day.month + 2) // 3
