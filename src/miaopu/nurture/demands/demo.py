"""演示的成果与院所：照目录 demo/institutes.yaml 登记一回，全部虚构；只在演示站，登记空着时才做。"""

from __future__ import annotations

from django.conf import settings

from miaopu.access.actor import system
from miaopu.nurture.demands.actions.results import register
from miaopu.nurture.demands.models import Result
from miaopu.terms.catalog import Catalog

FILE = "demo/institutes.yaml"


def demo_institutes() -> int:
    """登记演示的成果；给出登记了几项。已有登记的不动。"""
    if not settings.DEMO or settings.PRODUCTION or Result.objects.exists():
        return 0
    actor, told = system("演示"), Catalog.default().read(FILE)
    places = {one["name"]: one for one in told["institutes"]}
    for one in told["results"]:
        home = places[one["institute"]]
        given = {**one, "keywords": "、".join(one["keywords"]), "place": home["place"], "contact": home["contact"]}
        register(actor, given, invented=True)
    return len(told["results"])
