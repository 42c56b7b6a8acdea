"""联络员的动作：定一家或若干家在一级上的联络员（换人写理由与交接）、一个县区还没有的一次定、结束、导出导入；没有理由的一律不办。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from django.db import IntegrityError, transaction

from miaopu.access.act import Denied, Doing, Wrong, act
from miaopu.access.actor import Actor
from miaopu.access.text import clean, file_name
from miaopu.nurture.back import Undone
from miaopu.nurture.specialists.actions.words import locked, reasoned
from miaopu.nurture.specialists.books.contacts import read_directory, write_directory
from miaopu.nurture.specialists.kinds import Rank, contact_kind, kinds, ranks
from miaopu.nurture.specialists.models import Avoidance, Contact, Person
from miaopu.nurture.specialists.queries.contacts import directory, eligible
from miaopu.selection.city import today
from miaopu.selection.library.models import Member
from miaopu.selection.library.states import flow
from miaopu.selection.screening.rounds.books import unit_of

MOST = 2_000


def name(
    actor: Actor, level: str, enterprises: Sequence[str], person: int, reason: str, handover: str = ""
) -> list[Contact]:
    """给若干家在一级上定联络员；已有别人的是换人，旧的结束、理由留着。有一家不能办就一家也不办。"""
    told, left = reasoned(reason, "定联络员"), clean(handover, "交接说明", 500) or None
    try:
        with act(actor, "contact.name", f"联络员 {level}：{len(set(enterprises))} 家", reason=told) as doing:
            rank, firms = _rank(doing, level), _firms(doing, enterprises)
            chosen = _chosen(person)
            return _named(actor, doing, rank, firms, [chosen] * len(firms), told, left)
    except IntegrityError as error:
        raise Wrong("刚刚有人给其中一家定了联络员，没有办；请刷新后再看") from error


def name_slots(actor: Actor, slots: Sequence[str], person: int, reason: str, handover: str = "") -> int:
    """勾选的各格（“企业号:级”）定给一人；几级一起办，有一格不能办就一格也不办。给出办了几格。"""
    told, chosen = reasoned(reason, "定联络员"), [one.rpartition(":") for one in slots]
    if not chosen:
        raise Wrong("没有选企业；请在名录里勾选")
    with act(actor, "contact.name", f"联络员 {len(chosen)} 格", reason=told) as doing:
        levels = {one[2]: [each[0] for each in chosen if each[2] == one[2]] for one in chosen}
        done = sum(len(name(actor, level, firms, person, told, handover)) for level, firms in levels.items())
        doing.after = {"新定与换人": done}
    return done


def end_slots(actor: Actor, slots: Sequence[str], reason: str) -> int:
    """勾选的各格都不再由现在的人联络，先空着；有一格不能办就一格也不办。给出结束了几格。"""
    told = reasoned(reason, "结束联络")
    with act(actor, "contact.name", f"结束联络 {len(slots)} 格", reason=told) as doing:
        found = list(Contact.objects.filter(open_key__in=slots).values_list("pk", flat=True))
        if not found or len(found) != len(set(slots)):
            raise Wrong(
                f"勾选的 {len(set(slots))} 格里现在有联络员的 {len(found)} 格，没有办；请刷新名录，只勾有联络员的"
            )
        for one in found:
            end(actor, one, told)
        doing.after = {"结束": len(found)}
    return len(found)


def fill(actor: Actor, level: str, county: str, person: int | None, reason: str) -> tuple[list[Contact], int]:
    """一个县区（空着是范围里的全部）在一级上还没有联络员的一次定：写了人的都给他，没有写的按余量轮着分。

    给出（新定的，没有人可定的家数）。
    """
    told = reasoned(reason, "定联络员")
    try:
        with act(actor, "contact.name", f"联络员 {level}：{county or '范围里'}还没有的", reason=told) as doing:
            rank, able = _rank(doing, level), list(eligible(actor).select_for_update())  # 同时一次定的，后办的等着
            people = [_chosen(person)] if person is not None else able
            slots = directory(actor, {"level": rank.code, "county": clean(county, "县区", 6), "lack": "yes"})
            firms = _firms(doing, [one.enterprise for one in slots])
            given = _shared(firms, people, rank)
            rest = [one for one in firms if one.enterprise not in given]
            found = [one for one in firms if one.enterprise in given]
            made = _named(actor, doing, rank, found, [given[one.enterprise] for one in found], told, None)
            doing.after = {"新定": len(made), "没有人可定": len(rest)}
            return made, len(rest)
    except IntegrityError as error:
        raise Wrong("刚刚有人给其中一家定了联络员，没有办；请刷新后再看") from error


def end(actor: Actor, number: int, reason: str) -> Contact:
    """不再由他联络，先空着。"""
    told = reasoned(reason, "结束联络")
    with act(actor, "contact.name", f"联络员 {number}", reason=told) as doing:
        found = (
            Contact.objects.select_for_update(of=("self",))
            .select_related("person")
            .filter(pk=number, until=None)
            .first()
        )
        if found is None:
            raise Denied("没有这一名联络员，或已经结束；请刷新页面")
        doing.within(district=found.district or "-", enterprise=found.enterprise)
        _rank(doing, found.level)
        doing.target, doing.before = f"联络员：{found.name}—{found.person.name}", {"哪一级": found.level}
        _ended(actor, [found], told)
    return Contact.objects.get(pk=number)


def _rank(doing: Doing, level: str) -> Rank:
    found = ranks().get(level)
    if found is None:
        raise Wrong(f"没有“{level or '空'}”这一级；应是 {'、'.join(one.title for one in ranks().values())} 之一")
    if found.reach == "city" and not doing.reach.everywhere:
        raise Denied(f"{found.title}联络员由市局定；请联系市局")
    return found


def _firms(doing: Doing, enterprises: Sequence[str]) -> list[Member]:
    """在库的这些企业，一家一行；不在库的、范围外的抛错。"""
    wanted = list(dict.fromkeys(enterprises))
    found = {
        one.enterprise: one
        for one in Member.objects.filter(enterprise__in=wanted, state__in=flow().inside).order_by("-pk")
    }
    for code in wanted:
        doing.within(district=(found[code].district or "-") if code in found else "-", enterprise=code)
    if not 0 < len(wanted) <= MOST:
        raise Wrong(f"选了 {len(wanted)} 家，应是 1 至 {MOST} 家；都有联络员的不用再定")
    if len(found) != len(wanted):
        raise Wrong(f"有 {len(wanted) - len(found)} 家不在培育库里，没有办；请刷新名录再选")
    return [found[code] for code in wanted]


def _chosen(person: int) -> Person:
    one = locked(person)
    if one.kind != contact_kind() or not one.serves_on(today()):
        raise Wrong(f"“{one.name}”现在不能做联络员：应是名册里在册、在聘期、没有请假的{kinds()[contact_kind()].title}")
    return one


def _room(one: Person) -> int:
    """还能联络几家：容量减去现行的（在库的企业）。"""
    inside = Member.objects.filter(state__in=flow().inside).values("enterprise")
    return one.capacity - one.contacts.filter(until=None, enterprise__in=inside).values("enterprise").distinct().count()


def _local(one: Person, firm: Member, rank: Rank) -> bool:
    """县级的联络员是本县区的人或市级的人；市级的是市级的人。"""
    return one.district is None or (rank.reach == "county" and one.district == firm.district)


def _shared(firms: Sequence[Member], people: Sequence[Person], rank: Rank) -> dict[str, Person]:
    """轮着分：每家给余量最多的一名合适的人，须回避的不给；没有的不在里面。"""
    room, given, avoided = {one.pk: _room(one) for one in people if one.serves_on(today())}, {}, _avoided(people)
    for firm in firms:
        able = [one for one in people if room.get(one.pk, 0) > 0 and _local(one, firm, rank)]
        able = [one for one in able if (one.pk, firm.enterprise) not in avoided]
        if able:
            best = max(able, key=lambda one: (one.district is not None, room[one.pk], -one.pk))
            given[firm.enterprise], room[best.pk] = best, room[best.pk] - 1
    return given


def _avoided(people: Sequence[Person]) -> set[tuple[int, str]]:
    """这些人须回避的企业：（名册编号，企业号）。"""
    live = Avoidance.objects.filter(released__isnull=True, person__in=[one.pk for one in people])
    return set(live.values_list("person_id", "enterprise"))


def _named(
    actor: Actor, doing: Doing, rank: Rank, firms: Sequence[Member], people: Sequence[Person], reason: str, handover: str | None
) -> list[Contact]:  # fmt: skip
    keys = [f"{one.enterprise}:{rank.code}" for one in firms]
    held = {one.enterprise: one for one in Contact.objects.select_for_update(of=("self",)).filter(open_key__in=keys)}
    fresh = [
        (firm, one)
        for firm, one in zip(firms, people, strict=True)
        if firm.enterprise not in held or held[firm.enterprise].person_id != one.pk
    ]
    avoided = _avoided(people)
    for firm, one in fresh:
        if (one.pk, firm.enterprise) in avoided:
            raise Wrong(f"“{one.name}”须回避“{firm.name}”；请另选，或先解除回避")
        if not _local(one, firm, rank):
            raise Wrong(
                f"“{one.name}”是{one.county}的，不能做{firm.county or '县区不详'}“{firm.name}”的{rank.title}联络员；没有办"
            )
    for one in {one.pk: one for _, one in fresh}.values():
        more = sum(each.pk == one.pk for _, each in fresh)
        if more > _room(one) + sum(
            held[firm.enterprise].person_id == one.pk for firm, _ in fresh if firm.enterprise in held
        ):
            raise Wrong(
                f"“{one.name}”容量 {one.capacity} 家，还能联络 {max(_room(one), 0)} 家，现在要加 {more} 家；请另选或调容量"
            )
    _ended(actor, [held[firm.enterprise] for firm, _ in fresh if firm.enterprise in held], reason)
    made = Contact.objects.bulk_create(
        Contact(
            enterprise=firm.enterprise, name=firm.name, district=firm.district, county=firm.county, level=rank.code, person=one,
            since=today(), open_key=f"{firm.enterprise}:{rank.code}", reason=reason, handover=handover, by=actor.name,
        )
        for firm, one in fresh
    )  # fmt: skip
    doing.before = {firm: one.person_id for firm, one in held.items()}
    doing.after = {firm.enterprise: one.name for firm, one in fresh}
    return made


def _ended(actor: Actor, rows: Sequence[Contact], reason: str) -> None:
    told = {"until": today(), "open_key": None, "ended_by": actor.name, "ended_why": reason}
    Contact.objects.filter(pk__in=[one.pk for one in rows]).update(**told)


def export_directory(actor: Actor, given: Mapping[str, str], folder: Path) -> Path:
    """导出筛出来的名录；记日志。"""
    with act(actor, "service.export", "企业联络员名录") as doing:
        slots = directory(actor, given)
        if not slots:
            raise Wrong("按现在的条件一格也没有，没有东西可导出；请放宽条件")
        doing.after = {"行数": len(slots), "条件": dict(given)}
    path = folder / file_name(f"企业联络员名录_{today():%Y%m%d}_{len(slots)}格.xlsx")
    return write_directory(path, slots, unit_of(actor.reach("service.export")))


def import_directory(actor: Actor, path: Path, title: str, reason: str) -> tuple[int, list[str]]:
    """导入改好的名录：联络员编号变了的换人、补定，没有变的不看；有一行不对就一行也不办。给出（办了几家，意见）。"""
    told, rows, found, done = reasoned(reason, "导入名录"), read_directory(path, title), [], 0
    try:
        with act(actor, "contact.name", f"导入联络员名录 {title}"[:200], reason=told) as doing:
            for at, given in rows:
                try:
                    with transaction.atomic():
                        _rank(doing, given["level"]), _firms(doing, [given["enterprise"]])  # 范围外的先拦下
                        if _already(given):
                            continue
                        digits = given["code"].removeprefix("P")
                        number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 12 else 0
                        done += len(name(actor, given["level"], [given["enterprise"]], number, told))
                except (Wrong, Denied) as error:
                    found.append(f"第 {at} 行：{error}")
            if found:
                raise Undone
            doing.after = {"行数": len(rows), "换人与补定": done}
    except Undone:
        return 0, found
    return done, []


def _already(given: Mapping[str, str]) -> bool:
    """这一格现在就是所写的人；导出以后别人换成另一人的说清是谁。"""
    key = f"{clean(given['enterprise'], '企业号', 18)}:{given['level']}"
    now = Contact.objects.select_for_update(of=("self",)).select_related("person").filter(open_key=key).first()
    code = now.person.code if now else ""
    if code not in (given["was"], given["code"]):
        held = f"{now.by}定了“{now.person.name}”" if now else "已经结束"
        raise Wrong(f"联络员：导出时是{given['was'] or '空着的'}，导出以后{held}；请重新导出再改")
    return code == given["code"]
