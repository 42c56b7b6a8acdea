"""把名册与库里的企业变成分工的材料，并算出现状的指纹；只读，不求解、不改数据。"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from miaopu.allocation.assignment import Client, Helper, Terms
from miaopu.nurture.specialists.kinds import kinds, split
from miaopu.nurture.specialists.models import Avoidance, Pairing, Person
from miaopu.nurture.specialists.queries.roster import Served
from miaopu.nurture.specialists.states import State
from miaopu.selection.city import today


@dataclass(frozen=True)
class Pool:
    """材料：企业、专员、人工指定（企业号 → 专员编号），与现状的指纹。"""

    clients: tuple[Client, ...]
    helpers: tuple[Helper, ...]
    pinned: dict[str, str]
    base: str


def helpers_now() -> list[Person]:
    """今天能分的人：参加分工的种类，在册、在聘期内、没有请假。"""
    taking = [code for code, one in kinds().items() if one.pairs]
    found = Person.objects.filter(kind__in=taking, state=State.APPOINTED.value).order_by("pk")
    return [one for one in found if one.serves_on(today())]


def pool(firms: Sequence[Served], terms: Terms) -> Pool:
    """firms：要分的企业。名单之外现有的配对先占去容量。"""
    open_pairs = list(Pairing.objects.filter(until__isnull=True).select_related("person").order_by("enterprise"))
    inside = {one.enterprise for one in firms}
    taken = Counter(one.person_id for one in open_pairs if one.enterprise not in inside)
    held = {one.enterprise: one for one in open_pairs if one.enterprise in inside}
    avoided: dict[int, set[str]] = defaultdict(set)
    for one in Avoidance.objects.filter(released__isnull=True):
        avoided[one.person_id].add(one.enterprise)
    people = helpers_now()
    return Pool(
        tuple(_client(one, held.get(one.enterprise), terms) for one in firms),
        tuple(_helper(one, taken[one.pk], frozenset(avoided[one.pk])) for one in people),
        {one.enterprise: one.person.code for one in held.values() if one.pinned},
        fingerprint(open_pairs),
    )


def fingerprint(open_pairs: Sequence[Pairing]) -> str:
    """现行配对的指纹：谁帮谁、是不是人工指定。"""
    told = ";".join(f"{one.enterprise}:{one.person_id}:{int(one.pinned)}" for one in open_pairs)
    return hashlib.sha256(told.encode()).hexdigest()


def _client(one: Served, held: Pairing | None, terms: Terms) -> Client:
    division = (one.industry or "")[:2]
    weight = terms.weights.get(one.tier, 1)
    current = held.person.code if held else ""
    return Client(
        one.enterprise, one.name, one.district or "", one.section or "", division, weight=weight, current=current
    )


def _helper(one: Person, taken: int, avoided: frozenset[str]) -> Helper:
    room, skills = max(0, one.capacity - taken), frozenset(split(one.sectors))
    return Helper(one.code, one.name, one.district or "", room, skills, frozenset(split(one.topics)), avoided)
