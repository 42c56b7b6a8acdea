"""人的裁定：取数冲突取其一、主体复核、须人工核定；都成为台账的决定，后来的人被告知谁何时已定。"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import polars as pl

from miaopu.access.act import Denied, Doing, Wrong, act
from miaopu.access.actor import Actor
from miaopu.ledger.decision import Decision, decide, decisions
from miaopu.ledger.journal import Active, Entry, active
from miaopu.selection.city import city, today
from miaopu.selection.intake.files import EVIDENCE, Kept, place
from miaopu.selection.intake.models import Evidence
from miaopu.selection.intake.queries.conflicts import Conflict
from miaopu.selection.intake.queries.identity import county_of, district_of, waiting
from miaopu.selection.intake.queries.judgements import judged
from miaopu.selection.intake.queries.ledger import moment_of

Check = Callable[[Active], None]


def choose(actor: Actor, conflict: Conflict, source: str, basis: str | None, reason: str) -> Entry:
    """一处冲突取某来源（某口径）的说法。"""
    target = f"企业 {conflict.enterprise} 的{conflict.title}"
    with city().ledger.holding(), act(actor, "intake.conflict", target, reason=reason) as doing:
        doing.within(district=conflict.district, enterprise=conflict.enterprise)
        if not any(one.source == source and basis in (None, one.basis) for one in conflict.values):
            raise Wrong("选的来源不在这处冲突的各种说法里；请刷新后再选")
        made = Decision(
            "choice",
            enterprise=conflict.enterprise,
            indicator=conflict.indicator,
            item=conflict.item or None,
            period=conflict.period,
            source=source,
            basis=basis,
            reason=reason,
        )
        entry = _decide(actor, [made], _not_chosen(made))
        doing.after = {"取": source, "口径": basis, "决定": entry.id}
    return entry


def rule(actor: Actor, rows: Sequence[Decision]) -> Entry:
    """主体裁定：一行或一批；每一行都须还在等人定，也都须在行为人的范围里（认不出县区的行只有市局能定）。"""
    if not rows:
        raise Wrong("没有一行填了决定；在“决定”栏选好，并写明理由")
    what = f"主体复核 {rows[0].batch} 第 {rows[0].row_id} 号行" if len(rows) == 1 else f"主体复核 {len(rows)} 行"
    with city().ledger.holding(), act(actor, "intake.identity", what, reason=rows[0].reason) as doing:
        known = {(one["batch"], one["row_id"]): one for one in waiting().to_dicts()}
        made = [_own(doing, row, known.get((row.batch, row.row_id))) for row in rows]
        entry = _decide(actor, made, _not_released(rows))
        doing.after = {"决定": entry.id, "放行": entry.body["rows"]}
    return entry


def _own(doing: Doing, row: Decision, held: Mapping[str, Any] | None) -> Decision:
    """核对一行的范围；给出只含这一行该有的栏目的决定：来源行的写法照台账，不照传回的文件。"""
    if row.batch is None:
        if not doing.reach.everywhere:
            raise Wrong("清单里有不带批次与行编号的决定；县区只能裁定复核清单里本县区的行")
        return replace(row, by="", on=None)
    if held is None:
        if doing.reach.everywhere:
            _not_released([row])(active(city().ledger, today()))
        raise Wrong(f"批次 {row.batch} 第 {row.row_id} 号行不在等人认定的行里，可能别人已经定了；请刷新清单再办")
    _inside(doing, county_of(held), None)
    named = row.enterprise if row.ruling != "new" else None
    if named:
        _inside(doing, district_of(named), named)
    return Decision(
        row.kind, row.ruling, batch=row.batch, row_id=row.row_id, enterprise=named,
        reason=row.reason, evidence=row.evidence, place=row.place,
    )  # fmt: skip


def _inside(doing: Doing, district: str | None, enterprise: str | None) -> None:
    """县区不知道的，只有全市的人能定。"""
    if district is None and not doing.reach.everywhere:
        raise Denied(f"{doing.target}：县区认不出，由市局认定；请告诉市局")
    doing.within(district=district, enterprise=enterprise)


def judge(actor: Actor, made: Decision, district: str | None, attached: Kept | None, seen: str | None = None) -> Entry:
    """须人工核定：结论、期限、依据；附件同存，有一样没成的全不算。seen 是填表时看到的上一份核定的决定号。"""
    target = f"企业 {made.enterprise} 的 {made.indicator}"
    with city().ledger.holding(), act(actor, "intake.judge", target, reason=made.reason) as doing:
        doing.within(district=district, enterprise=made.enterprise)
        if made.until is not None and made.until < today():
            raise Wrong(f"有效期 {made.until} 已经过了；请填今天或以后的日期，长期有效的留空")
        if attached is not None:
            told = f"附件《{attached.name}》（sha256 {attached.digest[:16]}）"
            made = replace(made, evidence=f"{made.evidence}；{told}" if made.evidence else told)
        with _evidence(actor, attached, made.enterprise or "") as one:
            entry = _decide(actor, [made], _not_judged(made, seen))
            Evidence.objects.filter(pk=one).update(decision=entry.id)
        doing.after = {"结论": made.value, "标准": made.version, "至": made.until, "决定": entry.id}
    return entry


@contextmanager
def _evidence(actor: Actor, attached: Kept | None, enterprise: str) -> Iterator[int | None]:
    """先存好附件再记决定，给出它的编号；决定没有记成的，把附件也收走。"""
    if attached is None:
        yield None
        return
    one = Evidence.objects.create(
        name=attached.name, digest=attached.digest, decision="还没有", enterprise=enterprise, by=actor.name
    )
    path = place(attached, EVIDENCE, one.pk)
    try:
        yield one.pk
    except BaseException:
        shutil.rmtree(path.parent, ignore_errors=True)
        raise


def _decide(actor: Actor, entries: Sequence[Any], unless: Check) -> Entry:
    return decide(city().ledger, entries, by=actor.name, on=today(), unless=unless)


def _not_chosen(made: Decision) -> Check:
    """同一处冲突别人已经定了的，说清谁何时定的、取了哪家。"""

    def check(now: Active) -> None:
        same = pl.all_horizontal(
            pl.col(name).eq_missing(pl.lit(getattr(made, name), pl.String))
            for name in ("enterprise", "indicator", "item", "period")
        )
        found = decisions(now).filter(pl.col("kind") == "choice", same)
        if found.height:
            _late(now, found.row(-1, named=True), f"取{_source(found['source'][-1])}的数")

    return check


def _not_released(rows: Sequence[Decision]) -> Check:
    """同一行别人已经裁定了的，说清谁何时定的。"""
    wanted = {(row.batch, row.row_id) for row in rows if row.ruling in ("same", "new")}

    def check(now: Active) -> None:
        made = decisions(now).filter(pl.col("kind") == "identity", pl.col("ruling").is_in(["same", "new"]))
        for one in made.iter_rows(named=True):
            if (one["batch"], one["row_id"]) in wanted:
                word = "新主体" if one["ruling"] == "new" else f"就是 {one['enterprise']}"
                _late(now, one, f"第 {one['row_id']} 号行裁定为{word}")

    return check


def _not_judged(made: Decision, seen: str | None) -> Check:
    """填表以后别人已经核定了同一项的，说清谁何时定的。"""

    def check(now: Active) -> None:
        found = judged(now, made.enterprise, made.indicator)
        if found.height and found["decision"][-1] != seen:
            _late(now, found.row(-1, named=True), f"核定了同一项（{'是' if found['value'][-1] else '否'}）")

    return check


def _late(now: Active, row: dict[str, Any], told: str) -> None:
    when = moment_of(now, row["decision"])
    raise Wrong(
        f"{row['by']}已于{when}{told}（{row['reason']}），您这次没有改变台账；要改请先撤回决定 {row['decision']}"
    )


def _source(code: str | None) -> str:
    known = city().sources.get(code or "")
    return known.title if known else code or "所选"
