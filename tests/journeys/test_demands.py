"""技术创新需求：企业拿手机填（断了网也不丢），县区审核，市局推荐省库、看有理由的候选、对接、签约，计入两个目标。"""

import pytest
from tests.journeys.reading import PHONE, assert_accessible, assert_fits
from tests.nurture.demands.conftest import FULL

from miaopu.access.models import Account
from miaopu.nurture.demands.demo import demo_institutes
from miaopu.nurture.demands.models import Demand, Match
from miaopu.selection.screening.models import Firm

PAPER = {"name": "合同.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7 contract"}


@pytest.fixture
def firm(whole_site, tmp_path, settings):
    """演示企业账号的那一家，放在东昌府区；成果登记里有演示的院所。"""
    settings.FILES = tmp_path / "files"
    own = Account.objects.get(login="qiye").postings.get(role="enterprise").enterprise
    Firm.objects.filter(pk=own).update(district="371502", county="东昌府区")
    demo_institutes()
    return Firm.objects.get(pk=own)


def filled(page):
    for name in ("title", "problem", "targets", "budget", "deadline", "contact", "phone"):
        page.fill(f"#f-{name}", FULL[name])
    page.select_option("#f-field", FULL["field"])
    page.select_option("#f-form", FULL["form"])


def the_firm_on_a_phone(page, site):
    page.goto(f"{site}/demands/")
    page.click("text=填报需求 >> nth=0")
    filled(page)
    assert_accessible(page)
    assert_fits(page)
    page.reload()
    page.wait_for_selector("text=已恢复")
    assert page.input_value("#f-problem") == FULL["problem"], "没交就关了，回来还在"
    page.context.set_offline(True)
    page.click("text=提交县区审核")
    page.wait_for_selector("text=现在没有网络")
    assert Demand.objects.count() == 0
    page.context.set_offline(False)
    page.wait_for_selector("text=草稿已存，还没有提交")
    assert page.input_value("#f-problem") == FULL["problem"] and Demand.objects.get().state == "draft"
    page.fill("#f-why", "订单要求明年用上")
    page.click("text=提交县区审核")
    page.wait_for_selector("text=已提交东昌府区审核")
    assert page.evaluate("Object.keys(localStorage).filter((one) => one.startsWith('draft:')).length") == 0
    assert_accessible(page)
    assert_fits(page)


def stepped(page, title, reason, **fields):
    """办一步：填要填的，写理由，点按钮。"""
    form = page.locator("form", has=page.locator(f"button:text-is('{title}')"))
    if not form.locator("input[name=reason]").is_visible():
        page.click(f"summary:text-is('{title}')")
    for name, value in fields.items():
        form.locator(f"[name={name}]").fill(value)
    form.locator("input[name=reason]").fill(reason)
    form.locator("button[type=submit]").click()
    page.wait_for_load_state()


def test_from_the_phone_to_the_contract_and_counted(visit, firm):
    page = visit("qiye", **PHONE)
    site = page.url.split("/desk/")[0]
    the_firm_on_a_phone(page, site)
    one = Demand.objects.get()
    assert (one.state, Demand.objects.count()) == ("submitted", 1)
    county = visit("dongchangfu")
    county.goto(f"{site}/demands/?state=submitted")
    county.click(f"main a:has-text('{FULL['title']}')")
    stepped(county, "审核通过", "情况属实，确为生产急需")
    county.wait_for_selector("text=县区审核通过")
    bureau = visit("jingban")
    bureau.goto(f"{site}/demands/{one.pk}/")
    assert_accessible(bureau)
    stepped(bureau, "推荐省需求库", "符合方向", batch="2026年第二批", recommended_on="2026-11-10")
    stepped(bureau, "登记已入库", "省厅公布", number="SD-2026-001", entered_on="2026-11-18")
    rows = bureau.locator(".card:has(h2:text-is('候选成果')) tbody tr")
    first = rows.first.inner_text()
    assert "高速轴承保持架耐磨涂层" in first and "领域" in first and rows.count() > 1, "候选按得分排，各有理由"
    rows.first.locator("input[type=radio]").check()
    bureau.fill("#match-why", "同一领域、已可产业化")
    bureau.click("text=推荐所选")
    bureau.wait_for_selector("text=已推荐：")
    stepped(bureau, "记一次对接会", "双方到会", met_on="2026-11-12", minutes="约定下月送样")
    bureau.set_input_files("input[name=file]", PAPER)
    stepped(bureau, "登记签约", "签了合作开发合同", contract_number="HT-1", amount="80", signed_on="2026-11-19")
    bureau.wait_for_selector("text=已签约")
    assert_accessible(bureau)
    assert (Match.objects.get().state, Match.objects.get().amount) == ("signed", 80_000_000)
    bureau.goto(f"{site}/demands/")
    goals = bureau.locator("section.card", has=bureau.locator("progress"))
    told = [goals.nth(at).inner_text() for at in range(2)]
    assert any("1 ／ 40" in one and "5%" in one for one in told) and any("1 ／ 10" in one for one in told), told
    assert_accessible(bureau)
    page.goto(f"{site}/demands/{one.pk}/")
    assert "合同 HT-1，80.00 万元" in page.inner_text("main")
    assert_fits(page)
    for each in (county, bureau):
        assert each.problems == [], each.problems
