"""成套材料：若干家的报告与规划写进一个文件夹，附一本清单；写一家报一家，写过的不重写，不改任何记录。"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from miaopu.desk.improvement.proof import check
from miaopu.desk.improvement.report import Subject, write_report
from miaopu.desk.improvement.scheme import write_scheme
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.sheet import write_book
from miaopu.plan.result import Impossible
from miaopu.terms.shown import day

TITLE = "一企一策材料清单"
FIELDS = (
    Field(("企业名称",), "name", width=34),
    Field(("统一社会信用代码",), "uscc", "code", 21),
    Field(("县区",), "county", width=14),
    Field(("现在的结论",), "verdict", width=10),
    Field(("方案",), "told", width=40),
    Field(("步数",), "steps", "count", 8),
    Field(("花费", "至少"), "low", "money", 12),
    Field(("花费", "至多"), "high", "money", 12),
    Field(("报告",), "report", width=40),
    Field(("规划",), "scheme", width=40),
    Field(("核对",), "proof", width=16),
)


@dataclass(frozen=True)
class Written:
    """一家写好的：报告、规划，与核对发现的不符（没有为空）。"""

    subject: Subject
    report: Path
    scheme: Path
    faults: tuple[str, ...]


def write_both(subject: Subject, folder: Path) -> Written:
    """一家的报告与规划，写完当场核对。"""
    stem = f"{subject.name}_{subject.figures.dossier.enterprise}"
    report = write_report(subject, folder / f"{stem}_提升报告.docx")
    scheme = write_scheme(subject, folder / f"{stem}_提升规划.docx")
    faults = tuple(f"{path.name}：{one.sentence()}" for path in (report, scheme) for one in check(path, subject))
    return Written(subject, report, scheme, faults)


def write_pack(
    subjects: Iterable[Subject], folder: Path, tell: Callable[[str], None] = lambda step: None
) -> list[Written]:
    """一批：各家的材料与清单（folder/一企一策材料清单.xlsx）；一家也没有的不写清单。"""
    done: list[Written] = []
    for subject in subjects:
        tell(subject.name)
        done.append(write_both(subject, folder))
    if done:
        _list(done, folder)
    return done


def _list(done: list[Written], folder: Path) -> Path:
    rows = pl.DataFrame([_row(one) for one in done], infer_schema_length=None)
    marks = done[0].subject.marks
    sheet = Sheet("清单", TITLE, FIELDS, rows, "万元", (f"共{len(done)}家", *marks.lines()))
    return write_book(folder / f"{TITLE}.xlsx", [sheet], marks, TITLE)


def _row(one: Written) -> dict[str, object]:
    subject, plan = one.subject, one.subject.plan
    low, high = plan.cost if plan else (None, None)
    return {
        "name": subject.name,
        "uscc": subject.figures.dossier.row.get("uscc"),
        "county": subject.figures.shown("region"),
        "verdict": subject.assessed.judgement.verdict.word,
        "told": told(subject),
        "steps": len(plan.steps) if plan else None,
        "low": low,
        "high": high,
        "report": one.report.name,
        "scheme": one.scheme.name,
        "proof": "；".join(one.faults) or "逐数核对无误",
    }


def told(subject: Subject) -> str:
    """方案一句：到哪天能、或最早哪天能、或没有办法。"""
    best = subject.planned.best
    if not isinstance(best, Impossible):
        return f"{day(best.judged_on)}可申报" + ("" if best.steps else "，没有要另做的措施")
    clauses = "、".join(one.clause for one in best.clashes)
    if best.earliest:
        return f"{day(best.judged_on)}做不到（{clauses}），最早{day(best.earliest)}"
    return f"做不到（{clauses}）"
