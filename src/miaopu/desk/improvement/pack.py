"""成套材料：若干家的报告与规划写进一个文件夹，附一本清单；写一家核一家，一家没有写成的记进清单、别家照写，不改任何记录。"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from miaopu.desk.improvement.outlook import brief
from miaopu.desk.improvement.proof import Proof
from miaopu.desk.improvement.report import Subject, write_report
from miaopu.desk.improvement.scheme import write_scheme
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.proof.cells import proven
from miaopu.papers.sheet import write_book
from miaopu.terms.shown import NAME_BYTES, safe_name

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
    """一家写好的：报告、规划，与核对发现的不符（没有为空）；没有写成的，文件不在，failed 是缘由一句。"""

    subject: Subject
    report: Path
    scheme: Path
    faults: tuple[str, ...]
    failed: str = ""

    @property
    def proof(self) -> str:
        """核对一句。"""
        return self.failed or "；".join(self.faults) or "逐数核对无误"


def write_both(subject: Subject, folder: Path) -> Written:
    """一家的报告与规划，写完当场核对。"""
    report, scheme = _paths(subject, folder)
    write_report(subject, report)
    write_scheme(subject, scheme)
    proof = Proof(subject)
    faults = tuple(f"{path.name}：{one.sentence()}" for path in (report, scheme) for one in proof.faults(path))
    return Written(subject, report, scheme, faults)


def _paths(subject: Subject, folder: Path) -> tuple[Path, Path]:
    """两份的文件名：企业名称去掉文件名不许的字，后面是企业号。"""
    stem = f"{safe_name(subject.name, '企业', NAME_BYTES)}_{safe_name(subject.figures.dossier.enterprise)}"
    return folder / f"{stem}_提升报告.docx", folder / f"{stem}_提升规划.docx"


def _attempted(subject: Subject, folder: Path) -> Written:
    """一家的；盘满一类是大家的事，照抛，别的毛病只算这一家的。"""
    try:
        return write_both(subject, folder)
    except OSError:
        raise
    except Exception as error:
        logging.getLogger(__name__).exception("%s 的材料没有写成", subject.name)
        report, scheme = _paths(subject, folder)
        for path in (report, scheme):
            path.unlink(missing_ok=True)
        told = f"没有写成，出了 {type(error).__name__}：{error}；请把这一句交给维护的人，别家不受影响"
        return Written(subject, report, scheme, (), told)


def write_pack(
    subjects: Iterable[Subject], folder: Path, tell: Callable[[str], None] = lambda step: None
) -> list[Written]:
    """一批：各家的材料与清单（folder/一企一策材料清单.xlsx）；一家也没有的不写清单。"""
    done: list[Written] = []
    for subject in subjects:
        tell(subject.name)
        done.append(_attempted(subject, folder))
    if done:
        _list(done, folder)
    return done


def _list(done: list[Written], folder: Path) -> Path:
    rows = pl.DataFrame([_row(one) for one in done], infer_schema_length=None)
    written = [one.subject for one in done if not one.failed]
    programs = [one.target for one in written] + [one.subject.assessed.selected.program for one in done]
    marks = done[0].subject.marked(programs)
    sheet = Sheet("清单", TITLE, FIELDS, rows, "万元", (f"共{len(done)}家", *marks.lines()))
    return proven(write_book(folder / f"{TITLE}.xlsx", [sheet], marks, TITLE), [sheet])


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
        "report": None if one.failed else one.report.name,
        "scheme": None if one.failed else one.scheme.name,
        "proof": one.proof,
    }


def told(subject: Subject) -> str:
    """方案一句：到哪天能、还等什么，或最早哪天能、说不出、没有算完、不能申报。"""
    return brief(subject.planned.best)
