"""年度评价的工作簿：逐家、县区合计、数的来历三张；与页面出自同一处，每个数写明出自哪一轮、哪个文件哪一格。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

import polars as pl

from miaopu.access.act import Wrong, act
from miaopu.access.actor import Actor
from miaopu.nurture.followup.ledgers.write import placed
from miaopu.nurture.followup.queries.yearly import OPERATION, County, Row, by_county, evaluations
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.sheet import write_book
from miaopu.selection.city import city
from miaopu.selection.library.watch.baseline import Stand
from miaopu.selection.library.watch.gauge import Gauge, gauges
from miaopu.selection.library.watch.yearly import WAYS, broken, year_of
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.rounds.books import marks_of
from miaopu.selection.screening.rounds.kept import kept, reopened
from miaopu.standards.explain.firm import files_of, origin_cells
from miaopu.standards.tree.state import Verdict

TITLE, PLACES = "培育库年度评价", 1_000_000
EDGES = ("before", "after", "growth")
HEADS = (
    Field(("县区",), "county", width=14),
    Field(("企业名称",), "name", width=32),
    Field(("层级",), "tier", width=18),
    Field(("状态",), "state", width=8),
    Field(("入库日期",), "entered", "date", 12),
    Field(("结论", "入库时"), "then", width=10),
    Field(("结论", "现在"), "now", width=10),
    Field(("条款（条）", "好了"), "better", "count", 7),
    Field(("条款（条）", "坏了"), "worse", "count", 7),
    Field(("条款（条）", "新知道"), "known", "count", 8),
    Field(("条款（条）", "变待核"), "lost", "count", 9),
    Field(("变动",), "moves", width=34),
    Field(("办成诉求",), "solved", "count", 8),
    Field(("走访",), "visits", "count", 7),
)
COUNTED = (
    Field(("县区",), "title", width=16),
    *(
        Field((head,), name, "count", 9)
        for head, name in (
            ("企业", "firms"), ("通过", "passed"), ("有好了的", "better"), ("有坏了的", "worse"), ("有新知道的", "known"),
            ("有变待核的", "lost"), ("状态变动", "moves"), ("办成诉求", "solved"), ("走访", "visits"), ("既没走访也没办成", "unserved"),
        )
    ),
)  # fmt: skip
TOLD = (
    Field(("企业名称",), "name", width=32),
    Field(("哪个数",), "title", width=16),
    Field(("哪一头",), "edge", width=8),
    Field(("数",), "value", width=18),
    Field(("轮次",), "round", width=22),
    Field(("出处",), "place", width=80),
)


def told(row: Row) -> dict[str, object]:
    """一家的一行：页面与工作簿同用；数按内部整数，增长按百万分之一。"""
    one, member = row.told, row.told.member
    out: dict[str, object] = {
        "county": member.county, "name": member.name, "tier": member.tier_title, "state": member.at.title,
        "entered": member.entered.isoformat() if member.entered else None, "then": member.band or Verdict(member.verdict).word,
        "now": one.outcome.band, "moves": "；".join(row.moves) or None, "solved": row.solved, "visits": row.visits,
    }  # fmt: skip
    compared = one.then is not None and one.now is not None
    out |= {way: len(getattr(one.turned, way)) if compared else None for way in WAYS}
    for each in one.numbers:
        ends = (each.before, each.after, percent(each.growth))
        out |= {f"{each.gauge.column}.{name}": value for name, value in zip(EDGES, ends, strict=True)}
    return out


def percent(growth: Fraction | None) -> int | None:
    """精确份额 → 工作簿的百分数（万分之一百分点），只在写出时舍入。"""
    return None if growth is None else round(growth * PLACES)


def _fields(one: Gauge, total: bool = False) -> Iterator[Field]:
    head = f"{one.title}（{one.unit}）"
    for name, title in zip(EDGES, ("入库时", "现在", "增长"), strict=True):
        kind = "percent" if name == "growth" else one.kind
        yield Field((head, title), f"{one.column}.{name}", kind, 9 if name == "growth" else 14)
    if total:
        yield Field((head, "两头都知道（家）"), f"{one.column}.firms", "count", 9)
        yield Field((head, "没有比的（家）"), f"{one.column}.missing", "count", 8)


def export(actor: Actor, given: Mapping[str, str], folder: Path) -> Path:
    """写一本；一家也没有抛 Wrong。记日志。逐家的评价不在事务里算。"""
    found, rows = evaluations(actor, given)
    counties = by_county(actor, rows)
    with act(actor, "library.export", f"{TITLE} {year_of(given.get('year', ''))}") as doing:
        reach = actor.reach(OPERATION)
        if not rows or found is None:
            raise Wrong("按现在的条件没有可评价的企业，或那一年没有评估，没有东西可导出；请换一年或放宽条件")
        marks = marks_of(kept(found), reach)
        doing.after = {"条件": {name: value for name, value in given.items() if value}, "行数": len(rows)}
    path = placed(folder, f"{TITLE}_{year_of(given.get('year', ''))}年", len(rows), "家")
    return write_book(path, list(_sheets(rows, counties, found, marks.lines())), marks, "LIBRARY-YEARLY")


def _sheets(rows: Sequence[Row], counties: Sequence[County], found: Round, lines: tuple[str, ...]) -> Iterator[Sheet]:
    notes = (
        "入库时是冻结的基线，现在是上面写明的一轮；年度数写的是那一轮的上年，两头同一年度的不算增长；空着的是不知道，不是零。",
        "条款只数最下一级：好了是不满足、须人工变为满足，坏了是满足变为不满足，新知道是待核变为有结论，变待核是满足、不满足变为待核、须人工。",
        "没有比的是缺一头的，与两头同一年度的。",
        "一家在几个层级的各占一行；合计见“县区合计”，一家只算一次，它的数取最早入库而两头比得成的一份。",
        *broken(one.told for one in rows),
        *lines,
    )
    fields = (*HEADS, *(field for one in gauges() for field in _fields(one)))
    yield Sheet("逐家", TITLE, fields, _frame(fields, [told(one) for one in rows]), "见表头", notes, signed=True)
    fields = (*COUNTED, *(field for one in gauges() for field in _fields(one, True)))
    yield Sheet(
        "县区合计",
        f"{TITLE}：县区合计",
        fields,
        _frame(fields, [summary(one) for one in counties]),
        "见表头",
        (),
        "县区",
    )
    told_rows = list(_origins(rows, found))
    yield Sheet("数的来历", f"{TITLE}：数的来历", TOLD, _frame(TOLD, told_rows), "见各行", (), counted="个")


def summary(one: County) -> dict[str, object]:
    """一个县区的一行；合计只计两头都知道的。"""
    out: dict[str, object] = {field.column: getattr(one, field.column) for field in COUNTED}
    for each in one.totals:
        known = each.firms > 0
        ends = (
            each.before if known else None,
            each.after if known else None,
            percent(each.growth),
            each.firms,
            each.missing,
        )
        names = (*EDGES, "firms", "missing")
        out |= {f"{each.gauge.column}.{name}": value for name, value in zip(names, ends, strict=True)}
    return out


def _frame(fields: Sequence[Field], rows: Sequence[Mapping[str, object]]) -> pl.DataFrame:
    texts = ("text", "date", "code")
    return pl.DataFrame(
        list(rows), {one.column: pl.String if one.kind in texts else pl.Int64 for one in fields}, strict=False
    )


def _origins(rows: Sequence[Row], found: Round) -> Iterator[dict[str, str]]:
    """逐家逐数两头的来历：基线写冻结的文件与行，现在写源文件的格；由条目数得的写明。"""
    firms = sorted({one.told.member.enterprise for one in rows})
    run = reopened(found)
    cells = origin_cells(run, firms, files_of(city().ledger, run.known_on), [one.column for one in gauges()])
    for one in (row.told for row in rows):
        for each in one.numbers:
            column, plain = each.gauge.column, {"name": one.member.name, "title": each.gauge.title}
            if each.before is not None and one.then:
                place = f"{one.member.baseline_file} 第 {one.member.baseline_line} 行，摘要 {one.member.baseline_seal}"
                yield plain | _end("入库时", each.gauge, each.before, one.then, place)
            if each.after is not None and one.now:
                place = cells.get((one.member.enterprise, column), "由条目数得，逐件见企业档案里这个数的来历")
                yield plain | _end("现在", each.gauge, each.after, one.now, place)


def _end(edge: str, gauge: Gauge, value: int, stand: Stand, place: str) -> dict[str, str]:
    return {"edge": edge, "value": f"{gauge.shown(value)}{gauge.unit}", "round": stand.round, "place": place}
