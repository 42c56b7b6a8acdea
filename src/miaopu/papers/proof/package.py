"""整份比：写好的文件与另写的一份逐件、逐处比，多出、少了、改了的一处不漏，写明在哪里、是什么；许不同的只有列明的几样。不改文件。

许不同：待填处里由人填的纯文字（连同“正在显示提示”的记号）；图内嵌工作簿的写出时刻；关系、内容类型各条的先后；
工作簿共用文字的先后（各格照文字比）。除此以外一律要一样，不逐个列举藏东西的办法。
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import islice, zip_longest
from pathlib import Path

from lxml import etree

from miaopu.papers.proof.names import attribute, element, notable, part_title
from miaopu.papers.proof.numbers import WORD, Fault

SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
STRINGS = "xl/sharedStrings.xml"
MOMENTS = ("{http://purl.org/dc/terms/}created", "{http://purl.org/dc/terms/}modified")
FILLED = {f"{WORD}{name}" for name in ("r", "t", "br", "tab", "cr")}
"""待填处里由人填的：纯文字，不带格式。"""

PLAIN = {"t", "r", "p", "tr", "tc", "tbl", "si", "sst"}
"""只是文字不同：段、格、行、表的增减与改字，逐段比文字的那一道已经会说。"""

MOST, LONG = 20, 40
"""一件里至多报几处；一处的文字至多写几个字。"""

PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)


@dataclass(frozen=True)
class Foreign(Fault):
    """一处与另写的不同；wording 为真的只是文字不同。"""

    wording: bool = False


def foreign(path: Path, fresh: Path) -> list[Foreign]:
    """path 里与 fresh 不同的各处；没有为空。"""
    found = list(_packages(path.read_bytes(), fresh.read_bytes(), ""))
    cells = any(one.place != part_title(STRINGS) for one in found)
    return [one for one in found if not (cells and one.wording and one.place == part_title(STRINGS))]


def _packages(mine: bytes, wanted: bytes, inside: str) -> Iterator[Foreign]:
    with zipfile.ZipFile(io.BytesIO(mine)) as here, zipfile.ZipFile(io.BytesIO(wanted)) as there:
        yield from _listed(here, there, inside)
        pair = _Pair(here, there, inside)
        for name in sorted(set(here.namelist()) & set(there.namelist())):
            if here.read(name) != there.read(name):
                found = list(pair.part(name))
                yield from found[:MOST]
                if len(found) > MOST:
                    yield Foreign(pair.title(name), f"另有{len(found) - MOST}处不同", "与新写的一样")


def _listed(here: zipfile.ZipFile, there: zipfile.ZipFile, inside: str) -> Iterator[Foreign]:
    """包里的各件：多出的、少了的、一名两件的。"""
    mine, wanted = Counter(here.namelist()), Counter(there.namelist())
    for name in sorted(mine.keys() | wanted.keys()):
        title = inside + part_title(name)
        if mine[name] > wanted[name]:
            yield Foreign(title, f"多出的 {name}", "没有这一件")
        elif mine[name] < wanted[name]:
            yield Foreign(title, f"没有 {name}", "有这一件")
    if here.comment != there.comment:
        yield Foreign(f"{inside}文件包", "包的末尾附了话", "没有")


@dataclass(frozen=True)
class _Pair:
    """同名的两件怎样比；inside 是外面一层的名称（内嵌工作簿）。"""

    here: zipfile.ZipFile
    there: zipfile.ZipFile
    inside: str

    def title(self, name: str) -> str:
        """一件的名称；工作表写明表名。"""
        sheet = _sheets(self.there).get(name)
        return self.inside + (f"工作表“{sheet}”" if sheet else part_title(name))

    def part(self, name: str) -> Iterator[Foreign]:
        """一件里的各处不同。"""
        title = self.title(name)
        if name.endswith(".xlsx"):
            yield from _packages(self.here.read(name), self.there.read(name), f"{title}的")
        elif not name.endswith((".xml", ".rels", ".vml")):
            yield Foreign(title, f"{name} 的内容变了", "与新写的一样")
        else:
            try:
                mine = self.read(self.here, name)
            except etree.XMLSyntaxError:
                yield Foreign(title, f"{name} 读不成", "与新写的一样")
                return
            wanted = self.read(self.there, name)
            if (outside := _outside(mine)) != _outside(wanted):
                yield Foreign(title, f"正文以外夹了“{outside[:LONG]}”" if outside else "少了开头的声明", "与新写的一样")
            yield from _differ(mine, wanted, title)

    def read(self, package: zipfile.ZipFile, name: str) -> etree._Element:
        """一件读成树，许不同的几样去掉。"""
        root = etree.fromstring(package.read(name), PARSER)
        if name == "word/document.xml":
            _unfill(root, _tags(self.there, name))
        elif name in _sheets(self.there):
            _spell(root, _strings(package))
        elif name.endswith(".rels") or name == "[Content_Types].xml":
            root[:] = sorted(root, key=lambda one: sorted(map(str, one.attrib.values())))
        elif name == STRINGS:
            root[:] = sorted(root, key=_exact)
        elif name == "docProps/core.xml" and self.inside:
            for one in [*root.iter(*MOMENTS)]:
                one.text = None
        return root


def _sheets(package: zipfile.ZipFile) -> Mapping[str, str]:
    """工作簿各表的件名 → 表名；不是工作簿的为空。"""
    if "xl/workbook.xml" not in package.namelist():
        return {}
    links = etree.fromstring(package.read("xl/_rels/workbook.xml.rels"), PARSER)
    targets = {one.get("Id"): f"xl/{one.get('Target').removeprefix('/xl/')}" for one in links}
    book = etree.fromstring(package.read("xl/workbook.xml"), PARSER)
    return {targets.get(one.get(LINK), ""): one.get("name") for one in book.iter(f"{SHEET}sheet")}


def _strings(package: zipfile.ZipFile) -> list[str]:
    if STRINGS not in package.namelist():
        return []
    root = etree.fromstring(package.read(STRINGS), PARSER)
    return ["".join(node.text or "" for node in one.iter(f"{SHEET}t")) for one in root]


def _spell(root: etree._Element, strings: list[str]) -> None:
    """各格的共用文字写成文字本身。"""
    for cell in root.iter(f"{SHEET}c"):
        value = cell.find(f"{SHEET}v") if cell.get("t") == "s" else None
        if value is not None and (value.text or "").isdecimal() and int(value.text) < len(strings):
            value.text = strings[int(value.text)]


def _tags(package: zipfile.ZipFile, name: str) -> set[str]:
    """新写的一份里留给人填的各处的标识。"""
    return {one.get(f"{WORD}val") for one in etree.fromstring(package.read(name), PARSER).iter(f"{WORD}tag")}


def _unfill(root: etree._Element, tags: set[str]) -> None:
    """待填处的文字由人填，不比；别处的控件、待填处里另有别样东西（格式、域、图）的照比。"""
    for one in root.iter(f"{WORD}sdt"):
        told, content = one.find(f"{WORD}sdtPr"), one.find(f"{WORD}sdtContent")
        if told is None or content is None or any(node.tag not in FILLED for node in content.iterdescendants()):
            continue
        tag = told.find(f"{WORD}tag")
        if tag is None or tag.get(f"{WORD}val") not in tags:
            continue
        content[:] = []
        for hint in told.findall(f"{WORD}showingPlcHdr"):
            told.remove(hint)


def _outside(root: etree._Element) -> str:
    """根以外的：文件类型的声明，根前根后的注。"""
    around = [*root.itersiblings(preceding=True), *root.itersiblings()]
    return root.getroottree().docinfo.doctype + "".join(
        etree.tostring(one, encoding="unicode", with_tail=False) for one in around
    )


def _exact(node: etree._Element) -> bytes:
    return etree.tostring(node)


def _differ(mine: etree._Element, wanted: etree._Element, title: str) -> Iterator[Foreign]:
    """两棵树的各处不同：自己的一项、多出的、少了的；一样的子树不再往下。"""
    yield from _own(mine, wanted, title)
    here, there = [_exact(one) for one in mine], [_exact(one) for one in wanted]
    if here == there:
        return
    for kind, a, b, c, d in SequenceMatcher(None, here, there, autojunk=False).get_opcodes():
        for one, other in zip_longest(islice(mine, a, b), islice(wanted, c, d)) if kind != "equal" else ():
            if one is not None and other is not None and one.tag == other.tag:
                yield from _differ(one, other, title)
                continue
            if one is not None:
                yield Foreign(_place(mine, one, title), f"多出的{_told(one)}", "没有", _wording(one))
            if other is not None:
                yield Foreign(_place(mine, other, title), "没有", _told(other), _wording(other))


def _own(mine: etree._Element, wanted: etree._Element, title: str) -> Iterator[Foreign]:
    place = _place(mine, mine, title)
    for name in sorted({*mine.attrib, *wanted.attrib}):
        one, other = mine.get(name), wanted.get(name)
        if one != other:
            label = f"{element(mine.tag)}的{attribute(name)}"
            yield Foreign(place, _value(label, one), _value(label, other))
    one, other = mine.text or "", wanted.text or ""
    if (one, mine.tail) != (other, wanted.tail) and (one.strip() or other.strip() or mine.tail != wanted.tail):
        label, wording = element(mine.tag), etree.QName(mine).localname in PLAIN
        yield Foreign(place, f"{label}“{one[:LONG]}”", f"{label}“{other[:LONG]}”", wording)


def _value(label: str, value: str | None) -> str:
    return f"没有{label}" if value is None else f"{label} {value[:LONG]}"


def _told(node: etree._Element) -> str:
    """多出或少了的一处：是什么、里面另有什么、什么文字。"""
    if not isinstance(node.tag, str):
        return "文件里的注"
    inner = [word for one in node.iterdescendants() if (word := notable(one.tag))]
    words = f"（内有{'、'.join(dict.fromkeys(inner))}）" if inner else ""
    text = "".join(node.itertext()).strip()
    more = " ".join(f"{attribute(name)} {value[:LONG]}" for name, value in node.attrib.items())
    return f"{element(node.tag)}{words}" + (f"“{text[:LONG]}”" if text else f" {more}" if more else "")


def _wording(node: etree._Element) -> bool:
    """增减的只是文字：没有值得点名的东西。"""
    if not isinstance(node.tag, str) or etree.QName(node).localname not in PLAIN:
        return False
    return not any(notable(one.tag) for one in node.iter())


def _place(mine: etree._Element, node: etree._Element, title: str) -> str:
    """在哪里：格写格号，段写段首的字，否则写这一件。"""
    around = node if node is mine or etree.QName(mine).localname in ("body", "sheetData", "row") else mine
    for one in (around, *around.iterancestors()):
        name = etree.QName(one).localname if isinstance(one.tag, str) else ""
        if name == "c" and one.get("r"):
            return f"{title} {one.get('r')}格"
        if name == "row" and one.get("r"):
            return f"{title} 第{one.get('r')}行"
        if name in ("p", "tr") and (text := "".join(one.itertext()).strip()):
            return f"{title} {text[:LONG]}"
    return title
