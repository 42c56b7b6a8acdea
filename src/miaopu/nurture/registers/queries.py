"""专项登记的查询：看得到的各件、合计与覆盖率、应有而没有的、期限，都先收窄到行为人的范围。"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping

from django.db.models import Q, QuerySet
from django.urls import reverse

from miaopu.access.act import permit
from miaopu.access.actor import Actor
from miaopu.access.text import clean
from miaopu.jobs.todo import PLAIN, RED, Todo
from miaopu.nurture.registers.models import Entry
from miaopu.nurture.registers.reckon.figures import Rate, late
from miaopu.nurture.registers.shapes import DONE, OPEN, VOID, Register, registers
from miaopu.selection.city import today
from miaopu.selection.library.models import Member
from miaopu.selection.screening.models import Firm

VIEW, WRITE = "register.view", "register.write"
YEAR = re.compile(r"[0-9]{4}")
NARROW = ("state", "district", "year", "late", "enterprise", "q")


def entries(actor: Actor, book: Register | None = None, given: Mapping[str, str] | None = None) -> QuerySet[Entry]:
    """看得到的，新的在前；given 的条件见 NARROW（late 有值的只要过了期限还在办的）。"""
    found = permit(actor, VIEW).firms(Entry.objects.filter(register__in=registers()))
    if book is not None:
        found = found.filter(register=book.code)
    wanted = {name: clean((given or {}).get(name, ""), "条件", 60) for name in NARROW}
    found = found.filter(**{name: wanted[name] for name in ("state", "district", "enterprise") if wanted[name]})
    if wanted["year"]:
        found = found.filter(year=int(wanted["year"])) if YEAR.fullmatch(wanted["year"]) else found.none()
    if wanted["late"]:
        found = late(found)
    if wanted["q"]:
        found = found.filter(Q(title__contains=wanted["q"]) | Q(name__contains=wanted["q"]))
    return found


def entry(actor: Actor, number: int) -> Entry | None:
    """一件；不存在或看不到都为 None。"""
    return entries(actor).filter(pk=number).first()


def books(actor: Actor) -> list[tuple[Register, dict[str, int]]]:
    """看得到的各本与件数：在办、办成、过期。只看得到企业的人没有市外企业的那本。"""
    found = entries(actor)
    counted = Counter(found.values_list("register", "kind"))
    overdue = Counter(late(found).values_list("register", flat=True))
    wide = _wide(actor, VIEW)
    return [(one, {"open": counted[one.code, OPEN], "done": counted[one.code, DONE], "late": overdue[one.code]})
            for one in registers().values() if wide or not one.outside]  # fmt: skip


def _wide(actor: Actor, operation: str) -> bool:
    """范围按全市或县区，不只是几家企业。"""
    reach = actor.reach(operation)
    return reach.everywhere or bool(reach.districts)


def book_for(actor: Actor, code: str) -> Register | None:
    """一本；没有或看不到为 None。"""
    permit(actor, VIEW)
    found = registers().get(code)
    return found if found is not None and (not found.outside or _wide(actor, VIEW)) else None


def writable(actor: Actor, book: Register) -> bool:
    """能不能新登记一件。"""
    return actor.may(WRITE) and (not book.outside or _wide(actor, WRITE))


def firms_for(actor: Actor) -> QuerySet[Firm]:
    """能替谁登记：范围里的企业。"""
    return permit(actor, WRITE).firms(Firm.objects.all())


def coverage(actor: Actor, book: Register, base: frozenset[str], known: frozenset[str]) -> list[Rate]:
    """按县区的覆盖率，末行合计：base 里行业对的企业作分母，known 是台账里已经有的；这本办成而没有过期的也算。"""
    until = book.coverage.get("until", "")
    made = [(one.enterprise, one.values.get(until)) for one in entries(actor, book).filter(kind=DONE)]
    done = {enterprise for enterprise, end in made if end is None or end >= today()} | known
    every, covered = Counter[str](), Counter[str]()
    firms = Firm.objects.filter(section__in=book.coverage["sections"], pk__in=base)
    for enterprise, county in permit(actor, VIEW).firms(firms).values_list("enterprise", "county"):
        every[county or "县区不详"] += 1
        covered[county or "县区不详"] += enterprise in done
    told = [Rate(county, covered[county], every[county]) for county in sorted(every)]
    return [*told, Rate("", sum(covered.values()), sum(every.values()))]


def missing(actor: Actor, book: Register) -> QuerySet[Member]:
    """应当有而还没有登记的在库企业；没有这种要求的为空。"""
    found, asked = permit(actor, VIEW).firms(Member.objects.all()), book.expected
    if asked is None:
        return found.none()
    have = Entry.objects.filter(register=book.code).exclude(kind=VOID)
    if asked.back is not None:
        have = have.filter(year=today().year - asked.back)
    inside = found.filter(tier=asked.tier, state__in=asked.states)
    return inside.exclude(enterprise__in=have.values("enterprise")).order_by("district", "rank", "enterprise")


def todo(actor: Actor) -> Iterator[Todo]:
    """等着办的：过了期限的，应有而没有登记的。"""
    if not actor.may(WRITE):
        return
    found = late(actor.reach(WRITE).firms(Entry.objects.filter(register__in=registers())))
    for code, count in sorted(Counter(found.values_list("register", flat=True)).items()):
        yield Todo(
            f"{registers()[code].title}过了期限还在办", count, reverse("registers:list", args=[code]) + "?late=1", RED
        )
    for book in registers().values():
        if book.expected is not None:
            count = missing(actor, book).count()
            where = reverse("registers:missing", args=[book.code])
            yield Todo(f"在库企业还没有{book.expected.word}的{book.title}", count, where, PLAIN)
