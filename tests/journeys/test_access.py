"""登录与账号的真浏览器旅程：过期不丢内容、绑动态口令、开账号授角色、键盘与读屏。"""

from tests.conftest import code_of

from miaopu.access.models import Account
from miaopu.access.signin.sessions import end


def expire(login: str) -> None:
    """会话没了，像闲置太久那样。"""
    end(Account.objects.get(login=login).visits.all())


def sign_in(page, login: str, settings) -> None:
    page.fill("#username", login)
    page.fill("#password", settings.DEMO_PASSWORD)
    page.click("main form[action='/login/'] button[type=submit]")
    if "/second/" in page.url:
        page.fill("#code", code_of(login))
        page.click("main button[type=submit]")


def test_a_form_typed_before_the_session_ended_is_not_lost(visit, live_server, settings):
    page = visit("xitong")
    page.goto(f"{live_server.url}/accounts/add/")
    page.fill("#login", "lisi")
    page.fill("#name", "李四")
    page.fill("#unit", '东昌府区 <b>企业</b> "股"')
    expire("xitong")
    page.click("main button[type=submit]")
    page.wait_for_selector("text=填的内容还在")
    sign_in(page, "xitong", settings)
    page.wait_for_selector("text=刚才填的内容还在")
    page.click("button:has-text('继续提交')")
    page.wait_for_selector("#word")
    made = Account.objects.get(login="lisi")
    assert (made.name, made.unit) == ("李四", '东昌府区 <b>企业</b> "股"')
    assert all("401" in one for one in page.problems), page.problems


def test_a_fragment_asked_after_the_session_ended_waits_for_the_login(visit, live_server, settings):
    page = visit("gly")
    page.goto(f"{live_server.url}/firms/")
    page.evaluate("""() => {
      const button = document.createElement("button");
      Object.assign(button, { id: "again", type: "button", textContent: "再点" });
      button.setAttribute("hx-post", "/jobs/999999/cancel/");
      document.querySelector("#main").append(button);
      window.htmx.process(button);
    }""")
    expire("gly")
    page.click("#again")
    with page.context.expect_page() as opened:
        page.click("text=在新窗口登录")
    other = opened.value
    sign_in(other, "gly", settings)
    other.wait_for_url("**/desk/")
    other.close()
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.wait_for_selector("text=已重新登录")
    with page.expect_response("**/jobs/999999/cancel/") as answer:
        page.click("#again")
    assert answer.value.status == 403 and "不是您发起的" in answer.value.text(), "校验码换过了，回答的是业务上的拒绝"


def test_an_account_is_opened_and_given_a_role(visit, live_server):
    page = visit("xitong")
    page.goto(f"{live_server.url}/accounts/add/")
    page.fill("#login", "zhaoliu")
    page.fill("#name", "赵六")
    page.click("main button[type=submit]")
    word = page.text_content("#word")
    assert page.locator("text=授予角色").count() == 0
    security = visit("anquan")
    security.goto(f"{live_server.url}/accounts/?q=zhaoliu")
    security.click("text=zhaoliu")
    security.select_option("#role", "county_lead")
    security.select_option("#district", "371502")
    security.click("form[action$='/grant/'] button")
    security.wait_for_selector("text=县区主管（聊城市东昌府区）")
    own = visit()
    own.goto(f"{live_server.url}/login/")
    own.fill("#username", "zhaoliu")
    own.fill("#password", word)
    own.click("main button[type=submit]")
    own.wait_for_url("**/password/")
    own.fill("#old_password", word)
    own.fill("#new_password", "Shandong#2027")
    own.fill("#again_password", "Shandong#2027")
    own.click("main button[type=submit]")
    own.wait_for_url("**/desk/")
    assert page.problems == security.problems == own.problems == []
