"""公文式文档：A4、版心、行距、各级标题与正文字体、表格、图、页码；字体只写名字不嵌入，不写内容。"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from miaopu.papers.word.chart import Picture, draw
from miaopu.papers.word.outline import EMPTY, NOTE, Outline
from miaopu.terms.shown import legal

TITLE, BLACK, KAI, BODY, PAGE = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312", "宋体"
STYLES = {
    "公文标题": (TITLE, 22, WD_ALIGN_PARAGRAPH.CENTER, 0),
    "一级标题": (BLACK, 16, WD_ALIGN_PARAGRAPH.LEFT, 2),
    "附件": (BLACK, 16, WD_ALIGN_PARAGRAPH.LEFT, 0),
    "二级标题": (KAI, 16, WD_ALIGN_PARAGRAPH.LEFT, 2),
    "三级标题": (BODY, 16, WD_ALIGN_PARAGRAPH.LEFT, 2),
    "公文正文": (BODY, 16, WD_ALIGN_PARAGRAPH.JUSTIFY, 2),
    "副题": (KAI, 16, WD_ALIGN_PARAGRAPH.CENTER, 0),
    "表题": (BLACK, 12, WD_ALIGN_PARAGRAPH.CENTER, 0),
    "表注": (BODY, 10.5, WD_ALIGN_PARAGRAPH.LEFT, 0),
    "表内": (BODY, 10.5, WD_ALIGN_PARAGRAPH.CENTER, 0),
}
"""样式名 → 字体、磅、对齐、首行缩进字数。"""

LINE = Pt(28.95)
"""正文固定行距：版心 22 行（GB/T 9704 常用排法）。"""

LOOSE = {"表题": (8, 3), "表注": (2, 8), "表内": (2, 2)}
"""表里表外的样式 → 段前、段后磅；用单倍行距。"""

WHOLE = 16
"""不超过这么多行的表整表放在一页。"""


class Writer(Outline):
    """往一份新文档里依次写标题、段落、表、图。"""

    def __init__(self) -> None:
        super().__init__()
        self.document = docx.Document()
        _page(self.document)
        self.looks = {name: _style(self.document, name, *look) for name, look in STYLES.items()}

    def field(self, label: str, tag: str, hint: str = EMPTY) -> None:
        """正文里“标签：”后面一个内容控件。"""
        paragraph = self._add("公文正文", f"{label}：")
        paragraph._p.append(_control(label, tag, hint))

    def chart(self, picture: Picture) -> None:
        """一张图，居中；一类也没有的不画，写明没有数。"""
        if not picture.categories:
            self._add("表注", f"{picture.title}：没有可画的数")
            return
        draw(self.document, self._add("表题", ""), picture)
        self._add("表注", "")

    def save(self, path: Path) -> Path:
        """写出。"""
        self.document.save(str(path))
        return path

    def _grid(self, headings: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
        grid = self.document.add_table(rows=1, cols=len(headings))
        grid.style, grid.alignment, grid.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        look = self.looks["表内"]
        for column, width in zip(grid.columns, widths, strict=True):
            column.width = Mm(width)
        _fill(grid.rows[0], headings, widths, BLACK, look)
        _repeat(grid.rows[0])
        for row in rows:
            _fill(grid.add_row(), row, widths, BODY, look)
        _margins(grid)
        short = len(grid.rows) <= WHOLE
        for line in grid.rows:
            _unbroken(line)
            for cell in line.cells if short else ():
                cell.paragraphs[0].paragraph_format.keep_with_next = True

    def _add(self, style: str, text: str, *, keep: bool = False, fresh: bool = False) -> Any:
        paragraph = self.document.add_paragraph()
        paragraph._p.style = self.looks[style]
        _runs(paragraph, text)
        paragraph.paragraph_format.keep_with_next = keep or None
        paragraph.paragraph_format.page_break_before = fresh or None
        return paragraph


def _runs(paragraph: Any, text: str) -> None:
    """一段文字；其中的〔注1〕写成上标。"""
    for place, piece in enumerate(NOTE.split(text)):
        if piece:
            run = paragraph.add_run(f"[{piece}]" if place % 2 else legal(piece))
            run.font.superscript = True if place % 2 else None


def _control(label: str, tag: str, hint: str) -> Any:
    """内容控件：有名称、有标识、有提示，点进去就能填。"""
    control = OxmlElement("w:sdt")
    told = OxmlElement("w:sdtPr")
    for name, value in (("w:alias", label), ("w:tag", tag)):
        node = OxmlElement(name)
        node.set(qn("w:val"), legal(value))
        told.append(node)
    told.append(OxmlElement("w:showingPlcHdr"))
    told.append(OxmlElement("w:text"))
    content, run, words = (OxmlElement(name) for name in ("w:sdtContent", "w:r", "w:t"))
    words.text = legal(hint)
    run.append(words)
    content.append(run)
    control.extend((told, content))
    return control


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance, section.start_type = Mm(28), WD_SECTION.NEW_PAGE
    document.settings.odd_and_even_pages_header_footer = True
    for footer, align in (
        (section.footer, WD_ALIGN_PARAGRAPH.RIGHT),
        (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT),
    ):
        _number(footer.paragraphs[0], align)


def _number(paragraph: Any, align: Any) -> None:
    """— 1 —，四号半角宋体，单页居右空一字、双页居左空一字。"""
    paragraph.alignment = align
    indent = paragraph.paragraph_format
    indent.right_indent = Pt(14) if align == WD_ALIGN_PARAGRAPH.RIGHT else None
    indent.left_indent = Pt(14) if align == WD_ALIGN_PARAGRAPH.LEFT else None
    for text in ("— ", None, " —"):
        run = paragraph.add_run(text)
        _face(run._r.get_or_add_rPr(), PAGE)
        run.font.size = Pt(14)
        if text is None:
            for kind, inner in (("begin", ""), ("", "PAGE"), ("end", "")):
                run._r.append(_field(kind, inner))


def _field(kind: str, code: str) -> Any:
    if code:
        node = OxmlElement("w:instrText")
        node.text = code
        return node
    node = OxmlElement("w:fldChar")
    node.set(qn("w:fldCharType"), kind)
    return node


def _style(document: Any, name: str, font: str, size: float, align: Any, indent: int) -> str:
    """添一种样式，给出它的编号；以后按编号用，不必每段按名字从全部样式里找。"""
    style = document.styles.add_style(name, 1)
    style.font.size = Pt(size)
    _face(style.element.get_or_add_rPr(), font)
    shape = style.paragraph_format
    shape.alignment, shape.space_before, shape.space_after = align, Pt(0), Pt(0)
    if name in LOOSE:
        shape.line_spacing_rule = WD_LINE_SPACING.SINGLE
        shape.space_before, shape.space_after = (Pt(gap) for gap in LOOSE[name])
    else:
        shape.line_spacing_rule, shape.line_spacing = WD_LINE_SPACING.EXACTLY, LINE if size < 20 else Pt(36)
    if indent:
        ind = style.element.get_or_add_pPr().get_or_add_ind()
        ind.set(qn("w:firstLineChars"), str(indent * 100))
        ind.set(qn("w:firstLine"), str(int(size * 20 * indent)))
    return str(style.style_id)


def _face(properties: Any, font: str) -> None:
    """四种字体槽写同一个中文字体，引号、破折号、省略号也按中文字体排。"""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for slot in ("ascii", "hAnsi", "eastAsia", "cs"):
        fonts.set(qn(f"w:{slot}"), font)
    fonts.set(qn("w:hint"), "eastAsia")


def _fill(row: Any, texts: Sequence[str], widths: Sequence[float], font: str, look: str) -> None:
    for cell, text, width in zip(row.cells, texts, widths, strict=True):
        cell.width = Mm(width)
        cell.vertical_alignment = 1
        paragraph = cell.paragraphs[0]
        paragraph._p.style = look
        _runs(paragraph, str(text))
        for run in paragraph.runs if font != BODY else ():
            _face(run._r.get_or_add_rPr(), font)
        if len(str(text)) > 14:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT


def _repeat(row: Any) -> None:
    """表头在每页重复。"""
    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


def _unbroken(row: Any) -> None:
    """一行不跨页。"""
    mark = OxmlElement("w:cantSplit")
    row._tr.get_or_add_trPr().append(mark)


def _margins(grid: Any) -> None:
    """格内左右边距收到 0.8 毫米，窄列也放得下四个字。"""
    holder = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        edge = OxmlElement(f"w:{side}")
        edge.set(qn("w:w"), str(int(Mm(0.8).twips)))
        edge.set(qn("w:type"), "dxa")
        holder.append(edge)
    look = grid._tbl.tblPr.find(qn("w:tblLook"))
    look.addprevious(holder) if look is not None else grid._tbl.tblPr.append(holder)
