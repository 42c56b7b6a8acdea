"""基线：入库时一家的取定值与各条款的状态，写成一行 JSON，整批一个文件，逐行盖 SM3 摘要；写下后不改，读时核对。"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import polars as pl
from django.conf import settings

from miaopu.access.act import Wrong
from miaopu.desk.screened import by_tier
from miaopu.ledger.journal.chain import digest
from miaopu.selection.city import city
from miaopu.selection.library.models import Member
from miaopu.selection.library.watch.gauge import gauges
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.queries import judge
from miaopu.selection.screening.rounds.kept import reopened
from miaopu.standards.explain.firm import assess_row
from miaopu.standards.judge import MISSING
from miaopu.standards.run import WIDE, Run, Selected
from miaopu.standards.tree.state import State

FOLDER = "library/baselines"
ALWAYS = ("status", "entity_type", "industry", "region")
"""不论标准用不用都留的列。"""


@dataclass(frozen=True)
class Stand:
    """一家在一轮里的样子：values 用到的列的值，clauses 条款 → （状态代码，名称，实际，差距，第一个数的列名）。"""

    enterprise: str
    round: str
    standard: str
    values: Mapping[str, Any]
    clauses: Mapping[str, Sequence[Any]]

    def line(self) -> str:
        """写进文件的一行。"""
        return json.dumps(self.__dict__, ensure_ascii=False, sort_keys=True, default=_plain, separators=(",", ":"))


def _plain(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def stands(found: Round, tier: str, enterprises: Iterable[str]) -> dict[str, Stand]:
    """若干家在一轮里的样子；这一轮没有这个层级的标准抛 Wrong。"""
    run = reopened(found)
    selected = _selected(run, tier)
    wanted = pl.scan_parquet(run.folder / WIDE).filter(pl.col("enterprise").is_in(list(enterprises)))
    return {row["enterprise"]: _stand(found.code, selected, row) for row in wanted.collect().to_dicts()}


def _selected(run: Run, tier: str) -> Selected:
    program = by_tier(run).get(tier)
    for one in run.selected:
        if one.program is program:
            return one
    raise Wrong(f"轮次里没有层级“{tier}”的标准；请换一轮")


def _stand(code: str, selected: Selected, row: Mapping[str, Any]) -> Stand:
    """条款的编号前加标准代码，正是“数的来历”认的写法。"""
    assessed = next(iter(assess_row([selected], row, judge(city()), lambda name: MISSING)))
    standard = selected.program.standard.code
    clauses, used = {}, dict.fromkeys((*ALWAYS, *(one.column for one in gauges())))
    for top in assessed.reasons:
        for _, one in top.walk():
            clauses[f"{standard}:{one.id}"] = (int(one.state), one.title, one.actual, one.gap)
            used |= dict.fromkeys(one.inputs)
    return Stand(row["enterprise"], code, standard, {name: row[name] for name in used if name in row}, clauses)


def freeze(members: Sequence[Member], tier: str, found: Round) -> None:
    """写一个文件，每家一行，并在各件上记下文件、行号与摘要（不存库，由调用的动作一并存）。"""
    told = stands(found, tier, [one.enterprise for one in members])
    lines = [told[one.enterprise].line() if one.enterprise in told else None for one in members]
    content = "\n".join(line or "" for line in lines).encode()
    place = f"{FOLDER}/{digest(content).partition(':')[2][:24]}.jsonl"
    path = Path(settings.HOME) / place
    path.parent.mkdir(parents=True, exist_ok=True)
    if not path.is_file():
        fresh = path.with_suffix(".part")
        fresh.write_bytes(content)
        fresh.replace(path)
    for number, (one, line) in enumerate(zip(members, lines, strict=True), 1):
        if line is not None:
            one.baseline_file, one.baseline_line, one.baseline_seal = place, number, digest(line.encode())
            one.watched = found.code


def frozen(one: Member) -> Stand | None:
    """读一家的基线；没有为 None，与摘要对不上抛 Wrong。"""
    if one.baseline_file is None or one.baseline_line is None or one.baseline_seal is None:
        return None
    path = Path(settings.HOME) / one.baseline_file
    if not path.is_file():
        raise Wrong(f"“{one.name}”的基线文件不在了；请从备份恢复 {one.baseline_file}")
    lines = _lines(path, path.stat().st_mtime_ns, path.stat().st_size)
    line = lines[one.baseline_line - 1] if one.baseline_line <= len(lines) else ""
    if digest(line.encode(), one.baseline_seal.partition(":")[0]) != one.baseline_seal:
        raise Wrong(f"“{one.name}”的基线与入库时的摘要对不上，文件被改过；请保全现场并从备份恢复")
    return Stand(**json.loads(line))


@lru_cache(maxsize=16)
def _lines(path: Path, changed: int, size: int) -> list[str]:
    """一个基线文件的各行；changed、size 只作缓存的键，文件一动就重读。"""
    return path.read_text(encoding="utf-8").split("\n")


@dataclass(frozen=True)
class Change:
    """一条条款的前后：状态字、实际值；worse 为真是原来满足、现在不满足或待核。"""

    clause: str
    title: str
    before: str
    after: str
    before_actual: str
    after_actual: str
    gap: str
    worse: bool
    same: bool


def compared(then: Stand, now: Stand) -> list[Change]:
    """基线的各条款与现在并排；标准换了版本、对不上编号的另写“没有这一条”。"""
    out = []
    for clause, (state, title, actual, _gap) in then.clauses.items():
        other = now.clauses.get(clause)
        after = State(other[0]) if other else None
        before = State(state)
        worse = before.met and (after is not None and not after.met)
        words = after.word if after is not None else "没有这一条（标准换了版本）"
        out.append(
            Change(
                clause, title, before.word, words, actual, other[2] if other else "", other[3] if other else "",
                worse, after == before and actual == (other[2] if other else ""),
            )
        )  # fmt: skip
    return out
