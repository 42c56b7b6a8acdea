"""后台的活：统筹一份分工草案；可以从头再做而不做两遍。只写草案，不动现行的配对。"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse

from miaopu.access.act import Wrong
from miaopu.access.actor import system
from miaopu.allocation.assignment import Clash, Result, assign, load_terms, reassign
from miaopu.allocation.assignment.shape import Terms
from miaopu.jobs.kinds import Assignment, Outcome, Progress, job
from miaopu.nurture.specialists.models import Draft, Pairing, Person, Proposed
from miaopu.nurture.specialists.pool import Pool, pool
from miaopu.nurture.specialists.queries.roster import Served, firms_to_serve
from miaopu.nurture.specialists.states import DraftState
from miaopu.selection.city import city
from miaopu.selection.screening.place import home

DRAFT = "specialists.draft"


@job(DRAFT, "统筹专员分工", needs="pair.view")
def draft(given: Assignment, progress: Progress) -> Outcome:
    """求一份草案；排不开的记下那句话。"""
    one = Draft.objects.filter(pk=given.params["draft"]).first()
    if one is None:
        raise Wrong("草案已经不在了；请重新统筹")
    firms, terms = firms_to_serve(system("分工"), one.firms.split(",")), terms_of(one)
    progress.tell(f"{len(firms)} 家企业，求解至多 {terms.seconds:g} 秒")
    material = pool(firms, terms)
    solve = reassign if one.least else assign
    try:
        found = solve(material.clients, material.helpers, terms, material.pinned)
    except Clash as clash:
        Draft.objects.filter(pk=one.pk).update(state=DraftState.FAILED.value, told=_text({"clash": str(clash)}))
        raise Wrong(str(clash)) from clash
    keep(one, firms, material, found)
    return Outcome(
        f"{len(found.pairs)} 对，换 {_changed(found)} 家；{found.proof}",
        {"page": reverse("specialists:draft", args=[one.pk])},
    )


def terms_of(one: Draft) -> Terms:
    """草案的口径：目录的，加上统筹时另定的。"""
    crossing = "forbidden" if one.cross_forbidden else "penalised"
    return load_terms(city().catalog, home(), most_counties=one.most_counties, cross=crossing)


@transaction.atomic
def keep(one: Draft, firms: Sequence[Served], material: Pool, found: Result) -> None:
    """写下草案：重做时先清掉上一次的。"""
    known = {person.code: person for person in Person.objects.all()}
    served = {firm.enterprise: firm for firm in firms}
    former = dict(Pairing.objects.filter(until__isnull=True).values_list("enterprise", "person"))
    one.pairs.all().delete()
    Proposed.objects.bulk_create(
        Proposed(
            draft=one, enterprise=pair.client, name=served[pair.client].name, district=served[pair.client].district,
            county=served[pair.client].county, tier=served[pair.client].tier_title, person=known[pair.helper],
            former_id=former.get(pair.client), cost=pair.cost, reason=pair.reason, why_not=pair.why_not or "—",
            pinned=pair.pinned,
        )
        for pair in found.pairs
    )  # fmt: skip
    told = {
        "cost": found.cost, "bound": found.bound, "changes": _changed(found), "least": found.least_changes,
        "beyond": found.beyond, "proof": found.proof, "seconds": f"{found.seconds:.2f}",
        "loads": [[known[load.helper].pk, load.firms, load.capacity, load.low, load.high, load.counties] for load in found.loads],
    }  # fmt: skip
    Draft.objects.filter(pk=one.pk).update(state=DraftState.READY.value, told=_text(told), base=material.base)


def _changed(found: Result) -> int:
    return sum(one.changed for one in found.pairs)


def _text(told: Mapping[str, Any]) -> str:
    return json.dumps(told, ensure_ascii=False)
