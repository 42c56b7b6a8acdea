"""入账：把读入结果中已对上主体的行变成事实，其余进复核清单；同一文件再入账不改变任何东西。"""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from miaopu.ledger.journal import Ledger, active
from miaopu.ledger.journal.chain import Entry
from miaopu.ledger.journal.store import Write, Writer
from miaopu.ledger.record import FACT_SCHEMA, Outcome, Reading
from miaopu.terms.complaint import Complaint, Refusal, Severity

ENTERPRISE_SCHEMA = {
    "enterprise": pl.String,
    "name": pl.String,
    "region_raw": pl.String,
    "address_raw": pl.String,
    "batch": pl.String,
    "sheet": pl.String,
    "row": pl.UInt32,
}
"""一批里登记来源所报的主体名称（enterprises.parquet）。"""

GROUNDING = frozenset({"registration"})
"""本身就能立主体的来源。"""

POSTED = (Outcome.MATCHED, Outcome.NEW)
HELD = "held"
"""整列疑单位写错、暂不入账的意见代码（见 intake.held_back）；批次清单记下有几处。"""
EXTENTS = {True: "partial", False: "whole", None: "auto"}
"""批次的范围：补报或增量、确是完整名单、未注明（快照时按来源声明与家数判断）。"""


@dataclass(frozen=True)
class Batch:
    """一个批次：编号、来源、文件、计数；repeated 为真表示早已入账、这次什么也没做。"""

    id: str
    source: str
    file: str
    digest: str
    received: date
    posted_by: str
    note: str
    facts: int
    enterprises: int
    review: int
    extent: str = "auto"
    repeated: bool = False
    messages: tuple[str, ...] = ()


def post(
    ledger: Ledger,
    reading: Reading,
    resolution: pl.DataFrame,
    *,
    received: date,
    posted_by: str,
    note: str = "",
    may_create: bool | None = None,
    partial: bool | None = None,
) -> Batch:
    """入账一份读入结果。resolution 形状见 record.RESOLUTION_SCHEMA，与 reading.rows 一一对应。

    may_create：该来源可否立新主体（缺省只有登记来源可以），不可以的“新主体”行进复核清单。
    partial：本批是补报或增量（真）、确是完整名单（假）或未注明（缺省，见 snapshot.lists）。
    整份拒收的文件、缺去向的行抛 Refusal。
    """
    _check(reading, resolution)
    creates = reading.source in GROUNDING if may_create is None else may_create
    with ledger.writing() as writer:
        earlier = _posted_before(writer, reading)
        if earlier is not None:
            return batch_of(earlier, repeated=True)
        id = writer.free_id(f"{received:%Y%m%d}-{reading.source}-{reading.digest[:8]}")
        rows = _outcomes(reading, resolution, creates)
        facts = as_facts(_posted_facts(reading, rows), reading.source, id, received)
        body = {**_manifest(reading, rows, facts), "extent": EXTENTS[partial]}
        files = _files(reading, rows, facts, id, creates)
        entry = writer.commit("batch", id, received, posted_by, note, body, files)
    return batch_of(entry)


def batch_of(entry: Entry, *, repeated: bool = False, accept_units: bool = False) -> Batch:
    """账页的一行入账 → 批次。再送来而且 accept_units 的，原批次扣着疑单位的列时说清怎么办。"""
    told = (f"这份文件已于 {entry.day} 入账为批次 {entry.id}，本次没有改变台账",) if repeated else ()
    if repeated and accept_units and entry.body["held"]:
        told = (f"{told[0]}；那一批扣下了疑单位写错的列，没有入账：{_release_held(entry)}",)
    body = {key: entry.body[key] for key in ("source", "file", "digest", "facts", "enterprises", "review", "extent")}
    return Batch(
        id=entry.id, received=entry.day, posted_by=entry.by, note=entry.note, repeated=repeated, messages=told, **body
    )


def _release_held(entry: Entry) -> str:
    command = f"miaopu withdraw {entry.id} --reason 单位已核对无误"
    return f"要让它们入账，先撤回这一批（{command}），再以 --accept-units 收这份文件"


def batches(ledger: Ledger, known_on: date) -> list[Batch]:
    """known_on 那天有效的批次。"""
    return [batch_of(entry) for entry in active(ledger, known_on).batches]


def as_facts(facts: pl.DataFrame, source: str, batch: str, received: date) -> pl.DataFrame:
    """读入的事实（已带 enterprise 列）→ 入账的事实，按主体、指标排好。"""
    marks = {"source": source, "batch": batch, "received": received}
    marked = facts.with_columns(pl.lit(value).alias(name) for name, value in marks.items())
    return marked.select(pl.col(name).cast(kind) for name, kind in FACT_SCHEMA.items()).sort(
        "enterprise", "indicator", "item", "period", maintain_order=True
    )


def named(rows: pl.DataFrame, batch: str) -> pl.DataFrame:
    """已对上主体的行 → 主体名称表（ENTERPRISE_SCHEMA）。"""
    return rows.select(
        "enterprise",
        pl.col("name_raw").str.strip_chars().alias("name"),
        "region_raw",
        "address_raw",
        pl.lit(batch).alias("batch"),
        "sheet",
        "row",
    ).sort("enterprise", "row")


ROW_GROUP = 20_000
"""一个行组的行数：表按主体号排好，取一家只解开一个行组；全市 53 批里取一家的用时比 20 万行的少四成，文件大一成多。"""


def parquet(frame: pl.DataFrame) -> Write:
    """把一张表写成 Parquet 的动作。"""

    def write(path: Path) -> None:
        frame.write_parquet(path, compression="zstd", row_group_size=ROW_GROUP, statistics=True)

    return write


def _check(reading: Reading, resolution: pl.DataFrame) -> None:
    if reading.refused:
        _refuse(reading, "整份文件已被拒收", "能读入的文件", "按意见改好后重报")
    missing = reading.rows.join(resolution, on="row_id", how="anti").height
    homeless = resolution.filter(pl.col("outcome").is_in([*POSTED]) & pl.col("enterprise").is_null()).height
    if missing or homeless or resolution["row_id"].is_duplicated().any():
        _refuse(reading, f"{missing} 行没有去向，{homeless} 行对上了却没有主体", "每行恰有一个去向", "重新对主体")


def _refuse(reading: Reading, found: str, expected: str, remedy: str) -> None:
    raise Refusal(Complaint("post-refused", Severity.REFUSE, reading.file, found, expected, remedy))


def _posted_before(writer: Writer, reading: Reading) -> Entry | None:
    gone = {entry.body["target"] for entry in writer.entries if entry.kind == "withdraw"}
    for entry in writer.entries:
        same = entry.kind == "batch" and (entry.body["digest"], entry.body["source"]) == (
            reading.digest,
            reading.source,
        )
        if same and entry.id not in gone:
            return entry
    return None


def _outcomes(reading: Reading, resolution: pl.DataFrame, creates: bool) -> pl.DataFrame:
    rows = reading.rows.join(resolution, on="row_id", how="left", maintain_order="left")
    if creates:
        return rows
    barred = pl.col("outcome") == Outcome.NEW
    return rows.with_columns(
        enterprise=pl.when(~barred).then("enterprise"),
        outcome=pl.when(barred).then(pl.lit(Outcome.REVIEW.value)).otherwise("outcome"),
        reason=pl.when(barred).then(pl.lit("登记名册里没有这家企业，本来源不能新立主体")).otherwise("reason"),
    )


def _posted(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.filter(pl.col("outcome").is_in([*POSTED]))


def _posted_facts(reading: Reading, rows: pl.DataFrame) -> pl.DataFrame:
    owners = _posted(rows).select("row_id", "enterprise")
    return reading.facts.join(owners, on="row_id", how="inner")


def _spread(facts: pl.DataFrame) -> dict[str, int]:
    counted = facts.group_by("indicator").agg(pl.col("enterprise").n_unique())
    return dict(zip(counted["indicator"], counted["enterprise"], strict=True))


def _manifest(reading: Reading, rows: pl.DataFrame, facts: pl.DataFrame) -> dict[str, object]:
    posted = _posted(rows)
    return {
        "source": reading.source,
        "file": reading.file,
        "digest": reading.digest,
        "tables": list(reading.tables),
        "facts": facts.height,
        "enterprises": posted["enterprise"].n_unique(),
        "review": rows.height - posted.height,
        "held": sum(one.code == HELD for one in reading.complaints),
        "spread": _spread(facts),
    }


def _files(reading: Reading, rows: pl.DataFrame, facts: pl.DataFrame, batch: str, creates: bool) -> dict[str, Write]:
    review = rows.filter(~pl.col("outcome").is_in([*POSTED]))
    files = {
        "facts.parquet": parquet(facts),
        "review.parquet": parquet(review),
        "pending.parquet": parquet(reading.facts.join(review.select("row_id"), on="row_id", how="semi")),
    }
    if creates:
        files["enterprises.parquet"] = parquet(named(_naming(_posted(rows), reading.source), batch))
    return files


def _naming(posted: pl.DataFrame, source: str) -> pl.DataFrame:
    """登记来源说了算的名称全要；别的来源只给它新立的主体起名，不改已有的。"""
    return posted if source in GROUNDING else posted.filter(pl.col("outcome") == Outcome.NEW)
