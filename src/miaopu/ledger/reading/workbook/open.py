"""打开一份文件：识别、预检、取格。取路径与预算，给 Opened；拒收抛 Refusal。"""

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miaopu.ledger.reading.desk import Desk
from miaopu.ledger.reading.workbook import biff, child, compact, guard
from miaopu.ledger.reading.workbook.budget import STANDARD, Budget, Share, unheard
from miaopu.ledger.reading.workbook.grid import Grid, build
from miaopu.ledger.reading.workbook.sniff import refuse, sniff
from miaopu.terms.complaint import Complaint

MACROS = ("文件带有宏；宏没有执行，也没有读入", "不带宏的表格", "下次另存为 xlsx 报送")

SURVEYED = 0.3
"""预检约占打开的三成。"""


@dataclass(frozen=True)
class Opened:
    """取好格的文件：grids 各表，complaints 打开时的意见（宏、无缓存公式、错误值）。"""

    grids: tuple[Grid, ...]
    complaints: tuple[Complaint, ...] = ()


def open_workbook(path: Path, budget: Budget = STANDARD, tell: Share = unheard) -> Opened:
    """打开一份 xlsx、xls、网页表或分隔文本；tell 收到做到几成，它抛错即停。读不成抛 Refusal。"""
    kind = sniff(path, budget)
    notes = [Desk(path.name).info("macros", *MACROS)] if kind.macros else []
    survey = look(path, kind.name, budget, lambda share: tell(share * SURVEYED))
    with tempfile.TemporaryDirectory(prefix="miaopu-") as folder:
        readable, lines = _made_dense(path, kind.name, survey, budget, Path(folder))
        payloads = child.fetch(path, kind.name, budget, readable, lambda share: tell(SURVEYED + share * (1 - SURVEYED)))
    marks = {one.name: one for one in survey.sheets}
    grids = [_grid(payload, marks.get(payload["name"]), survey, lines) for payload in payloads if payload["columns"]]
    for sheet in survey.sheets:
        notes.extend(_broken_cells(Desk(path.name, sheet.name), sheet))
    return Opened(tuple(grids), tuple(notes))


def look(path: Path, kind: str, budget: Budget, tell: Share = unheard) -> guard.Survey:
    """预检：xlsx 看 XML，xls 看 BIFF 记录，文本没有可看的。"""
    if kind == "xlsx":
        return guard.survey(path, budget, tell)
    if kind == "xls":
        return biff.survey(path, budget)
    return guard.Survey(())


def _made_dense(
    path: Path, kind: str, survey: guard.Survey, budget: Budget, folder: Path
) -> tuple[Path, dict[str, tuple[int, ...]]]:
    """稀疏的表先去掉空行再读；去掉后仍太大的拒收。"""
    sparse = [one for one in survey.sheets if one.dense > budget.dense_cells and one.dense > 8 * one.cells]
    if not sparse:
        return path, {}
    if kind == "xlsx":
        target = folder / "dense.xlsx"
        lines = compact.rewrite(path, {one.part: one.name for one in sparse}, target)
        if all(len(lines[one.name]) * max(one.columns, default=1) <= budget.dense_cells for one in sparse):
            return target, lines
    worst = max(sparse, key=lambda one: one.dense)
    raise refuse(
        path.name,
        "extent",
        f"工作表“{worst.name}”只有 {worst.cells} 格有内容，却铺到第 {worst.rows[1]} 行、第 {max(worst.columns)} 列",
        "内容连续的表格",
        "删去末尾的空行、空列后另存再报送",
    )


def _grid(
    payload: dict[str, Any], mark: guard.Sheet | None, survey: guard.Survey, lines: dict[str, tuple[int, ...]]
) -> Grid:
    if mark is None:
        return build(payload, epoch=survey.epoch)
    dense = lines.get(mark.name)
    at = {line: index for index, line in enumerate(dense, 1)} if dense else None
    width = len(payload["columns"])
    columns = {column for low, high in mark.hidden_columns for column in range(low, min(high, width) + 1)}
    rows = (at.get(row, 0) if at else row for row in mark.hidden_rows)
    percents = [(at.get(row, 0) if at else row, column) for row, column in mark.percents]
    if dense:
        payload["merges"] = compact.merges_within(mark.merges, at or {})
    return build(
        payload,
        epoch=survey.epoch,
        percents=[cell for cell in percents if cell[0]],
        hidden=mark.hidden,
        hidden_rows=frozenset(row for row in rows if row),
        hidden_columns=frozenset(columns),
        lines=dense,
    )


def _broken_cells(desk: Desk, mark: guard.Sheet) -> Iterator[Complaint]:
    for row, column in mark.uncached:
        yield desk.reject(
            "formula",
            "公式没有保存计算结果",
            "带结果的公式或数值",
            "用 Excel 重新计算并保存，或粘贴为数值",
            row,
            column,
        )
    for row, column, what in mark.errors:
        yield desk.reject("error", f"单元格是错误值 {what}", "数值或空白", "改正公式后重报这一行", row, column)
