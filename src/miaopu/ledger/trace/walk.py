"""溯源：快照里的一个数 → 口径或公式 → 各条事实 → 哪个文件哪张表哪一格、哪一批、谁何时入的账。

另给别的来源怎么说、人怎么定的；只读，不改台账。
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import polars as pl

from miaopu.ledger.decision import decisions
from miaopu.ledger.derive import Derived, derived_items
from miaopu.ledger.journal import Ledger, active
from miaopu.ledger.snapshot import Snapshot
from miaopu.ledger.snapshot.roster import current_names
from miaopu.ledger.trace.cell import Cell, View, cell_of
from miaopu.ledger.trace.wording import Wording
from miaopu.terms.complaint import Complaint, Refusal, Severity
from miaopu.terms.indicator import Indicator
from miaopu.terms.shown import UNKNOWN, shown

NO_SOURCES: Mapping[str, Any] = MappingProxyType({})
NAMED = {"enterprise": "企业号", "name": "企业名称", "uscc": "统一社会信用代码"}
ANSWERS = {True: "满足", False: "不满足", None: "未知"}


@dataclass(frozen=True)
class Counted:
    """派生时的一个条目：算不算（满足、不满足、未知），每条口径各如何，字段各出自哪一格。"""

    item: str
    answer: str
    conditions: tuple[tuple[str, str], ...]
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Trace:
    """一个值的来历。formula 为公式或口径；shown 是人读的值；facts 取用的事实，others 未取用的说法；parts 为公式里的各列。"""

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
    shown: str = ""

    def lines(self, depth: int = 0) -> list[str]:
        """给人看的几行。"""
        pad = "　" * depth
        told = self.shown if self.shown not in ("", UNKNOWN) else "未知"
        head = f"{pad}{self.title}（{self.column}）＝{told}；{self.reason}"
        rows = [head, *([f"{pad}　口径：{self.formula}"] if self.formula else [])]
        rows += [f"{pad}　取自 {one.sentence()}" for one in self.facts]
        rows += [f"{pad}　另有 {one.sentence()}" for one in self.others]
        rows += [f"{pad}　条目 {one.item}：{one.answer}" for one in self.items]
        rows += [f"{pad}　决定 {one['decision']}：{one['by']} {one['day']} {one['reason']}" for one in self.decisions]
        return rows + [line for part in self.parts for line in part.lines(depth + 1)]


def trace(
    ledger: Ledger,
    snapshot: Snapshot,
    enterprise: str,
    column: str,
    *,
    indicators: Mapping[str, Indicator],
    sources: Any = NO_SOURCES,
    computed: Callable[[str], str] = lambda column: "",
) -> Trace:
    """快照里一家一列的来历；没有这家、没有这列抛 Refusal。快照只含这一家也一样。

    sources 来源声明，给部门与条目字段的中文叫法；computed 公式列 → 人读的值（公式由标准层算，见 standards.explain）。
    """
    return traced(view_of(ledger, snapshot, enterprise, indicators, sources), column, computed)


def view_of(
    ledger: Ledger, snapshot: Snapshot, enterprise: str, indicators: Mapping[str, Indicator], sources: Any = NO_SOURCES
) -> View:
    """一家在一次快照里，事实用到才读、读一遍；没有这家，row 为空。"""
    row = snapshot.frame.filter(pl.col("enterprise") == enterprise)
    return View(active(ledger, snapshot.known_on), snapshot, enterprise, row, Wording(indicators, sources))


def traced(view: View, column: str, computed: Callable[[str], str] = lambda column: "") -> Trace:
    """同 trace；一家要问许多列的，共用一个 view。"""
    if view.row.is_empty() or not _known(view, column):
        found = "快照里没有这家企业" if view.row.is_empty() else f"快照里没有“{column}”这一列"
        told = (found, "快照里有的企业与列", "核对代码与列名")
        raise Refusal(Complaint("trace-refused", Severity.REFUSE, view.enterprise, *told))
    return _trace(view, column, computed)


def _known(view: View, column: str) -> bool:
    one = view.wording.indicators.get(_key(view, column))
    return column in view.row.columns or column in view.wording.indicators or bool(one and one.formula)


def _trace(view: View, column: str, computed: Callable[[str], str]) -> Trace:
    if column in NAMED:
        return _named(view, column)
    indicators = view.wording.indicators
    derived = next((one for one in derived_items(indicators) if column in one.columns()), None)
    if derived is not None:
        return _derived(view, column, derived)
    one = indicators.get(_key(view, column))
    if one is not None and one.formula:
        return _formula(view, column, one, computed)
    return _plain(view, column, one)


def _named(view: View, column: str) -> Trace:
    """名称与代码出自名册：哪一批登记文件的哪一行。"""
    found = current_names(view.now, view.said).to_dicts()[0]
    entry = next((one for one in view.now.batches if one.id == found["batch"]), None)
    if entry is None:
        return _founded(view, column, str(found["batch"]))
    fact = {"indicator": column, "item": "", "period": "", "basis": "未说明", "value": None, "text": found["name"]}
    place = {"source": entry.body["source"], "sheet": found["sheet"], "row": found["row"], "column": 0}
    cell = cell_of({**fact, **place, "batch": entry.id, "received": entry.day}, entry, view.wording)
    made = _decisions(view, column, (cell,))
    value = view.value(column)
    shown = UNKNOWN if value is None else str(value)
    return Trace(view.enterprise, column, NAMED[column], value, "", "名册所载", (cell,), (), (), made, shown=shown)


def _founded(view: View, column: str, decision: str) -> Trace:
    """由人的决定按所写名称立的户，没有来源格。"""
    told = decisions(view.now).filter(pl.col("decision") == decision, pl.col("name") == view.value("name"))
    value = view.value(column)
    made, text = tuple(told.to_dicts()), UNKNOWN if value is None else str(value)
    return Trace(view.enterprise, column, NAMED[column], value, "", "人工决定立户", (), (), (), made, shown=text)


def _key(view: View, column: str) -> str:
    if column in view.wording.indicators:
        return column
    return re.sub(r"_(t\d|until)$", "", column)


def _plain(view: View, column: str, one: Indicator | None) -> Trace:
    told = view.cells(_key(view, column))
    year = re.search(r"_t(\d)$", column)
    if one is not None and one.period == "year" and year:
        told = tuple(cell for cell in told if cell.period[:4] == str(view.snapshot.assessed_on.year - int(year[1])))
    facts, others = view.split(told, re.sub("_until$", "", column))
    made = _decisions(view, _key(view, column), told)
    definition = one.definition if one else ""
    value = view.value(column)
    return Trace(
        view.enterprise,
        column,
        view.wording.title(column),
        value,
        definition,
        _reason(view, column, value, facts, made),
        facts,
        others,
        (),
        made,
        shown=view.wording.shown(column, value),
    )


def _reason(view: View, column: str, value: Any, facts: tuple[Cell, ...], made: tuple[dict[str, Any], ...]) -> str:
    found = [one["rule"] for one in view.conflicts if one["column"] == column]
    if any(one["kind"] == "judgement" for one in made) and value is not None:
        return "人工核定"
    if found:
        return "；".join(found)
    if facts:
        return "各来源没有分歧" if value is not None else "只见过期的记载，现况未知"
    return "没有任何来源提供" if value is None else "完整名单里没有这家"


def _decisions(view: View, key: str, told: tuple[Cell, ...]) -> tuple[dict[str, Any], ...]:
    table = decisions(view.now).filter(pl.col("enterprise") == view.enterprise)
    batches = {cell.batch for cell in told}
    about = pl.col("indicator").str.split_exact(".", 1).struct.field("field_0") == key.partition(".")[0]
    released = (pl.col("kind") == "identity") & (pl.col("batch").is_in(batches) | pl.col("other").is_not_null())
    return tuple(table.filter(about | released).to_dicts())


def _formula(view: View, column: str, one: Indicator, computed: Callable[[str], str]) -> Trace:
    parts = tuple(_trace(view, name, computed) for name in _operands(view, column, one))
    told = (view.enterprise, column, view.wording.title(column), view.value(column), one.formula, "按公式算得")
    return Trace(*told, (), (), (), (), parts, computed(column))


def _operands(view: View, column: str, one: Indicator) -> list[str]:
    """公式里的各列，先后同公式；年度公式（rd / revenue）按所问的年落到列，prev 再早一年；早于所存各年的没有列。"""
    year = re.search(r"_t(\d)$", column)
    slot = int(year[1]) if year else 1
    found = []
    for before, name in re.findall(r"(prev\()?\b([a-z][a-z0-9_]*)\b(?!\()", one.formula):
        part = view.wording.indicators.get(name)
        dated = f"{name}_t{slot + bool(before)}" if part is not None and part.period == "year" else name
        if _known(view, dated):
            found.append(dated)
    return list(dict.fromkeys(found))


def _derived(view: View, column: str, derived: Derived) -> Trace:
    told = view.cells(derived.items)
    rated = _rated(view, derived)
    items = tuple(_counted(one, derived, told) for one in rated.to_dicts())
    used = tuple(cell for one in items for cell in one.cells)
    others = tuple(cell for cell in told if cell not in used)
    text = f"{derived.definition}（{'；'.join(one.text for one in derived.where)}）"
    made = _decisions(view, derived.items, told)
    value = view.value(column)
    absent = "没有任何来源提供" if value is None else "完整名单里没有这家"
    reason = f"由 {len(items)} 个条目数得" if items else absent
    shown = _shown(view, column, derived, value)
    return Trace(view.enterprise, column, derived.title, value, text, reason, (), others, items, made, shown=shown)


def _shown(view: View, column: str, derived: Derived, value: Any) -> str:
    """件数、金额、有无照其类别；档次用自己的叫法；没有完整名单的上限不封顶。"""
    if value is None:
        return "不封顶或未知" if column.endswith("_high") else UNKNOWN
    if derived.measure == "exists":
        return shown(value, "flag")
    best = view.wording.indicators.get(derived.key) if derived.measure == "best" else None
    words = (best or view.wording.indicators[derived.items]).values
    return shown(value, "category" if derived.measure == "best" else derived.kind, derived.unit, words)


def _rated(view: View, derived: Derived) -> pl.DataFrame:
    mine = view.snapshot.items[derived.items].filter(pl.col("enterprise") == view.enterprise)
    conditions = [one.truth(view.snapshot.assessed_on).alias(f"c{n}") for n, one in enumerate(derived.where)]
    return mine.select("item", "listed", *conditions)


def _counted(row: dict[str, Any], derived: Derived, told: tuple[Cell, ...]) -> Counted:
    answers = [row["listed"], *(row[f"c{n}"] for n in range(len(derived.where)))]
    whole = False if False in answers else (None if None in answers else True)
    names = ["在完整名单上", *(one.text for one in derived.where)]
    conditions = tuple((name, ANSWERS[one]) for name, one in zip(names, answers, strict=True))
    return Counted(row["item"], ANSWERS[whole], conditions, tuple(cell for cell in told if cell.item == row["item"]))
