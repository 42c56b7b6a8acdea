"""企业总库的路：边打边找、筛、后退、导出、存常用筛选；页眉查找框全用键盘；读屏规则无 A/AA 问题。"""

from playwright.sync_api import expect
from python_calamine import CalamineWorkbook
from tests.journeys.reading import PHONE, assert_accessible

from miaopu.selection.screening.models import Firm


def count(page):
    return int(page.locator("#found strong").first.inner_text().replace(",", ""))


def settled(page):
    """等正在进行的片段换好。"""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")).to_have_count(0)


def swap(page, doing):
    """做一件会换结果的事，等它换好。"""
    with page.expect_response(lambda one: "/firms/" in one.url):
        doing()
    settled(page)


def test_an_official_finds_filters_goes_back_keeps_and_exports(visit, tmp_path):
    page = visit("gly")
    page.goto(page.url.replace("/desk/", "/firms/"))
    swap(page, lambda: page.locator("#q").press_sequentially("机械", delay=30))
    whole = Firm.objects.filter(name__contains="机械").count()
    assert count(page) == whole and page.evaluate("document.activeElement.id") == "q"
    assert page.locator("mark").first.inner_text() == "机械"
    swap(page, lambda: page.check("#county-371502"))
    part = Firm.objects.filter(name__contains="机械", district="371502").count()
    assert (
        count(page) == part
        and "county=371502" in page.url
        and page.evaluate("document.activeElement.id") == "county-371502"
    )
    page.click("#facet-size summary")
    swap(page, lambda: page.check("#county-371503"))
    assert page.locator("#facet-size").get_attribute("open") is not None, "展开的分面还展开着"
    assert count(page) > part
    page.go_back()
    page.wait_for_url(lambda address: "371503" not in address)
    settled(page)
    assert count(page) == part and page.locator("#county-371502").is_checked()
    with page.expect_download() as waiting:
        page.click("text=导出这")
    rows = CalamineWorkbook.from_path(waiting.value.path()).get_sheet_by_index(0).to_python()
    assert len([row for row in rows if isinstance(row[0], float)]) == part
    page.click("text=存为常用筛选")
    page.fill("#keep-name", "东昌府机械")
    page.click(".keep >> text=保存")
    page.wait_for_selector("text=已存为常用筛选")
    page.click("a:has-text('常用筛选')")
    assert page.locator("tbody tr").inner_text().startswith("东昌府机械")
    page.click("text=删除")
    page.click("text=撤销")
    page.wait_for_selector("text=已恢复")
    page.click("tbody a:has-text('东昌府机械')")
    page.click("[aria-label^='去掉条件 县区']")
    page.wait_for_url(lambda address: "county" not in address)
    assert count(page) == whole and page.problems == []


def test_the_header_box_works_by_keyboard_alone(visit):
    page = visit("dongchangfu")
    box = page.locator("#find")
    firm = Firm.objects.filter(district="371502", name__contains="机械").order_by("name").first()
    box.focus()
    with page.expect_response(lambda one: "/suggest/" in one.url):
        page.keyboard.type(firm.name)
    page.wait_for_selector("#find-list [role=option]")
    assert box.get_attribute("aria-expanded") == "true"
    page.keyboard.press("ArrowDown")
    assert box.get_attribute("aria-activedescendant") == "find-1"
    page.keyboard.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("Escape")
    assert page.locator("#find-list").is_hidden() and box.get_attribute("aria-expanded") == "false"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert box.get_attribute("aria-activedescendant") == "find-all", "往上绕到末项"
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_url("**/firms/?q=*")
    assert page.locator("td.firm").first.inner_text().startswith(firm.name) and page.problems == []


def test_half_typed_pinyin_asks_nothing(visit):
    page = visit("gly")
    page.goto(page.url.replace("/desk/", "/firms/"))
    asked = []
    page.on("request", lambda one: "/firms/?" in one.url and asked.append(one.url))
    session = page.context.new_cdp_session(page)
    page.focus("#q")
    session.send("Input.imeSetComposition", {"text": "ji", "selectionStart": 2, "selectionEnd": 2})
    session.send("Input.imeSetComposition", {"text": "jixie", "selectionStart": 5, "selectionEnd": 5})
    page.wait_for_timeout(600)
    assert asked == [], "还在选字，不该去问"
    swap(page, lambda: session.send("Input.insertText", {"text": "机械"}))
    assert len(asked) == 1 and count(page) == Firm.objects.filter(name__contains="机械").count()
    assert page.problems == []


def test_on_a_phone_the_facets_stay_open_while_choosing(visit):
    page = visit("gly", **PHONE)
    page.goto(page.url.replace("/desk/", "/firms/"))
    assert page.locator("#facets").is_hidden()
    page.click("text=筛选条件")
    page.wait_for_selector("#facets.open")
    assert_accessible(page)
    swap(page, lambda: page.check("#section-C"))
    assert page.locator("#facets").is_visible(), "选了一项，条件还开着"
    assert page.problems == []
