"""任务台账：县区从工作台走到填报，市局看到合计；两个人同改一项，后来的被告知。"""

from tests.journeys.reading import assert_accessible, tab_to


def home(page):
    return page.url.split("/desk/")[0]


def fill(page, text, count=""):
    page.fill("#text", text)
    if count:
        page.fill("#count", count)
    page.click("text=提交进展")


def test_a_county_reports_and_the_city_sees_the_sum(visit):
    county = visit("dongchangfu")
    site = home(county)
    county.click("text=建库培育 >> nth=0")
    county.click("main td a:has-text('填报')")
    fill(county, "已逐企摸排，填了一览表", "21")
    county.wait_for_selector("text=进展已填报")
    assert_accessible(county)
    bureau = visit("gly")
    bureau.goto(f"{site}/tasks/task/L25-04/")
    assert "21家" in bureau.inner_text("main") and "已逐企摸排" in bureau.inner_text("main")
    assert_accessible(bureau)
    assert county.problems == bureau.problems == []


def test_the_second_writer_is_told_and_keeps_what_was_typed(visit):
    first, second = visit("jingban"), visit("gly")
    for page in (first, second):
        page.goto(f"{home(page)}/tasks/plan/L25/")
        page.click("main td a:has-text('未开始') >> nth=0")
        page.wait_for_selector("#text")
    fill(first, "先填的")
    first.wait_for_selector("text=进展已填报")
    fill(second, "后填的一大段话")
    assert "改过这一项" in second.inner_text("[role=alert]")
    assert second.input_value("#text") == "后填的一大段话"
    assert_accessible(second)


def test_a_report_can_be_made_with_the_keyboard_alone(visit):
    page = visit("jingban")
    page.goto(f"{home(page)}/tasks/task/L25-01/")
    tab_to(page, "main td a")
    page.keyboard.press("Enter")
    page.wait_for_selector("#text")
    tab_to(page, "#text")
    page.keyboard.type("开了启动会")
    tab_to(page, "form button.btn-primary")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=进展已填报")
    assert page.problems == []
