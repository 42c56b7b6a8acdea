"""演示城市之门：造城、写各部门文件与真值、列清单；同样的参数得同样的字节。"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from miaopu.demo import write
from miaopu.demo.decisions import decision_files
from miaopu.demo.departments import department_files
from miaopu.demo.plan import Plan, load
from miaopu.demo.sheet import Sheet
from miaopu.demo.survey.survey import survey_files
from miaopu.demo.town.population import populate
from miaopu.terms.catalog import Catalog

Progress = Callable[[str, int, int], None]
_OFFICES = 28
"""部门文件的份数，只用于进度。"""


@dataclass(frozen=True)
class DemoFile:
    """清单一行：来源、相对路径、数据行数、单元格数。"""

    source: str
    path: str
    rows: int
    cells: int


@dataclass(frozen=True)
class DemoCity:
    """造好的城市：文件夹、部门文件清单、真值文件夹。"""

    folder: Path
    firms: int
    files: tuple[DemoFile, ...]

    @property
    def truth(self) -> Path:
        """真值文件夹：firms.parquet 等。"""
        return self.folder / "truth"

    @property
    def cells(self) -> int:
        """全部部门文件的单元格数。"""
        return sum(one.cells for one in self.files)


def build(
    folder: Path, *, firms: int = 207_455, seed: int = 2026, catalog: Catalog, progress: Progress | None = None
) -> DemoCity:
    """造一座虚构的城市，写入 folder/<来源>/<文件>、folder/decisions/ 与 folder/truth/。

    progress(步骤, 第几步, 共几步)。
    """
    plan, tell = load(catalog, firms, seed), progress or (lambda step, done, total: None)
    steps = _OFFICES + len(plan.survey["counties"]) + 2
    tell("虚构企业", 0, steps)
    town, files = populate(plan), []
    for sheet in department_files(plan, town):
        tell(sheet.file, len(files) + 1, steps)
        files.append(_save(folder, sheet))
    written, truth = survey_files(plan, town, folder, lambda file, done: tell(file, _OFFICES + 1 + done, steps))
    files += [DemoFile(one.source, f"{one.source}/{one.file}", one.rows, one.cells) for one in written]
    decision_files(plan, town, truth, folder)
    _truth(folder, town.tables() | truth)
    _manifest(folder, plan, files)
    tell("演示城市完成", steps, steps)
    return DemoCity(folder, firms, tuple(files))


def _save(folder: Path, sheet: Sheet) -> DemoFile:
    path = folder / sheet.source / sheet.file
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix in (".csv", ".txt"):
        write.csv(path, sheet.frame, sheet.encoding)
    else:
        write.xlsx(path, sheet.frame)
    rows, width = sheet.frame.shape
    return DemoFile(sheet.source, path.relative_to(folder).as_posix(), rows, (rows + 1) * width)


def _truth(folder: Path, tables: dict[str, pl.DataFrame]) -> None:
    (folder / "truth").mkdir(parents=True, exist_ok=True)
    for name, table in tables.items():
        table.write_parquet(folder / "truth" / f"{name}.parquet")


def _manifest(folder: Path, plan: Plan, files: list[DemoFile]) -> None:
    text = {
        "note": "演示数据，企业均为虚构",
        "firms": plan.firms,
        "seed": plan.seed,
        "cells": sum(one.cells for one in files),
    }
    listed = text | {"files": [asdict(one) for one in files]}
    (folder / "manifest.json").write_text(json.dumps(listed, ensure_ascii=False, indent=1), encoding="utf-8")
