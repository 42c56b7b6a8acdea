"""名单下发的动作：下发到县区、签收、报意见（责任到人）、市局复核、收回。每一步没有理由的不办。"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError

from miaopu.access.act import Doing, Wrong, act
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.selection.city import today, workdays
from miaopu.selection.library.entry import reasoned
from miaopu.selection.library.models import Dispatch, Item, Member, Opinion, Parcel
from miaopu.selection.library.states import flow

COUNTY, CITY = "county", "city"
STAGE = "reserve"
"""下发的是储备里的。"""


@dataclass(frozen=True)
class View:
    """一家的意见：同意不同意、理由（空的用共同的理由）、责任科室与责任人（同意的必填）。"""

    agree: bool
    reason: str = ""
    office: str = ""
    person: str = ""


def dispatch(
    actor: Actor, tier: str, reason: str, due: date | None = None, districts: Collection[str] = ()
) -> tuple[Dispatch, list[Parcel], int]:
    """把一个层级储备里还没下发的企业按县区各发一份；districts 空为全部。给（下发、各份、县区不详没有发的家数）。"""
    told, until = reasoned(reason, "下发名单"), due or workdays().after(today(), flow().days)
    if until <= today():
        raise Wrong(f"期限 {until} 应在今天 {today()} 之后")
    try:
        with act(actor, "library.dispatch", f"下发名单：{tier}", reason=told) as doing:
            waiting = list(Member.objects.filter(tier=tier, state=STAGE).exclude(items__live_key__gt=0))
            chosen = [one for one in waiting if one.district and (not districts or one.district in districts)]
            if not chosen:
                raise Wrong("没有可下发的：储备里没有还没下发的企业；请先选配入库")
            made = Dispatch.objects.create(
                tier=tier, tier_title=chosen[0].tier_title, year=today().year, reason=told, by=actor.name
            )
            parcels = _parcels(doing, made, chosen, until)
            doing.after = {"期限": until.isoformat(), **{one.county: one.items.count() for one in parcels}}
    except IntegrityError as error:
        raise Wrong("刚刚有人下发了其中的企业，没有办；请刷新后再看") from error
    return made, parcels, sum(not one.district for one in waiting)


def _parcels(doing: Doing, made: Dispatch, chosen: Sequence[Member], until: date) -> list[Parcel]:
    groups: dict[str, list[Member]] = {}
    for one in chosen:
        groups.setdefault(one.district or "", []).append(one)
    parcels = []
    for district in sorted(groups):
        doing.within(district=district)
        first = groups[district][0]
        parcel = Parcel.objects.create(dispatch=made, district=district, county=first.county or district, due=until)
        ordered = sorted(groups[district], key=lambda one: (one.rank, one.enterprise))
        Item.objects.bulk_create(Item(parcel=parcel, member=one, live_key=one.pk) for one in ordered)
        parcels.append(parcel)
    return parcels


def _locked(doing: Doing, number: int, version: int) -> Parcel:
    one = Parcel.objects.select_for_update().filter(pk=number).first()
    if one is None:
        raise Wrong("没有这一份下发；请刷新后再看")
    doing.within(district=one.district)
    doing.target = f"{doing.target}：{one.county}第 {number} 份"
    if one.withdrawn_on:
        raise Wrong(f"这一份已由{one.withdrawn_by}收回：{one.withdrawn_why}；没有办")
    if one.version != version:
        raise Wrong("这一份刚刚有人办过，没有办；请刷新后再看")
    one.version += 1
    return one


def receive(actor: Actor, number: int, version: int) -> Parcel:
    """县区签收。"""
    with act(actor, "library.receive", "签收名单") as doing:
        one = _locked(doing, number, version)
        if one.received_on:
            raise Wrong(f"{one.received_by}已签收，不用再签")
        one.received_by, one.received_on = actor.name, today()
        one.save(update_fields=["received_by", "received_on", "version"])
        doing.after = {"企业": one.items.count()}
    return one


def opine(actor: Actor, number: int, version: int, views: Mapping[int, View], reason: str) -> Parcel:
    """县区报意见：一份里还在库的每一家都要有，出了库的放开；reason 是没有另写理由的共同理由。"""
    with act(actor, "library.opine", "报县区意见", reason=clean(reason, "理由", 1_000) or None) as doing:
        one = _locked(doing, number, version)
        if not one.received_on:
            raise Wrong("还没有签收；请先签收再报意见")
        if one.reviewed_on:
            raise Wrong("市局已经复核，意见不能再改；要改请先请市局收回这一份")
        items = _each(one, views)
        _opinions(actor, items, views, reason, COUNTY)
        _duties(items, views)
        _let_go(one, items)
        one.opined_on = today()
        one.save(update_fields=["opined_on", "version"])
        doing.after = _sums(items, views)
    return one


def _each(one: Parcel, views: Mapping[int, View]) -> list[Item]:
    """一份里还在库的各家；出了库的不要意见，交了也不记。"""
    items = list(one.standing().select_related("member").select_for_update(of=("member",)).order_by("member_id"))
    if not items:
        raise Wrong("这一份里的企业都已出库，不用再报意见、复核；市局可以收回这一份")
    if strange := set(views) - set(one.items.values_list("pk", flat=True)):
        raise Wrong(f"有 {len(strange)} 条意见不是这一份里的企业的，没有办；请从这一份的页面上报")
    if lacking := [item.member.name for item in items if item.pk not in views]:
        raise Wrong(f"每一家都要有意见；还差 {len(lacking)} 家：{'、'.join(lacking[:3])}")
    return items


def _let_go(one: Parcel, items: Sequence[Item]) -> None:
    """这一步没有办到的（出了库的）放开：再回来要另行下发，从县区意见走起，不能没有意见就发布。"""
    one.items.exclude(pk__in=[item.pk for item in items]).update(live_key=None)


def _opinions(actor: Actor, items: Sequence[Item], views: Mapping[int, View], reason: str, level: str) -> None:
    rows = []
    for item in items:
        view = views[item.pk]
        told = clean(view.reason, "理由", 1_000) or ("" if not view.agree else clean(reason, "理由", 1_000))
        if not told:
            raise Wrong(f"“{item.member.name}”{'没有写理由' if view.agree else '不同意要写明这一家的理由'}；没有办")
        rows.append(Opinion(item=item, level=level, agree=view.agree, reason=told, by=actor.name))
    Opinion.objects.bulk_create(rows)


def _duties(items: Sequence[Item], views: Mapping[int, View]) -> None:
    """同意的要责任到人。"""
    members = []
    for item in items:
        view, one = views[item.pk], item.member
        office, person = clean(view.office, "责任科室", 60), clean(view.person, "责任人", 40)
        if view.agree and not (office and person):
            raise Wrong(f"“{one.name}”同意入库的要写明责任科室与责任人；没有办")
        one.office, one.person, one.version = office or None, person or None, one.version + 1
        members.append(one)
    Member.objects.bulk_update(members, ("office", "person", "version"), batch_size=100)


def _sums(items: Sequence[Item], views: Mapping[int, View]) -> dict[str, int]:
    agreed = sum(views[one.pk].agree for one in items)
    return {"同意": agreed, "不同意": len(items) - agreed}


def review(actor: Actor, number: int, version: int, views: Mapping[int, View], reason: str) -> Parcel:
    """市局复核一份：逐家定同意不同意，作为上会的底稿；出了库的放开。"""
    with act(actor, "library.issue", "复核县区意见", reason=reasoned(reason, "复核")) as doing:
        one = _locked(doing, number, version)
        if not one.opined_on:
            raise Wrong("县区还没有报意见；请先催报，或收回这一份另行处理")
        if one.items.filter(member__issues__isnull=False).exists():
            raise Wrong("这一份里有已经发布的企业，不能再改复核")
        items = _each(one, views)
        _opinions(actor, items, views, reason, CITY)
        _let_go(one, items)
        one.reviewed_on = today()
        one.save(update_fields=["reviewed_on", "version"])
        doing.after = _sums(items, views)
    return one


def withdraw(actor: Actor, number: int, version: int, reason: str) -> Parcel:
    """收回一份：理由必填；里面的企业可以再下发，原来的意见留着看。"""
    told = reasoned(reason, "收回下发")
    with act(actor, "library.dispatch", "收回下发", reason=told) as doing:
        one = _locked(doing, number, version)
        if one.items.filter(member__issues__isnull=False).exists():
            raise Wrong("这一份里有已经发布的企业，不能收回")
        one.withdrawn_by, one.withdrawn_on, one.withdrawn_why = actor.name, today(), told
        one.save(update_fields=["withdrawn_by", "withdrawn_on", "withdrawn_why", "version"])
        doing.after = {"放开": one.items.update(live_key=None)}
    return one
