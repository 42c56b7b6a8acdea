"""核对：换一个数、改一处出处、连注表一起改，都查得出来；一家的毛病不连累别家；并入的企业不误报。"""

from __future__ import annotations

import re
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from docx import Document
from tests.desk.subjects import KNOWN, changed, subject_of, text_of

from miaopu.desk.dossier import Reading
from miaopu.desk.improvement.notes import Notes
from miaopu.desk.improvement.pack import write_both, write_pack
from miaopu.desk.improvement.proof import check
from miaopu.desk.improvement.report import write_report
from miaopu.desk.improvement.scheme import write_scheme
from miaopu.desk.workspace import Workspace
from miaopu.ledger.decision import Decision, decide
from miaopu.ledger.trace import Counted
from miaopu.papers.proof import reopen_book, reopen_document
from miaopu.papers.proof.numbers import stands
from miaopu.papers.word.chart import Picture
from miaopu.papers.word.document import Writer
from miaopu.terms.shown import safe_name


@pytest.mark.parametrize(
    ("before", "wanted", "right"),
    [
        ("上年营业收入5.00亿元", "5.00万元", False),
        ("净利润-5.00万元", "5.00万元", False),
        ("净利润5.00万元", "-5.00万元", False),
        ("净利润-5.00万元", "-5.00万元", True),
        ("共15.00万元", "5.00万元", False),
        ("69.9953%", "70.00%", True),
        ("69.9943%", "70.00%", False),
        ("4至6件", "4件至6件", True),
        ("4至7件", "4件至6件", False),
        ("300万元", "300.00万元", True),
        ("成立日期2018年3月5日", "2018年3月5日", True),
        ("成立日期2018年3月6日", "2018年3月5日", False),
        ("县区别处", "东昌府区", False),
    ],
)
def test_a_figure_stands_only_with_its_sign_unit_and_places(before: str, wanted: str, right: bool) -> None:
    assert stands(before, wanted) is right


def test_two_figures_of_one_sentence_cannot_change_places(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    """一段里几个注号：两个数都是台账里有的，换了位置也查得出来。"""
    subject = subject_of(reading, firms[0])
    path = write_scheme(subject, tmp_path / "规划.docx")
    revenue, rd = (subject.figures.shown(one) for one in ("revenue_t1", "rd_t1"))
    assert revenue != rd and check(path, subject) == []
    wrong = changed(path, f"2025年营业收入{revenue}", f"2025年营业收入{rd}")
    assert [one.wanted for one in check(wrong, subject)] == [revenue]


def test_the_note_table_is_walked_again_not_believed(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    """连文中带注表一起改：条目数得的、公式算得的、出处的格、条数，各改一处都查得出来。"""
    subject = subject_of(reading, firms[0])
    path = write_report(subject, tmp_path / "报告.docx")
    notes = Notes(subject.figures, subject.marks.assessed_on.year)
    for name in (
        "revenue_t1",
        *(name for top in subject.assessed.reasons for _, one in top.walk() for name in one.inputs),
    ):
        notes.mark(name)
    told = [one for one in notes.told.values() if path_count(path, one.place[:9]) and re.search(r"\d", one.shown)]
    derived = [one for one in told if one.place.startswith("由") and path_count(path, f">{one.shown}<")]
    assert derived
    for one in derived:
        wrong = re.sub(r"\d", lambda digit: str((int(digit[0]) + 1) % 10), one.shown, count=1)
        forged = path
        for _ in range(path_count(path, f">{one.shown}<")):
            forged = changed(forged, f">{one.shown}<", f">{wrong}<")
        assert any("台账" in fault.wanted for fault in check(forged, subject)), one.title
    cell = notes.told["revenue_t1"]
    place = re.search(r"[A-Z]+(\d+)（批次", cell.place)
    forged = changed(path, place[0], place[0].replace(place[1], str(int(place[1]) + 1)))
    assert any("出处" in fault.place for fault in check(forged, subject))
    assert check(changed(path, "共2步", "共7步"), subject), "段数以内的整数也要查"


def path_count(path: Path, text: str) -> int:
    """文档里一处写法有几处。"""
    return zipfile.ZipFile(path).read("word/document.xml").decode().count(text)


def test_the_actual_of_a_clause_is_judged_again(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    subject = subject_of(reading, firms[0])
    path = write_report(subject, tmp_path / "报告.docx")
    word = next(top.state.word for top in subject.assessed.reasons if top.state.met)
    document = Document(str(path))
    table = next(one for one in document.tables if one.rows[0].cells[0].text == "条款")
    row = next(one for one in table.rows if one.cells[3].text == word)
    row.cells[3].paragraphs[0].runs[0].text = "不满足"
    document.save(str(tmp_path / "改过.docx"))
    assert any(fault.place.startswith("逐条对照") for fault in check(tmp_path / "改过.docx", subject))


def test_control_characters_do_not_stop_a_paper(tmp_path: Path) -> None:
    pen, bad = Writer(), "虚构\x0b甲\x00公\x1f司\x0c"
    pen.title(bad, bad)
    pen.body(f"{bad}300万元〔注1〕")
    pen.field(bad, "goal", bad)
    pen.table(bad, (bad,), [(bad,)], (50,), bad)
    pen.chart(Picture(bad, "column", [bad, "零"], {bad: [1, 0]}))
    path = pen.save(tmp_path / "a.docx")
    assert "虚构甲公司300万元" in text_of(path)
    drawn = reopen_document(path).charts[0]
    assert drawn.title == "虚构甲公司" and drawn.categories[0] == "虚构甲公司"


def test_one_bad_firm_is_listed_and_the_others_written(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    bad, good = (subject_of(reading, one) for one in firms)
    bad = replace(bad, planned=replace(bad.planned, best=replace(bad.planned.best, standard="没有的标准")))
    done = write_pack([bad, good], tmp_path)
    rows = reopen_book(tmp_path / "一企一策材料清单.xlsx").pages["清单"].rows
    assert [one["企业名称"] for one in rows] == [bad.name, good.name]
    assert rows[0]["核对"].startswith("没有写成") and not rows[0]["报告"] and not done[0].report.exists()
    assert rows[1]["核对"] == "逐数核对无误" and (tmp_path / rows[1]["报告"]).is_file()


def test_a_firm_name_is_made_a_file_name(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    subject = subject_of(reading, firms[0])
    for name in ("虚构A/B有限公司", "../../虚构逃走有限公司", "虚构" + "长" * 120 + "有限公司", "虚构\x0b<丙>|公司"):
        file = replace(subject.figures.dossier.file, name=name)
        figures = replace(subject.figures, dossier=replace(subject.figures.dossier, file=file))
        found = write_both(replace(subject, figures=figures), tmp_path / "成套")
        assert found.report.is_file() and found.report.resolve().parent == (tmp_path / "成套").resolve()
        assert len(found.report.name.encode()) <= 255
    assert (
        safe_name("A/B有限公司") == "A_B有限公司"
        and safe_name("../") == "_"
        and safe_name("表" * 200 + ".xlsx").endswith("表.xlsx")
    )


def test_a_firm_with_another_merged_into_it_raises_no_alarm(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    """并入的主体的格也是这家的。"""
    wide = pl.read_parquet(reading.run.folder / "wide.parquet")
    bare = wide.filter(pl.col("revenue_t1").is_null(), pl.col("rd_t1").is_null())["enterprise"][0]
    copy = shutil.copytree(reading.space.folder, tmp_path / "台账")
    space = Workspace(copy)
    made = Decision("identity", "same", enterprise=bare, other=firms[0], reason="重复登记", evidence="函1")
    decide(space.ledger, [made], by="王五", on=KNOWN)
    subject = subject_of(Reading(space, reading.run, reading.judge), bare)
    assert subject.figures.dossier.file.merged == (firms[0],) and subject.figures.shown("revenue_t1") != "—"
    path = write_report(subject, tmp_path / "报告.docx")
    assert [one.sentence() for one in check(path, subject)] == []


def test_a_counted_note_names_every_cell_and_the_undecided_apart(reading: Reading, firms: list[str]) -> None:
    """算进去的、待核的分开写，各写全部的格，同一行相连的并成一段。"""
    subject = subject_of(reading, firms[0])
    notes = Notes(subject.figures, 2026)
    real = next(cell for cell in subject.figures.trace("revenue_t1").facts)
    counted, unsure, out = (
        Counted(name, answer, (), tuple(replace(real, cell=f"{letter}{row}") for letter in "DBC"))
        for row, (name, answer) in enumerate((("甲", "满足"), ("乙", "未知"), ("丙", "不满足")), 7)
    )
    told = notes._place(replace(subject.figures.trace("revenue_t1"), facts=(), items=(counted, unsure, out)))
    assert "计入1件" in told and "B7:D7（批次" in told
    assert "待核1件，没有计入确有的" in told and "B8:D8（批次" in told and "D9" not in told
    many = tuple(replace(real, cell=f"B{row}") for row in range(1, 15, 2) for _ in range(3))
    assert notes._place(replace(subject.figures.trace("revenue_t1"), facts=many)).endswith("等7格"), "一格只数一回"
