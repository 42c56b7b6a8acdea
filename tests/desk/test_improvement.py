"""提升报告与规划：用真的小城写，另拆开核；改一个数就查得出来。"""

from __future__ import annotations

import zipfile
from datetime import date
from fractions import Fraction
from pathlib import Path

import polars as pl
import pytest

from miaopu.desk.dossier import Reading, dossier
from miaopu.desk.figure import Figures
from miaopu.desk.improvement.pack import write_both, write_pack
from miaopu.desk.improvement.proof import check, layout
from miaopu.desk.improvement.report import Subject, write_report
from miaopu.desk.improvement.scheme import write_scheme
from miaopu.desk.workspace import Workspace
from miaopu.papers.proof import reopen_book
from miaopu.papers.proof.numbers import open_document
from miaopu.plan.result import SCORE, Assumption, Clash, Effect, Impossible, Left, Plan, Planned, Step
from miaopu.standards.judge import Judge
from miaopu.standards.tree.state import State

ON, KNOWN = date(2027, 5, 10), date(2026, 11, 20)
MONEY = Effect("rd_t1", "上年研发费用（审计）", Fraction(300), Fraction(42050, 100), "万元")
SPEND = Step("rd_spend", "增加研发投入", Fraction(12050, 100), "万元", (1_205_000_00, 1_300_000_00), KNOWN,
             date(2026, 12, 31), 2026, (MONEY,), ("B3a", "B3b1"), "企业", "税务局", "研发费用加计扣除", "研发辅助账")  # fmt: skip
PATENT = Step("patent", "申请发明专利", Fraction(2), "件", (20_000_00, 60_000_00), date(2026, 12, 1), date(2027, 4, 30), 2027,
              (Effect("class1_ip_2026_low", "Ⅰ类知识产权（2026口径）", Fraction(2), Fraction(4), "件"),), ("B4a",), "企业",
              "市场监管局", "", "授权公告")  # fmt: skip


@pytest.fixture(scope="module")
def reading(small_city: Path) -> Reading:
    space = Workspace(small_city / "ledger" / "2000-2026")
    return Reading(space, space.assess(KNOWN, KNOWN), Judge(space.library))


@pytest.fixture(scope="module")
def firms(reading: Reading) -> list[str]:
    """数最全的两家。"""
    wide = pl.read_parquet(reading.run.folder / "wide.parquet").filter(pl.col("revenue_t1").is_not_null())
    known = pl.sum_horizontal(pl.all().is_not_null().cast(pl.Int32))
    found = wide.sort(known, "enterprise", descending=[True, False])["enterprise"].to_list()[:2]
    assert len(found) == 2
    return found


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


def test_every_number_of_both_papers_walks_back(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    for enterprise in firms:
        subject = subject_of(reading, enterprise)
        for write in (write_report, write_scheme):
            path = write(subject, tmp_path / f"{enterprise}-{write.__name__}.docx")
            assert [one.sentence() for one in check(path, subject)] == []


def test_a_changed_number_is_found_wherever_it_stands(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    subject = subject_of(reading, firms[0])
    path = write_report(subject, tmp_path / "报告.docx")
    revenue = subject.figures.shown("revenue_t1")
    wrong = revenue.replace(revenue[0], "8" if revenue[0] != "8" else "7", 1)
    assert check(changed(path, revenue, wrong), subject), "正文里的营业收入改了没有查出来"
    assert check(changed(path, "120.50", "120.51"), subject), "方案的数量改了没有查出来"
    forged = changed(path, f">{revenue}</w:t></w:r></w:p></w:tc>", f">{wrong}</w:t></w:r></w:p></w:tc>")
    assert any("台账" in one.wanted for one in check(forged, subject)), "附件里的写法与台账那一格不符，没有查出来"


def test_a_wrong_note_number_is_found(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    subject = subject_of(reading, firms[0])
    path = write_report(subject, tmp_path / "报告.docx")
    assert check(changed(path, "[1]", "[999]"), subject)


def test_the_layout_is_the_house_layout(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    path = write_report(subject_of(reading, firms[0]), tmp_path / "报告.docx")
    assert layout(path) == []
    assert layout(changed(path, 'w:top="2098"', 'w:top="1000"')), "页边改了没有查出来"


def test_fields_wait_for_the_expert_and_can_be_read_back(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    opened = open_document(write_scheme(subject_of(reading, firms[0]), tmp_path / "规划.docx"))
    assert {"goal", "route-now", "route-key", "carriers", "risks"} <= set(opened.fields)
    patents = next(one for one in opened.tables if one[0][1].plain == "专利名称")
    assert len(patents) == 3, "两件专利各占一行"


def test_met_groups_are_not_called_short(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    """占有率与排名满足其一即可：另一项不满足不是短板。"""
    for enterprise in firms:
        subject = subject_of(reading, enterprise)
        text = "\n".join(one.plain for one in open_document(write_report(subject, tmp_path / "a.docx")).paragraphs)
        short = text.partition("短板与差距")[2].partition("提升措施")[0]
        for top in subject.assessed.reasons:
            for _, one in top.walk():
                if one.children and one.state.met:
                    assert all(f".{child.id} " not in short for child in one.children)


def test_an_impossible_firm_is_told_when_and_why(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    clash = Clash("B1b", "从事年限", "到申报日只有2.1年", date(2028, 5, 10))
    whole = subject_of(reading, firms[0])
    then = whole.planned.others[0]
    subject = subject_of(
        reading, firms[0], Impossible(firms[0], "LG-2026", KNOWN, ON, (clash,), date(2028, 5, 10), then)
    )
    path = write_report(subject, tmp_path / "报告.docx")
    text = "\n".join(one.plain for one in open_document(path).paragraphs)
    assert "2028年5月10日能满足" in text and "做不到" in text
    assert [one.sentence() for one in check(path, subject)] == []


def test_a_pack_lists_what_it_wrote(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    told: list[str] = []
    done = write_pack((subject_of(reading, one) for one in firms), tmp_path, told.append)
    page = reopen_book(tmp_path / "一企一策材料清单.xlsx").pages["清单"]
    assert [one["企业名称"] for one in page.rows] == told and len(done) == len(firms)
    assert {one["核对"] for one in page.rows} == {"逐数核对无误"}
    assert all((tmp_path / one["报告"]).is_file() and (tmp_path / one["规划"]).is_file() for one in page.rows)


def test_two_firms_of_one_name_do_not_overwrite(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    first, second = (write_both(subject_of(reading, one), tmp_path) for one in firms)
    assert first.report != second.report
