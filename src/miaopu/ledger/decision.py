"""决定：人对主体、冲突、须人工指标的裁定，作为台账条目入账；有人、有时、有理由、有凭据，可撤回。"""

from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

import polars as pl

from miaopu.ledger.journal import Active, Entry, Ledger, active
from miaopu.ledger.journal.store import Write
from miaopu.ledger.post import GROUNDING, as_facts, named, parquet
from miaopu.ledger.record import FACT_SCHEMA
from miaopu.ledger.ruling import RULINGS, Decision
from miaopu.terms import names, uscc
from miaopu.terms.complaint import Complaint, Refusal, Severity

DECISION_SCHEMA = {
    "kind": pl.String,
    "ruling": pl.String,
    "batch": pl.String,
    "row_id": pl.UInt32,
    "enterprise": pl.String,
    "other": pl.String,
    "indicator": pl.String,
    "item": pl.String,
    "period": pl.String,
    "source": pl.String,
    "basis": pl.String,
    "value": pl.Int64,
    "text": pl.String,
    "until": pl.Date,
    "version": pl.String,
    "reason": pl.String,
    "evidence": pl.String,
    "by": pl.String,
    "day": pl.Date,
    "name": pl.String,
    "uscc": pl.String,
    "decision": pl.String,
}
"""一条决定一行（entries.parquet）；decision 是所属决定的编号。"""


def decide(
    ledger: Ledger,
    entries: Sequence[Decision],
    *,
    by: str,
    on: date,
    note: str = "",
    unless: Callable[[Active], None] = lambda now: None,
) -> Entry:
    """入账一组决定，自 on 起生效；主体裁定同时把复核清单的行放行为事实（收到日期记为 on），
    只写来源行写法的，正等着的同样写法的行都照办。

    缺理由、行不在复核清单、重复放行、要素不全时抛 Refusal，一条也不入账。
    unless 持锁时看一眼当时有效的决定，抛错即一条也不入账：防两人同时定同一件事。
    """
    for entry in entries:
        _check(entry)
    with ledger.writing() as writer:
        now = active(ledger, on)
        unless(now)
        id = writer.free_id(f"{on:%Y%m%d}-decision-{_short(entries)}")
        table = _spread(now, _table(entries, by, on, id))
        released = _released(now, table)
        files = {"entries.parquet": parquet(table), **_release(now, released, _founded(table), on)}
        return writer.commit("decision", id, on, by, note, {"entries": len(entries), "rows": released.height}, files)


def decisions(now: Active) -> pl.DataFrame:
    """有效的全部决定（DECISION_SCHEMA），先后有序。"""
    return _entries(now.sealed("entries.parquet"))


@lru_cache(maxsize=8)
def _entries(files: tuple[tuple[Path, str], ...]) -> pl.DataFrame:
    """读一次；附件只增不改，一次快照要问好几回，网上一家一页也要问。"""
    return pl.concat([pl.DataFrame(schema=DECISION_SCHEMA), *(pl.read_parquet(path) for path, _ in files)])


def worded(now: Active) -> list[Decision]:
    """有效的主体决定连同来源行的写法，供以后的文件照办；没有写明写法的取复核清单那一行的。

    并户之后，所指的企业换成保留的主体。
    """
    made = decisions(now)
    told = made.filter(pl.col("kind").eq("identity") & pl.col("other").is_null())
    wanted = set(told["batch"].drop_nulls())
    known = [_rows(now, entry).select(SPOKEN) for entry in now.batches if entry.id in wanted]
    if known:
        told = told.join(pl.concat(known), on=["batch", "row_id"], how="left", maintain_order="left")
        silent = (pl.col("name") == "") & (pl.col("uscc") == "")
        written = {"name": pl.col("name_raw").fill_null(""), "uscc": pl.col("uscc_raw").fill_null("")}
        told = told.with_columns(pl.when(silent).then(raw).otherwise(name).alias(name) for name, raw in written.items())
    kept = told.with_columns(pl.col("enterprise").replace(aliases(made))).rename({"day": "on"})
    return [Decision(**row) for row in kept.select(one for one in kept.columns if one in SAID_FIELDS).to_dicts()]


SPOKEN = ("batch", "row_id", "name_raw", "uscc_raw")
SAID_FIELDS = frozenset(
    {"kind", "ruling", "batch", "row_id", "enterprise", "reason", "evidence", "name", "uscc", "by", "on"}
)


def review(ledger: Ledger, known_on: date) -> pl.DataFrame:
    """尚待人工的行：batch、row_id、来源行各列、outcome、reason、candidates（已排除的候选不再列）。"""
    now = active(ledger, known_on)
    tables = [_review(now, entry) for entry in now.batches if entry.body["review"]]
    return pl.concat(tables) if tables else pl.DataFrame()


def aliases(table: pl.DataFrame) -> dict[str, str]:
    """并户裁定：被并入的主体 → 保留的主体（已追到底）。"""
    merged = table.filter(pl.col("kind").eq("identity") & pl.col("ruling").eq("same") & pl.col("other").is_not_null())
    step = dict(merged.select("other", "enterprise").iter_rows())
    return {name: _follow(step, name) for name in step}


def _follow(step: dict[str, str], name: str) -> str:
    seen = {name}
    while (after := step.get(name)) is not None and after not in seen:
        seen.add(after)
        name = after
    return name


def _short(entries: Sequence[Decision]) -> str:
    return sha256(repr(list(entries)).encode()).hexdigest()[:8]


def _check(entry: Decision) -> None:
    label = f"决定 {entry.batch or entry.enterprise or ''} {entry.row_id if entry.row_id is not None else ''}".strip()
    if entry.ruling not in RULINGS.get(entry.kind, ()):
        raise _refusal(
            label, f"裁定“{entry.kind} {entry.ruling}”不认得", "同一家、不是同一家、新主体、取其一或核定", "改正裁定"
        )
    if not entry.reason.strip():
        raise _refusal(label, "没有写理由", "一句理由", "补上理由")
    absent = [name for name in _needed(entry) if getattr(entry, name) in (None, "")]
    if absent:
        raise _refusal(label, f"缺 {'、'.join(absent)}", "要素齐全的决定", "补齐后重报")
    if entry.kind == "judgement" and (entry.value is None) == (entry.text is None):
        raise _refusal(label, "核定结论缺或多于一个", "是、否或一段文字之一", "只写一个结论")


def _needed(entry: Decision) -> tuple[str, ...]:
    if entry.kind == "judgement":
        return ("enterprise", "indicator", "version")
    if entry.kind == "choice":
        return ("enterprise", "indicator") if entry.source or entry.basis else ("enterprise", "indicator", "source")
    if entry.batch is None and (entry.name or entry.uscc):
        return ("name",) if entry.ruling == "new" else ("enterprise",)
    if entry.batch is None:
        return ("enterprise", "other")
    return ("row_id",) if entry.ruling == "new" else ("row_id", "enterprise")


def _refusal(label: str, found: str, expected: str, remedy: str) -> Refusal:
    return Refusal(Complaint("decision-refused", Severity.REFUSE, label, found, expected, remedy))


def _table(entries: Sequence[Decision], by: str, on: date, id: str) -> pl.DataFrame:
    rows = [{**asdict(entry), "by": entry.by or by, "day": entry.on or on, "decision": id} for entry in entries]
    return pl.DataFrame([{name: row[name] for name in DECISION_SCHEMA} for row in rows], schema=DECISION_SCHEMA)


def _releasing(table: pl.DataFrame) -> pl.DataFrame:
    return table.filter(
        pl.col("kind").eq("identity") & pl.col("ruling").is_in(["same", "new"]) & pl.col("batch").is_not_null()
    )


def _spread(now: Active, table: pl.DataFrame) -> pl.DataFrame:
    """只写了写法的主体决定，复核清单里正等着的同样写法（归一名与归一代码）的行照办：每行添一条带批次与行号的。

    所指的企业台账里还没有的不照办，与以后的文件一样仍待人工；那一行单独裁定过不是它的，听那一行的。
    """
    told = table.filter(pl.col("kind").eq("identity") & pl.col("batch").is_null() & pl.col("other").is_null())
    tables = [_rows(now, entry).select(SPOKEN) for entry in now.batches if entry.body["review"]]
    if told.is_empty() or not tables:
        return table
    settled = pl.concat([_releasing(decisions(now)), _releasing(table)]).select("batch", "row_id")
    waiting = pl.concat(tables).join(settled, on=["batch", "row_id"], how="anti", maintain_order="left")
    known = [pl.read_parquet(path, columns=["enterprise"]) for path, _ in now.sealed("enterprises.parquet")]
    founded = _founded(told).select("enterprise")
    owners = _owners(told.select(chosen="enterprise", name_raw="name", uscc_raw="uscc"))
    told = told.with_columns(owners.alias("enterprise"), pl.col("ruling").replace("new", "same"))
    there = pl.concat([founded, *known])["enterprise"].unique()
    told = told.filter(pl.col("ruling").eq("not_same") | pl.col("enterprise").is_in(there.implode()))
    said = _said(told.drop("batch", "row_id"), "name", "uscc").with_columns(
        one=pl.when(pl.col("ruling") == "not_same").then("enterprise")
    )
    said = said.unique([*SAID, "ruling", "one"], keep="last", maintain_order=True)
    spread = _said(waiting, "name_raw", "uscc_raw").join(said, on=SAID, how="inner", maintain_order="left")
    denied = pl.concat([decisions(now), table]).filter(pl.col("kind").eq("identity") & pl.col("ruling").eq("not_same"))
    spread = spread.join(denied, on=["batch", "row_id", "enterprise"], how="anti", maintain_order="left")
    return pl.concat([table, spread.select(list(DECISION_SCHEMA))])


SAID = ["said_name", "said_code"]


def _said(rows: pl.DataFrame, name: str, code: str) -> pl.DataFrame:
    """写法：归一名与归一代码，没有的为空串；与对主体照办决定时的算法相同。"""
    return rows.with_columns(
        names.fold_column(rows[name]).fill_null("").alias(SAID[0]),
        uscc.check_column(rows[code])["normalized"].fill_null("").alias(SAID[1]),
    )


def _released(now: Active, table: pl.DataFrame) -> pl.DataFrame:
    """本组决定放行的来源行，带好 enterprise 与 batch。"""
    wanted = _releasing(table).select("batch", "row_id", "ruling", chosen="enterprise")
    done = _releasing(decisions(now)).select("batch", "row_id")
    twice = wanted.join(done, on=["batch", "row_id"], how="semi")
    if twice.height or wanted.select("batch", "row_id").is_duplicated().any():
        label = " ".join(map(str, twice.row(0)[:2])) if twice.height else "本组决定"
        raise _refusal(label, "同一行被裁定了两次", "每行只放行一次", "先撤回原来的决定")
    known = [_rows(now, entry) for entry in now.batches if entry.id in set(wanted["batch"])]
    found = wanted.join(pl.concat(known), on=["batch", "row_id"], how="inner") if known else wanted.clear()
    if found.height < wanted.height:
        lost = wanted.join(found, on=["batch", "row_id"], how="anti").row(0)
        raise _refusal(f"{lost[0]} {lost[1]}", "复核清单里没有这一行", "有效批次的复核行", "核对批次与行号")
    return found if found.is_empty() else found.with_columns(_owners(found).alias("enterprise"))


def _founded(table: pl.DataFrame) -> pl.DataFrame:
    """只写了来源行写法的“新主体”：按所写的名称、代码立户，出处就是这条决定。"""
    told = table.filter(pl.col("kind").eq("identity") & pl.col("ruling").eq("new") & pl.col("batch").is_null())
    blank = {"region_raw": pl.String, "address_raw": pl.String, "sheet": pl.String, "row": pl.UInt32}
    rows = told.select("decision", chosen="enterprise", name_raw="name", uscc_raw="uscc")
    rows = rows.with_columns(pl.lit(None, kind).alias(name) for name, kind in blank.items())
    return rows.with_columns(_owners(rows).alias("enterprise"))


def _owners(rows: pl.DataFrame) -> pl.Series:
    """主体号：决定里写了的照写；新主体没写的，有效代码在先，再否则由名称得出。"""
    checked = uscc.check_column(rows["uscc_raw"])
    coded = checked["normalized"].zip_with(checked["valid"].fill_null(False), pl.Series([None], dtype=pl.String))
    made = pl.Series([new_key(name or "") for name in rows["name_raw"]], dtype=pl.String)
    return rows.select(pl.coalesce("chosen", coded, made)).to_series()


def new_key(name: str) -> str:
    """没有代码的新主体的企业号，与 resolve.registry.new_key 同一算法；不从那里导入，免得带入机器学习库（慢一秒）。"""
    return "E" + sha256(names.fold(name).encode()).hexdigest()[:12]


def _rows(now: Active, entry: Entry) -> pl.DataFrame:
    path = now.ledger.file(entry, "review.parquet")
    marks = (pl.lit(entry.id).alias("batch"), pl.lit(entry.body["source"]).alias("source"))
    return pl.read_parquet(path).drop("enterprise", strict=False).with_columns(*marks)


def _release(now: Active, released: pl.DataFrame, founded: pl.DataFrame, on: date) -> dict[str, Write]:
    told = [named(part, id) for (id,), part in founded.group_by("decision", maintain_order=True)]
    if released.is_empty():
        return {"enterprises.parquet": parquet(pl.concat(told))} if told else {}
    facts = [_facts(now, entry, released, on) for entry in now.batches if entry.id in set(released["batch"])]
    naming = (pl.col("ruling") == "new") | pl.col("source").is_in([*GROUNDING])
    told += [named(part, batch) for (batch,), part in released.filter(naming).group_by("batch", maintain_order=True)]
    every = pl.concat([pl.DataFrame(schema=FACT_SCHEMA), *facts])
    files = {"facts.parquet": parquet(every)}
    return files | ({"enterprises.parquet": parquet(pl.concat(told))} if told else {})


def _facts(now: Active, entry: Entry, released: pl.DataFrame, on: date) -> pl.DataFrame:
    pending = pl.read_parquet(now.ledger.file(entry, "pending.parquet"))
    owners = released.filter(pl.col("batch") == entry.id).select("row_id", "enterprise")
    return as_facts(pending.join(owners, on="row_id", how="inner"), entry.body["source"], entry.id, on)


def _review(now: Active, entry: Entry) -> pl.DataFrame:
    made = decisions(now).filter(pl.col("batch") == entry.id)
    rows = _rows(now, entry).join(_releasing(made), on=["batch", "row_id"], how="anti", maintain_order="left")
    denied = made.filter(pl.col("ruling") == "not_same").group_by("row_id").agg(denied=pl.col("enterprise"))
    kept = rows.join(denied, on="row_id", how="left", maintain_order="left")
    return kept.with_columns(candidates=_without_denied(kept)).drop("denied")


def _without_denied(rows: pl.DataFrame) -> pl.Series:
    kept = [
        [one for one in found or [] if one["enterprise"] not in set(denied or ())]
        for found, denied in zip(rows["candidates"].to_list(), rows["denied"].to_list(), strict=True)
    ]
    return pl.Series("candidates", kept, dtype=rows.schema["candidates"])
