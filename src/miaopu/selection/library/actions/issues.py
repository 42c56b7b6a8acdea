"""发布的动作：县区与市局都同意的上会，写明会议日期与纪要编号，冻结成一版名单（工作簿与摘要），企业转入培育。"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError

from miaopu.access.act import Wrong, act
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.ledger.journal.chain import file_digest
from miaopu.selection.city import today
from miaopu.selection.library.actions.dispatches import CITY
from miaopu.selection.library.book import FOLDER, register_book
from miaopu.selection.library.entry import moved, reasoned
from miaopu.selection.library.evidence import Given
from miaopu.selection.library.models import Issue, Item, Member, Opinion
from miaopu.selection.library.states import flow


def issue(actor: Actor, tier: str, meeting_on: date, minutes: str, reason: str) -> Issue:
    """发布一个层级的名单。"""
    told, paper = reasoned(reason, "发布名单"), clean(minutes, "会议纪要编号", 60)
    if not paper:
        raise Wrong("发布名单要写明会议纪要编号；没有上会的不能发布")
    if meeting_on > today():
        raise Wrong(f"上会日期 {meeting_on} 在今天 {today()} 以后；请核对")
    written = _written(tier, meeting_on, paper, told) if actor.may("library.issue") else None  # 没有权限的由 act 拒绝
    try:
        with act(actor, "library.issue", f"发布名单：{tier}", reason=told) as doing:
            members = _agreed(tier, locked=True)
            if written is None or _seen(tier, members) != written.seen:
                raise Wrong("写名单的工夫里，要发布的企业或名单的版本有变动；没有发布，请核对后再发布一次")
            made = _made(actor, members, written, meeting_on, paper, told)
            step = flow().published
            moved(
                actor.name, members, step, told, Given(f"{meeting_on} 会议，纪要 {paper}，发布名单第 {made.version} 版")
            )
            doing.after = {"版本": made.version, "家数": made.firms, "摘要": made.seal, "会议纪要": paper}
    except IntegrityError as error:
        raise Wrong("刚刚有人发布了名单，没有办；请刷新后再看") from error
    return made


@dataclass(frozen=True)
class _Written:
    """写好还没有发布的名单：凭什么写的（_seen）、工作簿、摘要。"""

    seen: tuple[int, list[tuple[int, int]]]
    content: bytes
    seal: str


def _written(tier: str, meeting_on: date, paper: str, told: str) -> _Written:
    """在事务外写好工作簿。"""
    members = _agreed(tier)
    if not members:
        raise Wrong("没有可发布的：要县区报意见、市局复核同意、还在储备里的企业")
    seen = _seen(tier, members)
    title = f"{members[0].tier_title}培育库名单（{today().year}年度第{seen[0]}版）"
    with tempfile.TemporaryDirectory() as folder:
        notes = (f"{meeting_on} 会议，纪要 {paper}；{told}",)
        path = register_book(Path(folder) / "名单.xlsx", members, title, notes, everywhere=True)
        return _Written(seen, path.read_bytes(), file_digest(path))


def _seen(tier: str, members: list[Member]) -> tuple[int, list[tuple[int, int]]]:
    """名单的下一版是第几版；各家与它的版本。"""
    last = Issue.objects.filter(tier=tier, year=today().year).values_list("version", flat=True).first() or 0
    return last + 1, [(one.pk, one.version) for one in members]


def _agreed(tier: str, locked: bool = False) -> list[Member]:
    """储备里、市局最近一次意见是同意的；locked 的锁住以后再看一次还在不在储备：别人刚发布的不再发布。"""
    live = Item.objects.filter(live_key__isnull=False, member__tier=tier, member__state="reserve")
    last: dict[int, bool] = {}
    for one in Opinion.objects.filter(item__in=live, level=CITY).order_by("pk").select_related("item"):
        last[one.item.member_id] = one.agree
    wanted = [member for member, agree in last.items() if agree]
    found = Member.objects.filter(pk__in=wanted, state="reserve").order_by("pk")
    held = found.select_for_update() if locked else found
    return sorted(held, key=lambda one: (one.district or "", one.rank, one.enterprise))


def _made(actor: Actor, members: list[Member], written: _Written, meeting_on: date, paper: str, told: str) -> Issue:
    first, seal = members[0], written.seal
    place = f"{FOLDER}/issues/{seal.partition(':')[2]}.xlsx"
    kept = Path(settings.FILES) / place
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(written.content)
    made = Issue.objects.create(
        tier=first.tier, tier_title=first.tier_title, year=today().year, version=written.seen[0],
        meeting_on=meeting_on, minutes=paper, reason=told, firms=len(members), path=place, seal=seal, by=actor.name,
    )  # fmt: skip
    made.members.set(members)
    return made
