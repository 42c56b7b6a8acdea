"""监测：新一轮以后，库里的企业有没有掉下曾经满足的一条，或已注销、吊销、迁出；给要写的预警，不存库。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from miaopu.access.act import Wrong
from miaopu.selection.library.models import Alert, Member
from miaopu.selection.library.watch.baseline import Change, Stand, compared, frozen, stands
from miaopu.selection.screening.models import Round

STATUS = "status"
ENDED = {"cancelled": "已注销", "revoked": "已吊销", "moved": "已迁出"}


def drifted(found: Round, tier: str, members: Sequence[Member]) -> list[Alert]:
    """一个层级的预警：与基线比，也与上次监测的那一轮比（那一轮还打得开时）。"""
    now = stands(found, tier, [one.enterprise for one in members])
    earlier = _earlier(tier, members, found)
    out = []
    for one in members:
        stand = now.get(one.enterprise)
        if stand is not None:
            held = [stand_ for stand_ in (frozen(one), earlier.get(one.pk)) if stand_ is not None]
            out += _alerts(one, held, stand)
    return out


def _earlier(tier: str, members: Sequence[Member], found: Round) -> dict[int, Stand]:
    """各家上次监测的那一轮的样子；结果文件没了的不比。"""
    out: dict[int, Stand] = {}
    for code in sorted({one.watched for one in members if one.watched and one.watched != found.code}):
        mine = [one for one in members if one.watched == code]
        try:
            told = stands(Round.objects.get(pk=code), tier, [one.enterprise for one in mine])
        except (Wrong, Round.DoesNotExist):
            continue
        out |= {one.pk: told[one.enterprise] for one in mine if one.enterprise in told}
    return out


def _alerts(one: Member, held: Sequence[Stand], now: Stand) -> Iterator[Alert]:
    worse: Mapping[str, tuple[Stand, Change]] = {
        change.clause: (then, change) for then in reversed(held) for change in compared(then, now) if change.worse
    }
    for clause, (then, change) in worse.items():
        yield Alert(
            member=one, round=now.round, clause=clause, title=change.title[:200], before=_words(change.before, change.before_actual),
            after=_words(change.after, change.after_actual), told=_told(then, change), column=clause[:60],
        )  # fmt: skip
    state = now.values.get(STATUS)
    if state in ENDED and not any(then.values.get(STATUS) == state for then in held):
        told = f"登记状态{ENDED[state]}，应办“企业注销、吊销、迁出而退出”"
        yield Alert(
            member=one, round=now.round, clause=STATUS, title="登记状态", before="存续", after=ENDED[state], told=told, column=STATUS
        )  # fmt: skip


def _words(state: str, actual: str) -> str:
    return f"{state}（{actual}）"[:120] if actual else state


def _told(then: Stand, change: Change) -> str:
    now = _words(change.after, change.after_actual)
    head = f"{change.title}：轮次 {then.round} 时{_words(change.before, change.before_actual)}，现在{now}"
    return f"{head}；{change.gap}" if change.gap else head
