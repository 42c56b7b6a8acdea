"""跟进：专员拿手机走一天（断了网也不丢），企业提的诉求答迟了灯变，方案由企业同意、县区批准。"""

from datetime import date

from tests.journeys.reading import PHONE, assert_accessible, assert_fits

from miaopu.access.actor import system
from miaopu.access.models import Account, Posting
from miaopu.nurture.followup.actions.plans import lay
from miaopu.nurture.followup.models import Paper, Record, Request, Visit
from miaopu.nurture.followup.plans.solve import next_window, solved
from miaopu.selection.screening.models import Firm


def home(page):
    return page.url.split("/desk/")[0]


def own_firm():
    return Firm.objects.get(enterprise=Posting.objects.get(account__login="qiye").enterprise)


def county_of(firm):
    """企业所在县区的主管：演示账号里没有的就新开一个。"""
    from django.conf import settings

    login = {"371502": "dongchangfu", "371503": "chiping"}.get(firm.district)
    if login is None:
        account = Account.objects.create_user("bendi", settings.DEMO_PASSWORD, name="演示·本地主管", is_demo=True)
        Posting.objects.create(
            account=account, role="county_lead", district=firm.district, since=date(2026, 1, 1), granted_by="测试"
        )
        login = "bendi"
    return login


def test_a_specialists_day_on_a_phone_without_a_network(visit):
    page, firm = visit("zhuanyuan", **PHONE), own_firm()
    site = home(page)
    page.goto(f"{site}/followup/mine/")
    assert_accessible(page)
    assert_fits(page)
    card = page.locator("article", has_text=firm.name)
    card.get_by_role("link", name="填走访记录").click()
    page.wait_for_selector("[data-draft]")
    assert page.input_value("#enterprise") == firm.enterprise
    page.fill("#purpose", "看研发账")
    page.fill("#people", "王专员")
    page.context.set_offline(True)
    page.fill("#w0", "辅助账没有建")
    page.fill("#a0", "B3a")
    about = page.locator("textarea[name^='on:']").first.get_attribute("name").removeprefix("on:")
    page.locator("textarea[name^='on:']").first.fill("这一条说不清")
    page.click("text=交记录")
    page.wait_for_selector("text=现在没有网络")
    assert Visit.objects.count() == 0
    page.context.set_offline(False)
    page.wait_for_url("**/followup/visits/*/")
    page.wait_for_selector("text=记录已交")
    assert (Visit.objects.count(), Record.objects.count()) == (1, 1)
    found = Record.objects.get().findings.values_list("about", "words")
    assert list(found) == [(about, "这一条说不清"), ("B3a", "辅助账没有建")]
    assert page.evaluate("Object.keys(localStorage).filter((one) => one.startsWith('draft:')).length") == 0
    assert_accessible(page)
    assert_fits(page)
    page.goto(f"{site}/followup/visits/drop-in/?enterprise={firm.enterprise}")
    page.fill("#purpose", "又写了一半")
    page.fill("#w1", "账补建了")
    page.check("input[name=closed][value='1']")
    page.goto(f"{site}/followup/mine/")
    page.goto(f"{site}/followup/visits/drop-in/?enterprise={firm.enterprise}")
    page.wait_for_selector("text=已恢复")
    assert page.input_value("#purpose") == "又写了一半" and page.is_checked("input[name=closed][value='1']")
    page.fill("#people", "王专员")
    elsewhere = {"status": 200, "content_type": "text/html", "body": "<main><h1>请先改密码</h1></main>"}
    page.route("**/drop-in/**", lambda one: one.fulfill(**elsewhere))
    page.click("text=交记录")
    page.wait_for_selector("text=没有办成，请重试（填的内容还在）")
    assert page.evaluate("localStorage.length") == 1, "转去了别处，不算办成，草稿还在"
    page.unroute("**/drop-in/**")
    page.click("text=交记录")
    page.wait_for_selector("text=至多 1 次")
    assert page.input_value("#purpose") == "又写了一半" and Visit.objects.count() == 1
    assert_accessible(page)
    assert_fits(page)
    page.click("header button.dropdown-toggle, header [data-bs-toggle=dropdown]")
    page.click("text=退出")
    page.wait_for_load_state()
    assert page.evaluate("localStorage.length") == 0, "退出登录即清除"
    assert all("409" in one for one in page.problems), page.problems


def test_a_request_answered_late_turns_the_light(visit, settings):
    firm_page, firm = visit("qiye"), own_firm()
    site = home(firm_page)
    firm_page.goto(f"{site}/followup/mine/")
    firm_page.click("text=提诉求")
    firm_page.select_option("#kind", "tax")
    firm_page.fill("#title", "加计扣除怎么归集")
    firm_page.fill("#words", "2026年的研发费用怎么归集？")
    firm_page.fill("#phone", "13800001234")
    assert_accessible(firm_page)
    firm_page.click("main button[type=submit]:has-text('提交')")
    firm_page.wait_for_selector("text=已提出")
    one = Request.objects.get()
    address = f"{site}/followup/requests/{one.pk}/"
    county = visit(county_of(firm))
    county.click("text=诉求等着转办")
    county.click("main a:has-text('加计扣除')")
    county.select_option("#target", "tax")
    county.fill("#route-reason", "归税务解答")
    county.click("main button:has-text('转办')")
    county.wait_for_selector("text=已转办")
    settings.TODAY = date(2026, 11, 27)
    county.goto(address)
    assert county.locator("main .badge").first.inner_text().strip() == "黄"
    settings.TODAY = date(2026, 12, 1)
    tax = visit("shuiwu")
    tax.click("text=诉求等着答复，已过期限")
    tax.click("main a:has-text('加计扣除')")
    assert tax.locator("main .badge").first.inner_text().strip() == "红"
    assert_accessible(tax)
    tax.fill("#answer-words", "按辅助账归集")
    tax.click("text=提交答复")
    tax.wait_for_selector("text=已答复")
    firm_page.goto(address)
    assert firm_page.locator("main .badge").first.inner_text().strip() == "黄", "答了，但迟了"
    firm_page.check("input[name=score][value='4']")
    firm_page.click("text=提交评价")
    firm_page.wait_for_selector("text=已评价")
    assert Request.objects.get().solved
    for page in (firm_page, county, tax):
        assert_accessible(page)
        assert page.problems == []


def test_a_plan_is_agreed_and_adopted(visit):
    firm_page, firm = visit("qiye"), own_firm()
    site = home(firm_page)
    tier = firm.next_tier or "LG"
    paper = lay(
        system("测试"), firm.enterprise, tier, next(iter(solved([firm.enterprise], tier, next_window(tier))))[1], "入库"
    )
    firm_page.goto(f"{site}/followup/mine/")
    firm_page.click("text=看方案，同不同意")
    assert_accessible(firm_page)
    assert_fits(firm_page)
    firm_page.click("main button:has-text('同意') >> nth=0")
    firm_page.wait_for_selector("text=企业已同意，等县区批准")
    county = visit(county_of(firm))
    county.click("text=方案等着批准")
    county.click("main td a:has-text('第 1 版')")
    county.fill("#adopt-reason", "可行")
    county.click("text=批准执行")
    county.wait_for_selector("text=已批准，开始执行")
    assert_accessible(county)
    assert Paper.objects.get(pk=paper.pk).state == "force"
    before = Paper.objects.values().get(pk=paper.pk)
    county.locator("#trial select[name=name]").first.select_option("class1_ip_2026")
    county.locator("#trial input[name=value]").first.fill("9")
    county.click("#trial >> text=算一算")
    county.wait_for_selector("#trial >> text=申报日 >> nth=0")
    county.wait_for_selector("#trial [role=status]")
    assert "B4a" in county.inner_text("#trial") and county.url.endswith(f"/followup/plans/{paper.pk}/"), "就在方案页上"
    assert county.title().startswith("一企一策"), "片段不改页面的标题"
    county.click("#trial a.number >> nth=0")
    county.wait_for_selector("#drawer-body .firm-trace")
    assert_accessible(county)
    assert Paper.objects.values().get(pk=paper.pk) == before, "不存"
    assert firm_page.problems == county.problems == []
