"""公众：不登录做自测，看得到逐条结果；不发 cookie，键盘走得完。"""

from tests.journeys.reading import assert_accessible, tab_to


def test_a_stranger_checks_without_leaving_a_cookie(visit, live_server):
    page = visit()
    page.goto(live_server.url + "/")
    page.click("text=一分钟自测：离哪一级最近")
    page.click("a.card:has-text('小巨人') >> nth=0")
    page.check("input[name=gate][value='1']")
    page.select_option("#q-srdi", "1")
    page.fill("#q-revenue_t1", "4000")
    page.click("text=看结果")
    told = page.inner_text("section[aria-labelledby=result]")
    assert "还差1000万元" in told and "未核原文" in told and "认定以主管部门为准" in told
    assert page.input_value("#q-revenue_t1") == "4000" and "4000" not in page.url
    assert page.context.cookies() == []
    assert_accessible(page)
    assert page.problems == []


def test_the_check_can_be_made_with_the_keyboard_alone(visit, live_server):
    page = visit()
    page.goto(live_server.url + "/selfcheck/LG/")
    tab_to(page, "#q-revenue_t1")
    page.keyboard.type("6000")
    tab_to(page, "main button[type=submit]")
    page.keyboard.press("Enter")
    page.wait_for_selector("section[aria-labelledby=result]")
    assert "实际 6000万元" in page.inner_text("section[aria-labelledby=result]")
