"""核对挡得住的改动：数换成文中别处也有的数、表头、少一行、单位、日期、小节、页脚、脚注、注表表头，各改一处都查得出来。"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from docx import Document
from tests.desk.subjects import subject_of

from miaopu.desk.dossier import Reading
from miaopu.desk.improvement.proof import check
from miaopu.desk.improvement.report import write_report
from miaopu.desk.improvement.scheme import write_scheme

Forge = Callable[[str], str]
BOTH, REPORT, SCHEME = (write_report, write_scheme), (write_report,), (write_scheme,)


def swap(old: str, new: str) -> Forge:
    """头一处 old 换成 new；没有这一处的不算改过。"""
    return lambda text: text.replace(old, new, 1)


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


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_paper_is_found(reading: Reading, firms: list[str], tmp_path: Path, name: str) -> None:
    subject, (writers, forge) = subject_of(reading, firms[0]), FORGED[name]
    for write in writers:
        path = write(subject, tmp_path / "原件.docx")
        forged = rewritten(path, "word/document.xml", forge)
        assert check(forged, subject), f"{write.__name__}：{name}，没有查出来"


def rewritten(path: Path, part: str, forge: Forge) -> Path:
    """包里的一部分照 forge 改过；没有改动的不算。"""
    out = path.with_name("改过.docx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w") as target:
        for one in source.namelist():
            data = source.read(one).decode() if one == part else source.read(one)
            if one == part:
                made = forge(data)
                assert made != data, "没有改到"
                data = made
            target.writestr(one, data)
    return out


def test_a_number_outside_the_body_is_found(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    """页脚、包进控件的一段、多添的一张表：数都藏不住。"""
    subject = subject_of(reading, firms[0])
    path = write_report(subject, tmp_path / "原件.docx")
    with zipfile.ZipFile(path) as archive:
        footer = next(one for one in archive.namelist() if re.fullmatch(r"word/footer\d+\.xml", one))
    assert check(rewritten(path, footer, swap("— ", "2024年 — ")), subject)
    wrapped = r"(<w:p(?: [^>]*)?>(?:(?!</w:p>).)*?共2步(?:(?!</w:p>).)*?</w:p>)"
    control = r'<w:sdt><w:sdtPr><w:tag w:val="x"/></w:sdtPr><w:sdtContent>\1</w:sdtContent></w:sdt>'
    hidden = rewritten(path, "word/document.xml", lambda text: re.sub(wrapped, control, text, count=1, flags=re.S))
    assert check(rewritten_again(hidden, "共2步", "共7步"), subject)
    document = Document(str(path))
    document.add_table(rows=1, cols=1).rows[0].cells[0].text = "2025年"
    document.save(str(tmp_path / "多一张.docx"))
    assert check(tmp_path / "多一张.docx", subject)


def rewritten_again(path: Path, old: str, new: str) -> Path:
    return rewritten(path.rename(path.with_name("藏.docx")), "word/document.xml", swap(old, new))
