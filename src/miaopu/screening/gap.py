"""缺口：待核的要求缺哪些数、该由哪个部门补；逐家（名单内）与合计（全部候选）两张表。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from miaopu.screening.settings import Settings
from miaopu.screening.standing import Tier
from miaopu.standards.engine.bind import BoundClause
from miaopu.standards.tree.node import Input, Person, Truth, children
from miaopu.standards.tree.vocabulary import Vocabulary
from miaopu.terms.indicator import Indicator

GAP_SCHEMA = {
    "enterprise": pl.String,
    "tier": pl.String,
    "input": pl.String,
    "title": pl.String,
    "supplier": pl.String,
    "department": pl.String,
}
YEAR_WORDS = {"t0": "本年", "t1": "上年", "t2": "上上年", "t3": "再前一年"}


@dataclass(frozen=True)
class Suppliers:
    """输入名 → 中文名与提供部门。departments 是来源代码 → 部门（来源）标题。"""

    vocabulary: Vocabulary
    departments: Mapping[str, str]

    def title(self, name: str) -> str:
        """如“研发费用（审计）（上年）”。"""
        found = self.vocabulary.indicator(name)
        if found is None:
            return name
        if found.key == name and "by" in found.extra:
            return self._by_value(name, found)
        year = YEAR_WORDS.get(name.rpartition("_")[2], "") if found.key != name else ""
        return f"{found.title}（{year}）" if year else found.title

    def _by_value(self, name: str, found: Indicator) -> str:
        """按取值分列的条目指标：写取值的中文，如“近三年事故与违法：数据造假”。"""
        every = self.vocabulary.indicators
        values = every[str(found.extra["items"])].values
        code = next((one for one in values if name.endswith(f"_{one}")), "")
        base = every.get(name[: -len(code) - 1])
        words = values.get(code, ())
        return f"{base.title}：{words[0]}" if base and words else found.title

    def sources(self, name: str) -> tuple[str, ...]:
        """提供来源；由条目数出来的看条目的来源；没有声明的为空。"""
        found = self.vocabulary.indicator(name)
        if found is None:
            return ()
        items = found.extra.get("items")
        base = self.vocabulary.indicators.get(str(items)) if items else None
        return found.suppliers or (base.suppliers if base else ())

    def department(self, name: str) -> str:
        """部门的写法：几个来源都可补的用“或”连起来；不知道为“来源未声明”。"""
        titles = [self.departments.get(code, code) for code in self.sources(name)]
        return "或".join(titles) if titles else "来源未声明"


@dataclass(frozen=True)
class Hole:
    """一个层级里一个输入的缺：absent 为真即某家在此层级缺它而使条款待核。"""

    tier: str
    input: str
    absent: pl.Expr


def holes(tier: Tier, known: Iterable[str], settings: Settings) -> list[Hole]:
    """一个层级可能的缺，一个输入一条；由别的列推出来的换成真正要补的列。"""
    present, found = frozenset(known), {}
    for bit, bound in enumerate(tier.program.clauses):
        if bound.clause.body is None:
            continue
        waiting = tier.masks.unknown & (1 << bit) != 0
        for one in _inputs(bound):
            for name, blank in _stems(one, present, settings):
                found.setdefault(name, []).append(waiting & blank)
    return [Hole(tier.code, name, pl.any_horizontal(parts)) for name, parts in found.items()]


def _inputs(bound: BoundClause) -> list[Input]:
    """条款真值用到的输入，须人工的除外，按出现次序。"""
    return list(dict.fromkeys(_walk(bound.truth)))


def _walk(node: Truth) -> list[Input]:
    if isinstance(node, Person):
        return []
    own = [node] if isinstance(node, Input) else []
    return own + [name for child in children(node) for name in _walk(child)]


def _stems(one: Input, present: frozenset[str], settings: Settings) -> list[tuple[str, pl.Expr]]:
    blank = _blank(one, present)
    stems = [name for name in settings.stems.get(one.name, ()) if name in present]
    if not stems:
        return [(one.name, blank)]
    unexplained = blank & pl.all_horizontal([pl.col(name).is_not_null() for name in stems])
    return [*((name, blank & pl.col(name).is_null()) for name in stems), (one.name, unexplained)]


def _blank(one: Input, present: frozenset[str]) -> pl.Expr:
    ends = (f"{one.name}_low", f"{one.name}_high")
    if one.interval and set(ends) <= present:
        low, high = map(pl.col, ends)
        return low.is_null() | high.is_null() | (low != high)
    return pl.col(one.name).is_null() if one.name in present else pl.lit(True)


def gaps(frame: pl.DataFrame, tier: Tier, suppliers: Suppliers, settings: Settings) -> pl.DataFrame:
    """frame：若干家的快照列加判定掩码列 → 一家一个缺口一行（GAP_SCHEMA）。"""
    parts = [
        frame.filter(hole.absent.fill_null(False)).select(
            "enterprise",
            tier=pl.lit(tier.code),
            input=pl.lit(hole.input),
            title=pl.lit(suppliers.title(hole.input)),
            supplier=pl.lit("、".join(suppliers.sources(hole.input))),
            department=pl.lit(suppliers.department(hole.input)),
        )
        for hole in holes(tier, frame.columns, settings)
    ]
    return pl.concat([pl.DataFrame(schema=GAP_SCHEMA), *parts])


def gap_counts(
    frame: pl.DataFrame, tier: Tier, suppliers: Suppliers, settings: Settings, listed: pl.Series
) -> pl.DataFrame:
    """同样的缺口只数家数（COUNT_SCHEMA）：firms 全部给的企业，pending 其中结论待核的，listed 其中在名单里的。"""
    found = holes(tier, frame.columns, settings)
    if not found:
        return pl.DataFrame(schema=COUNT_SCHEMA)
    pending, chosen = pl.col(tier.masks.columns.verdict) == 1, pl.col("enterprise").is_in(listed.implode())
    marked = frame.select(pending.alias("#pending"), chosen.alias("#listed"), *(_absent(hole) for hole in found))
    groups = (marked, marked.filter("#pending"), marked.filter("#listed"))
    totals = [group.select(pl.col(hole.input).sum() for hole in found).row(0) for group in groups]
    rows = [_counted(hole, suppliers, numbers) for hole, *numbers in zip(found, *totals, strict=True) if numbers[0]]
    order = ["listed", "pending", "firms"]
    return pl.DataFrame(rows, schema=COUNT_SCHEMA, orient="row").sort(order, descending=True, maintain_order=True)


def _absent(hole: Hole) -> pl.Expr:
    return hole.absent.fill_null(False).alias(hole.input)


def _counted(hole: Hole, suppliers: Suppliers, numbers: list[int]) -> tuple[object, ...]:
    name = hole.input
    sources = "、".join(suppliers.sources(name))
    return (hole.tier, name, suppliers.title(name), sources, suppliers.department(name), *numbers)


COUNT_SCHEMA = {
    **{name: dtype for name, dtype in GAP_SCHEMA.items() if name != "enterprise"},
    "firms": pl.Int64,
    "pending": pl.Int64,
    "listed": pl.Int64,
}
"""各层级每个输入缺的家数：全部候选（未持有的）、其中结论待核的、其中在名单里的。"""
