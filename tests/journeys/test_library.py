"""筛选到入库的一路，在真浏览器里走：名额 → 选配 → 入库储备 → 下发 → 县区签收、报意见 → 复核 → 上会发布。"""

from tests.journeys.reading import PHONE, assert_accessible, assert_fits

from miaopu.selection.library.models import Issue, Member, Parcel


def test_from_screening_to_the_issued_list(visit, live_server):
    page = visit("gly")
    page.click("#side >> text=筛选")
    page.click("main >> text=瞪羚拟培育企业名单")
    page.click("#side >> text=培育库")
    page.click("main >> text=名额")
    page.select_option("#q-tier", "GAZELLE")
    page.click("main button:has-text('看')")
    page.fill("#q-total", "8")
    page.get_by_label("东昌府区至少").fill("2")
    page.fill("#q-why", "年度名额")
    page.click("text=立第 1 版")
    page.wait_for_selector("text=名额已立第 1 版")
    assert_accessible(page)
    page.goto(f"{live_server.url}/library/picks/?tier=GAZELLE")
    page.click("main button:has-text('选配')")
    page.wait_for_selector("text=入选 8 家")
    assert_accessible(page)
    page.fill("#adopt-why", "局长办公会同意")
    page.click("text=采用并入库储备")
    page.wait_for_selector("text=已采用：新进 8 家")
    assert Member.objects.filter(state="reserve").count() == 8
    _send(page, live_server)
    _county(visit, live_server)
    _publish(page, live_server)
    page.goto(f"{live_server.url}/firms/{Member.objects.first().enterprise}/")
    assert page.locator("#library").inner_text().count("培育") >= 1
    assert page.problems == []


def _send(page, live_server):
    page.goto(f"{live_server.url}/library/dispatches/?tier=GAZELLE")
    page.fill("#d-why", "请逐家核实，责任到人")
    page.click("text=下发到各县区")
    page.wait_for_selector("text=已下发")


def _county(visit, live_server):
    """东昌府区在手机上签收、报意见；别的县区由市局代办。"""
    parcel = Parcel.objects.get(district="371502")
    phone = visit("dongchangfu", **PHONE)
    assert phone.locator("text=下发的名单等着签收").count() == 1
    phone.goto(f"{live_server.url}/library/parcels/{parcel.pk}/")
    phone.click("main button:has-text('签收')")
    phone.fill("#fill-office", "中小企业科")
    phone.fill("#fill-person", "张三")
    phone.fill("#o-why", "逐家走访，情况属实")
    assert_fits(phone)
    assert_accessible(phone)
    phone.click("text=报市局")
    phone.wait_for_selector("text=意见已报市局")
    assert set(Member.objects.filter(district="371502").values_list("person", flat=True)) == {"张三"}
    assert phone.problems == []


def _publish(page, live_server):
    parcel = Parcel.objects.get(district="371502")
    page.goto(f"{live_server.url}/library/parcels/{parcel.pk}/")
    page.goto(f"{live_server.url}/library/dispatches/?tier=GAZELLE")
    assert page.locator("text=县区已报意见").count() == 1
    page.goto(f"{live_server.url}/library/parcels/{parcel.pk}/")
    page.fill("#o-why", "同意县区意见")
    page.click("main button:text-is('复核')")
    page.wait_for_selector("text=复核已记下")
    page.goto(f"{live_server.url}/library/issues/?tier=GAZELLE")
    page.fill("#i-on", "2026-11-20")
    page.fill("#i-no", "局纪要〔2026〕10号")
    page.fill("#i-why", "局长办公会通过")
    page.click("main button:text-is('发布')")
    page.wait_for_selector("text=已发布第 1 版")
    assert Issue.objects.get().firms == Member.objects.filter(district="371502", state="cultivate").count() >= 2
