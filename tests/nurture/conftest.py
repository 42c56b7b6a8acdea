"""育苗的测试：库里有几家企业、名册里有几名专员。"""

import pytest

from miaopu.access.models import Account
from miaopu.nurture.specialists.actions import roster
from miaopu.nurture.specialists.models import Person
from miaopu.selection.library.models import Member
from miaopu.selection.screening.models import Firm


def admitted(count=12, district=None):
    """直接写入库里的企业（入库的过程另有测试）。"""
    found = Firm.objects.filter(district__isnull=False).order_by("enterprise")
    firms = list((found.filter(district=district) if district else found)[:count])
    told = {
        "tier": "SRDI",
        "tier_title": "专精特新中小企业",
        "state": "reserve",
        "situation": "测试",
        "round": "r",
        "rank": 1,
    }
    told |= {"verdict": 1, "band": "待核", "by": "测试", "year": 2026}
    for one in firms:
        own = {"enterprise": one.enterprise, "name": one.name, "district": one.district, "county": one.county}
        Member.objects.create(**own, open_key=f"{one.enterprise}:SRDI", **told)
    return firms


def hired(actor, name, district="371502", capacity=5, kind="specialist", **more):
    """报名并聘任一人。"""
    given = {"kind": kind, "name": name, "district": district, "capacity": str(capacity), **more}
    made = roster.apply(actor, given)
    return roster.turn(actor, made.pk, made.version, "appointed", "测试聘任")


@pytest.fixture
def boss(actor):
    """市局管理员。"""
    return actor("gly")


@pytest.fixture
def library(boss):
    """库里的 12 家。"""
    return admitted()


@pytest.fixture
def team(boss, library):
    """三名专员，第一名连着演示的服务专员账号。"""
    people = [hired(boss, f"专员{at}", one) for at, one in enumerate(("371502", "371503", "371521"))]
    people[0] = roster.link(boss, people[0].pk, people[0].version, "zhuanyuan")
    return list(Person.objects.filter(pk__in=[one.pk for one in people]).order_by("pk"))


@pytest.fixture
def own_account():
    """演示的服务专员账号。"""
    return Account.objects.get(login="zhuanyuan")
