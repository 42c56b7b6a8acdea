"""核对挡得住的藏法：字一个不动，藏字、改样子、修订、批注、文本框、域、编号、页眉、属性……都按在哪里、是什么点名；填了待填处不算。"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.desk.subjects import subject_of
from tests.papers.forging import Forge, forged, swap

from miaopu.desk.dossier import Reading
from miaopu.desk.improvement.proof import check
from miaopu.desk.improvement.report import write_report
from miaopu.desk.improvement.scheme import write_scheme
from miaopu.desk.improvement.subject import Subject
from miaopu.papers.proof import foreign

BODY, STYLES = "word/document.xml", "word/styles.xml"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
END = "<w:sectPr"
SHAPE = '<w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml"><v:textpath string="作废"/></v:shape></w:pict>'
BOX = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Fallback><w:pict>'
    "<w:txbxContent><w:p><w:r><w:t>另有约定</w:t></w:r></w:p></w:txbxContent></w:pict></mc:Fallback></mc:AlternateContent>"
)
CONCLUSION = re.compile(r"<w:r><w:rPr/>(?=<w:t>数据截至)")


def look(properties: str) -> Forge:
    """写结论的那段文字另加样子。"""
    return lambda text: CONCLUSION.sub(f"<w:r><w:rPr>{properties}</w:rPr>", text, count=1)


def around(open_: str, close: str) -> Forge:
    """写结论的那段文字外面套一层。"""
    whole = re.compile(CONCLUSION.pattern + r"(?:(?!</w:r>).)*</w:r>", re.S)
    return lambda text: whole.sub(lambda found: f"{open_}{found[0]}{close}", text, count=1)


def beside(more: str) -> Forge:
    """写结论的那段文字前面另放一样。"""
    return lambda text: CONCLUSION.sub(lambda found: more + found[0], text, count=1)


HIDDEN: dict[str, tuple[str, Forge, dict[str, str], str]] = {
    "隐藏文字": (BODY, look("<w:vanish/>"), {}, "隐藏文字"),
    "白字": (BODY, look('<w:color w:val="FFFFFF"/>'), {}, "字色"),
    "一磅的字": (BODY, look('<w:sz w:val="2"/>'), {}, "字号"),
    "划掉": (BODY, look("<w:strike/>"), {}, "strike"),
    "压成一线": (BODY, look('<w:w w:val="1"/>'), {}, "字宽"),
    "删除的修订": (
        BODY, beside('<w:del w:id="9" w:author="x"><w:r><w:delText>999万元</w:delText></w:r></w:del>'), {}, "删除的修订",
    ),
    "插入的修订": (BODY, around('<w:ins w:id="9" w:author="x">', "</w:ins>"), {}, "插入的修订"),
    "内容控件": (
        BODY, around('<w:sdt><w:sdtPr><w:tag w:val="x"/></w:sdtPr><w:sdtContent>', "</w:sdtContent></w:sdt>"), {}, "内容控件",
    ),
    "空控件里的数": (
        BODY, swap(END, f'<w:p><w:sdt><w:sdtPr><w:tag w:val="goal"/></w:sdtPr><w:sdtContent><w:r><w:t>300.00万元</w:t>'
                        f"</w:r></w:sdtContent></w:sdt></w:p>{END}"), {}, "300.00万元",
    ),
    "批注": (
        BODY, beside('<w:commentRangeStart w:id="0"/>'),
        {"word/comments.xml": f'<w:comments {W}><w:comment w:id="0"><w:p/></w:comment></w:comments>'}, "word/comments.xml",
    ),
    "文本框": (BODY, beside(f"<w:r>{BOX}</w:r>"), {}, "文本框"),
    "水印": (BODY, beside(f"<w:r>{SHAPE}</w:r>"), {}, "图形"),
    "脚注": (
        BODY, beside('<w:r><w:footnoteReference w:id="2"/></w:r>'),
        {"word/footnotes.xml": f"<w:footnotes {W}><w:footnote><w:p/></w:footnote></w:footnotes>"}, "脚注",
    ),
    "页眉": (
        BODY, swap("<w:footerReference", '<w:headerReference w:type="default" r:id="rId99"/><w:footerReference'),
        {"word/header9.xml": f"<w:hdr {W}><w:p><w:r><w:t>作废</w:t></w:r></w:p></w:hdr>"}, "页眉",
    ),
    "页脚的字": ("word/footer1.xml", swap("— ", "讨论稿 — "), {}, "讨论稿"),
    "页码换成别的域": ("word/footer1.xml", swap("PAGE", "NUMWORDS"), {}, "NUMWORDS"),
    "套在域里": (BODY, around('<w:fldSimple w:instr=" QUOTE 甲 ">', "</w:fldSimple>"), {}, "域"),
    "域的代码": (BODY, beside("<w:r><w:instrText> = 7*7 </w:instrText></w:r>"), {}, "域的代码"),
    "自动编号": (
        BODY, lambda text: text.replace("<w:pPr>", '<w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>', 3),
        {}, "编号",
    ),
    "符号": (BODY, beside('<w:r><w:sym w:font="Wingdings" w:char="F0FC"/></w:r>'), {}, "符号"),
    "外来内容": (BODY, swap(END, f'<w:altChunk r:id="rId98"/>{END}'), {"word/other.html": "<p>作废</p>"}, "外来内容"),
    "藏起来的一行": (BODY, swap("<w:trPr>", "<w:trPr><w:hidden/>"), {}, "hidden"),
    "样式的字色": (STYLES, swap('<w:rFonts', '<w:color w:val="FFFFFF"/><w:rFonts'), {}, "字色"),
    "默认就藏字": (STYLES, lambda text: re.sub(r"(<w:rPrDefault>\s*<w:rPr>)", r"\1<w:vanish/>", text, count=1), {}, "隐藏文字"),
    "记着修订": ("word/settings.xml", swap("</w:settings>", "<w:trackRevisions/></w:settings>"), {}, "trackRevisions"),
    "文档属性": ("docProps/core.xml", swap("<dc:title/>", "<dc:title>另一份</dc:title>"), {}, "另一份"),
    "多一张图": (STYLES, lambda text: text + "<!-- x -->", {"word/media/stamp.png": "章"}, "stamp.png"),
}  # fmt: skip


@pytest.fixture(scope="module")
def subject(reading: Reading, firms: list[str]) -> Subject:
    return subject_of(reading, firms[0])


@pytest.fixture(scope="module")
def reports(subject: Subject, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """写的一份与另写的一份。"""
    folder = tmp_path_factory.mktemp("藏")
    return write_report(subject, folder / "原件.docx"), write_report(subject, folder / "另写.docx")


@pytest.mark.parametrize("name", HIDDEN)
def test_what_is_hidden_is_named_with_its_place(reports: tuple[Path, Path], name: str) -> None:
    part, forge, more, word = HIDDEN[name]
    told = [one.sentence() for one in foreign(forged(reports[0], {part: forge}, more), reports[1])]
    assert any(word in one for one in told), f"{name}：{told or '没有查出来'}"


def test_the_proof_of_a_paper_refuses_what_is_hidden(subject: Subject, reports: tuple[Path, Path]) -> None:
    part, forge, more, _ = HIDDEN["隐藏文字"]
    found = check(forged(reports[0], {part: forge}, more), subject)
    assert [one.found for one in found] == ["多出的隐藏文字"] and "数据截至" in found[0].place


def test_filling_a_blank_is_no_fault_but_hiding_in_it_is(subject: Subject, tmp_path: Path) -> None:
    """规划里留给人填的：填上文字不算改；在里面另放样子、绑上别处的数据，查得出来。"""
    path, hint = write_scheme(subject, tmp_path / "规划.docx"), "（请专家与企业填写）"

    def filled(text: str) -> str:
        return text.replace("<w:showingPlcHdr/>", "").replace(hint, "甲乙丙丁")

    assert check(forged(path, {BODY: filled}), subject) == []
    fresh = write_scheme(subject, tmp_path / "另写.docx")
    for forge in (
        lambda text: filled(text).replace("<w:r><w:t>甲乙", "<w:r><w:rPr><w:vanish/></w:rPr><w:t>甲乙", 1),
        lambda text: text.replace("<w:sdtPr>", '<w:sdtPr><w:dataBinding w:xpath="/x"/>', 1),
    ):
        assert foreign(forged(path, {BODY: forge}), fresh)
