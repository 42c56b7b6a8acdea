"""读入的门：一份部门文件 → Reading（来源行、事实、意见）。

先预检，再在子进程里取格，然后分表、对列、解析。拒收也返回 Reading，从不半途留下结果。
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from miaopu.ledger.reading import child, columns, guard
from miaopu.ledger.reading.budget import STANDARD, Budget
from miaopu.ledger.reading.columns import Fit
from miaopu.ledger.reading.facts import Harvest, harvest
from miaopu.ledger.reading.grid import Grid, build
from miaopu.ledger.reading.notice import Desk, lines
from miaopu.ledger.reading.sniff import refuse, sniff
from miaopu.ledger.reading.tables import Region, find_regions
from miaopu.ledger.record import READ_FACT_SCHEMA, ROW_SCHEMA, Reading
from miaopu.ledger.source import Source, Sources
from miaopu.terms.complaint import Complaint, Refusal
from miaopu.terms.indicator import fold

Progress = Callable[[str, float], None]
WHY = {
    "total": "小计、合计行",
    "signature": "备注、签字行",
    "heading": "分组或说明行",
    "repeat": "重复的表头行",
}


@dataclass(frozen=True)
class Opened:
    """取好格的文件。"""

    grids: tuple[Grid, ...]
    complaints: tuple[Complaint, ...]


def read(
    path: Path | str,
    sources: Sources,
    *,
    source: str | None = None,
    budget: Budget = STANDARD,
    progress: Progress | None = None,
    earlier: pl.DataFrame | None = None,
) -> Reading:
    """读一份文件。source 未指明时按表头认；earlier 是以前的值（uscc、indicator、period、value），用来疑单位。"""
    path = Path(path)
    digest = hashlib.sha256()
    tell = progress or (lambda stage, share: None)
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
        tell("预检", 0.1)
        opened = open_grids(path, budget)
        tell("对列", 0.5)
        return _read(path, digest.hexdigest(), opened, sources, source, tell)
    except Refusal as refusal:
        return _refused(path, digest.hexdigest(), source or "", refusal.complaint)


def _refused(path: Path, digest: str, source: str, complaint: Complaint) -> Reading:
    return Reading(
        path.name, digest, source, pl.DataFrame(schema=ROW_SCHEMA), pl.DataFrame(schema=READ_FACT_SCHEMA), (complaint,)
    )


def open_grids(path: Path, budget: Budget = STANDARD) -> Opened:
    """预检并取格。"""
    kind = sniff(path, budget)
    desk = Desk(path.name)
    notes = []
    if kind.macros:
        notes.append(desk.info("macros", "文件带有宏，宏没有执行，也没有读入", "不带宏的表格", "下次另存为 xlsx 报送"))
    seen = {}
    epoch = 1900
    if kind.name == "xlsx":
        survey = guard.survey(path, budget)
        epoch = survey.epoch
        seen = {one.name: one for one in survey.sheets}
        for one in survey.sheets:
            if one.dense > budget.dense_cells and one.dense > 8 * one.cells:
                raise refuse(
                    path.name, "extent", f"工作表“{one.name}”内容只有 {one.cells} 格，却写到第 {one.rows[1]} 行", "内容连续的表格",
                    "删去末尾的空行、空列后另存再报送",
                )  # fmt: skip
    payloads = child.fetch(path, kind.name, budget)
    grids = []
    for payload in payloads:
        mark = seen.get(payload["name"])
        if not payload["columns"]:
            continue
        marks = {}
        if mark:
            spans = (range(a, min(b, len(payload["columns"])) + 1) for a, b in mark.hidden_columns)
            marks = {
                "percents": mark.percents,
                "hidden_rows": frozenset(mark.hidden_rows),
                "hidden_columns": frozenset(column for span in spans for column in span),
            }
            notes.extend(_broken_cells(Desk(path.name, mark.name), mark))
        grids.append(build(payload, epoch=epoch, **marks))
    return Opened(tuple(grids), tuple(notes))


def _broken_cells(desk: Desk, mark: guard.Sheet) -> list[Complaint]:
    out = [
        desk.reject(
            "formula",
            "公式没有保存计算结果",
            "带结果的公式或数值",
            "在 Excel 里重新计算并保存，或粘贴为数值",
            row,
            column,
        )
        for row, column in mark.uncached
    ]
    return out + [
        desk.reject("error", f"单元格是错误值 {what}", "数值或空白", "改正公式后重报", row, column)
        for row, column, what in mark.errors
    ]


def _read(path: Path, digest: str, opened: Opened, sources: Sources, source: str | None, tell: Progress) -> Reading:
    wanted = [sources[source]] if source else list(sources.values())
    marks = columns.anchors(wanted)
    regions = [(grid, region) for grid in opened.grids for region in find_regions(grid, marks)]
    if not regions:
        raise refuse(
            path.name,
            "no_header",
            _nothing_found(opened),
            "有“企业名称”或“统一社会信用代码”等表头的表",
            "核对表头后再报送",
        )
    chosen = wanted[0] if source else _recognise(path, regions, wanted)
    out: list[Complaint] = list(opened.complaints)
    harvests: list[Harvest] = []
    tables: list[str] = []
    next_id = 0
    for grid, region in regions:
        desk = Desk(path.name, grid.sheet)
        found = columns.fits(region, chosen, _hint(path, region))
        if not found:
            out.append(
                desk.reject(
                    "table",
                    f"这张表不像“{chosen.title}”的表（表头：{_shown(region)}）",
                    "该来源声明过的表",
                    "核对表头，或另作一份报送",
                    grid.line(region.top),
                )
            )
            continue
        fit = found[0]
        one = harvest(fit, desk, next_id)
        next_id += one.rows.height
        harvests.append(one)
        tables.append(f"{chosen.code}.{fit.table.code}")
        out.extend(one.complaints)
        out.extend(_about(fit, one, desk))
    tell("完成", 1.0)
    if not harvests or not next_id:
        raise refuse(path.name, "no_rows", "只有表头，没有一行数据", "至少一行企业数据", "填好后再报送")
    return Reading(
        path.name,
        digest,
        chosen.code,
        pl.concat([one.rows for one in harvests]),
        pl.concat([one.facts for one in harvests]),
        tuple(out),
        tuple(tables),
    )


def _nothing_found(opened: Opened) -> str:
    if not opened.grids:
        return "工作簿里没有内容"
    first = opened.grids[0]
    cells = [text for row in range(1, min(first.height, 3) + 1) for text in first.row(row) if text][:6]
    return "没有找到表头（开头是：" + "、".join(cells) + "）"


def _hint(path: Path, region: Region) -> str:
    return fold(f"{path.stem} {region.grid.sheet} {region.title}")


def _shown(region: Region) -> str:
    return "、".join(one.shown for one in region.headings[:8])


def _recognise(path: Path, regions: list[tuple[Grid, Region]], sources: list[Source]) -> Source:
    scores: dict[str, float] = {}
    for source in sources:
        best = [found[0].score for _, region in regions if (found := columns.fits(region, source, _hint(path, region)))]
        if best:
            scores[source.code] = sum(best)
    code, near = columns.choose(scores)
    if code is not None:
        return next(one for one in sources if one.code == code)
    titles = "、".join(one.title for one in sources if one.code in near)
    found = (
        f"分不清是哪个部门的表，相近的有：{titles}"
        if near
        else f"认不出是哪个部门的表（表头：{_shown(regions[0][1])}）"
    )
    raise refuse(path.name, "source", found, "能认出来源的表头", "读入时指明来源，或核对表头")


def _about(fit: Fit, one: Harvest, desk: Desk) -> list[Complaint]:
    grid = fit.region.grid
    top = grid.line(fit.region.top)
    out = [
        desk.warn(
            "unknown_column",
            f"“{heading.shown}”这一列不认得，没有读入",
            "来源声明过的列",
            "不需要的可删；需要的请告知管理员补充列名",
            top,
            heading.column,
        )
        for heading in fit.unknown
    ]
    out += [
        desk.info(
            "personal",
            f"“{heading.shown}”是个人信息，没有读入",
            "不含个人信息的表",
            "下次报送前删去",
            top,
            heading.column,
        )
        for heading in fit.personal
    ]
    for why, group in one.skipped.partition_by("why", as_dict=True).items():
        numbers = [grid.line(line) for line in group["line"]]
        if why[0] == "blank_key":
            out += [
                desk.reject(
                    "blank_key", "这一行没有企业名称，也没有统一社会信用代码", "至少有其一", "补上后重报这一行", row
                )
                for row in numbers
            ]
        else:
            out.append(
                desk.info(
                    "skipped", f"{WHY[why[0]]}没有读入：第 {lines(numbers)} 行", "只读企业行", "核对这些行确非企业"
                )
            )
    return out
