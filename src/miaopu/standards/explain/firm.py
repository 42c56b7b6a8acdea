"""一家：一轮评估里找一家、它的各列出自哪一格、对全部标准的判定与说理；行式现算，只读这一家，不改任何文件。"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import Any

import polars as pl

from miaopu.ledger.journal import Ledger, active
from miaopu.standards.engine.measure import UNITS, number
from miaopu.standards.explain.reason import Reason, explain, plain
from miaopu.standards.judge import MISSING, STALE, Judge, Judgement
from miaopu.standards.run import CONFLICTS, ORIGIN, WIDE, Run, Selected
from miaopu.standards.tree.vocabulary import Vocabulary
from miaopu.terms.complaint import Complaint, Refusal, Severity

KINDS = {"value": "conflicting", "basis": "conflicting", "stale": STALE}
"""冲突表的 kind → 未定的原因。"""
NEAR = 5
Why = Callable[[str], str]


@dataclass(frozen=True)
class Origin:
    """一列取定的值出自哪一格；cell 为 A1 写法，没有工作表的文件 sheet 为空串。"""

    column: str
    item: str
    source: str
    batch: str
    file: str
    sheet: str
    cell: str
    period: str
    basis: str
    received: date

    def sentence(self, title: str) -> str:
        """一句：中文名 ← 文件、表、格、批次。"""
        sheet = f"工作表“{self.sheet}”" if self.sheet else ""
        return f"{title} ← 《{self.file}》{sheet}{self.cell}（批次 {self.batch}）"


@dataclass(frozen=True)
class Assessed:
    """一家对一份标准：selected 标准与选择的依据，judgement 判定，reasons 说明树。"""

    selected: Selected
    judgement: Judgement
    reasons: tuple[Reason, ...]


def find_firm(found: Run, name: str) -> dict[str, Any]:
    """按代码、企业号或全名找一家，给它的宽表行；没有或不止一家抛 Refusal，列出名称相近的。"""
    key = name.strip()
    names = pl.scan_parquet(found.folder / WIDE).select("enterprise", "name", "uscc")
    wanted = (pl.col("enterprise") == key.upper()) | (pl.col("uscc") == key.upper()) | (pl.col("name") == key)
    direct = found.firm(key.upper())
    if direct is not None:
        return direct
    rows = names.filter(wanted).collect().to_dicts()
    if len(rows) == 1:
        return found.firm(rows[0]["enterprise"]) or {}
    near = names.filter(pl.col("name").str.contains(key, literal=True)).head(NEAR).collect()["name"].to_list()
    hint = f"；名称里含有它的有：{'、'.join(near)}" if near else ""
    told = f"按“{name}”找到 {len(rows)} 家企业{hint}"
    wanted_words = ("一家的统一社会信用代码或全名", "核对代码或名称")
    raise Refusal(Complaint("firm-not-one", Severity.REFUSE, name, told, *wanted_words))


def files_of(ledger: Ledger, known_on: date) -> dict[str, str]:
    """有效批次 → 文件名。"""
    return {entry.id: entry.body["file"] for entry in active(ledger, known_on).batches}


def origins(found: Run, enterprise: str, files: Mapping[str, str]) -> dict[str, tuple[Origin, ...]]:
    """列名 → 取定的值出自哪些格（条目字段一件一格，其余一格）；派生的、由名单得“无”的没有。"""
    table = pl.scan_parquet(found.folder / ORIGIN).filter(pl.col("enterprise") == enterprise).collect()
    out: dict[str, list[Origin]] = {}
    for row in table.iter_rows(named=True):
        out.setdefault(row["column"], []).append(_origin(row, files))
    return {column: tuple(told) for column, told in out.items()}


def origin_cells(
    found: Run, enterprises: Iterable[str], files: Mapping[str, str], columns: Iterable[str]
) -> dict[tuple[str, str], str]:
    """（企业号，列名）→ 取定的值出自哪个文件哪一格的话；一次读许多家的几列，派生的列没有。"""
    wanted = pl.col("enterprise").is_in(list(enterprises)), pl.col("column").cast(pl.String).is_in(list(columns))
    table = pl.scan_parquet(found.folder / ORIGIN).filter(*wanted, pl.col("item") == "").collect()
    told = ((row["enterprise"], _origin(row, files)) for row in table.iter_rows(named=True))
    return {(firm, one.column): one.sentence("").removeprefix(" ← ") for firm, one in told}


def _origin(row: Mapping[str, Any], files: Mapping[str, str]) -> Origin:
    place = Complaint("", Severity.INFO, "", "", "", "", row=row["row"] or 0, column=row["cell"] or 0).cell
    kept = {name: row[name] or "" for name in ("column", "item", "source", "batch", "sheet", "period", "basis")}
    return Origin(file=files.get(row["batch"], ""), cell=place, received=row["received"], **kept)


def why(found: Run, enterprise: str) -> Why:
    """某列为什么未知：有未决的分歧、核定过期，或缺数。"""
    return why_of(pl.scan_parquet(found.folder / CONFLICTS).filter(pl.col("enterprise") == enterprise).collect())


def why_of(conflicts: pl.DataFrame) -> Why:
    """同上，由一家的冲突表（快照的 conflicts 里这一家的行）给出。"""
    mine = conflicts.filter(pl.col("chosen").is_null(), pl.col("kind") != "ground")
    kinds = {row["column"]: KINDS.get(row["kind"], MISSING) for row in mine.select("column", "kind").to_dicts()}
    return lambda name: kinds.get(name, MISSING)


def assess_firm(
    found: Run,
    row: Mapping[str, Any],
    judge: Judge,
    told: Mapping[str, tuple[Origin, ...]],
    only: Callable[[Selected], bool] = lambda item: True,
) -> Iterator[Assessed]:
    """一家对这一轮全部标准（或 only 挑出的）的判定与说理，次序同这一轮。

    row 是 find_firm 或 Run.firm 给的宽表行；judge 留着重用，行式不必重编；told 见 origins。
    """
    title = judge.library.vocabulary.title
    wanted = filter(only, found.selected)
    yield from assess_row(wanted, row, judge, why(found, row["enterprise"]), sentences(told, title))


def assess_row(
    wanted: Iterable[Selected],
    row: Mapping[str, Any],
    judge: Judge,
    reason: Why,
    origin: Callable[[str], str] = lambda name: "",
) -> Iterator[Assessed]:
    """一行宽表对若干份标准的判定与说理，次序同 wanted；reason 见 why，origin 列名 → 出处句子。"""
    title = judge.library.vocabulary.title
    for item in wanted:
        program = item.program
        judgement = judge.judge(program.standard, row, program.assessed_on, program.kind, why=reason)
        yield Assessed(item, judgement, explain(judgement, title, origin))


def sentences(told: Mapping[str, tuple[Origin, ...]], title: Callable[[str], str]) -> Callable[[str], str]:
    """列名 → 出处句子；没有为空串。"""
    return lambda name: told[name][-1].sentence(title(name)) if name in told else ""


def computed(vocabulary: Vocabulary, row: Mapping[str, Any]) -> Callable[[str], str]:
    """公式列 → 人读的值（精确算得，只在显示时舍入）；缺数、分母不为正时为空串。给 ledger.trace.trace 用。"""

    def told(column: str) -> str:
        one = vocabulary.indicator(column)
        if one is None:
            return ""
        name = f"{column}_t1" if one.period == "year" and column == one.key else column
        value = number(vocabulary.lookup(name), row, {})
        return "" if value is None else _shown(value[0], one.kind, one.unit)

    return told


def _shown(value: Fraction, kind: str, unit: str) -> str:
    known = UNITS[kind]
    return plain(value / known.size, 2) + (known.word or unit)
