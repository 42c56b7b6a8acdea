"""标签：catalog/tags 的定义 × 快照、判定、筛选 → 每家每标签是、否、不知道；人工标签并入，谁打的、何时、到何时都有。

不知道不等于“否”；标签不进判定。
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import narwhals as nw
import polars as pl

from miaopu.profile.evidence import shown
from miaopu.profile.tag import Tag
from miaopu.standards.engine.bind import NEW, Program, bind
from miaopu.standards.engine.column import Columns, evaluate
from miaopu.standards.tree.clause import Clause, Standard
from miaopu.standards.tree.vocabulary import Vocabulary

BY_RULE = "规则"
MANUAL_SCHEMA = {
    "enterprise": pl.String,
    "tag": pl.String,
    "value": pl.Boolean,
    "by": pl.String,
    "on": pl.Date,
    "until": pl.Date,
    "reason": pl.String,
}
"""人工标签：value 为假即人认为不该有；until 为空即不限期；同一家同一标签取 on 最晚的。"""

HELD_SCHEMA = {
    "enterprise": pl.String,
    "tag": pl.String,
    "title": pl.String,
    "group": pl.String,
    "by": pl.String,
    "on": pl.Date,
    "until": pl.Date,
    "evidence": pl.String,
}


@dataclass(frozen=True)
class Tagged:
    """打好的标签。

    states：一家一行，enterprise 加每个标签一列（Boolean，null 为不知道）；counts：每标签的是、否、不知道家数；
    held()：有的标签逐条列出（HELD_SCHEMA）。
    """

    tags: Mapping[str, Tag]
    states: pl.DataFrame
    counts: pl.DataFrame
    manual: pl.DataFrame
    frame: pl.DataFrame
    vocabulary: Vocabulary
    assessed_on: date

    def held(self, codes: Iterable[str] | None = None) -> pl.DataFrame:
        """确有的标签，一条一行，带谁打的、何时、到何时、依据的值。"""
        wanted = list(codes) if codes is not None else list(self.tags)
        parts = [_held(self, self.tags[code]) for code in wanted]
        return pl.concat([pl.DataFrame(schema=HELD_SCHEMA), *parts])


def tag(
    frame: pl.DataFrame,
    verdicts: pl.DataFrame,
    tags: Mapping[str, Tag],
    programs: Iterable[Program],
    vocabulary: Vocabulary,
    assessed_on: date,
    screened: pl.DataFrame | None = None,
    manual: pl.DataFrame | None = None,
) -> Tagged:
    """frame：快照宽表；verdicts：evaluate 的结果；screened：带 <层级>.verdict/.short 的站位表（没有则相应标签不知道）。

    manual：人工标签（MANUAL_SCHEMA）。各表以 enterprise 相连；标签各自独立，人工的优先于规则的。
    """
    bound = tuple(programs)
    wide = frame.join(verdicts, on="enterprise", how="left", maintain_order="left")
    if screened is not None:
        extra = [name for name in screened.columns if "." in name and name not in wide.columns]
        wide = wide.join(screened.select("enterprise", *extra), on="enterprise", how="left", maintain_order="left")
    ruled = wide.hstack(_tested(wide, tags, assessed_on))
    makers: dict[str, Callable[[Tag], pl.Expr]] = {
        "test": lambda one: pl.col(f"#{one.code}"),
        "clause": lambda one: _clause(one.body, bound),
        "clause_not": lambda one: ~_clause(one.body, bound),
        "screened": lambda one: _screened(one.body, set(wide.columns)),
        "expiring": lambda one: _expiring(one.body, set(wide.columns), assessed_on),
        "missing": lambda one: _missing(one.body, set(wide.columns)),
    }
    plain = ruled.select("enterprise", *(makers[one.rule](one).alias(one.code) for one in tags.values()))
    current = _current(manual, assessed_on)
    states = _unless(_with_manual(plain, current, tags), tags)
    return Tagged(tags, states, _counts(states, tags), current, wide, vocabulary, assessed_on)


def _tested(wide: pl.DataFrame, tags: Mapping[str, Tag], on: date) -> pl.DataFrame:
    """test 规则合成一份“标准”，借判定的列式求三值真值。"""
    wanted = [one for one in tags.values() if one.rule == "test"]
    clauses = tuple(Clause(one.code, one.title, one.definition, "", "primary", body=one.body) for one in wanted)
    mock = Standard(
        code="TAGS", title="标签", short="标签", tier="", version="", name="tags", document="", effective=None,
        until=None, clauses=clauses, scores=(), totals=(), reports=(), notes=(), flags=(), recorded_only=False,
        fingerprint="", path="", local=False, presumes=(),
    )  # fmt: skip
    program = bind(mock, on, NEW)
    found = nw.to_native(nw.from_native(evaluate(wide.lazy(), [program])).collect())
    columns = Columns("TAGS")
    places = {bound.id: bit for bit, bound in enumerate(program.clauses)}
    return found.select(_bit(columns, places[one.code]).alias(f"#{one.code}") for one in wanted)


def _bit(columns: Columns, bit: int) -> pl.Expr:
    """一个条款的三值：满足真、不满足假、待核与须人工为 null。"""
    hit = pl.lit(1 << bit, pl.Int64)
    met, unknown = (pl.col(name) & hit != 0 for name in (columns.met, columns.unknown))
    return pl.when(met).then(True).when(unknown).then(None).otherwise(False)


def _clause(name: str, programs: Iterable[Program]) -> pl.Expr:
    code, _, wanted = name.partition("/")
    for program in programs:
        if program.standard.code == code:
            return _program_bit(program, wanted)
    return pl.lit(None, pl.Boolean)


def _program_bit(program: Program, wanted: str) -> pl.Expr:
    columns = Columns(program.standard.code)
    for bit, bound in enumerate(program.clauses):
        if bound.id == wanted:
            if bound.optimistic is None:
                return _bit(columns, bit)
            manual = pl.col(columns.manual) & (1 << bit) != 0
            return pl.when(manual).then(None).otherwise(_bit(columns, bit))
    raise KeyError(f"标准 {program.standard.code} 没有条款 {wanted}")


BANDS = {"满足": (3, None), "须人工": (2, None), "待核": (1, None), "差一项": (0, 1), "差两项": (0, 2)}
"""分档 → （结论代码，确定不满足的项数）。"""


def _screened(body: Any, known: set[str]) -> pl.Expr:
    """筛选分档：没有站位数为不知道；落在档里而待核太多的，也是不知道。"""
    verdict, short, unknown = (f"{body['tier']}.{name}" for name in ("verdict", "short", "unknown"))
    if not {verdict, short, unknown} <= known:
        return pl.lit(None, pl.Boolean)
    hit = pl.any_horizontal([_band(word, verdict, short) for word in body["band"]])
    if "unknown_at_most" not in body:
        return hit
    return pl.when(hit & (pl.col(unknown) > int(body["unknown_at_most"]))).then(None).otherwise(hit)


def _band(word: str, verdict: str, short: str) -> pl.Expr:
    code, count = BANDS[word]
    hit = pl.col(verdict) == code
    return hit if count is None else hit & (pl.col(short) == count)


def _expiring(body: Any, known: set[str], on: date) -> pl.Expr:
    """任一截止日在评估日（含）起若干天以内；有没有这个称号都不知道的，是不知道。"""
    last = (on + timedelta(days=int(body["days"]))).isoformat()
    columns = [name for name in body["columns"] if name in known]
    if not columns:
        return pl.lit(None, pl.Boolean)
    return pl.any_horizontal([_ends_soon(name, known, on.isoformat(), last) for name in columns])


def _ends_soon(column: str, known: set[str], first: str, last: str) -> pl.Expr:
    title = column.removesuffix("_until")
    unsure = pl.col(title).is_null() if title in known else pl.lit(False)
    near = pl.col(column).is_between(pl.lit(first), pl.lit(last))
    return pl.when(near).then(True).when(pl.col(column).is_null() & unsure).then(None).otherwise(False)


def _missing(columns: Iterable[str], known: set[str]) -> pl.Expr:
    return pl.any_horizontal([pl.col(name).is_null() if name in known else pl.lit(True) for name in columns])


def _current(manual: pl.DataFrame | None, on: date) -> pl.DataFrame:
    """评估日仍有效的人工标签，每家每标签一条。"""
    given = manual if manual is not None else pl.DataFrame(schema=MANUAL_SCHEMA)
    valid = given.filter(pl.col("on") <= on, pl.col("until").is_null() | (pl.col("until") >= on))
    return valid.sort("on", maintain_order=True).unique(["enterprise", "tag"], keep="last", maintain_order=True)


def _with_manual(plain: pl.DataFrame, current: pl.DataFrame, tags: Mapping[str, Tag]) -> pl.DataFrame:
    unknown = set(current["tag"]) - set(tags)
    if unknown:
        raise ValueError(f"人工标签里有没有定义的标签：{'、'.join(sorted(unknown))}；请先在 catalog/tags 里定义")
    for code in current["tag"].unique(maintain_order=True):
        said = current.filter(pl.col("tag") == code).select("enterprise", said="value")
        joined = plain.join(said, on="enterprise", how="left", maintain_order="left")
        plain = joined.with_columns(pl.coalesce("said", code).alias(code)).drop("said")
    return plain


def _unless(states: pl.DataFrame, tags: Mapping[str, Tag]) -> pl.DataFrame:
    """已有更高标签的不再打：如已是小巨人的不打“差一项小巨人”。"""
    changed = [
        pl.when(pl.any_horizontal([pl.col(code).fill_null(False) for code in one.unless]))
        .then(False)
        .otherwise(pl.col(one.code))
        .alias(one.code)
        for one in tags.values()
        if one.unless
    ]
    return states.with_columns(changed)


def _counts(states: pl.DataFrame, tags: Mapping[str, Tag]) -> pl.DataFrame:
    rows = [
        (one.code, one.title, one.group, one.definition, one.reason, *_three(states[one.code])) for one in tags.values()
    ]
    names = ("tag", "title", "group", "definition", "reason", "yes", "no", "unknown")
    return pl.DataFrame(rows, schema=list(names), orient="row")


def _three(values: pl.Series) -> tuple[int, int, int]:
    yes, unknown = int(values.sum() or 0), values.null_count()
    return yes, len(values) - yes - unknown, unknown


def _held(tagged: Tagged, one: Tag) -> pl.DataFrame:
    who = tagged.states.filter(pl.col(one.code).fill_null(False)).select("enterprise")
    given = tagged.manual.filter(pl.col("tag") == one.code, pl.col("value"))
    values = who.join(tagged.frame, on="enterprise", how="left", maintain_order="left").join(
        given.select("enterprise", "by", "on", "reason", manual_until="until"), on="enterprise", how="left",
        maintain_order="left",
    )  # fmt: skip
    known = [shown(name, tagged.vocabulary) for name in one.evidence if name in values.columns]
    proof = pl.concat_str(known, separator="；") if known else pl.lit("")
    ends = pl.col(one.until).str.to_date(strict=False) if one.until in values.columns else pl.lit(None, pl.Date)
    return values.select(
        "enterprise",
        tag=pl.lit(one.code),
        title=pl.lit(one.title),
        group=pl.lit(one.group),
        by=pl.coalesce("by", pl.lit(BY_RULE)),
        on=pl.coalesce("on", pl.lit(tagged.assessed_on)),
        until=pl.when(pl.col("by").is_not_null()).then("manual_until").otherwise(ends),
        evidence=pl.when(pl.col("by").is_not_null()).then("reason").otherwise(proof),
    )
