"""企业档案：点数看来历，抽屉里键盘走得通、Esc 关了回到原处；没有无障碍问题；手机上不横着溢出；没有脚本也能用。"""

import pytest
from tests.journeys.reading import PHONE, assert_accessible, assert_fits

from miaopu.selection.screening.models import Listing


@pytest.fixture
def address(whole_site, live_server):
    first = Listing.objects.filter(tier="LG").order_by("rank").values_list("enterprise", flat=True).first()
    return f"{live_server.url}/firms/{first}/"


def test_a_number_opens_its_drawer_and_escape_comes_back(visit, address):
    page = visit("gly")
    page.goto(address)
    number = page.locator("#panel .number").nth(2)
    shown = number.inner_text()
    number.focus()
    page.keyboard.press("Enter")
    page.wait_for_selector("#drawer.show .firm-trace")
    assert page.locator("#drawer .firm-value").first.inner_text() == shown
    page.wait_for_timeout(500)
    for _ in range(8):
        page.keyboard.press("Tab")
        assert page.evaluate("document.getElementById('drawer').contains(document.activeElement)")
    page.wait_for_timeout(400)
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.wait_for_selector("#drawer.show", state="hidden")
    page.wait_for_selector("#panel .number:focus")
    assert page.evaluate("document.activeElement.innerText") == shown
    assert page.problems == []


def test_every_tier_opens_and_the_phone_does_not_overflow(visit, address):
    page = visit("gly", **PHONE)
    page.goto(address)
    assert page.locator("#verdicts details[open]").count() == 1
    page.click("[data-open-all='#verdicts']")
    assert page.locator("#verdicts details:not([open])").count() == 0
    page.wait_for_selector("#verdicts [role=region] .firm-scores")
    names = page.eval_on_selector_all(
        "#verdicts [role=region]", "all => all.map(one => [one.querySelector('.firm-scores') !== null, one.ariaLabel])"
    )
    assert all((name == "评分指标") is scores for scores, name in names), "一块里的几张表各报各的名字"
    assert_fits(page)
    assert_accessible(page)
    assert page.problems == []


def test_without_script_a_number_is_a_page(visit, address, browser):
    page = visit("gly")
    plain = browser.new_context(java_script_enabled=False, storage_state=page.context.storage_state())
    still = plain.new_page()
    still.goto(address)
    still.locator("#panel .number").nth(2).click()
    still.wait_for_url("**/numbers/**")
    assert "可抄录的出处" in still.inner_text("main") and "批次" in still.inner_text("main")
    plain.close()


def test_everything_is_open_on_paper(visit, address):
    page = visit("gly")
    page.goto(address)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator("main details:not([open])").count() == 0
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.locator("#verdicts details[open]").count() == 1
