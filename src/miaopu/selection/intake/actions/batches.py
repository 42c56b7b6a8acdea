"""批次与决定的撤回：记一行撤回，自某日起不再算数；从不删除。"""

from __future__ import annotations

from datetime import date

from miaopu.access.act import Denied, Wrong, act
from miaopu.access.actor import Actor
from miaopu.ledger.journal import Entry
from miaopu.ledger.withdraw import withdraw
from miaopu.selection.city import city, today
from miaopu.selection.intake.queries.ledger import entry_of, kinds_of


def withdraw_batch(actor: Actor, batch: str, reason: str, on: date) -> Entry:
    """撤回一个批次；on 不早于入账日、不晚于今天。"""
    with city().ledger.holding(), act(actor, "intake.withdraw", f"批次 {batch}", reason=reason) as doing:
        entry = entry_of(batch, "batch")
        doing.within(department=entry.body["source"])
        if on > today():
            raise Wrong(f"撤回日期 {on} 在今天（{today()}）之后；请选今天或以前的日期")
        gone = withdraw(city().ledger, batch, by=actor.name, reason=reason, on=on)
        doing.before = {"事实": entry.body["facts"], "文件": entry.body["file"]}
        doing.after = {"撤回": gone.id, "自": on.isoformat()}
    return gone


UNDOES = {"choice": "intake.conflict", "identity": "intake.identity", "judgement": "intake.judge"}
"""哪种决定由有哪项权限的人撤回。"""

UNDO = "撤回决定由市局办理；请把要撤回的决定号和理由告诉市局"
KINDS = {"choice": "取数冲突的裁定", "identity": "主体裁定", "judgement": "人工核定"}


def withdraw_decision(actor: Actor, decision: str, kind: str, reason: str) -> Entry:
    """撤回一组决定，自今天起不再算数；里面有别种决定的抛 Wrong。县区不能撤回。"""
    with city().ledger.holding(), act(actor, UNDOES[kind], f"决定 {decision}", reason=reason) as doing:
        if not doing.reach.everywhere:
            raise Denied(UNDO)
        entry = entry_of(decision, "decision")
        other = kinds_of(decision) - {kind}
        if other:
            raise Wrong(
                f"决定 {decision} 里有{'、'.join(KINDS[one] for one in sorted(other))}，不能在这里撤回；请到那一页办"
            )
        gone = withdraw(city().ledger, decision, by=actor.name, reason=reason, on=today())
        doing.before = {"条数": entry.body["entries"], "决定人": entry.by}
        doing.after = {"撤回": gone.id}
    return gone
