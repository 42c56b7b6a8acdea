"""登录：市局管理员登录后看到企业总库，没有控制台错误和外网请求。"""


def test_an_official_enters_and_sees_firms(visit):
    page = visit("gly")
    page.click("text=企业总库")
    page.wait_for_selector("table tbody tr")
    assert page.locator("table tbody tr").count() == 50
    assert page.problems == []
