"""材料的主题：真的小城里的两家，方案是写定的；报告、规划、核对的测试共用。"""

from __future__ import annotations

import zipfile
from datetime import date
from fractions import Fraction
from pathlib import Path

from docx import Document

from miaopu.desk.dossier import Reading, dossier
from miaopu.desk.figure import Figures
from miaopu.desk.improvement.report import Subject
from miaopu.plan.result import SCORE, Assumption, Effect, Impossible, Left, Plan, Planned, Step
from miaopu.standards.tree.state import State

ON, KNOWN = date(2027, 5, 10), date(2026, 11, 20)
MONEY = Effect("rd_t1", "上年研发费用（审计）", Fraction(300), Fraction(42050, 100), "万元")
SPEND = Step("rd_spend", "增加研发投入", Fraction(12050, 100), "万元", (1_205_000_00, 1_300_000_00), KNOWN,
             date(2026, 12, 31), 2026, (MONEY,), ("B3a", "B3b1"), "企业", "税务局", "研发费用加计扣除", "研发辅助账")  # fmt: skip
PATENT = Step("patent", "申请发明专利", Fraction(2), "件", (20_000_00, 60_000_00), date(2026, 12, 1), date(2027, 4, 30), 2027,
              (Effect("class1_ip_2026_low", "Ⅰ类知识产权（2026口径）", Fraction(2), Fraction(4), "件"),), ("B4a",), "企业",
              "市场监管局", "", "授权公告")  # fmt: skip


def subject_of(reading: Reading, enterprise: str, best: Plan | Impossible | None = None) -> Subject:
    figures = Figures(dossier(reading, enterprise))
    assessed = figures.dossier.of_tier("LG")
    assert assessed is not None
    before = assessed.judgement.states
    told = Assumption("revenue_t1", "上年营业收入", Fraction(9000), "万元", "按近两年平均增速推算")
    left = Left("B7a", "本年度得分", SCORE, ("eval_score_t0",))
    plan = Plan(
        enterprise, "LG-2026", KNOWN, ON, (SPEND, PATENT), before, {**before, "B4a": State.pass_}, (left,), (told,)
    )
    return Subject(figures, assessed, Planned(best or plan, (plan,)), "聊城市工业和信息化局")


def changed(path: Path, old: str, new: str) -> Path:
    """文档里的一处文字改掉，别的不动。"""
    out = path.with_name(f"改过_{path.name}")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w") as target:
        for one in source.namelist():
            data = source.read(one)
            if one == "word/document.xml":
                assert old.encode() in data
                data = data.replace(old.encode(), new.encode(), 1)
            target.writestr(one, data)
    return out


def text_of(path: Path) -> str:
    """别的读法（python-docx）读出的全部文字，段与表按次序。"""
    document = Document(str(path))
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(one.text for one in document.paragraphs), *cells])
