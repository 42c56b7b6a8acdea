"""分表：在格子里找表题、多层表头、重复表头与数据行；小计、合计、备注、签字行从不当作数据。"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from miaopu.ledger.reading.table.beside import parted
from miaopu.ledger.reading.table.heading import Heading, heading, stated_unit, stated_year
from miaopu.ledger.reading.template import EXAMPLE
from miaopu.ledger.reading.workbook.grid import Grid
from miaopu.terms.indicator import fold
from miaopu.terms.period import parse_year
from miaopu.terms.quantity import unit_named

Anchors = Mapping[str, str]
DEEPEST = 3
TALL = 2000
LONGEST_ANCHOR = 40
TOTAL = r"^[（(]?.{0,10}(?:小计|合计|总计|共计|累计|平均值?)[）)]?[:：]?.{0,8}$"
FIRM = r"公司|厂$|店$|合作社|中心$|研究院|事务所|集团"
HINTS = list("计均填制审负导办注明签盖联报页")
SIGNERS = "填报(?:人|单位|日期|时间)|填表(?:人|日期|单位)?|制表(?:人|单位)?|审核人?|审批人?|负责人|单位负责人|经办人"
OFFICERS = "主管领导|分管领导|统计负责人|联系电话|联系人|报出日期"
REMARKS = r"备注|附?注|说明|签字|签章|盖章|第\d+页|共\d+页"
SIGNATURE = rf"^(?:{SIGNERS}|{OFFICERS}|{REMARKS})(?:[:：（(\d].*|$)"


@dataclass(frozen=True)
class Region:
    """一张表：top 表头首行；depth 表头层数；data 数据行（格子行号）；title 表题与单位说明的文字。"""

    grid: Grid
    top: int
    headings: tuple[Heading, ...]
    title: str
    unit: str
    year: str
    rows: tuple[int, int]
    repeats: tuple[int, ...] = ()

    @property
    def bottom(self) -> int:
        """数据区末行。"""
        return self.rows[1]


def find_regions(grid: Grid, anchors: Anchors) -> list[Region]:
    """各表，并排的自左而右，每份自上而下。anchors 是各来源的名称列、代码列表头（归一）→ 身份。

    没有表头的格子返回空列表。
    """
    roles = {column: role for row in _starts(grid, anchors) for column, role in _roles(grid, row, anchors).items()}
    return [one for part in parted(grid, (1, grid.height), roles) for one in _stacked(part, anchors)]


def _stacked(grid: Grid, anchors: Anchors) -> list[Region]:
    starts = _starts(grid, anchors)
    heads: list[tuple[int, int, tuple[str, ...]]] = []
    repeats: dict[int, list[int]] = {}
    for row in starts:
        if heads and row < heads[-1][0] + heads[-1][1]:
            continue
        depth = _depth(grid, row, anchors)
        texts = tuple(map(fold, grid.row(row)))
        if heads and texts == heads[-1][2]:
            repeats.setdefault(len(heads) - 1, []).extend(range(row, row + depth))
        else:
            heads.append((row, depth, texts))
    return list(_regions(grid, heads, repeats, anchors))


def _regions(
    sheet: Grid, heads: list[tuple[int, int, tuple[str, ...]]], repeats: dict[int, list[int]], anchors: Anchors
) -> Iterator[Region]:
    floor = 1
    for index, (top, depth, _) in enumerate(heads):
        end = heads[index + 1][0] - 1 if index + 1 < len(heads) else sheet.height
        again = tuple(repeats.get(index, ()))
        for grid in parted(sheet, (top, end), _roles(sheet, top, anchors)):
            yield _region(grid, floor, (top, depth, end), again)
        floor = end + 1


def _region(grid: Grid, floor: int, place: tuple[int, int, int], repeats: tuple[int, ...]) -> Region:
    """place 是表头首行、层数、末行；题目在 floor 与表头之间。"""
    top, depth, end = place
    lines = [text for row in range(max(floor, top - 12), top) for text in dict.fromkeys(grid.row(row)) if text]
    title = " ".join(line for line in lines if len(line) <= 120)
    unit = stated_unit(title) or _note_unit(grid, top + depth, end)
    headings = _headings(grid, top, depth)
    return Region(grid, top, headings, title, unit, stated_year(title), (top + depth, end), repeats)


def _note_unit(grid: Grid, low: int, high: int) -> str:
    """表后附注里写明的单位；只看末尾十行里以“注”“说明”“单位”开头的话。"""
    for row in range(max(low, high - 9), high + 1):
        for text in grid.row(row):
            if (
                text
                and re.match(r"(?:附?注|备注|说明|金额单位|计量单位|单位)[:：\d]?", text)
                and (unit := stated_unit(text))
            ):
                return unit
    return ""


def _starts(grid: Grid, anchors: Anchors) -> list[int]:
    """含有名称列或代码列表头的行。高表只在头一段逐格归一，其余按原样找（重复的表头与首个写法相同）。"""
    head = _matches(grid.frame.head(TALL), anchors)
    if grid.height <= TALL:
        return head
    known = {text for row in head for text in grid.row(row) if _tidy(text) in anchors} | set(anchors)
    rest = grid.frame.slice(TALL).select(pl.any_horizontal(pl.all().is_in(list(known)).fill_null(False)).alias("hit"))
    return head + [index + 1 + TALL for index in rest["hit"].arg_true().to_list()]


def _matches(frame: pl.DataFrame, anchors: Anchors) -> list[int]:
    return [
        row for row, texts in enumerate(frame.iter_rows(), 1) if any(text and _tidy(text) in anchors for text in texts)
    ]


def _tidy(text: str) -> str:
    return fold(text).strip("*") if len(text) <= LONGEST_ANCHOR else ""


def _roles(grid: Grid, row: int, anchors: Anchors) -> dict[int, str]:
    """一行里名称列、代码列的列号 → 身份。"""
    words = {column: _tidy(text) for column, text in enumerate(grid.row(row), 1) if text}
    return {column: anchors[word] for column, word in words.items() if word in anchors}


def _depth(grid: Grid, top: int, anchors: Anchors) -> int:
    """表头层数：有合并看合并；没有合并看名称列下面是否还空着而别列仍是表头用词。"""
    columns = list(_roles(grid, top, anchors))
    spans = [r1 - r0 + 1 for r0, c0, r1, c1 in grid.merges if r0 == top and any(c0 <= c <= c1 for c in columns)]
    depth = min(max(spans, default=1), DEEPEST)
    while depth < DEEPEST and top + depth <= grid.height and _continues(grid, top + depth, columns):
        depth += 1
    return depth


def _continues(grid: Grid, row: int, columns: list[int]) -> bool:
    texts = grid.row(row)
    filled = [text for text in texts if text]
    if not filled or any(texts[column - 1] for column in columns):
        return False
    if any(re.search(TOTAL, text) or re.search(SIGNATURE, text) for text in filled):
        return False
    worded = [
        text for text in filled if parse_year(text) or unit_named(text) or not re.fullmatch(r"[-+\d.,，%/—－]+", text)
    ]
    return len(worded) == len(filled) and len(filled) > 1


def _headings(grid: Grid, top: int, depth: int) -> tuple[Heading, ...]:
    levels = [list(grid.row(row)) for row in range(top, top + depth)]
    covered: set[tuple[int, int]] = set()
    for r0, c0, r1, c1 in grid.merges:
        if top <= r0 < top + depth:
            cells = {
                (r, c) for r in range(r0, min(r1, top + depth - 1) + 1) for c in range(c0, min(c1, grid.width) + 1)
            }
            covered |= cells
            for r, c in cells:
                levels[r - top][c - 1] = grid.text(r0, c0)
    for level in range(depth - 1):
        _spread(levels, level, top, covered)
    paths = zip(*levels, strict=True)
    return tuple(heading(column, tuple(path)) for column, path in enumerate(paths, 1) if any(path))


def _spread(levels: list[list[str]], level: int, top: int, covered: set[tuple[int, int]]) -> None:
    """没有合并信息（csv）时，上层表头向右铺到下层有字而本层空的列。"""
    last = ""
    for index, text in enumerate(levels[level]):
        below = any(levels[deeper][index] for deeper in range(level + 1, len(levels)))
        if text:
            last = text if below or (top + level, index + 1) in covered else ""
        elif below and (top + level, index + 1) not in covered:
            levels[level][index] = last
        else:
            last = ""


def body(region: Region, keys: list[int], leading: list[int]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """数据行与跳过的行。keys 名称与代码列；leading 名称列及其左边的列（小计、签字写在这里）。

    两个表都带 line（格子行号）；跳过的行另有 why：total、signature、blank_key、heading。
    """
    low, high = region.rows
    frame = region.grid.frame.slice(low - 1, high - low + 1).with_row_index("line", low)
    named = pl.any_horizontal([pl.col(str(key)).is_not_null() for key in keys])
    filled = pl.sum_horizontal([pl.col(name).is_not_null().cast(pl.Int32) for name in region.grid.frame.columns])
    why = (
        pl.when(filled == 0).then(pl.lit("empty"))
        .when(pl.any_horizontal([pl.col(str(one)).eq(EXAMPLE).fill_null(False) for one in leading])).then(pl.lit("empty"))
        .when(pl.col("line").is_in(list(region.repeats))).then(pl.lit("repeat"))
        .when(pl.col("line").is_in(_worded(frame, leading, TOTAL))).then(pl.lit("total"))
        .when(pl.col("line").is_in(_worded(frame, leading, SIGNATURE))).then(pl.lit("signature"))
        .when(~named & (filled <= 2) & ~pl.col("line").is_in(_numbered(frame, keys, leading))).then(pl.lit("heading"))
        .when(~named).then(pl.lit("blank_key"))
    )  # fmt: skip
    marked = frame.with_columns(why=why)
    return marked.filter(pl.col("why").is_null()), marked.filter(
        pl.col("why").is_not_null() & (pl.col("why") != "empty")
    )


def _numbered(frame: pl.DataFrame, keys: list[int], leading: list[int]) -> list[int]:
    """名称列与代码列都空、右边却有数的行：是丢了名称的数据，不是分组或说明。"""
    right = [name for name in frame.columns if name.isdigit() and int(name) > max(leading)]
    blank = frame.filter(pl.all_horizontal(pl.col(str(key)).is_null() for key in keys))
    if not right or blank.is_empty():
        return []
    numbers = [pl.col(name).str.contains(r"^[-+]?[\d,.]+%?$").fill_null(False) for name in right]
    return blank.filter(pl.any_horizontal(numbers))["line"].to_list()


def _worded(frame: pl.DataFrame, leading: list[int], pattern: str) -> list[int]:
    """leading 各列里写着小计、签字等字样（而不是企业名）的行；先按字粗筛，正则只跑在筛出的行上。"""
    names = [str(column) for column in leading]
    rough = frame.filter(pl.any_horizontal([pl.col(name).str.contains_any(HINTS).fill_null(False) for name in names]))
    tidy = [pl.col(name).fill_null("").str.replace_all(r"\s|　", "") for name in names]
    hit = pl.any_horizontal([text.str.contains(pattern) & ~text.str.contains(FIRM) for text in tidy])
    return rough.filter(hit)["line"].to_list()
