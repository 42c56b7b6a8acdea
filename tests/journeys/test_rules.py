"""规则中心：看一条标准、试一试；一个人提出，另一个人核对、批准，新版进目录；真浏览器，键盘与可及性也查。"""

from django.urls import reverse
from tests.journeys.reading import assert_accessible, assert_fits

from miaopu.jobs import perform
from miaopu.selection.rules.models import Proposal


def clear(page):
    """axe 没有 A/AA 问题，页面没有横向滚动，控制台没有错。"""
    assert_accessible(page)
    assert_fits(page)
    assert page.problems == []


def test_an_official_reads_and_tries_a_standard(visit):
    page = visit("jingban")
    page.click("nav >> text=规则中心")
    page.click("main >> text=专精特新中小企业认定标准 >> nth=0")
    page.click("#c-A2a1 summary")
    assert "revenue_t1 >= 1500万元" in page.inner_text("#c-A2a1 pre")
    page.click("text=试一试")
    page.fill("#f-revenue_t1", "1499.99")
    page.check("input[name=gates]")
    page.click("text=判一判")
    assert "还差0.01万元" in page.inner_text("main")
    clear(page)


def on_a_phone(visit, live_server, number):
    """提案的各页在 390 像素宽上用得了：整页不横滚，要填的、要点的都在屏幕里，够大。"""
    page = visit("jingban", viewport={"width": 390, "height": 844}, has_touch=True)
    for name, args in (("proposals", []), ("propose", []), *((one, [number]) for one in PAGES)):
        page.goto(live_server.url + reverse(f"rules:{name}", args=args))
        clear(page)
        wide = page.evaluate(OUTSIDE)
        assert not wide, (name, wide)


PAGES = ("proposal", "terms", "limits", "edit", "effect")
OUTSIDE = """() => [...document.querySelectorAll('main input, main select, main textarea, main button, main .btn')]
  .filter(one => one.offsetParent && one.type !== 'hidden')
  .map(one => [one.outerHTML.slice(0, 90), one.getBoundingClientRect()])
  .filter(([, box]) => box.right > innerWidth + 1 || box.left < -1 || box.height < 20)
  .map(([told, box]) => `${told} ${Math.round(box.left)}–${Math.round(box.right)}`)"""
"""在屏幕外面、或小得点不着的。"""


def test_propose_check_approve(visit, live_server, tmp_path, settings):
    settings.LOCAL_CATALOG, settings.FILES = tmp_path / "catalog", tmp_path / "files"
    first = visit("jingban")
    first.goto(f"{live_server.url}/rules/proposals/new/?base=SRDI-2026")
    clear(first)
    for name, value in (
        ("release", "2026-lc"),
        ("code", "SRDI-2026-LC"),
        ("basis", "聊工信〔2026〕9号"),
        ("reason", "调整界线"),
    ):
        first.fill(f"#id_{name}", value)
    first.fill("#id_starts", "2026-12-01")
    first.click("main >> text=起草")
    first.click("text=改界线")
    first.fill("[name=n-A2a1-0]", "1600")
    first.click("main >> text=保存")
    assert "核验没有通过" in first.inner_text("main")
    first.click("text=改全文与判例")
    first.click("text=把不符的预期改成现算的结果")
    assert "核验通过" in first.inner_text("main")
    clear(first)
    number = Proposal.objects.latest("pk").pk
    on_a_phone(visit, live_server, number)
    first.goto(f"{live_server.url}/rules/proposals/{number}/")
    first.click("button:has-text('提交核对')")
    assert "待核对" in first.inner_text("main")
    perform.perform.call(Proposal.objects.get(pk=number).effect_job_id)
    second = visit("gly")
    second.goto(f"{live_server.url}/rules/proposals/{number}/effect/")
    assert "A2a1 营业收入" in second.inner_text("main")
    clear(second)
    second.goto(f"{live_server.url}/rules/proposals/{number}/")
    assert "上年营业收入 1600万元以上" in second.inner_text("main")
    second.fill("#o-check", "依据与界线核对无误")
    second.click("button:has-text('核对通过')")
    second.fill("#o-approve", "同意")
    second.click("button:has-text('批准发布')")
    second.click("main >> a:has-text('SRDI-2026-LC')")
    assert "上年营业收入 1600万元以上" in second.inner_text("main") and "批准" in second.inner_text("main")
    clear(second)
    assert (tmp_path / "catalog/standards/srdi/2026-lc.yaml").is_file()
