"""操作日志：只增的链；写一行、逐行核验、指出第一处断链。不改不删任何一行。"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils import timezone

from miaopu.access.actor import Actor
from miaopu.access.models import LogEntry, LogHead
from miaopu.ledger.journal.chain import START, digest
from miaopu.terms.complaint import Complaint, Refusal, Severity

DONE, REFUSED, FAILED = "办成", "拒绝", "失败"
LOST = "有日志，末行的记录却不见了"
FIELDS = (
    "seq", "at", "kind", "account", "login", "name", "roles", "operation", "title", "target", "outcome",
    "before", "after", "reason", "place", "prev",
)  # fmt: skip


@dataclass(frozen=True)
class Break:
    """第一处断链：行号与一句话。"""

    seq: int
    told: str


def append(
    actor: Actor,
    operation: str,
    title: str,
    target: str,
    *,
    outcome: str = DONE,
    before: Any = None,
    after: Any = None,
    reason: str | None = None,
) -> LogEntry:
    """写一行；须在事务里，与所记的事同生同灭。"""
    head = _locked()
    entry = LogEntry(
        seq=head.seq + 1,
        at=timezone.localtime().isoformat(timespec="milliseconds"),
        kind=actor.kind,
        account=actor.account,
        login=actor.login,
        name=actor.name,
        roles=actor.titles[:200],
        operation=operation,
        title=title,
        target=target[:200],
        outcome=outcome,
        before=_text(before),
        after=_text(after),
        reason=reason or None,
        place=actor.place[:120],
        prev=head.hash,
    )
    entry.hash = digest(_content(entry))
    entry.save(force_insert=True)
    LogHead.objects.filter(pk=1).update(seq=entry.seq, hash=entry.hash)
    return entry


def refused_since(actor: Actor, operation: str, since: str) -> bool:
    """这个人自 since（日志的时间写法）以来，这项操作的查看已经记过拒绝。"""
    mine = LogEntry.objects.filter(operation=operation, outcome=REFUSED, account=actor.account, kind=actor.kind)
    return mine.filter(at__gte=since).exists()


def _locked() -> LogHead:
    """锁住末行的记录；一行日志也没有时才新立，有日志而它不见了抛 Refusal：新立等于把前面的抹掉。"""
    head = _held()
    if head is None and LogEntry.objects.exists():
        head = _held()  # 两样同时提交：看得见行，末行就该看得见；头一眼之后别人才立了第一行的，这一眼就有
        if head is None:
            expected, remedy = "与日志一起的末行记录", "停下写操作，保全现场，由系统管理员用备份恢复"
            raise Refusal(Complaint("log", Severity.REFUSE, "操作日志", LOST, expected, remedy))
    return head or LogHead.objects.select_for_update().get_or_create(pk=1, defaults={"hash": START})[0]


def _held() -> LogHead | None:
    return LogHead.objects.select_for_update().filter(pk=1).first()


def head() -> LogHead:
    """现在的末行；还没有日志的是第 0 行。"""
    return LogHead.objects.filter(pk=1).first() or LogHead(pk=1, seq=0, hash=START)


def verify(until: LogHead | None = None) -> Break | None:
    """从头核到 until（缺省现在的末行）；完好为 None。核的时候别人接着写的不算断。"""
    last = LogEntry.objects.aggregate(Max("seq"))["seq__max"] or 0  # 先看行再看末行：两样同时提交，末行不会更小
    now = head()
    if now.seq < last:
        told = LOST if not LogHead.objects.filter(pk=1).exists() else f"末行记的是第{now.seq}行，日志却到第{last}行"
        return Break(now.seq + 1, f"{told}：末行的记录被动过，或多出了不是本软件写的行")
    return _chain(until or now)


def _chain(head: LogHead) -> Break | None:
    prev, seq = START, 0
    for entry in LogEntry.objects.filter(seq__lte=head.seq).order_by("seq").iterator(chunk_size=2000):
        if entry.seq != seq + 1:
            return Break(entry.seq, f"第{seq + 1}行不见了：第{seq}行之后是第{entry.seq}行")
        if entry.prev != prev:
            return Break(entry.seq, f"第{entry.seq}行接不上第{seq}行的摘要")
        if entry.hash != digest(_content(entry), entry.hash.partition(":")[0]):
            return Break(entry.seq, f"第{entry.seq}行的内容与摘要不符，写入后被改过")
        prev, seq = entry.hash, entry.seq
    if (head.seq, head.hash) != (seq, prev):
        return Break(seq + 1, f"末行应是第{head.seq}行，现在只到第{seq}行：末尾被删过")
    return None


def changes(entry: LogEntry) -> Iterator[tuple[str, Any, Any]]:
    """一行日志里改了什么：（项，原来，现在）。"""
    before, after = _mapping(entry.before), _mapping(entry.after)
    for key in dict.fromkeys([*before, *after]):
        if before.get(key) != after.get(key):
            yield key, before.get(key), after.get(key)


def _mapping(text: str | None) -> Mapping[str, Any]:
    value = json.loads(text) if text else {}
    return value if isinstance(value, dict) else {"内容": value}


def _text(value: Any) -> str | None:
    return None if value is None else json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)


def _content(entry: LogEntry) -> bytes:
    told = {name: getattr(entry, name) for name in FIELDS}
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
