"""读入的门：一份部门文件 → Reading（来源行、事实、意见）。

先预检，再在子进程里取格，然后分表、对列、解析。拒收也返回 Reading，从不半途留下结果。
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import polars as pl

from miaopu.ledger.reading.desk import Desk
from miaopu.ledger.reading.fact.doubt import doubt_signs, doubt_units, keyed, settle
from miaopu.ledger.reading.fact.filled_form import harvest_form
from miaopu.ledger.reading.fact.harvest import harvest, skipped_complaints
from miaopu.ledger.reading.notice import lines
from miaopu.ledger.reading.pile import Pile
from miaopu.ledger.reading.table import form as forms
from miaopu.ledger.reading.table.fit import Fit, anchors, fits
from miaopu.ledger.reading.table.recognise import hint, recognise
from miaopu.ledger.reading.table.region import Region, find_regions
from miaopu.ledger.reading.template import Stamp, stamp_of, stamped, without_own
from miaopu.ledger.reading.workbook.budget import STANDARD, Budget
from miaopu.ledger.reading.workbook.grid import Grid
from miaopu.ledger.reading.workbook.open import Opened, open_workbook
from miaopu.ledger.reading.workbook.sniff import refuse
from miaopu.ledger.record import READ_FACT_SCHEMA, ROW_SCHEMA, Reading
from miaopu.ledger.source import Source, Sources
from miaopu.terms.complaint import Complaint, Refusal, Severity

Progress = Callable[[str, float], None]
Earlier = pl.DataFrame | Callable[[], pl.DataFrame] | None
"""以前的值：uscc、indicator、period、value，可另有 name；或是要用时才取的函数。"""


@dataclass
class Basket:
    """边读边收：各表的来源行、事实与意见。"""

    rows: list[pl.DataFrame] = field(default_factory=list)
    facts: list[pl.DataFrame] = field(default_factory=list)
    complaints: Pile = field(default_factory=Pile)
    tables: list[str] = field(default_factory=list)

    @property
    def next_id(self) -> int:
        """下一个 row_id。"""
        return sum(one.height for one in self.rows)


def read(
    path: Path | str,
    sources: Sources,
    *,
    source: str | None = None,
    budget: Budget = STANDARD,
    progress: Progress | None = None,
    earlier: Earlier = None,
) -> Reading:
    """读一份文件；拒收时 refused 为真、没有行。

    source 未指明时按表头认。earlier 只用来疑单位；给的是函数时，文件里有可比的金额才取。
    """
    path = Path(path)
    tell = progress or (lambda stage, share: None)
    digest = ""
    try:
        digest = _digest(path)
        tell("预检与取格", 0.1)
        opened = open_workbook(path, budget, lambda share: tell("预检与取格", 0.1 + share / 2))
        tell("对列与解析", 0.6)
        reading = _read(path, digest, opened, sources, source, earlier, tell)
    except Refusal as refusal:
        return _refused(path, digest, source or "", refusal.complaint)
    tell("读完", 1.0)
    return reading


def _digest(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _refused(path: Path, digest: str, source: str, complaint: Complaint) -> Reading:
    rows, facts = pl.DataFrame(schema=ROW_SCHEMA), pl.DataFrame(schema=READ_FACT_SCHEMA)
    return Reading(path.name, digest, source, rows, facts, (complaint,))


def _read(
    path: Path,
    digest: str,
    opened: Opened,
    sources: Sources,
    source: str | None,
    earlier: Earlier,
    tell: Progress,
) -> Reading:
    stamp = stamped(opened.grids)
    opened = replace(opened, grids=without_own(opened.grids))
    if source is None and stamp is not None and stamp.source in sources:
        source = stamp.source
    wanted = [sources[source]] if source else list(sources.values())
    marks = anchors(wanted)
    found = [find_regions(grid, marks) for grid in opened.grids]
    regions = [one for every in found for one in every]
    if not regions:
        raise refuse(
            path.name,
            "no_header",
            _nothing_found(opened),
            "带“企业名称”“统一社会信用代码”等表头的表",
            "核对表头后再报送",
        )
    chosen = wanted[0] if source else recognise(path.name, regions, opened.grids, wanted)
    basket = Basket(complaints=Pile([*opened.complaints, *_old_template(path, stamp, chosen)]))
    for number, (grid, seen) in enumerate(zip(opened.grids, found, strict=True)):
        tell("对列与解析", 0.6 + 0.3 * number / len(found))
        shown = _shown_only(grid, chosen, basket, path.name)
        if shown is not None:
            _sheet(path, shown, seen if shown is grid else find_regions(shown, marks), chosen, sources, basket)
    if not basket.next_id:
        raise refuse(path.name, *_nothing_read(basket))
    tell("疑单位与重复", 0.9)
    return _settled(path, digest, chosen, sources, basket, earlier)


def _old_template(path: Path, stamp: Stamp | None, chosen: Source) -> Iterator[Complaint]:
    """用的是别的来源的模板，或已经改版的模板：照现在的列读，并提示。"""
    if stamp is None:
        return
    table = next((one for one in chosen.tables if one.code == stamp.table), None)
    if stamp.source != chosen.code or table is None:
        found = "填在了别的来源的模板里"
    elif stamp_of(chosen.code, table).version != stamp.version:
        found = f"用的是旧版模板（{stamp.version}），已按现在的列读入"
    else:
        return
    yield Desk(path.name).warn("template", found, f"“{chosen.title}”现行的模板", "下次重新下载模板后填报")


def _settled(path: Path, digest: str, chosen: Source, sources: Sources, basket: Basket, earlier: Earlier) -> Reading:
    rows, facts = pl.concat(basket.rows), pl.concat(basket.facts)
    money = comparable(sources)
    asked = callable(earlier) and facts["indicator"].is_in(list(money)).any()
    before = earlier() if asked else None if callable(earlier) else earlier
    doubts = doubt_units(rows, facts, money, before, path.name)
    kept = settle(keyed(rows), facts, path.name, basket.complaints, sources.key_fields)
    basket.complaints.extend(doubts)
    titles = {one: sources.indicators[one].title for one in money}
    basket.complaints.extend(doubt_signs(kept, titles, path.name))
    return Reading(path.name, digest, chosen.code, rows, kept, tuple(basket.complaints), tuple(basket.tables))


def comparable(sources: Sources) -> frozenset[str]:
    """可以跨年比大小来疑单位的指标：年度金额，可为负的（如净利润）不在内，它本来就会大起大落。"""
    return frozenset(
        key
        for key, one in sources.indicators.items()
        if one.kind == "money" and one.period == "year" and not one.extra.get("signed")
    )


def _sheet(path: Path, grid: Grid, regions: list[Region], chosen: Source, sources: Sources, basket: Basket) -> None:
    """一张工作表：先试竖式，再分表逐张读。"""
    desk = Desk(path.name, grid.sheet)
    if found := forms.find(grid, chosen):
        rows, facts = harvest_form(found, desk, basket.next_id, sources, basket.complaints)
        _put(basket, rows, facts, f"{chosen.code}.{found.table.code}")
        return
    for region in regions:
        tried = fits(region, chosen, hint(path.name, grid, region.title))
        if tried:
            one = harvest(tried[0], desk, basket.next_id, sources, basket.complaints)
            basket.complaints.extend(skipped_complaints(tried[0], one.skipped, desk))
            basket.complaints.extend(_columns(tried[0], desk, one.rows.height))
            _put(basket, one.rows, one.facts, f"{chosen.code}.{tried[0].table.code}")
        else:
            basket.complaints.append(_stranger(region, chosen, desk))


def _put(basket: Basket, rows: pl.DataFrame, facts: pl.DataFrame, table: str) -> None:
    basket.rows.append(rows)
    basket.facts.append(facts)
    basket.tables.append(table)


def _shown_only(grid: Grid, source: Source, basket: Basket, file: str) -> Grid | None:
    """按来源声明处置隐藏的表、行、列；读与不读都报告。"""
    desk, rules = Desk(file, grid.sheet), source.hidden
    told = {"read": "照样读入", "skip": "没有读入"}
    if grid.hidden:
        basket.complaints.append(
            desk.warn("hidden", f"这张工作表是隐藏的，{told[rules['sheets']]}", "不隐藏的表", "核对；要读的取消隐藏")
        )
        if rules["sheets"] == "skip":
            return None
    for part, places, name in (("rows", grid.hidden_rows, "行"), ("columns", grid.hidden_columns, "列")):
        if places:
            where = lines(grid.line(row) for row in places if row <= grid.height) if part == "rows" else lines(places)
            found = f"第 {where} {name}是隐藏的，{told[rules[part]]}"
            basket.complaints.append(
                desk.warn("hidden", found, f"不隐藏的{name}", "核对；不该有的删去，该有的取消隐藏")
            )
    return _without(grid, rules)


def _without(grid: Grid, rules: Mapping[str, str]) -> Grid:
    frame = grid.frame
    if not any(rules[part] == "skip" and getattr(grid, f"hidden_{part}") for part in ("rows", "columns")):
        return grid
    if rules["rows"] == "skip" and grid.hidden_rows:
        gone = pl.int_range(1, pl.len() + 1).is_in(list(grid.hidden_rows))
        frame = frame.select(pl.when(~gone).then(pl.all()))
    if rules["columns"] == "skip" and grid.hidden_columns:
        frame = frame.with_columns([pl.lit(None, pl.String).alias(str(one)) for one in grid.hidden_columns])
    return replace(grid, frame=frame)


def _stranger(region: Region, chosen: Source, desk: Desk) -> Complaint:
    shown = "、".join(one.shown for one in region.headings[:8])
    found = f"这张表不像“{chosen.title}”的表，没有读入（表头：{shown}）"
    return desk.reject("table", found, "该来源声明过的表", "核对表头，或另作一份报送", region.grid.line(region.top))


def _columns(fit: Fit, desk: Desk, height: int) -> Iterator[Complaint]:
    """不认得的列、个人信息列、行数不合常情。"""
    top = fit.region.grid.line(fit.region.top)
    for one in fit.unknown:
        found = f"“{one.shown}”这一列不认得，没有读入"
        yield desk.warn(
            "unknown_column", found, "来源声明过的列", "不需要的可删；需要的请告知管理员补充列名", top, one.column
        )
    for one in fit.personal:
        found = f"“{one.shown}”是个人信息，没有读入"
        yield desk.info("personal", found, "不含个人信息的表", "下次报送前删去这一列", top, one.column)
    low, high = fit.table.expected_rows
    if not low <= height <= high:
        found = f"读到 {height} 行，不在预计的 {low} 至 {high} 行之内"
        yield desk.warn("row_count", found, "完整的一份", "核对是否漏报或多报", top)


def _nothing_found(opened: Opened) -> str:
    if not opened.grids:
        return "工作簿里没有内容"
    first = opened.grids[0]
    cells = [text for row in range(1, min(first.height, 3) + 1) for text in first.row(row) if text][:6]
    return "没有找到表头（开头是：" + "、".join(cells) + "）"


def _nothing_read(basket: Basket) -> tuple[str, str, str, str]:
    told = [one.found for one in basket.complaints if one.severity is Severity.REJECT]
    found = "只有表头，没有一行数据" if not told else "没有一行可读：" + "；".join(told[:3])
    return "no_rows", found, "至少一行企业数据", "填好后再报送"
