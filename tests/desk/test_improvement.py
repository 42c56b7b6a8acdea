"""提升报告与规划：用真的小城写，另拆开核；改一个数就查得出来。"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.desk.subjects import KNOWN, ON, changed, subject_of

from miaopu.desk.dossier import Reading
from miaopu.desk.improvement.pack import write_both, write_pack
from miaopu.desk.improvement.proof import check, layout
from miaopu.desk.improvement.report import write_report
from miaopu.desk.improvement.scheme import write_scheme
from miaopu.papers.proof import reopen_book
from miaopu.papers.proof.numbers import open_document
from miaopu.plan.result import Clash, Impossible


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
