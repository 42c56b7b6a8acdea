"""演示的登记：照目录 demo/registers.yaml 登记一回，全部虚构；只在演示站，一件也没有时才做。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.conf import settings

from miaopu.access.actor import system
from miaopu.nurture.registers.actions.entries import enter, move
from miaopu.nurture.registers.models import Entry
from miaopu.selection.city import city, today
from miaopu.selection.screening.models import Firm

FILE = "demo/registers.yaml"


def demo_registers(firms: Sequence[str]) -> int:
    """登记演示的几件；firms 是名单最前的几家。给出登记了几件；已有登记的、没有企业的不做。"""
    if not settings.DEMO or settings.PRODUCTION or not firms or Entry.objects.exists():
        return 0
    actor, told = system("演示"), city().catalog.read(FILE)["entries"]
    district = Firm.objects.filter(pk=firms[0]).values_list("district", flat=True).first() or ""
    for one in told:
        who = (
            {"enterprise": firms[one["firm"] % len(firms)]}
            if "firm" in one
            else {"name": one["name"], "district": district}
        )
        made = enter(actor, one["book"], {**_dated(one["values"]), **who})
        for each in one.get("steps", ()):
            made = move(actor, made.pk, made.version, each["step"], {**_dated(each["values"]), "reason": "演示"})
    return len(told)


def _dated(values: Mapping[str, str]) -> dict[str, str]:
    return {name: str(value).replace("{year}", str(today().year)) for name, value in values.items()}
