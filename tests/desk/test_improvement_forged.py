"""核对挡得住的改动：数换成文中别处也有的数、表头、少一行、单位、日期、小节、页脚、脚注、注表表头，各改一处都查得出来。"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import pytest
from docx import Document
from tests.desk.subjects import subject_of
from tests.papers.forging import Forge, forged, swap

from miaopu.desk.dossier import Reading
from miaopu.desk.improvement.proof import Proof
from miaopu.desk.improvement.report import write_report
from miaopu.desk.improvement.scheme import write_scheme

BODY = "word/document.xml"
BOTH, REPORT = (write_report, write_scheme), (write_report,)


def without(pattern: str) -> Forge:
    return lambda text: re.sub(pattern, "", text, count=1, flags=re.S)


MARKED = re.compile(r"<w:r>(?:(?!</w:r>).)*?superscript(?:(?!</w:r>).)*?</w:r>", re.S)

FORGED = {
    "预计数的年度换成另一年": (BOTH, swap("由300.00万元增至420.50万元", "由420.50万元增至300.00万元")),
    "花费范围的两头换成别处的数": (BOTH, swap("120.50万元至130.00万元", "130.00万元至120.50万元")),
    "花费的单位": (BOTH, swap("120.50万元至", "120.50亿元至")),
    "千分位的数": (BOTH, swap("9,000.00万元", "9,300.00万元")),
    "两步的办成日期对调": (BOTH, swap("2026年12月31日", "2027年4月30日")),
    "表头的年份对调": (REPORT, swap("<w:t>2025年</w:t>", "<w:t>2024年</w:t>")),
    "负号": (BOTH, swap("300.00万元", "-300.00万元")),
    "表题的序号": (BOTH, swap("表2 ", "表3 ")),
    "小节的序号": (BOTH, swap("<w:t>1.", "<w:t>2.")),
    "表注": (REPORT, swap("“—”是没有数，不是零", "“—”是没有数，都是零")),
    "结论": (REPORT, swap("结论为", "结论不为")),
    "少一行": (BOTH, without(r"<w:tr(?: [^>]*)?>(?:(?!</w:tr>).)*?申请发明专利(?:(?!</w:tr>).)*?</w:tr>")),
    "少一段": (BOTH, without(r"<w:p(?: [^>]*)?>(?:(?!</w:p>).)*?共2步(?:(?!</w:p>).)*?</w:p>")),
    "注表的表头": (BOTH, swap(">注号<", ">注号2<")),
    "逐条对照的表头": (REPORT, swap(">差距<", ">差距3<")),
    "条款实际的注号": (
        REPORT,
        lambda text: text[: text.index("逐条对照")] + MARKED.sub("", text[text.index("逐条对照") :], count=1),
    ),
    "注号成了正文": (BOTH, swap('<w:vertAlign w:val="superscript"/>', "")),
}


@pytest.fixture(scope="module")
def proof(reading: Reading, firms: list[str]) -> Proof:
    return Proof(subject_of(reading, firms[0]))


@pytest.fixture(scope="module")
def papers(proof: Proof, tmp_path_factory: pytest.TempPathFactory) -> dict[object, Path]:
    """报告、规划各写一份。"""
    return {write: write(proof.subject, tmp_path_factory.mktemp("写") / "原件.docx") for write in BOTH}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_paper_is_found(proof: Proof, papers: dict[object, Path], name: str) -> None:
    writers, forge = FORGED[name]
    for write in writers:
        assert proof.faults(forged(papers[write], {BODY: forge})), f"{write.__name__}：{name}，没有查出来"


def test_a_number_outside_the_body_is_found(proof: Proof, papers: dict[object, Path], tmp_path: Path) -> None:
    """页脚、包进控件的一段、多添的一张表：数都藏不住。"""
    path = papers[write_report]
    with zipfile.ZipFile(path) as archive:
        footer = next(one for one in archive.namelist() if re.fullmatch(r"word/footer\d+\.xml", one))
    assert proof.faults(forged(path, {footer: swap("— ", "2024年 — ")}))
    wrapped = r"(<w:p(?: [^>]*)?>(?:(?!</w:p>).)*?共2步(?:(?!</w:p>).)*?</w:p>)"
    control = r'<w:sdt><w:sdtPr><w:tag w:val="x"/></w:sdtPr><w:sdtContent>\1</w:sdtContent></w:sdt>'
    hidden = forged(path, {BODY: lambda text: re.sub(wrapped, control, text, count=1, flags=re.S)})
    again = hidden.rename(hidden.with_name("藏.docx"))
    assert proof.faults(forged(again, {BODY: swap("共2步", "共7步")}))
    document = Document(str(path))
    document.add_table(rows=1, cols=1).rows[0].cells[0].text = "2025年"
    document.save(str(tmp_path / "多一张.docx"))
    assert proof.faults(tmp_path / "多一张.docx")
