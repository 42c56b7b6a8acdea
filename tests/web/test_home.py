"""工作台：各角色看到的块；范围之外的企业一家不露，三员看不到企业数据。"""

from datetime import date

import pytest

from miaopu.selection.screening.models import Firm, Listing
from miaopu.supervision.windows import windows
from miaopu.web.desk import PANELS, funnel, heads, mine, panels
from miaopu.web.todo import todos

pytestmark = pytest.mark.django_db
ROLES = {
    "gly": "bureau_admin", "jingban": "bureau_officer", "dongchangfu": "county_lead", "zhuanyuan": "specialist",
    "zhuanjia": "expert", "qiye": "enterprise", "shuiwu": "data_officer", "kuaijisuo": "provider",
    "caizheng": "finance", "lingdao": "leader", "xitong": "system_admin", "anquan": "security_admin",
    "shenji": "audit_admin",
}  # fmt: skip


@pytest.mark.parametrize(("login", "role"), ROLES.items())
def test_every_role_has_its_own_desk(client_of, actor, login, role):
    assert tuple(name for name, _ in panels(actor(login))) == PANELS[role]
    response = client_of(login).get("/desk/")
    assert response.status_code == 200
    for name in PANELS[role]:
        assert f'id="desk-{name}"' in response.content.decode()


@pytest.mark.parametrize("login", ["xitong", "anquan", "shenji", "kuaijisuo", "shuiwu"])
def test_those_without_firms_see_no_firm_on_the_desk(client_of, login):
    text = client_of(login).get("/desk/").content.decode()
    assert not [name for name in Firm.objects.values_list("name", flat=True) if f">{name}<" in text]
    assert "梯队" not in text and "拟培育名单" not in text


def test_the_ladder_counts_the_scope_and_adds_up(actor):
    whole, county = funnel(actor("gly")), funnel(actor("dongchangfu"))
    assert whole["total"] == Firm.objects.count() == sum(count for *_, count in whole["rows"])
    assert county["total"] == Firm.objects.filter(district="371502").count() < whole["total"]
    assert whole["rows"][-1][0] == "NONE" and len(whole["chart"]["series"][0]["data"]) == len(whole["rows"]) - 1


def test_the_list_heads_stay_in_scope_and_in_order(actor):
    rows = [one for one, _ in heads(actor("gly"))["rows"]]
    expected = Listing.objects.filter(tier="LG").order_by("rank", "enterprise")[:10]
    assert [one.pk for one in rows] == [one.pk for one in expected] and rows
    assert {one.district for one, _ in heads(actor("dongchangfu"))["rows"]} <= {"371502"}


def test_an_enterprise_sees_itself_and_a_specialist_its_charges(actor):
    own = actor("qiye")
    assert [one.enterprise for one in mine(own)["rows"]] == [own.held[0].enterprise]
    charged = actor("zhuanyuan")
    assert {one.enterprise for one in mine(charged)["rows"]} == charged.charges


def test_the_window_of_the_coming_batch_is_marked_as_a_guess(client_of):
    one = next(one for one in windows() if one.code == "LG-9")
    assert (one.opens.isoformat(), one.mark) == ("2027-04-25", "推测")
    text = client_of("gly").get("/desk/").content.decode()
    assert "还有 156 天" in text and "推测" in text and one.basis in text


def test_the_data_officer_sees_batches_of_its_own_department_only(actor):
    content = dict(panels(actor("shuiwu")))["recent"]
    whole = dict(panels(actor("gly")))["recent"]
    assert content["batches"] and content["rounds"] == []
    assert len({one["source"] for one in content["batches"]}) == 1 < len({one["source"] for one in whole["batches"]})


def test_urgent_things_come_first(actor, settings):
    settings.TODAY = date(2026, 12, 20)
    found = todos(actor("jingban"))
    assert (found[0].title, found[0].urgency, found[0].count) == ("任务已超期", "red", 5)


def test_a_county_lead_sees_batches_of_its_own_county_only(actor):
    """与批次清单同样收窄：本县区没有传过，就没有近况。"""
    assert dict(panels(actor("gly")))["recent"]["batches"]
    assert dict(panels(actor("dongchangfu")))["recent"]["batches"] == []
