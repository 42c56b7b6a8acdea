"""溯源：快照里的一个数 → 口径或公式 → 各条事实 → 哪个文件哪张表哪一格、哪一批、谁何时入的账。

另给别的来源怎么说、人怎么定的；只读，不改台账。
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import polars as pl

from miaopu.ledger.decision import aliases, decisions
from miaopu.ledger.derive import Derived, derived_items
from miaopu.ledger.journal import Active, Entry, Ledger, active
from miaopu.ledger.snapshot import Snapshot
from miaopu.ledger.snapshot.roster import current_names
from miaopu.terms.complaint import Complaint, Refusal, Severity
from miaopu.terms.indicator import Indicator

NAMED = {"enterprise": "企业号", "name": "企业名称", "uscc": "统一社会信用代码"}
ANSWERS = {True: "满足", False: "不满足", None: "未知"}


@dataclass(frozen=True)
class Cell:
    """一条事实和它所在的格：value 为内部单位的整数，text 为文字；cell 为 A1 写法。"""

    indicator: str
    item: str
    period: str
    basis: str
    value: int | None
    text: str | None
    source: str
    file: str
    digest: str
    sheet: str
    cell: str
    batch: str
    received: date
    posted_by: str

    def sentence(self) -> str:
        """一句完整的中文。"""
        told = self.text if self.value is None else str(self.value)
        place = "".join((f"《{self.file}》", f"工作表“{self.sheet}”" if self.sheet else "", self.cell))
        return f"{place}：{told}（{self.basis}，批次 {self.batch}，{self.received} 收到，{self.posted_by} 入账）"


@dataclass(frozen=True)
class Counted:
    """派生时的一个条目：算不算（满足、不满足、未知），每条口径各如何，字段各出自哪一格。"""

    item: str
    answer: str
    conditions: tuple[tuple[str, str], ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Trace:
    """一个值的来历。formula 为公式或口径；facts 取用的事实，others 未取用的说法；parts 为公式里的各列。"""

    enterprise: str
    column: str
    title: str
    value: Any
    formula: str
    reason: str
    facts: tuple[Cell, ...]
    others: tuple[Cell, ...]
    items: tuple[Counted, ...] = ()
    decisions: tuple[dict[str, Any], ...] = ()
    parts: tuple["Trace", ...] = ()

    def lines(self, depth: int = 0) -> list[str]:
        """给人看的几行。"""
        pad = "　" * depth
        head = f"{pad}{self.title}（{self.column}）＝{'未知' if self.value is None else self.value}；{self.reason}"
        rows = [head, *([f"{pad}　口径：{self.formula}"] if self.formula else [])]
        rows += [f"{pad}　取自 {one.sentence()}" for one in self.facts]
        rows += [f"{pad}　另有 {one.sentence()}" for one in self.others]
        rows += [f"{pad}　条目 {one.item}：{one.answer}" for one in self.items]
        rows += [f"{pad}　决定 {one['decision']}：{one['by']} {one['day']} {one['reason']}" for one in self.decisions]
        return rows + [line for part in self.parts for line in part.lines(depth + 1)]


def trace(
    ledger: Ledger, snapshot: Snapshot, enterprise: str, column: str, *, indicators: Mapping[str, Indicator]
) -> Trace:
    """快照里一家一列的来历；没有这家、没有这列抛 Refusal。"""
    row = snapshot.frame.filter(pl.col("enterprise") == enterprise)
    if row.is_empty() or not (column in snapshot.frame.columns or column in indicators):
        found = "快照里没有这家企业" if row.is_empty() else f"快照里没有“{column}”这一列"
        raise Refusal(
            Complaint("trace-refused", Severity.REFUSE, enterprise, found, "快照里有的企业与列", "核对代码与列名")
        )
    view = _View(ledger, active(ledger, snapshot.known_on), snapshot, enterprise, row, indicators)
    return _trace(view, column)


@dataclass(frozen=True)
class _View:
    ledger: Ledger
    now: Active
    snapshot: Snapshot
    enterprise: str
    row: pl.DataFrame
    indicators: Mapping[str, Indicator]

    def cells(self, indicator: str) -> tuple[Cell, ...]:
        """该企业这个指标（或条目的全部字段）在有效批次里的全部事实。"""
        paths = self.now.files("facts.parquet")
        names = [self.enterprise, *(old for old, kept in self._aliases().items() if kept == self.enterprise)]
        mine = pl.col("enterprise").is_in(names)
        wanted = (pl.col("indicator") == indicator) | pl.col("indicator").str.starts_with(f"{indicator}.")
        facts = pl.scan_parquet(paths).filter(mine, wanted).collect() if paths else pl.DataFrame()
        entries = {entry.id: entry for entry in self.now.batches}
        return tuple(_cell(one, entries[one["batch"]]) for one in facts.to_dicts() if one["batch"] in entries)

    def _aliases(self) -> dict[str, str]:
        return aliases(decisions(self.now))


def _cell(fact: dict[str, Any], entry: Entry) -> Cell:
    place = Complaint("", Severity.INFO, "", "", "", "", row=fact["row"] or 0, column=fact["column"] or 0)
    kept = ("indicator", "item", "period", "basis", "value", "text", "source", "sheet", "batch", "received")
    return Cell(
        **{name: fact[name] for name in kept},
        file=entry.body["file"],
        digest=entry.body["digest"],
        cell=place.cell,
        posted_by=entry.by,
    )


def _trace(view: _View, column: str) -> Trace:
    if column in NAMED:
        return _named(view, column)
    derived = next((one for one in derived_items(view.indicators) if column in one.columns()), None)
    if derived is not None:
        return _derived(view, column, derived)
    one = view.indicators.get(_key(view, column))
    if one is not None and one.formula:
        return _formula(view, one)
    return _plain(view, column, one)


def _named(view: _View, column: str) -> Trace:
    """名称与代码出自名册：哪一批登记文件的哪一行。"""
    found = current_names(view.now).filter(pl.col("enterprise") == view.enterprise).to_dicts()[0]
    entry = next((one for one in view.now.batches if one.id == found["batch"]), None)
    if entry is None:
        return _founded(view, column, str(found["batch"]))
    fact = {"indicator": column, "item": "", "period": "", "basis": "未说明", "value": None, "text": found["name"]}
    place = {"source": entry.body["source"], "sheet": found["sheet"], "row": found["row"], "column": 0}
    cell = _cell({**fact, **place, "batch": entry.id, "received": entry.day}, entry)
    made = _decisions(view, column, (cell,))
    return Trace(view.enterprise, column, NAMED[column], _value(view, column), "", "名册所载", (cell,), (), (), made)


def _founded(view: _View, column: str, decision: str) -> Trace:
    """由人的决定按所写名称立的户，没有来源格。"""
    told = decisions(view.now).filter(pl.col("decision") == decision, pl.col("name") == view.row["name"][0])
    value = _value(view, column)
    made = tuple(told.to_dicts())
    return Trace(view.enterprise, column, NAMED[column], value, "", "人工决定立户", (), (), (), made)


def _key(view: _View, column: str) -> str:
    if column in view.indicators:
        return column
    return re.sub(r"_(t\d|until)$", "", column)


def _plain(view: _View, column: str, one: Indicator | None) -> Trace:
    title = one.title if one else column
    told = view.cells(_key(view, column))
    year = re.search(r"_t(\d)$", column)
    if one is not None and one.period == "year" and year:
        told = tuple(cell for cell in told if cell.period[:4] == str(view.snapshot.assessed_on.year - int(year[1])))
    chosen = view.snapshot.origin_of(view.enterprise, re.sub("_until$", "", column))
    facts, others = _split(told, chosen)
    made = _decisions(view, _key(view, column), told)
    definition = one.definition if one else ""
    value = _value(view, column)
    return Trace(
        view.enterprise,
        column,
        title,
        value,
        definition,
        _reason(view, column, value, facts, made),
        facts,
        others,
        (),
        made,
    )


def _split(told: tuple[Cell, ...], chosen: pl.DataFrame) -> tuple[tuple[Cell, ...], tuple[Cell, ...]]:
    marks = {
        (one["source"], one["batch"], one["sheet"], one["period"], one["basis"], _a1(one)) for one in chosen.to_dicts()
    }
    taken = [(cell.source, cell.batch, cell.sheet, cell.period, cell.basis, cell.cell) in marks for cell in told]
    facts = tuple(cell for cell, mark in zip(told, taken, strict=True) if mark)
    return facts, tuple(cell for cell, mark in zip(told, taken, strict=True) if not mark)


def _a1(origin: dict[str, Any]) -> str:
    row, column = origin["row"] or 0, origin["cell"] or 0
    return Complaint("", Severity.INFO, "", "", "", "", row=row, column=column).cell


def _value(view: _View, column: str) -> Any:
    return view.row[column][0] if column in view.row.columns else None


def _reason(view: _View, column: str, value: Any, facts: tuple[Cell, ...], made: tuple[dict[str, Any], ...]) -> str:
    found = view.snapshot.conflicts.filter(pl.col("enterprise") == view.enterprise, pl.col("column") == column)
    if any(one["kind"] == "judgement" for one in made) and value is not None:
        return "人工核定"
    if found.height:
        return "；".join(found["rule"])
    if facts:
        return "各来源没有分歧" if value is not None else "只见过期的记载，现况未知"
    return "没有任何来源提供" if value is None else "完整名单里没有这家"


def _decisions(view: _View, key: str, told: tuple[Cell, ...]) -> tuple[dict[str, Any], ...]:
    table = decisions(view.now).filter(pl.col("enterprise") == view.enterprise)
    batches = {cell.batch for cell in told}
    about = pl.col("indicator").str.split_exact(".", 1).struct.field("field_0") == key.partition(".")[0]
    released = (pl.col("kind") == "identity") & (pl.col("batch").is_in(batches) | pl.col("other").is_not_null())
    return tuple(table.filter(about | released).to_dicts())


def _formula(view: _View, one: Indicator) -> Trace:
    names = [name for name in re.findall(r"[a-z][a-z0-9_]*", one.formula) if name in view.row.columns]
    parts = tuple(_trace(view, name) for name in dict.fromkeys(names))
    return Trace(
        view.enterprise, one.key, one.title, _value(view, one.key), one.formula, "按公式算得", (), (), (), (), parts
    )


def _derived(view: _View, column: str, derived: Derived) -> Trace:
    told = view.cells(derived.items)
    rated = _rated(view, derived)
    items = tuple(_counted(one, derived, told) for one in rated.to_dicts())
    used = tuple(cell for one in items for cell in one.cells)
    others = tuple(cell for cell in told if cell not in used)
    text = f"{derived.definition}（{'；'.join(one.text for one in derived.where)}）"
    made = _decisions(view, derived.items, told)
    reason = f"由 {len(items)} 个条目数得" if items else "没有条目"
    return Trace(view.enterprise, column, derived.title, _value(view, column), text, reason, (), others, items, made)


def _rated(view: _View, derived: Derived) -> pl.DataFrame:
    mine = view.snapshot.items[derived.items].filter(pl.col("enterprise") == view.enterprise)
    conditions = [one.truth(view.snapshot.assessed_on).alias(f"c{n}") for n, one in enumerate(derived.where)]
    return mine.select("item", "listed", *conditions)


def _counted(row: dict[str, Any], derived: Derived, told: tuple[Cell, ...]) -> Counted:
    answers = [row["listed"], *(row[f"c{n}"] for n in range(len(derived.where)))]
    whole = False if False in answers else (None if None in answers else True)
    names = ["在完整名单上", *(one.text for one in derived.where)]
    conditions = tuple((name, ANSWERS[one]) for name, one in zip(names, answers, strict=True))
    return Counted(row["item"], ANSWERS[whole], conditions, tuple(cell for cell in told if cell.item == row["item"]))
