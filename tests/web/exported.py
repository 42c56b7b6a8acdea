"""清单与它的导出对照：页面上的表、导出的工作簿各读成“表头 → 格”的行，同名的列逐格比。"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass

import lxml.html
from python_calamine import CalamineWorkbook

DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
BLANK = {
    "",
    "—",
    "-",
    "不详",
    "没有填",
    "没有指定",
    "还没有",
    "没有登录过",
    "市级",
    "县区不详",
    "还没有转",
    "没有收过",
    "未知",
}
BLANK |= {"没有确定不满足的"}
"""页面上说“没有”的话，导出里是空格。"""
SAME = {"容量": "最多服务几家", "成果": "成果名称"}
"""页面与导出叫法不同的列。"""


def plain(text: object) -> str:
    """一格的字：空白、千分位、日期时刻的写法、小数末尾的零不论。"""
    if isinstance(text, float) and text.is_integer():
        text = int(text)
    told = DAY.sub(lambda one: f"{one[1]}-{int(one[2]):02}-{int(one[3]):02}", "".join(str(text).split()))
    told = re.sub(r"(\d)T(\d\d:\d\d:\d\d)(\.\d+)?\+08:00", r"\1\2", told)
    told = re.sub(r"(?<=\d),(?=\d{3})", "", told)
    return re.sub(r"(?<![\d.])(\d+)\.(\d*?)0*(?![\d.])", lambda one: one[1] + (f".{one[2]}" if one[2] else ""), told)


@dataclass(frozen=True)
class Table:
    """一张表：表头与各行的格。"""

    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def tables(content: bytes) -> Iterator[Table]:
    """页面上的表；一行里少了格的（合并的、空页面的说明）不算行。"""
    for one in lxml.html.fromstring(content).xpath("//table[.//thead]") if content.strip() else ():
        heads = tuple(plain(cell.text_content()) for cell in one.xpath("(.//thead//tr)[last()]/*"))
        rows = (row.xpath("./td | ./th") for row in one.xpath(".//tbody/tr"))
        whole = [row for row in rows if len(row) == len(heads)]
        yield Table(heads, tuple(tuple("|".join(map(plain, each.itertext())) for each in row) for row in whole))


def sheets(content: bytes) -> Iterator[Table]:
    """工作簿里有“序号”的各表：多层表头取各列最下面的一层，序号是数的是数据行；表头相同的（一个县区一张）合成一张。"""
    found: dict[tuple[str, ...], list[tuple[str, ...]]] = {}
    held = CalamineWorkbook.from_filelike(io.BytesIO(content))
    for rows in (held.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in held.sheet_names):
        top = next((at for at, row in enumerate(rows) if "序号" in row), None)
        if top is None:
            continue
        number = rows[top].index("序号")
        data = [row for row in rows[top + 1 :] if isinstance(row[number], float | int)]
        first = next((at for at in range(top + 1, len(rows)) if isinstance(rows[at][number], float | int)), top + 1)
        heads = [
            next((plain(row[at]) for row in reversed(rows[top:first]) if row[at] != ""), "")
            for at in range(len(rows[top]))
        ]
        found.setdefault(tuple(heads), []).extend(tuple(plain(cell) for cell in row) for row in data)
    yield from (Table(heads, tuple(rows)) for heads, rows in found.items())


def shared(page: Table, book: Table) -> list[tuple[int, int]]:
    """同名的列：（页面第几列，工作簿第几列）；一个是另一个的一截而别无所指的也算。"""
    found = []
    for at, head in enumerate(page.heads):
        bare = SAME.get(head, re.sub(r"（.*?）", "", head))
        exact = [to for to, name in enumerate(book.heads) if name in (head, bare)]
        near = [to for to, name in enumerate(book.heads) if len(bare) > 1 and name and (bare in name or name in bare)]
        if bare and len(exact or near) == 1:
            found.append((at, (exact or near)[0]))
    return found


def agrees(seen: str, cell: str) -> bool:
    """页面一格（“|”隔开各段）与工作簿一格相同：两边都只有一段的（数、日期、状态）要一字不差；有几段的，
    一边的各段都在另一边里就算。没有的话都算空。
    """
    pieces = [one.strip("：；，、") for one in seen.split("|") if one.strip("：；，、")]
    parts, joined = [one for one in re.split("[；，]", cell) if one], "".join(seen.split("|"))
    if not cell or not pieces:
        return not cell and joined in BLANK
    if cell == joined or len(pieces) == len(parts) == 1:
        return cell in (joined, pieces[0])
    return all(one in joined for one in parts) or all(one in cell for one in pieces)


def differences(page: Table, book: Table, whole: bool, but: str = "") -> list[str]:
    """页面的每一行在工作簿里都有同样的一行；whole 为真的页面是全部，行数也要相同；but 那一列不比。"""
    columns = [one for one in shared(page, book) if page.heads[one[0]] != but]
    if len(columns) < 2:
        return [f"同名的列不足两列：页面 {page.heads}，导出 {book.heads}"]
    wrong = (
        [f"页面 {len(page.rows)} 行，导出 {len(book.rows)} 行"] if whole and len(page.rows) != len(book.rows) else []
    )
    left = list(book.rows)
    for row in page.rows:
        same = next((one for one in left if all(agrees(row[at], one[to]) for at, to in columns)), None)
        if same is None:
            near = max(left, key=lambda one: sum(agrees(row[at], one[to]) for at, to in columns), default=())
            told = [
                f"{page.heads[at]}：页面“{row[at]}”导出“{near[to]}”"
                for at, to in columns
                if near and not agrees(row[at], near[to])
            ]
            wrong.append(f"导出里没有页面上的一行；最像的差在 {told or '一行也没有'}")
        else:
            left.remove(same)
    return wrong
