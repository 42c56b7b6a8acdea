"""文件包里各件、各处的中文叫法：给核对的人看；不认得的写原来的名字。"""

from __future__ import annotations

import re

PARTS = (
    (r"word/document\.xml", "正文"),
    (r"word/header\d*\.xml", "页眉"),
    (r"word/footer\d*\.xml", "页脚"),
    (r"word/(foot|end)notes\.xml", "脚注"),
    (r".*comments.*|xl/persons/.*|xl/threaded.*", "批注"),
    (r".*/styles\.xml", "样式"),
    (r"word/numbering\.xml", "编号"),
    (r"word/settings\.xml|word/webSettings\.xml", "设置"),
    (r"word/fonts/.*|word/fontTable\.xml", "字体"),
    (r".*/theme/.*", "主题"),
    (r".*/media/.*|docProps/thumbnail.*", "图片"),
    (r".*/charts/.*", "图表"),
    (r".*/embeddings/.*", "内嵌工作簿"),
    (r".*/drawings/.*", "绘图"),
    (r"customXml/.*", "自定义数据"),
    (r"docProps/.*", "文档属性"),
    (r".*vbaProject.*|.*/activeX/.*", "宏与控件"),
    (r"xl/workbook\.xml", "工作簿"),
    (r"xl/worksheets/.*", "工作表"),
    (r"xl/sharedStrings\.xml", "共用文字"),
    (r"xl/externalLinks/.*", "外部链接"),
    (r"\[Content_Types\]\.xml|.*\.rels", "文件包的目录"),
)
"""件名 → 叫法，先认先得。"""

NOTABLE = {
    "vanish": "隐藏文字", "webHidden": "隐藏文字", "specVanish": "隐藏文字", "ins": "插入的修订", "del": "删除的修订",
    "delText": "删除的文字", "moveFrom": "移走的修订", "moveTo": "移来的修订", "rPrChange": "格式的修订",
    "pPrChange": "格式的修订", "sdt": "内容控件", "txbxContent": "文本框", "textbox": "文本框", "drawing": "绘图",
    "pict": "图形", "object": "嵌入对象", "AlternateContent": "另一种写法", "Fallback": "另一种写法",
    "fldSimple": "域", "fldChar": "域", "instrText": "域的代码", "footnoteReference": "脚注", "endnoteReference": "脚注",
    "commentReference": "批注", "commentRangeStart": "批注", "hyperlink": "链接", "bookmarkStart": "书签",
    "numPr": "编号", "color": "字色", "sz": "字号", "w": "字宽", "highlight": "底色", "shd": "底色", "framePr": "图文框",
    "position": "字的升降", "altChunk": "外来内容", "sym": "符号", "rFonts": "字体", "spacing": "间距", "ind": "缩进",
    "f": "公式", "mergeCell": "合并的格", "dataValidation": "下拉与限制", "conditionalFormatting": "条件格式",
    "definedName": "定义名称", "legacyDrawing": "批注的图", "numFmt": "数字格式", "sheetProtection": "保护",
    "autoFilter": "筛选", "extLst": "扩展", "oleObject": "嵌入对象", "picture": "底图",
}  # fmt: skip
"""藏得住、改得了意思的：点名。"""

PLAIN = {
    "t": "文字", "r": "一段文字", "p": "一段", "tbl": "表", "tr": "表的一行", "tc": "表的一格", "br": "换行", "tab": "制表",
    "row": "一行", "col": "列", "c": "一格", "v": "值", "is": "文字", "si": "文字", "sheet": "工作表", "font": "字体",
    "fill": "底色", "xf": "格式", "dxf": "条件格式的样子", "sectPr": "版面", "pgSz": "纸张", "pgMar": "页边",
    "Relationship": "关系", "Override": "件", "Default": "件", "pt": "图的一个数", "oddFooter": "页脚", "oddHeader": "页眉",
    "pane": "冻结", "pageSetup": "打印", "title": "标题", "creator": "作者", "keywords": "关键词", "lastModifiedBy": "最后存的人",
    "description": "说明", "subject": "主题", "jc": "对齐", "vertAlign": "升降", "rPr": "文字格式", "pPr": "段落格式",
}  # fmt: skip
ATTRIBUTES = {
    "hidden": "隐藏", "state": "显隐", "s": "格式号", "t": "类型", "r": "格号", "ht": "行高", "width": "列宽", "val": "值",
    "formatCode": "格式", "rgb": "颜色", "name": "名称", "ref": "范围", "sqref": "范围", "Target": "目标", "count": "个数",
    "min": "起", "max": "止", "numFmtId": "数字格式号", "fontId": "字体号", "fillId": "底色号",
}  # fmt: skip


def part_title(name: str) -> str:
    """一件的叫法。"""
    return next((title for pattern, title in PARTS if re.fullmatch(pattern, name)), name)


def notable(tag: object) -> str:
    """值得点名的一处的叫法；别的为空串。"""
    return NOTABLE.get(_local(tag), "")


def element(tag: object) -> str:
    """一处的叫法。"""
    name = _local(tag)
    return NOTABLE.get(name) or PLAIN.get(name) or name


def attribute(name: str) -> str:
    """一项的叫法。"""
    local = _local(name)
    return ATTRIBUTES.get(local, local)


def _local(tag: object) -> str:
    return tag.rpartition("}")[2] if isinstance(tag, str) else "注"
