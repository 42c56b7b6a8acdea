"""筛选到入库：选条件、看图、提名、确认，一路在真浏览器里走；没有脚本错与外网请求。"""

from tests.journeys.reading import assert_accessible

from miaopu.selection.library.models import Member
from miaopu.selection.screening.models import Listing


def test_from_near_misses_into_the_library(visit, live_server):
    first = Listing.objects.filter(tier="GAZELLE").order_by("rank", "enterprise").first()
    page = visit("gly")
    page.click("#side >> text=筛选")
    page.click("main >> text=瞪羚拟培育企业名单")
    page.locator(f"input[value='{first.enterprise}']").check()
    page.fill("#why", "差一项，重点帮扶")
    page.click("text=提名所选企业")
    page.wait_for_url("**/library/?state=proposed**")
    assert page.locator("main [role=alert]").inner_text().startswith("已提名 1 家")
    assert_accessible(page)
    page.locator("input[name=member]").check()
    page.fill("#many-why", "会议通过")
    page.click("text=所选确认入库")
    page.wait_for_selector("text=改为“储备”")
    one = Member.objects.get()
    assert (one.enterprise, one.state) == (first.enterprise, "reserve")
    page.goto(f"{live_server.url}/library/members/{one.pk}/")
    assert_accessible(page)
    assert page.problems == []


def test_a_number_in_a_chart_table_leads_to_as_many_firms(visit, live_server):
    page = visit("gly")
    page.goto(f"{live_server.url}/screening/charts/?tier=GAZELLE")
    page.wait_for_selector("[data-chart=chart-county] svg")
    link = page.locator("td a[href*='county='][href*='band=']").first
    firms = link.inner_text().split("\n")[0].split("家")[0]
    link.click()
    page.wait_for_url("**/screening/lists/**")
    assert page.locator("main [role=status] strong").inner_text() == f"{firms} 家"
    assert page.locator("tbody tr").count() == int(firms)
    assert page.problems == []
