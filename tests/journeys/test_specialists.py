"""专员分工：市局统筹出草案，看理由与负荷，写理由采用；专员登录看到自己的企业；页面无障碍、手机上放得下。"""

from tests.journeys.reading import PHONE, assert_accessible, assert_fits
from tests.nurture.conftest import admitted

from miaopu.jobs.perform import perform
from miaopu.nurture.specialists.demo import demo_roster
from miaopu.nurture.specialists.models import Draft, Pairing, Person


def test_a_draft_is_read_and_adopted(visit):
    admitted(30)
    demo_roster()
    page = visit("gly")
    site = page.url.split("/desk/")[0]
    page.goto(f"{site}/specialists/drafts/")
    assert_accessible(page)
    page.select_option("#d-how", "fresh")
    page.click("main form button[type=submit]")
    page.wait_for_url("**/drafts/*/")
    one = Draft.objects.get()
    if one.state == "working":
        perform.call(one.job)
    page.reload()
    text = page.inner_text("main")
    assert "30 对" in text and "已证明最优" in text and "次选" in text
    assert_accessible(page)
    assert_fits(page)
    page.fill("#why", "会议定")
    page.click("button:has-text('采用')")
    page.wait_for_url("**/specialists/pairs/")
    assert Pairing.objects.filter(until__isnull=True).count() == 30
    page.goto(f"{site}/specialists/pairs/?view=people")
    page.wait_for_selector(".load-chart svg")
    assert_accessible(page)
    mine = Person.objects.get(account__login="zhuanyuan")
    own = visit("zhuanyuan", **PHONE)
    own.goto(f"{site}/specialists/pairs/")
    assert own.locator("main tbody tr").count() == mine.pairings.filter(until__isnull=True).count()
    assert_fits(own)
    assert_accessible(own)
    assert page.problems == own.problems == []
