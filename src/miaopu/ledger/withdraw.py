"""撤回：给一个批次或一组决定记一行撤回，自其日期起不再算数；从不删除。"""

from datetime import date

from miaopu.ledger.journal import Entry, Ledger
from miaopu.terms.complaint import Complaint, Refusal, Severity


def withdraw(ledger: Ledger, target: str, *, by: str, reason: str, on: date) -> Entry:
    """撤回批次或决定 target，自 on 起生效；此前的快照仍看得见它。

    没有这个编号、已经撤回、日期早于入账日、没有理由时抛 Refusal。
    """
    with ledger.writing() as writer:
        _check(writer.entries, target, reason, on)
        id = writer.free_id(f"{on:%Y%m%d}-withdraw-{target}")
        return writer.commit("withdraw", id, on, by, reason, {"target": target}, {})


def _check(entries: list[Entry], target: str, reason: str, on: date) -> None:
    found = next((one for one in entries if one.id == target and one.kind in ("batch", "decision")), None)
    if found is None:
        raise _refusal(target, "台账里没有这个批次或决定", "已入账的编号", "核对编号")
    if any(one.kind == "withdraw" and one.body["target"] == target for one in entries):
        raise _refusal(target, "它已经撤回过", "尚未撤回的批次或决定", "不必重复撤回")
    if on < found.day:
        raise _refusal(target, f"撤回日期 {on} 早于其生效日期 {found.day}", "不早于生效日期", "改正撤回日期")
    if not reason.strip():
        raise _refusal(target, "没有写撤回理由", "一句理由", "补上理由")


def _refusal(target: str, found: str, expected: str, remedy: str) -> Refusal:
    return Refusal(Complaint("withdraw-refused", Severity.REFUSE, target, found, expected, remedy))
