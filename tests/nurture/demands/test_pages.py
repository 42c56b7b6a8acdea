"""页面：打得开、办得成、错了填的还在；看不到的与不存在的一样；专家看不到企业与联系人。"""

import pytest
from django.test import Client
from tests.nurture.demands.conftest import FULL
from tests.nurture.demands.test_matches import started

from miaopu.nurture.demands.models import Demand, Match

pytestmark = pytest.mark.django_db


def test_the_pages_open(work, actor, client_of) -> None:
    one, _ = started(work, actor)
    draft = work.draft()
    for path in ("", "?state=vetted&field=bearing&q=轴承", "results/", "results/import/", f"{one.pk}/"):
        assert client_of("gly").get(f"/demands/{path}").status_code == 200, path
    for path in ("new/", f"{draft.pk}/edit/", f"{draft.pk}/"):
        assert client_of("qiye").get(f"/demands/{path}").status_code == 200, path
    assert "全省优质" not in client_of("qiye").get("/demands/").content.decode()


def test_a_firm_fills_submits_and_withdraws(work, client_of) -> None:
    client = client_of("qiye")
    given = {**FULL, "enterprise": work.firm.enterprise, "key": "p1", "submit": "1", "reason": ""}
    text = client.post("/demands/new/", given).content.decode()
    one = Demand.objects.get(key="p1")
    assert "草稿已存，还没有提交" in text and "理由" in text and FULL["problem"] in text and one.state == "draft"
    again = {**given, "reason": "急需", "version": one.version}
    assert client.post(f"/demands/{one.pk}/edit/", again).status_code == 302
    one.refresh_from_db()
    assert one.state == "submitted"
    bad = client.post(f"/demands/{one.pk}/steps/withdraw/", {"version": one.version, "reason": ""})
    assert bad.status_code == 400 and "要写明理由" in bad.content.decode()
    assert (
        client.post(f"/demands/{one.pk}/steps/withdraw/", {"version": one.version, "reason": "不做了"}).status_code
        == 302
    )


def test_a_wrong_form_keeps_what_was_typed(work, client_of) -> None:
    given = {**FULL, "enterprise": work.firm.enterprise, "budget": "很多", "title": "留住我"}
    answer = client_of("qiye").post("/demands/new/", given)
    text = answer.content.decode()
    assert answer.status_code == 400 and "预算“很多”不是数" in text and "留住我" in text and "很多" in text
    assert not Demand.objects.exists()


def test_a_late_step_keeps_what_was_typed(work, client_of) -> None:
    one = work.at("vetted")
    given = {"version": one.version - 1, "reason": "我写的理由", "batch": "我写的批次", "recommended_on": "2026-11-10"}
    answer = client_of("jingban").post(f"/demands/{one.pk}/steps/recommend/", given)
    text = answer.content.decode()
    assert answer.status_code == 400 and "我写的理由" in text and "我写的批次" in text and "改过" in text


def test_the_expert_sees_neither_firm_nor_contact(work, actor, client_of) -> None:
    one, made = started(work, actor)
    other = work.firm.__class__.objects.filter(district="371521").first()
    Demand.objects.filter(pk=one.pk).update(enterprise=other.enterprise, name=other.name, uscc=other.uscc)
    for path in ("", f"{one.pk}/"):
        text = client_of("zhuanjia").get(f"/demands/{path}").content.decode()
        assert one.title in text and other.name not in text and "王虚构" not in text and "1234" not in text, path
    Match.objects.filter(pk=made.pk).update(file="合同.pdf")
    assert client_of("zhuanjia").get(f"/demands/matches/{made.pk}/contract.file").status_code == 404


def test_out_of_reach_is_missing(work, client_of) -> None:
    one, draft = work.at("submitted"), work.draft()
    for login, number in (("chiping", one.pk), ("zhuanjia", one.pk), ("gly", draft.pk), ("gly", 99999)):
        assert client_of(login).get(f"/demands/{number}/").status_code == 404, login
    assert client_of("shuiwu").get("/demands/").status_code == 403
    assert client_of("qiye").post("/demands/export/").status_code == 403
    assert Client().get("/demands/").status_code == 302


def test_the_leader_sees_a_masked_contact(work, client_of) -> None:
    one = work.at("vetted")
    text = client_of("lingdao").get(f"/demands/{one.pk}/").content.decode()
    assert "138****1234" in text and "13800001234" not in text and "王虚构" not in text


def test_the_match_from_the_page(work, actor, client_of) -> None:
    work.institutes()
    one, client = work.at("vetted"), client_of("jingban")
    assert "还没有选成果" in client.post(f"/demands/{one.pk}/recommend/", {"reason": "好"}).content.decode()
    text = client.get(f"/demands/{one.pk}/").content.decode()
    chosen = text.split('name="result" value="')[1].split('"')[0]
    assert client.post(f"/demands/{one.pk}/recommend/", {"reason": "好", "result": chosen}).status_code == 302
    made = Match.objects.get()
    given = {"version": 1, "reason": "见了面", "met_on": "2026-11-12", "minutes": "纪要在此"}
    assert client.post(f"/demands/matches/{made.pk}/meet/", given).status_code == 302
    assert "纪要在此" in client.get(f"/demands/{one.pk}/").content.decode()


def test_the_file_page_links_here(work, client_of) -> None:
    text = client_of("gly").get(f"/firms/{work.firm.enterprise}/").content.decode()
    assert f"/demands/?enterprise={work.firm.enterprise}" in text
