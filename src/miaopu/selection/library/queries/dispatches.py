"""下发与发布的查询：县区只看得到发给本县区的；灯照期限算。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse

from miaopu.access.act import permit
from miaopu.access.actor import Actor
from miaopu.jobs.todo import PLAIN, RED, YELLOW, Todo
from miaopu.selection.city import today, workdays
from miaopu.selection.library.models import Issue, Item, Member, Move, Opinion, Parcel
from miaopu.selection.library.queries.members import alerts, members
from miaopu.selection.library.states import flow

LIGHTS = {
    "red": ("danger", "超期"),
    "yellow": ("warning", "快到期"),
    "green": ("success", "正常"),
    "grey": ("secondary", "已了"),
}


@dataclass(frozen=True)
class Stage:
    """一份下发走到哪一步、灯的颜色与字。"""

    word: str
    colour: str
    light: str

    @property
    def late(self) -> bool:
        """超期没有报意见。"""
        return self.light == LIGHTS["red"][1]


def stage(one: Parcel) -> Stage:
    """parcels 给的一份走到哪一步；没有报意见的照期限亮灯。"""
    if one.withdrawn_on:
        return Stage("已收回", *LIGHTS["grey"])
    if one.reviewed_on:
        return Stage("市局已复核", *LIGHTS["grey"])
    if one.opined_on:
        return Stage("县区已报意见", *LIGHTS["grey"])
    if one.left == one.firms:
        return Stage("企业都已出库，不用再报", *LIGHTS["grey"])
    light = LIGHTS["red"] if one.due < today() else LIGHTS["yellow"] if _soon(one.due) else LIGHTS["green"]
    return Stage("已签收，待报意见" if one.received_on else "待签收", *light)


def _soon(due: date) -> bool:
    """快到期：离期限不多于目录里的几个工作日。"""
    return today() >= workdays().after(due, -flow().soon_days)


def parcels(actor: Actor, tier: str = "") -> QuerySet[Parcel]:
    """看得到的各份，新的在前；firms 家数，left 其中不再要意见的（已出库，或出库期间办过一步而放开）。"""
    reach, gone = permit(actor, "library.view"), ~Q(items__member__state__in=flow().inside)
    gone |= Q(items__live_key=None, withdrawn_on=None)
    found = (
        Parcel.objects.select_related("dispatch")
        .annotate(firms=Count("items", distinct=True), left=Count("items", filter=gone, distinct=True))
        .order_by("-dispatch_id", "district")
    )
    found = found.filter(dispatch__tier=tier) if tier else found
    return found if reach.everywhere else found.filter(district__in=sorted(reach.districts))


def parcel(actor: Actor, number: int) -> Parcel | None:
    """一份；看不到的为 None。"""
    return parcels(actor).filter(pk=number).first()


STEPS = {
    "receive": Q(received_on=None),
    "opine": Q(received_on__isnull=False, opined_on=None),
    "review": Q(opined_on__isnull=False, reviewed_on=None),
}
"""签收、报意见、复核各等着什么样的一份。"""


def waiting(actor: Actor, step: str) -> QuerySet[Parcel]:
    """看得到的、等着办这一步（STEPS 的键）的各份。"""
    return _live(actor).filter(STEPS[step])


def _live(actor: Actor) -> QuerySet[Parcel]:
    """没有收回、里面还有在库企业的各份。"""
    return parcels(actor).filter(left__lt=F("firms"), withdrawn_on=None)


@dataclass(frozen=True)
class Row:
    """一份里的一家与各级最近的意见；left 是让它出库的那一次变动，还要意见的为 None。"""

    item: Item
    member: Member
    county: Opinion | None
    city: Opinion | None
    left: Move | None = None


def rows(actor: Actor, one: Parcel) -> list[Row]:
    """一份里的各家。"""
    permit(actor, "library.view")
    last: dict[tuple[int, str], Opinion] = {}
    for each in Opinion.objects.filter(item__parcel=one).order_by("pk"):
        last[each.item_id, each.level] = each
    items = list(one.items.select_related("member").order_by("pk"))
    live = one.withdrawn_on is None
    gone = [each.member_id for each in items if not each.member.at.inside or (live and each.live_key is None)]
    outward = Move.objects.filter(member__in=gone).exclude(after__in=flow().inside)
    left = {move.member_id: move for move in outward.order_by("pk")}
    return [
        Row(each, each.member, last.get((each.pk, "county")), last.get((each.pk, "city")), left.get(each.member_id))
        for each in items
    ]


def undispatched(actor: Actor, tier: str = "") -> int:
    """储备里还没下发的家数。"""
    found = members(actor).filter(state="reserve").exclude(items__live_key__gt=0).exclude(district=None)
    return found.filter(**({"tier": tier} if tier else {})).count()


def ready(actor: Actor, tier: str) -> int:
    """市局最近一次意见是同意、还在储备里的家数：可以上会发布的。"""
    last: dict[int, bool] = {}
    live = Item.objects.filter(live_key__isnull=False, member__in=members(actor).filter(tier=tier, state="reserve"))
    for item, agree in Opinion.objects.filter(item__in=live, level="city").order_by("pk").values_list("item", "agree"):
        last[item] = agree
    return sum(last.values())


def issues(actor: Actor) -> QuerySet[Issue]:
    """发布的各版名单；名单是全市的，县区不能下载全市的工作簿。"""
    permit(actor, "library.view")
    return Issue.objects.all()


def todo(actor: Actor) -> Iterator[Todo]:
    """要我办的：确认提名、签收、报意见、复核、下发、处置预警。"""
    if actor.may("library.admit"):
        waiting = members(actor).filter(state="proposed").count()
        yield Todo("入库提名等着确认", waiting, reverse("library:index") + "?state=proposed", YELLOW)
    if actor.may("library.view"):
        yield from _parcels(actor)
    if actor.may("library.dispatch"):
        yield Todo("储备企业还没有下发县区", undispatched(actor), reverse("library:dispatches"), PLAIN)
    if actor.may("library.watch"):
        yield Todo("培育库预警待处置", alerts(actor).count(), reverse("library:alerts"), RED)


def _parcels(actor: Actor) -> Iterator[Todo]:
    open_ = _live(actor)
    address = reverse("library:dispatches")
    if actor.may("library.receive"):
        yield _due("下发的名单等着签收", open_.filter(received_on=None), address)
        yield _due("县区意见等着上报", open_.filter(opined_on=None).exclude(received_on=None), address)
    if actor.may("library.issue"):
        yield Todo("县区意见等着复核", open_.filter(reviewed_on=None).exclude(opined_on=None).count(), address, YELLOW)
    if actor.may("library.dispatch"):
        late = open_.filter(Q(received_on=None) | Q(opined_on=None), due__lt=today())
        yield _due("县区逾期没有签收或报意见", late, address)


def _due(title: str, found: QuerySet[Parcel], address: str) -> Todo:
    first = found.order_by("due").values_list("due", flat=True).first()
    urgency = PLAIN
    if first is not None:
        urgency = RED if first < today() else YELLOW if _soon(first) else PLAIN
    return Todo(title, found.count(), address, urgency, first)
