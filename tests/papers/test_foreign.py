"""工作簿的藏法：隐藏、数字格式、公式与存着的值、合并、批注、条件格式、文本框、白字……与另写的一份比，在哪里、是什么都点名。"""

from __future__ import annotations

import re
from pathlib import Path

import polars as pl
import pytest
from tests.papers.forging import Forge, forged, swap
from tests.papers.house import COUNTIES, FOUND, FRAME, MARKS, NOTE, ORDER

from miaopu.papers import write_overview, write_rosters
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.proof import foreign
from miaopu.papers.proof.cells import misread, proven
from miaopu.papers.sheet import write_book
from miaopu.papers.word.chart import Picture
from miaopu.papers.word.document import Writer
from miaopu.terms.complaint import Refusal

SHEET, BOOK, STYLES = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml"
RULE = '<conditionalFormatting sqref="E7"><cfRule type="expression" dxfId="0"/></conditionalFormatting>'
WHITE = r'<si><r><rPr><color rgb="FFFFFFFF"/></rPr><t>\1</t></r></si>'
NOTES = '<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'


def changed(pattern: str, new: str) -> Forge:
    return lambda text: re.sub(pattern, new, text, count=1, flags=re.S)


def before(mark: str, more: str) -> Forge:
    return swap(mark, more + mark)


FORGED: dict[str, tuple[str, Forge, str]] = {
    "藏一行": (SHEET, changed(r'<row r="6"', '<row r="6" hidden="1"'), "第6行”：发现 一行的隐藏 1"),
    "藏一列": (SHEET, changed(r"<col ", '<col hidden="1" '), "列的隐藏 1"),
    "藏一张": (BOOK, changed(r'(<sheet name="[^"]*")', r'\1 state="hidden"'), "工作表的显隐 hidden"),
    "改一个数": (SHEET, changed(r'(<c r="E7"[^>]*><v>)[^<]*', r"\g<1>1"), "E7格"),
    "数成了公式": (SHEET, changed(r'(<c r="E7"[^>]*>)<v>', r"\1<f>1+1</f><v>"), "公式“1+1”"),
    "合计存着的值": (SHEET, changed(r"(</f><v>)[^<]*", r"\g<1>1"), "值“1”"),
    "合计换了公式": (SHEET, changed(r"<f>SUM", "<f>1+SUM"), "公式“1+SUM"),
    "格式换成整数": (STYLES, changed(r'(<cellXfs.*?<xf numFmtId=")165"', r'\g<1>1"'), "格式的数字格式号 1"),
    "格式里写死字": (STYLES, swap('formatCode="#,##0.00"', 'formatCode="0&quot;亿&quot;"'), "数字格式的格式 0"),
    "白字": (STYLES, changed(r"<color [^>]*/>", '<color rgb="FFFFFFFF"/>'), "字色"),
    "格换了格式": (SHEET, changed(r'(<c r="E7" s=")\d+', r"\g<1>1"), "E7格”：发现 一格的格式号 1"),
    "合并盖住": (SHEET, changed(r"(<mergeCells[^>]*>)", r'\1<mergeCell ref="B7:E7"/>'), "B7:E7"),
    "定义名称": (BOOK, before("</definedNames>", '<definedName name="x">1</definedName>'), "定义名称"),
    "下拉": (SHEET, changed(r'(<dataValidation [^>]*sqref=")[^"]*', r"\1A1"), "范围 A1"),
    "条件格式": (SHEET, before("<pageMargins", RULE), "条件格式"),
    "文本框": (SHEET, before("</worksheet>", '<drawing xmlns:r="r" r:id="rId9"/>'), "绘图"),
    "零不显示": (SHEET, changed(r"<sheetView ", '<sheetView showZeros="0" '), "showZeros 0"),
    "页眉": (SHEET, changed(r"<oddFooter>[^<]*", "<oddFooter>作废"), "作废"),
    "共用文字": ("xl/sharedStrings.xml", swap("虚构2号有限公司", "虚构9号有限公司"), "虚构9号有限公司"),
    "共用文字里的白字": ("xl/sharedStrings.xml", changed(r"<si><t[^>]*>([^<]*)</t></si>", WHITE), "字色"),
    "一九零四年起算": (BOOK, changed(r"<workbookPr ", '<workbookPr date1904="1" '), "date1904 1"),
    "正文前的注": (SHEET, changed(r"(<\?xml[^>]*\?>)", r"\1<!--藏的话-->"), "正文以外夹了“<!--藏的话-->”"),
    "正文后的注": (STYLES, changed(r"$", "<?x 藏的话?>"), "正文以外夹了“<?x 藏的话?>”"),
    "类型的声明": (BOOK, changed(r"(<\?xml[^>]*\?>)", r"\1<!DOCTYPE workbook>"), "正文以外夹了“<!DOCTYPE workbook>”"),
    "属性": ("docProps/core.xml", changed(r"<dc:creator>[^<]*", "<dc:creator>别人"), "别人"),
}  # fmt: skip


@pytest.fixture(scope="module")
def books(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """写的一本与另写的一本。"""
    made = []
    for name in ("写的", "另写"):
        folder = tmp_path_factory.mktemp(name)
        write_rosters(folder, FOUND.lists["LG"].table, FRAME, "拟培育企业名单", MARKS, NOTE, ORDER, split=False)
        made.append(folder / "拟培育企业名单.xlsx")
    return made[0], made[1]


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_book_is_refused_by_name_and_place(books: tuple[Path, Path], name: str) -> None:
    part, forge, word = FORGED[name]
    told = [one.sentence() for one in foreign(forged(books[0], {part: forge}), books[1])]
    assert any(word in one for one in told), f"{name}：{told or '没有查出来'}"


def test_the_same_book_is_the_same_and_another_part_is_named(books: tuple[Path, Path], tmp_path: Path) -> None:
    assert foreign(*books) == []
    more = {"xl/comments1.xml": NOTES, "xl/externalLinks/externalLink1.xml": NOTES, "xl/vbaProject.bin": "x"}
    told = [one.sentence() for one in foreign(forged(books[0], {}, more), books[1])]
    assert {one.partition("”")[0] for one in told} == {"“批注", "“外部链接", "“宏与控件"}
    one, two = (write_overview(tmp_path / f"{at}.xlsx", FRAME, MARKS, COUNTIES, "全部企业") for at in "甲乙")
    assert foreign(one, two) == []


CELLS = {
    "改一个数": (SHEET, changed(r'(<c r="E7"[^>]*><v>)[^<]*', r"\g<1>1"), "E7格"),
    "数成了公式": (SHEET, changed(r'(<c r="E7"[^>]*>)<v>', r"\1<f>1+1</f><v>"), "E7格"),
    "格式换成整数": (STYLES, swap('formatCode="#,##0.00"', 'formatCode="0"'), "格式 0"),
    "藏一行": (SHEET, changed(r'<row r="6"', '<row r="6" hidden="1"'), "第6行”：发现 隐藏着"),
    "藏一列": (SHEET, changed(r"<col ", '<col hidden="1" '), "A列 序号"),
    "共用文字": ("xl/sharedStrings.xml", swap("虚构2号有限公司", "虚构9号有限公司"), "应是 虚构2号有限公司"),
}  # fmt: skip


@pytest.fixture(scope="module")
def overview(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Sheet]]:
    """一览表与它的表。"""
    held: list[Sheet] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("miaopu.papers.overview.proven", lambda path, sheets: held.extend(sheets) or path)
        path = write_overview(tmp_path_factory.mktemp("核格") / "一览表.xlsx", FRAME, MARKS, COUNTIES, "全部企业")
    return path, held


@pytest.mark.parametrize("name", CELLS)
def test_every_cell_is_read_again_and_compared_with_the_table(overview: tuple[Path, list[Sheet]], name: str) -> None:
    path, sheets = overview
    part, forge, word = CELLS[name]
    assert misread(path, sheets) == []
    wrong = forged(path, {part: forge})
    told = [one.sentence() for one in misread(wrong, sheets)]
    assert told and any(word in one for one in told), told
    with pytest.raises(Refusal, match="没有给出这本"):
        proven(wrong, sheets)
    assert not wrong.exists()


CHARTED = {
    "图上的数": ("word/charts/chart1.xml", changed(r"(<c:val>.*?<c:v>)1", r"\g<1>9"), "图表”：发现 值“9”"),
    "图的标题": ("word/charts/chart1.xml", swap("各档家数", "各档百家"), "各档百家"),
    "数字格式": ("word/charts/chart1.xml", swap('formatCode="0"', 'formatCode="0&quot;百&quot;"'), "格式 0"),
    "换成图片": ("word/document.xml", changed(r"<w:drawing.*?</w:drawing>", "<w:t>图</w:t>"), "绘图"),
}  # fmt: skip


@pytest.mark.parametrize("name", CHARTED)
def test_a_forged_chart_is_refused(tmp_path: Path, name: str) -> None:
    part, forge, word = CHARTED[name]
    told = [
        one.sentence()
        for one in foreign(forged(drawn(tmp_path / "甲.docx"), {part: forge}), drawn(tmp_path / "乙.docx"))
    ]
    assert any(word in one for one in told), f"{name}：{told or '没有查出来'}"


def test_the_workbook_inside_a_chart_is_opened_too(tmp_path: Path) -> None:
    fresh, other = drawn(tmp_path / "甲.docx"), drawn(tmp_path / "乙.docx", 7)
    assert foreign(fresh, drawn(tmp_path / "丙.docx")) == []
    told = [one.sentence() for one in foreign(other, fresh)]
    assert any(one.startswith("“内嵌工作簿的工作表“Sheet1” B2格") and "值“7”" in one for one in told), told


def drawn(path: Path, count: int = 1) -> Path:
    pen = Writer()
    pen.chart(Picture("各档家数", "column", ["满足", "待核"], {"家数": [count, 2]}))
    return pen.save(path)


@pytest.mark.parametrize(
    "text", ["甲\x0b乙", "_x0041_", "=1+1", "甲\r\n乙", " 甲 ", "\ufffe", "长" * 40_000, "1e5", "2024-02-30"]
)
def test_odd_texts_and_large_numbers_raise_no_alarm(tmp_path: Path, text: str) -> None:
    fields = (Field(("企业名称",), "name"), Field(("日",), "day", "date"), Field(("额",), "money", "money"))
    frame = pl.DataFrame({"name": [text, None], "day": [text, "2024-02-29"], "money": [1_234_567_890_123_457, -1]})
    sheets = [Sheet("表", "题", fields, frame)]
    assert proven(write_book(tmp_path / "a.xlsx", sheets, MARKS, "样"), sheets).is_file()
