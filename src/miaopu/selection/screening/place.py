"""本市与它的县区：读表里的企业在哪个市。"""

from __future__ import annotations

from miaopu.access.actor import Reach
from miaopu.selection.city import city
from miaopu.selection.screening.models import Firm


def home() -> str:
    """本市的区划代码：读表里的企业所在的市；没有企业为空串。"""
    district = Firm.objects.filter(district__isnull=False).values_list("district", flat=True).first()
    found = city().districts.city_of(district)
    return found.code if found else ""


def counties(reach: Reach) -> dict[str, str]:
    """下拉里的县区：代码 → 名称，范围之内的。"""
    found = city().districts.counties(home())
    return {one.code: one.name for one in found if reach.covers(district=one.code)}
