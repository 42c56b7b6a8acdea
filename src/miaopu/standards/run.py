"""一轮评估：台账快照 → 属性 → 各标准 → 结论表（Parquet）；相同的输入给相同的轮次编号，不重算。"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from miaopu.ledger.journal import Ledger
from miaopu.ledger.snapshot import Snapshot, snapshot
from miaopu.ledger.source import Sources
from miaopu.standards.applicability import Choice, choose, load_rules, tiers
from miaopu.standards.attributes import AttributeRules, with_attributes
from miaopu.standards.engine.bind import NEW, REVIEW, Program, bind
from miaopu.standards.engine.column import evaluate
from miaopu.standards.load import Library
from miaopu.terms.catalog import Catalog

WIDE, VERDICTS, ORIGIN, CONFLICTS, MARKS = (
    "wide.parquet",
    "verdicts.parquet",
    "origin.parquet",
    "conflicts.parquet",
    "run.json",
)
WIDE_GROUP = 20_000
"""宽表一个行组多少家：行组小，读、判、写才能在几个核上接得上（docs/decisions/0007）。"""
FORM = 1
"""结论表形状的版本；形状变了，旧轮次重算。"""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Selected:
    """一轮里用到的一份标准：层级、事项、选择的依据与旗标、绑定好的程序。"""

    tier: str
    choice: Choice
    program: Program


@dataclass(frozen=True)
class Run:
    """一轮评估的结果，都在 folder 里；表按企业号排序。"""

    folder: Path
    marks: Mapping[str, Any]
    selected: tuple[Selected, ...]
    reused: bool

    @cached_property
    def wide(self) -> pl.DataFrame:
        """一家一行：快照加属性。"""
        return pl.read_parquet(self.folder / WIDE)

    @cached_property
    def verdicts(self) -> pl.DataFrame:
        """一家一行：各标准的结论、掩码、得分，列名见 engine.column.Columns。"""
        return pl.read_parquet(self.folder / VERDICTS)

    @cached_property
    def conflicts(self) -> pl.DataFrame:
        """快照里有分歧的值。"""
        return pl.read_parquet(self.folder / CONFLICTS)

    @property
    def known_on(self) -> date:
        """用哪天为止知道的事实。"""
        return date.fromisoformat(self.marks["known_on"])

    @property
    def assessed_on(self) -> date:
        """按哪天的规则判。"""
        return date.fromisoformat(self.marks["assessed_on"])

    @property
    def programs(self) -> tuple[Program, ...]:
        """全部程序。"""
        return tuple(item.program for item in self.selected)

    def firm(self, enterprise: str) -> dict[str, Any] | None:
        """一家的宽表行（只读这一家）；没有为 None。"""
        rows = pl.scan_parquet(self.folder / WIDE).filter(pl.col("enterprise") == enterprise).collect().to_dicts()
        return rows[0] if rows else None


def select(
    library: Library, catalog: Catalog, on: date, only: str | None = None, province: str = "山东"
) -> tuple[Selected, ...]:
    """评估日适用的标准：各层级的新申请，加上与新申请不同的小巨人复核；only 给出时只取那一份。"""
    rules = load_rules(catalog)
    if only is not None:
        standard = library.find(only)
        choice = Choice(standard.code, (), "指定", "restated")
        return (Selected(standard.tier, choice, _bound(library, standard.code, on, NEW)),)
    out: dict[str, Selected] = {}
    for kind in (NEW, REVIEW):
        for tier in tiers(rules):
            choice = choose(rules, tier, on, kind, province)
            if choice is None or choice.standard in out or not _judgeable(library, choice.standard):
                continue
            out[choice.standard] = Selected(tier, choice, _bound(library, choice.standard, on, kind))
    return tuple(out.values())


def _judgeable(library: Library, code: str) -> bool:
    return code in library.standards and bool(library.standards[code].clauses)


def _bound(library: Library, code: str, on: date, kind: str) -> Program:
    return bind(library.find(code), on, kind, library.notices_for(code, on, kind))


def run(
    ledger: Ledger,
    catalog: Catalog,
    library: Library,
    sources: Sources,
    *,
    known_on: date,
    assessed_on: date,
    only: str | None = None,
    tell: Tell = lambda step: None,
) -> Run:
    """跑一轮。台账、目录、日期都没变时直接给出旧结果（reused）。"""
    selected = select(library, catalog, assessed_on, only)
    key = _key(ledger, catalog, selected, known_on, assessed_on)
    folder = ledger.root / "runs" / f"{assessed_on:%Y%m%d}-{key[:12]}"
    if (folder / MARKS).is_file():
        return Run(folder, json.loads((folder / MARKS).read_text(encoding="utf-8")), selected, True)
    tell("取快照")
    taken = snapshot(
        ledger, known_on=known_on, assessed_on=assessed_on, indicators=library.vocabulary.indicators, sources=sources
    )
    tell("判定")
    folder.mkdir(parents=True, exist_ok=True)
    wide = with_attributes(taken.frame.lazy(), AttributeRules.load(catalog), assessed_on).sort("enterprise").collect()
    wide.write_parquet(folder / WIDE, row_group_size=WIDE_GROUP)
    verdicts = evaluate(pl.scan_parquet(folder / WIDE), [item.program for item in selected])
    verdicts.sink_parquet(folder / VERDICTS)
    taken.origin.sort("enterprise").write_parquet(folder / ORIGIN, row_group_size=50_000)
    taken.conflicts.write_parquet(folder / CONFLICTS)
    marks = _marks(taken, selected, key)
    _finish(folder / MARKS, marks)
    return Run(folder, marks, selected, False)


def reopen(folder: Path, catalog: Catalog, library: Library) -> Run:
    """打开已经跑完的一轮，不看台账后来变没变；没跑完的抛 FileNotFoundError。"""
    marks = json.loads((folder / MARKS).read_text(encoding="utf-8"))
    return Run(folder, marks, select(library, catalog, date.fromisoformat(marks["assessed_on"])), True)


def _key(ledger: Ledger, catalog: Catalog, selected: tuple[Selected, ...], known_on: date, assessed_on: date) -> str:
    lines = [entry.hash for entry in ledger.entries()]
    parts = [str(FORM), known_on.isoformat(), assessed_on.isoformat(), *lines[-1:]]
    parts += [
        f"{item.program.standard.code}:{item.program.kind}:{item.program.standard.fingerprint}" for item in selected
    ]
    digest = hashlib.sha256("\n".join(parts).encode())
    for pattern in ("*.yaml", "*.csv"):  # 指标口径、来源先后、属性、划型都在目录里：哪个改了都要重算
        for path in catalog.files(".", pattern):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _marks(taken: Snapshot, selected: tuple[Selected, ...], key: str) -> dict[str, Any]:
    """结果的标记：两个日期、快照指纹、各标准与指纹。"""
    return {
        "run": key[:12],
        "known_on": taken.known_on.isoformat(),
        "assessed_on": taken.assessed_on.isoformat(),
        "snapshot": taken.fingerprint,
        "enterprises": taken.frame.height,
        "standards": [
            {
                "tier": item.tier,
                "code": item.program.standard.code,
                "title": item.program.standard.title,
                "version": f"{item.program.standard.name}@{item.program.standard.version}",
                "fingerprint": item.program.standard.fingerprint,
                "kind": item.program.kind,
                "flags": list(item.choice.flags),
                "unchecked": item.program.standard.unchecked,
            }
            for item in selected
        ],
    }


def _finish(path: Path, marks: Mapping[str, Any]) -> None:
    """最后写标记：标记在，这一轮才算数。"""
    aside = path.with_suffix(".tmp")
    aside.write_text(json.dumps(marks, ensure_ascii=False, indent=1), encoding="utf-8")
    os.replace(aside, path)
