"""图：可在 Word、WPS 里改数的原生图表，写进 docx 的图表部件并带内嵌工作簿；只画给的数。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from docx.document import Document
from docx.opc.constants import CONTENT_TYPE, RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import parse_xml
from docx.shared import Mm
from docx.text.paragraph import Paragraph
from lxml import etree
from pptx.chart.data import CategoryChartData
from pptx.chart.xmlwriter import ChartXmlWriter
from pptx.enum.chart import XL_CHART_TYPE

from miaopu.terms.shown import legal

SHAPES = {
    "bar": XL_CHART_TYPE.BAR_CLUSTERED,
    "column": XL_CHART_TYPE.COLUMN_CLUSTERED,
    "stacked": XL_CHART_TYPE.BAR_STACKED,
}
COLORS = ("2E75B6", "9DC3E6", "A5A5A5", "ED7D31", "F8CBAD", "7F6084")
FONT = "仿宋_GB2312"
C = "http://schemas.openxmlformats.org/drawingml/2006/chart"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMES = f'xmlns:c="{C}" xmlns:a="{A}" xmlns:r="{R}"'
WIDTH = 150
"""图宽，毫米。"""


@dataclass(frozen=True)
class Picture:
    """一张图的内容：shape 横条 bar、竖条 column、堆积横条 stacked；series 系列名 → 与 categories 等长的整数。"""

    title: str
    shape: str
    categories: Sequence[str]
    series: Mapping[str, Sequence[int]]

    @property
    def height(self) -> int:
        """毫米；横条图按条数加高。"""
        return 78 if self.shape == "column" else min(200, 38 + 8 * len(self.categories))


def draw(document: Document, paragraph: Paragraph, picture: Picture) -> None:
    """在段落里放一张图。"""
    data = CategoryChartData(number_format="0")
    data.categories = [legal(str(one)) for one in picture.categories]
    for name, values in picture.series.items():
        data.add_series(legal(name), [int(value) for value in values])
    number = _drawn(document) + 1
    package = document.part.package
    book = Part(
        PackURI(f"/word/embeddings/chart-data{number}.xlsx"), CONTENT_TYPE.SML_SHEET,
        data._workbook_writer.xlsx_blob, package,
    )  # fmt: skip
    part = Part(PackURI(f"/word/charts/chart{number}.xml"), CONTENT_TYPE.DML_CHART, b"", package)
    link = part.relate_to(book, RELATIONSHIP_TYPE.PACKAGE)
    part._blob = _styled(ChartXmlWriter(SHAPES[picture.shape], data).xml, picture, link)
    relation = document.part.relate_to(part, RELATIONSHIP_TYPE.CHART)
    paragraph.add_run()._r.append(parse_xml(_inline(relation, number, picture)))


def _drawn(document: Document) -> int:
    return sum(one.reltype == RELATIONSHIP_TYPE.CHART for one in document.part.rels.values())


def _styled(xml: str, picture: Picture, link: str) -> bytes:
    """加标题、数据标签、颜色、字体、内嵌工作簿的关系；横条图第一条在上。"""
    root = etree.fromstring(xml.encode("utf-8"))
    chart = root.find(f"{{{C}}}chart")
    chart.insert(0, _fragment(_title(picture.title)))
    plot = chart.find(f"{{{C}}}plotArea")
    bars = plot.find(f"{{{C}}}barChart")
    for index, one in enumerate(bars.findall(f"{{{C}}}ser")):
        _series(one, COLORS[index % len(COLORS)], picture.shape == "stacked")
    if bars.find(f"{{{C}}}gapWidth") is None:
        bars.findall(f"{{{C}}}ser")[-1].addnext(_fragment('<c:gapWidth val="50"/>'))
    _axes(plot, picture.shape)
    if len(picture.series) > 1:
        plot.addnext(_fragment('<c:legend><c:legendPos val="b"/><c:overlay val="0"/></c:legend>'))
    for old in root.findall(f"{{{C}}}txPr"):
        root.remove(old)
    root.append(_fragment(_text_properties()))
    root.append(_fragment(f'<c:externalData r:id="{link}"><c:autoUpdate val="0"/></c:externalData>'))
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _fragment(xml: str) -> etree._Element:
    holder = etree.fromstring(f"<x {NAMES}>{xml}</x>")
    return holder[0]


def _run(size: int, bold: bool = False) -> str:
    return (
        f'sz="{size}" b="{int(bold)}"><a:solidFill><a:srgbClr val="262626"/></a:solidFill>'
        f'<a:latin typeface="{FONT}"/><a:ea typeface="{FONT}"/>'
    )


def _title(text: str) -> str:
    safe = legal(text).replace("&", "&amp;").replace("<", "&lt;")
    return (
        f"<c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr {_run(1200, True)}</a:defRPr></a:pPr>"
        f'<a:r><a:rPr lang="zh-CN" {_run(1200, True)}</a:rPr><a:t>{safe}</a:t></a:r></a:p></c:rich></c:tx>'
        '<c:overlay val="0"/></c:title>'
    )


def _text_properties() -> str:
    return (
        f"<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr {_run(1000)}</a:defRPr></a:pPr>"
        '<a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )


def _series(one: etree._Element, color: str, inside: bool) -> None:
    """颜色与数据标签；堆积图的零不标。"""
    fill = f'<c:spPr><a:solidFill><a:srgbClr val="{color}"/></a:solidFill></c:spPr>'
    one.find(f"{{{C}}}tx").addnext(_fragment(fill))
    for old in one.findall(f"{{{C}}}invertIfNegative"):
        one.remove(old)
    place, form = ("ctr", "0;;") if inside else ("outEnd", "0")
    labels = (
        f'<c:dLbls><c:numFmt formatCode="{form}" sourceLinked="0"/><c:dLblPos val="{place}"/>'
        '<c:showLegendKey val="0"/>'
        '<c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/>'
        '<c:showBubbleSize val="0"/></c:dLbls>'
    )
    one.find(f"{{{C}}}cat").addprevious(_fragment(labels))


def _axes(plot: etree._Element, shape: str) -> None:
    values, names = plot.find(f"{{{C}}}valAx"), plot.find(f"{{{C}}}catAx")
    values.find(f"{{{C}}}delete").set("val", "1")
    for old in values.findall(f"{{{C}}}majorGridlines"):
        values.remove(old)
    scaling = values.find(f"{{{C}}}scaling")
    if scaling.find(f"{{{C}}}min") is None:
        scaling.append(_fragment('<c:min val="0"/>'))
    if shape != "column":
        names.find(f"{{{C}}}scaling/{{{C}}}orientation").set("val", "maxMin")


def _inline(relation: str, number: int, picture: Picture) -> str:
    wp = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    safe = legal(picture.title).replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return (
        f'<w:drawing xmlns:w="{w}" xmlns:wp="{wp}" xmlns:a="{A}" xmlns:c="{C}" xmlns:r="{R}">'
        f'<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{Mm(WIDTH)}" cy="{Mm(picture.height)}"/>'
        f'<wp:docPr id="{1000 + number}" name="图{number}" descr="{safe}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{C}"><c:chart r:id="{relation}"/></a:graphicData></a:graphic>'
        "</wp:inline></w:drawing>"
    )
