"""存表：一轮筛选的各张表（Parquet）与说明（JSON），每轮写一次；页面只读存表，不重算。可随时由这一轮的结果重写。"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings

from miaopu.access.act import Wrong
from miaopu.access.actor import Reach
from miaopu.desk.outputs import INVENTED
from miaopu.desk.screened import Place, place_of, screened
from miaopu.desk.workspace import Workspace
from miaopu.screening import Screening, load_settings
from miaopu.screening import Settings as Rules
from miaopu.selection.city import city
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.queries import opened
from miaopu.selection.screening.rounds.tallies import by_county, standing_tiers
from miaopu.standards.run import Run

FIRMS, LIST, SHORTS, GAPS, WATCH = "firms", "list", "shorts", "gaps", "watch"
ABOUT = "about.json"
FORM = 2
"""存表形状的版本；变了就重写。"""


@dataclass(frozen=True)
class Kept:
    """一轮的存表；results 是判定结果的文件夹；about 是说明（见 _about）。"""

    folder: Path
    results: Path
    about: Mapping[str, Any]

    @property
    def code(self) -> str:
        """轮次编号。"""
        return self.about["code"]

    @property
    def counties(self) -> Mapping[str, str]:
        """区划代码 → 县区名，按行政次序。"""
        return self.about["place"]["counties"]

    @property
    def tiers(self) -> Mapping[str, Mapping[str, Any]]:
        """层级 → 标准的名称、版本、指纹、要求与掩码列。"""
        return self.about["tiers"]

    @property
    def lists(self) -> Mapping[str, Mapping[str, Any]]:
        """层级 → 名单的标题与口径。"""
        return {one["tier"]: one for one in self.about["lists"]}

    def scan(self, name: str) -> pl.LazyFrame:
        """一张存表。"""
        return pl.scan_parquet(self.folder / f"{name}.parquet")

    def seen(self, name: str, reach: Reach) -> pl.LazyFrame:
        """一张存表里看得到的企业的行。"""
        return self.scan(name).filter(within(reach))


def within(reach: Reach) -> pl.Expr:
    """范围 → 条件：看 district 与 enterprise 两列。"""
    if reach.everywhere:
        return pl.lit(True)
    mine = pl.col("district").is_in(sorted(reach.districts)).fill_null(False)
    return mine | pl.col("enterprise").is_in(sorted(reach.enterprises))


def kept(found: Round) -> Kept:
    """一轮的存表；还没有存过、形状旧了或结果文件没了的，重写或抛 Wrong。"""
    folder = _folder(found.code)
    if not _whole(folder):
        space = city()
        run = reopened(found)
        place = place_of(space, run.wide)
        keep(space, run, screened(space, run, place), place)
    return Kept(folder, Path(found.folder), _about_of(folder))


def reopened(found: Round) -> Run:
    """重新打开一轮；结果文件没了，或标准后来改过而对不上，抛 Wrong。"""
    try:
        run = opened(found)
    except FileNotFoundError as error:
        raise Wrong(f"轮次 {found.code} 的结果文件不在了；请用同样的两个日期重新评估") from error
    then = {(one["code"], one["kind"]): one["fingerprint"] for one in json.loads(found.marks)["standards"]}
    now = {(one.standard.code, one.kind): one.standard.fingerprint for one in run.programs}
    changed = sorted({code for code, kind in then.items() ^ now.items() for code in [code[0]]})
    if changed:
        raise Wrong(f"轮次 {found.code} 之后，标准 {'、'.join(changed)} 改过，不能按旧标准重新打开；请重新评估")
    return run


def keep(space: Workspace, found: Run, result: Screening, place: Place) -> None:
    """写一轮的存表：先写在旁边，写完才换上。"""
    rules = load_settings(space.catalog)
    told = about(space, found, place, rules)
    root = _root()
    root.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(dir=root, prefix=".写-"))
    try:
        for name, table in tables(space, found, result, place, rules).items():
            table.write_parquet(aside / f"{name}.parquet", row_group_size=50_000)
        (aside / ABOUT).write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")
        _swap(aside, _folder(told["code"]))
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def tables(space: Workspace, found: Run, result: Screening, place: Place, rules: Rules) -> dict[str, pl.DataFrame]:
    """存表的各张：firms 一家一行，list 各层级名单，shorts、gaps 分县区的短板与缺口，watch 小升规关注。"""
    codes = {title: code for code, title in place.counties.items()}
    district = pl.col("county").replace_strict(codes, default=None, return_dtype=pl.String).alias("district")
    firms = result.firms.with_columns(district)
    lists = [one.table.with_columns(district) for one in result.lists.values()]
    shorts, gaps = by_county(space, found, firms, rules)
    watch = result.scale_up.with_columns(district) if result.scale_up.width else pl.DataFrame()
    return {FIRMS: firms, LIST: pl.concat(lists) if lists else pl.DataFrame(), SHORTS: shorts, GAPS: gaps, WATCH: watch}


def about(space: Workspace, found: Run, place: Place, rules: Rules) -> dict[str, Any]:
    """一轮的说明，写成 JSON：页面与材料要的名称、口径、指纹。"""
    names, tiers = found.wide["name"].drop_nulls(), tier_notes(found, rules)
    return {
        "form": FORM,
        "code": found.marks["run"],
        "known_on": found.marks["known_on"],
        "assessed_on": found.marks["assessed_on"],
        "snapshot": found.marks["snapshot"],
        "place": {"code": place.code, "name": place.name, "counties": place.counties},
        "invented": bool(names.len() and names.str.contains(INVENTED, literal=True).all()),
        "rank": {
            "base": rules.rank_base,
            "parts": [{"key": one.key, "title": one.title, "weight": one.weight} for one in rules.rank_parts],
        },
        "lists": [
            {"tier": one.tier, "title": one.title, "short_at_most": one.short_at_most,
             "unknown_at_most": one.unknown_at_most}
            for one in rules.lists if one.tier in tiers
        ],
        "focus": dict(rules.focus),
        "contact": list(rules.contact),
        "tiers": tiers,
    }  # fmt: skip


def tier_notes(found: Run, rules: Rules) -> dict[str, dict[str, Any]]:
    """层级 → 标准的名称、版本、指纹、未核原文、掩码列名与要求。"""
    notes = {}
    for item in standing_tiers(found, rules).values():
        standard, columns = item.program.standard, item.masks.columns
        rung = rules.rung_of(item.code)
        notes[item.code] = {
            "title": standard.title,
            "rung": rung.title if rung else standard.title,
            "standard": standard.code,
            "label": f"{standard.name}@{standard.version}",
            "document": standard.document,
            "fingerprint": standard.fingerprint,
            "unchecked": standard.unchecked,
            "met": columns.met,
            "unknown": columns.unknown,
            "manual": columns.manual if item.masks.has_manual else None,
            "requirements": [[one.bit, one.id, one.title] for one in item.requirements],
        }
    return notes


def _root() -> Path:
    return Path(settings.HOME) / "rounds"


def _folder(code: str) -> Path:
    return _root() / code


def _whole(folder: Path) -> bool:
    mark = folder / ABOUT
    return mark.is_file() and json.loads(mark.read_text(encoding="utf-8"))["form"] == FORM


def _swap(aside: Path, folder: Path) -> None:
    """已经有一份完整的（同一轮，内容相同）就用它，正在读的人不受影响；形状旧了的先改名让开，换上之后再删。"""
    if _whole(folder):
        return
    gone = aside.with_name(f"{aside.name}-旧")
    try:
        if folder.is_dir():
            os.replace(folder, gone)
        os.replace(aside, folder)
    except OSError:  # 别的进程刚换上
        if not _whole(folder):
            raise
    finally:
        shutil.rmtree(gone, ignore_errors=True)


@lru_cache(maxsize=16)
def _read(folder: Path, stamp: int) -> Mapping[str, Any]:
    return json.loads((folder / ABOUT).read_text(encoding="utf-8"))


def _about_of(folder: Path) -> Mapping[str, Any]:
    return _read(folder, (folder / ABOUT).stat().st_mtime_ns)
