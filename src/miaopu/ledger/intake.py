"""收件：一份部门文件走完 读入 → 对主体 → 入账；同一份文件不收两次；试收（dry_run）什么也不写。"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from miaopu.ledger.decision import worded
from miaopu.ledger.journal import Ledger, active
from miaopu.ledger.post import HELD, POSTED, Batch, batch_of, post
from miaopu.ledger.reading.fact.doubt import WHOLE, settle
from miaopu.ledger.reading.pile import Pile
from miaopu.ledger.reading.read import comparable, read
from miaopu.ledger.record import RESOLUTION_SCHEMA, Outcome, Reading
from miaopu.ledger.resolve import Registry, broken_codes, resolve
from miaopu.ledger.resolve.settle import packaged_districts
from miaopu.ledger.ruling import Decision
from miaopu.ledger.snapshot import registry
from miaopu.ledger.source import Sources
from miaopu.terms.complaint import Complaint, Severity

GROUND = "registration"
"""登记来源：只有它可以立新主体，也总是先收。"""

REPORTED = ("county", "firm")
"""县区与企业自报的来源：等各部门的大表入了账再收，好拿部门的数疑单位。"""

FIRST = ("tax", "registry_report", "statistics", "hrss")
"""登记之后先收的部门大表。"""

NAMES_LAST = ("变更", "曾用名")
"""登记来源里要等名册立好再收的文件名字眼。"""

Tell = Callable[[str, float], None]
"""正在做哪一步、全程做到几成；它抛错即停，什么也不入账。"""
READ_SHARE = 0.7
"""读入约占全程的七成。"""


def unheard(step: str, share: float) -> None:
    """没有人要听。"""


@dataclass(frozen=True)
class Receipt:
    """一份文件的收件结果。batch 为 None 即没有入账（拒收或试收）；seconds 是各步用时（秒）。"""

    path: Path
    reading: Reading | None
    resolution: pl.DataFrame
    batch: Batch | None
    seconds: dict[str, float] = field(default_factory=dict)

    @property
    def refused(self) -> bool:
        """整份拒收。"""
        return self.reading is not None and self.reading.refused

    @property
    def outcomes(self) -> dict[str, int]:
        """各去向的行数。"""
        counts = dict(self.resolution.group_by("outcome").len().iter_rows())
        return {one.value: counts.get(one.value, 0) for one in Outcome}


class Intake:
    """一次收件：记住名册，收过登记文件后重取。"""

    def __init__(
        self,
        ledger: Ledger,
        sources: Sources,
        *,
        received: date,
        by: str,
        accept_units: bool = False,
        note: str = "",
    ) -> None:
        self.ledger, self.sources, self.received, self.by = ledger, sources, received, by
        self.accept_units, self.note = accept_units, note
        self._registry: Registry | None = None
        self._decided: list[Decision] | None = None
        self._known: dict[str, pl.DataFrame] = {}

    def registry(self) -> Registry:
        """收件日所知的名册。"""
        if self._registry is None:
            self._registry = Registry(registry(self.ledger, self.received), packaged_districts())
        return self._registry

    def decided(self) -> list[Decision]:
        """收件日有效的主体决定，写法相同的行照办。"""
        if self._decided is None:
            self._decided = worded(active(self.ledger, self.received))
        return self._decided

    def take(self, path: Path, *, source: str | None = None, dry_run: bool = False, tell: Tell = unheard) -> Receipt:
        """收一份文件。读不懂的整份拒收，句子在 reading.complaints 里；收过的直接给出原批次。"""
        seconds: dict[str, float] = {}
        earlier = None if dry_run else posted_before(self.ledger, path, self.received, self.accept_units)
        if earlier is not None:
            return Receipt(path, None, pl.DataFrame(schema=RESOLUTION_SCHEMA), earlier)
        tell("读入", 0.0)
        reading = _timed(seconds, "读入", lambda: self._read(path, source, tell))
        if reading.refused:
            return Receipt(path, reading, pl.DataFrame(schema=RESOLUTION_SCHEMA), None, seconds)
        if not self.accept_units:
            reading = held_back(reading, self.sources)
        tell("取名册", READ_SHARE)
        self.registry()
        tell("对主体", 0.8)
        resolution = _timed(seconds, "对主体", lambda: self._resolve(reading, tell))
        reading = self._settled(reading, resolution)
        batch = None
        if not dry_run:
            tell("入账", 0.9)
            batch = _timed(seconds, "入账", lambda: self._post(reading, resolution))
        return Receipt(path, reading, resolution, batch, seconds)

    def _read(self, path: Path, source: str | None, tell: Tell) -> Reading:
        return read(
            path,
            self.sources,
            source=source,
            earlier=lambda: self.earlier(tell),
            progress=lambda stage, share: tell(f"读入：{stage}", share * READ_SHARE),
        )

    def earlier(self, tell: Tell = unheard) -> pl.DataFrame:
        """台账里已有的年度金额：uscc、indicator、period、value，后收到的在先；每个批次只读一次。"""
        money = comparable(self.sources)
        for entry in active(self.ledger, self.received).batches:
            if entry.id not in self._known and not money.isdisjoint(entry.body["spread"]):
                tell("读入：与以前的数比", READ_SHARE * 0.9)
                self._known[entry.id] = _amounts(self.ledger.file(entry, "facts.parquet"), money)
        tables = [pl.DataFrame(schema=AMOUNTS), *reversed(self._known.values())]
        return pl.concat(tables).unique(["uscc", "indicator", "period"], keep="first", maintain_order=True)

    def _resolve(self, reading: Reading, tell: Tell) -> pl.DataFrame:
        return resolve(
            reading.rows,
            self.registry(),
            self.decided(),
            may_create=self.sources[reading.source].creates,
            tell=lambda share: tell("对主体", 0.8 + share / 10),
        )

    def _settled(self, reading: Reading, resolution: pl.DataFrame) -> Reading:
        """对上同一企业的各行（写法不同，读的时候认不出是一家的）再看一遍重复：相冲突的都不入账。"""
        told = Pile((*reading.complaints, *broken_codes(reading, resolution)))
        owners = resolution.filter(pl.col("outcome").is_in([*POSTED])).select("row_id", key="enterprise")
        kept = settle(owners, reading.facts, reading.file, told, self.sources.key_fields)
        return replace(reading, facts=kept, complaints=tuple(told))

    def _post(self, reading: Reading, resolution: pl.DataFrame) -> Batch:
        creates = self.sources[reading.source].creates
        if creates:
            self._registry = None
        return post(
            self.ledger,
            reading,
            resolution,
            received=self.received,
            posted_by=self.by,
            note=self.note,
            may_create=creates or None,
        )


AMOUNTS = {"uscc": pl.String, "indicator": pl.String, "period": pl.String, "value": pl.Int64}


def _amounts(path: Path | None, money: frozenset[str]) -> pl.DataFrame:
    if path is None:
        return pl.DataFrame(schema=AMOUNTS)
    wanted = pl.scan_parquet(path).filter(pl.col("indicator").is_in(list(money)))
    return wanted.select(uscc="enterprise", indicator="indicator", period="period", value="value").collect()


def held_back(reading: Reading, sources: Sources) -> Reading:
    """整列疑单位写错的先不入账：一列可疑扣这一列，两列以上可疑扣这张表的全部金额；确认后另收（accept_units）。"""
    doubted: dict[str, set[int]] = {}
    for one in reading.complaints:
        if one.code == WHOLE:
            doubted.setdefault(one.sheet, set()).add(one.column)
    if not doubted:
        return reading
    money = [key for key, one in sources.indicators.items() if one.kind == "money"]
    held, told = pl.lit(False), []
    for sheet, columns in doubted.items():
        own = pl.col("column").is_in(list(columns)) if len(columns) == 1 else pl.col("indicator").is_in(money)
        held = held | ((pl.col("sheet") == sheet) & own)
        what = "这一列" if len(columns) == 1 else "这张表的全部金额"
        found = f"单位多半写错，{what}暂不入账"
        remedy = "改正单位后重报；确认单位无误的，撤回这一批，再以 --accept-units 收"
        told.append(
            Complaint(
                HELD, Severity.REJECT, reading.file, found, "与税务等来源一致的单位", remedy, sheet, 1, min(columns)
            )
        )
    return replace(reading, facts=reading.facts.filter(~held), complaints=(*reading.complaints, *told))


def posted_before(ledger: Ledger, path: Path, known_on: date, accept_units: bool = False) -> Batch | None:
    """这份文件（按字节摘要）在 known_on 已有的有效批次；没有为 None。accept_units 见 post.batch_of。"""
    if not path.is_file():
        return None
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    for entry in active(ledger, known_on).batches:
        if entry.body["digest"] == digest:
            return batch_of(entry, repeated=True, accept_units=accept_units)
    return None


def in_order(paths: Iterable[Path]) -> list[Path]:
    """收件次序：登记名册、登记变更、部门大表、其余部门、县区与企业自报；同类按路径。"""

    def rank(path: Path) -> tuple[int, str]:
        if GROUND in path.parts or "登记" in path.name:
            return int(any(word in path.name for word in NAMES_LAST)), str(path)
        groups = ((2, FIRST), (4, REPORTED))
        return next((place for place, codes in groups if not set(codes).isdisjoint(path.parts)), 3), str(path)

    return sorted(paths, key=rank)


def _timed(seconds: dict[str, float], step: str, work: Callable[[], Any]) -> Any:
    start = time.perf_counter()
    out = work()
    seconds[step] = time.perf_counter() - start
    return out
