"""核对：用别的读法（openpyxl、python-docx、zip）重新打开写好的文件，报出里面的数与版式；不改文件。"""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx
import openpyxl
from docx.document import Document
from lxml import etree

CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


@dataclass(frozen=True)
class Page:
    """一张工作表的事实。headings 是末层表头；rows 是数据行（列名 → 值）；totals 合计行的公式。"""

    name: str
    title: str
    block: tuple[str, ...]
    headings: tuple[str, ...]
    paths: tuple[tuple[str, ...], ...]
    rows: tuple[dict[str, Any], ...]
    totals: dict[str, Any]
    notes: tuple[str, ...]
    frozen: str
    repeat: str
    landscape: bool
    paper: int
    fit_width: bool
    footer: str
    validations: tuple[str, ...]
    formulas: tuple[str, ...]


@dataclass(frozen=True)
class Book:
    """一个工作簿：可见的表、隐藏的表、模板标识。"""

    pages: dict[str, Page]
    hidden: tuple[str, ...]
    template: str
    version: str


def reopen_book(path: Path) -> Book:
    """用 openpyxl 打开工作簿；表头层数由首列“序号”的合并高度得出。"""
    book = openpyxl.load_workbook(path)
    names = {name: _defined(book, name) for name in ("miaopu_template", "miaopu_template_version")}
    seen = [one for one in book.worksheets if one.sheet_state == "visible"]
    hidden = tuple(one.title for one in book.worksheets if one.sheet_state != "visible")
    pages = {one.title: _page(one) for one in seen}
    return Book(pages, hidden, names["miaopu_template"], names["miaopu_template_version"])


def _defined(book: Any, name: str) -> str:
    sheet, _, cell = book.defined_names[name].value.partition("!")
    return book[sheet.strip("'")][cell.replace("$", "")].value


def _page(sheet: Any) -> Page:
    top = 3
    depth = next((one.size["rows"] for one in sheet.merged_cells.ranges if one.coord.startswith("A3:")), 1)
    paths = tuple(_path(sheet, column, top, depth) for column in range(1, sheet.max_column + 1))
    headings = tuple(path[-1] if path else "" for path in paths)
    keys = [heading if headings.count(heading) == 1 else "/".join(path) for heading, path in zip(headings, paths)]
    rows, totals, notes = [], {}, []
    for line in sheet.iter_rows(min_row=top + depth):
        first = line[0].value
        if isinstance(first, str) and first.startswith("说明："):
            notes.append(first)
        elif first == "合计":
            totals = {key: cell.value for key, cell in zip(keys, line) if cell.value is not None}
        elif first is not None:
            rows.append({key: cell.value for key, cell in zip(keys, line)})
    formulas = tuple(cell.coordinate for line in sheet.iter_rows() for cell in line if cell.data_type == "f")
    return Page(
        name=sheet.title,
        title=str(sheet.cell(1, 1).value),
        block=tuple(str(cell.value) for cell in sheet[2] if cell.value),
        headings=headings,
        paths=paths,
        rows=tuple(rows),
        totals=totals,
        notes=tuple(notes),
        frozen=sheet.freeze_panes or "",
        repeat=sheet.print_title_rows or "",
        landscape=sheet.page_setup.orientation == "landscape",
        paper=int(sheet.page_setup.paperSize or 0),
        fit_width=bool(sheet.sheet_properties.pageSetUpPr.fitToPage) and sheet.page_setup.fitToHeight == 0,
        footer=sheet.oddFooter.center.text or "",
        validations=tuple(one.type for one in sheet.data_validations.dataValidation),
        formulas=formulas,
    )


def _path(sheet: Any, column: int, top: int, depth: int) -> tuple[str, ...]:
    texts = [_covering(sheet, row, column) for row in range(top, top + depth)]
    return tuple(dict.fromkeys(text for text in texts if text))


def _covering(sheet: Any, row: int, column: int) -> str:
    for one in sheet.merged_cells.ranges:
        if one.min_row <= row <= one.max_row and one.min_col <= column <= one.max_col:
            return str(sheet.cell(one.min_row, one.min_col).value or "")
    return str(sheet.cell(row, column).value or "")


@dataclass(frozen=True)
class Chart:
    """文档里的一张图：标题、类别、各系列的数、内嵌工作簿里的同样的数。"""

    title: str
    categories: tuple[str, ...]
    series: dict[str, tuple[float, ...]]
    workbook: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Paper:
    """一份文档：段落、表、图、页面尺寸（毫米）、用到的东亚字体、有没有嵌入字体。"""

    paragraphs: tuple[tuple[str, str], ...]
    tables: tuple[tuple[tuple[str, ...], ...], ...]
    charts: tuple[Chart, ...]
    size: tuple[int, int]
    margins: tuple[int, int, int, int]
    fonts: frozenset[str]
    embedded_fonts: bool

    @property
    def text(self) -> str:
        """全部段落文字。"""
        return "\n".join(text for _, text in self.paragraphs)


def reopen_document(path: Path) -> Paper:
    """用 python-docx 与 zip 打开文档。"""
    document = docx.Document(str(path))
    section = document.sections[0]
    margins = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        charts = tuple(_chart(archive, name) for name in sorted(names) if name.startswith("word/charts/chart"))
    return Paper(
        paragraphs=tuple((one.style.name, one.text) for one in document.paragraphs if one.text.strip()),
        tables=tuple(tuple(tuple(cell.text for cell in row.cells) for row in one.rows) for one in document.tables),
        charts=charts,
        size=(round(section.page_width.mm), round(section.page_height.mm)),
        margins=tuple(round(one.mm) for one in margins),
        fonts=_fonts(document),
        embedded_fonts=any(name.startswith("word/fonts/") for name in names),
    )


def _fonts(document: Document) -> frozenset[str]:
    word = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
    roots = (document.element, document.styles.element)
    told = (node.get(f"{word}eastAsia") for root in roots for node in root.iter(f"{word}rFonts"))
    return frozenset(one for one in told if one)


def _chart(archive: zipfile.ZipFile, name: str) -> Chart:
    root = etree.fromstring(archive.read(name))
    series, categories = {}, ()
    for one in root.iter(f"{CHART}ser"):
        label = "".join(node.text or "" for node in one.find(f"{CHART}tx").iter(f"{CHART}v"))
        categories = tuple(node.text or "" for node in one.find(f"{CHART}cat").iter(f"{CHART}v"))
        series[label] = tuple(float(node.text) for node in one.find(f"{CHART}val").iter(f"{CHART}v"))
    title = root.find(f"{CHART}chart/{CHART}title")
    text = "".join(node.text or "" for node in title.iter() if node.tag.endswith("}t")) if title is not None else ""
    return Chart(text, categories, series, _embedded(archive, name))


def _embedded(archive: zipfile.ZipFile, name: str) -> tuple[tuple[Any, ...], ...]:
    folder, _, file = name.rpartition("/")
    rels = etree.fromstring(archive.read(f"{folder}/_rels/{file}.rels"))
    target = next(node.get("Target") for node in rels if node.get("Type").endswith("/package"))
    with archive.open(f"word/{target.removeprefix('../').removeprefix('/word/')}") as stream:
        return tuple(openpyxl.load_workbook(stream).active.iter_rows(values_only=True))
