"""下一个数：一家（或一批）对一个层级先补哪个数；照这一轮筛选所知，已经不满足的条款当作由方案办到。不改台账。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl

from miaopu.desk.dossier import Reading
from miaopu.desk.signals.ask import Asker, selected_of
from miaopu.desk.workspace import Workspace
from miaopu.plan.next_datum import Datum, ranked
from miaopu.plan.solver.target import Target, target_of
from miaopu.plan.supposed import supposing
from miaopu.standards.judge import Judge
from miaopu.standards.run import reopen
from miaopu.standards.tree.state import Verdict
from miaopu.terms.complaint import Complaint, Refusal, Severity


@dataclass(frozen=True)
class NextData:
    """一家要补的数：verdict 是这一轮的结论，failing 是已经不满足的条款（先当作由方案办到）；data 先补的在前，没有要补的为空。"""

    enterprise: str
    standard: str
    verdict: Verdict
    failing: tuple[str, ...]
    data: tuple[Datum, ...]

    @property
    def first(self) -> Datum | None:
        """先补的那个。"""
        return self.data[0] if self.data else None


def next_datum_for(reading: Reading, enterprise: str, tier: str) -> NextData:
    """一家先补哪个数：tier 是层级或标准代码。没有这家、这一轮没有评这份标准抛 Refusal。"""
    return next_data_for(reading, (enterprise,), tier)[enterprise]


def next_data_for(reading: Reading, enterprises: Iterable[str], tier: str) -> dict[str, NextData]:
    """一批各先补哪个数，次序同给入；错误同 next_datum_for。可比的一池一轮只造一回，同一进程里各页共用。"""
    asked = list(dict.fromkeys(enterprises))
    standard = selected_of(reading.run, tier).program.standard
    asker, target = _shared(reading.run.folder, reading.space, standard.code)
    rows = {row["enterprise"]: row for row in _rows(asker, asked)}
    for enterprise in asked:
        if enterprise not in rows:
            told = (f"这一轮里没有企业“{enterprise}”", "一家现有的企业号", "核对企业号；已并入别家的用现用号")
            raise Refusal(Complaint("firm-not-one", Severity.REFUSE, enterprise, *told))
    return {one: _one(asker, target, rows[one]) for one in asked}


def _rows(asker: Asker, enterprises: list[str]) -> list[dict[str, Any]]:
    return asker.frame.filter(pl.col("enterprise").is_in(enterprises)).to_dicts()


def _one(asker: Asker, target: Target, row: Mapping[str, Any]) -> NextData:
    rest = supposing(target, asker.leaves, row)
    data = ranked(rest.form, row, asker.pool, asker.ways, rest.leaves)
    verdict = Verdict(target.form.raw(row)[0])
    return NextData(row["enterprise"], target.form.program.standard.code, verdict, rest.failing, data)


@lru_cache(maxsize=4)
def _shared(folder: Path, space: Workspace, code: str) -> tuple[Asker, Target]:
    """一轮一份标准共用的：可比的一池与行式。"""
    run = reopen(folder, space.catalog, space.library)
    asker = Asker(Reading(space, run, Judge(space.library)), selected_of(run, code))
    return asker, target_of(asker.form)
