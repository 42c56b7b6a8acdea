"""规则中心的页面：目录、读法、判例、试一试、两版之差、日历、公众页；各角色看得到的不同。"""

import io
import re

import openpyxl
import pytest

from miaopu.selection.city import city

pytestmark = pytest.mark.django_db

INNER = ("gly", "jingban", "dongchangfu", "zhuanyuan", "zhuanjia", "qiye", "shuiwu", "kuaijisuo", "caizheng", "lingdao")
DRAFTS = ("gly", "jingban", "dongchangfu", "lingdao")
CODES = ("SRDI-2026", "LG-2026", "LG-63", "SRDI-63", "SCALEUP", "EVAL-75", "INNOV-63")


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize("login", INNER)
def test_every_inner_role_reads_the_rules(client_of, login):
    client = client_of(login)
    assert "专精特新中小企业认定标准" in text_of(client.get("/rules/"))
    assert client.get("/rules/standard/SRDI-2026/").status_code == 200
    told = client.get("/rules/proposals/").status_code
    assert told == (200 if login in DRAFTS else 403), "没有批准的规则只给局里与县区看"


@pytest.mark.parametrize("login", ["xitong", "anquan", "shenji"])
def test_administrators_do_not(client_of, login):
    assert client_of(login).get("/rules/").status_code == 403


def test_a_stranger_is_sent_to_enter_but_reads_the_public_page(client):
    assert client.get("/rules/").status_code == 302
    told = text_of(client.get("/rules/public/"))
    assert "小巨人" in told and "未核原文" in told
    page = text_of(client.get("/rules/public/LG-2026/"))
    assert "主营业务收入占营业收入比重 90%以上" in page and "未核原文" in page
    assert client.get("/rules/public/SRDI-63/").status_code == 400, "历史版本不在公众页"


def test_the_index_says_version_origin_and_how_far_checked(client_of):
    client = client_of("zhuanyuan")
    told = text_of(client.get("/rules/?q=瞪羚"))
    assert "鲁工信发〔2020〕8号" in told and " 省 " in told and "未核原文" in told
    assert "小巨人”企业认定标准 LG-2026" not in told
    unchecked = client.get("/rules/?state=unchecked").context["rows"]
    assert unchecked and all(row.standard.unchecked for row in unchecked)
    checked = {row.standard.code for row in client.get("/rules/").context["rows"]} - {
        row.standard.code for row in unchecked
    }
    assert checked == {one.code for one in city().library.standards.values() if not one.unchecked}


@pytest.mark.parametrize("code", CODES)
def test_a_standard_page_holds_every_clause_with_its_source_lines(client_of, code):
    response = client_of("jingban").get(f"/rules/standard/{code}/")
    standard = city().library.find(code)
    items = {item.line.id: item for item in response.context["clauses"]}
    assert set(items) == {clause.id for clause in standard.walk()}
    for name, item in items.items():
        assert item.excerpt is not None and f"id: {name}" in item.numbered
        assert str(item.excerpt.first) == item.numbered.split()[0]
    told = text_of(response)
    for item in response.context["clauses"]:
        assert re.sub(r"\s+", " ", item.line.plain).replace("＜", "<") in told.replace("&quot;", '"')
    assert client_of("jingban").get(f"/rules/standard/{code}/print/").status_code == 200


def test_flags_are_explained_and_figures_linked(client_of):
    response = client_of("qiye").get("/rules/standard/LG-2026/")
    told, html = text_of(response), response.content.decode()
    assert "AMB-22" in told and "近两年复合增长率的基数年份" in told
    assert 'href="#i-main_revenue"' in html and 'id="i-main_revenue"' in html
    assert "审计" in told and "台账" not in html.split("用到的指标")[0].split("<main")[1][:10]


def test_the_clause_workbook_is_the_page(client_of):
    response = client_of("lingdao").get("/rules/standard/SRDI-2026/clauses.xlsx")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    cells = [str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
    standard = city().library.find("SRDI-2026")
    assert {clause.id for clause in standard.walk()} <= set(cells)
    assert any("上年营业收入 1500万元以上" in one for one in cells)
    assert any("未核原文" in one for one in cells)


def test_cases_are_run_live_and_open(client_of):
    client = client_of("zhuanjia")
    response = client.get("/rules/standard/SRDI-2026/cases/")
    assert response.context["checked"] > 50 and response.context["wrong"] == 0
    page = text_of(client.get("/rules/standard/SRDI-2026/cases/SRDI26-003/3/"))
    assert "1499.99" in page and "还差0.01万元" in page
    assert client.get("/rules/standard/SRDI-2026/cases/SRDI26-003/99/").status_code == 400
    assert client.get("/rules/standard/SRDI-2026/cases/没有/0/").status_code == 400


def test_trying_stores_nothing_and_missing_is_not_zero(client_of):
    client = client_of("qiye")
    told = text_of(client.post("/rules/standard/SRDI-2026/try/", {"f-revenue_t1": "1499.99", "gates": "1"}))
    assert "还差0.01万元" in told and "不满足" in told
    fields = {"f-revenue_t1": "1500", "f-main_revenue_t1": "1200", "gates": "1"}
    told = client.post("/rules/standard/SRDI-2026/try/", fields).context["told"]
    states = {reason.id: reason.state.key for _, reason in told.reasons}
    assert (states["A2a"], states["A2b"], states["A2c"], states["GATE"]) == ("pass", "pass", "unknown", "pass")


@pytest.mark.parametrize("facts", ["a: [", "- 1", "revenue_t1: 很多", "as_of: 昨天", "\x00"])
def test_trying_tells_what_is_wrong(client_of, facts):
    response = client_of("qiye").post("/rules/standard/SRDI-2026/try/", {"facts": facts})
    assert response.status_code == 400 and response.context["wrong"]


def test_trying_with_yaml_wins_over_fields(client_of):
    given = {"f-revenue_t1": "1", "facts": "revenue_t1: 1500", "gates": "1", "on": "2026-09-01"}
    told = client_of("jingban").post("/rules/standard/SRDI-2026/try/", given).context["told"]
    assert {reason.id: reason.state.key for _, reason in told.reasons}["A2a1"] == "pass"
    assert told.on.isoformat() == "2026-09-01"


def test_two_versions_are_compared_clause_by_clause(client_of):
    client = client_of("jingban")
    page = text_of(client.get("/rules/compare/?before=SRDI-63&after=SRDI-2026"))
    assert "上年营业收入 1000万元以上" in page and "上年营业收入 1500万元以上" in page
    assert client.get("/rules/compare/?before=SRDI-63&after=LG-2026").status_code == 400
    assert client.get("/rules/compare/?before=SRDI-63&after=NO").status_code == 400
    assert client.get("/rules/compare/").status_code == 200


@pytest.mark.parametrize(
    ("day", "code"), [("2026-03-31", "SRDI-63"), ("2026-04-01", "SRDI-2026"), ("2022-07-31", "PRE-63")]
)
def test_the_calendar_answers_for_any_day(client_of, day, code):
    response = client_of("lingdao").get(f"/rules/calendar/?date={day}")
    found = {(one.tier, one.kind): one.choice.standard for one in response.context["days"]}
    assert found["SRDI", "新申请"] == code


def test_the_calendar_shows_notices_flags_and_refuses_nonsense(client_of):
    client = client_of("lingdao")
    response = client.get("/rules/calendar/?date=2026-11-20")
    review = next(one for one in response.context["days"] if (one.tier, one.kind) == ("LG", "复核"))
    assert review.choice.standard == "LG-63" and review.choice.flags == ("AMB-15",)
    assert [one.code for one in review.notices] == ["NOTICE-2026-REVIEW"]
    assert "工信厅企业函〔2026〕117号" in text_of(response)
    assert client.get("/rules/calendar/?date=2026-13-45").status_code == 400
    assert client.get("/rules/calendar/?date=昨天").status_code == 400


@pytest.mark.parametrize(
    "path", ["/rules/standard/没有/", "/rules/standard/%00/", "/rules/?q=%00", "/rules/proposals/99/"]
)
def test_nonsense_is_answered_with_a_sentence(client_of, path):
    response = client_of("gly").get(path)
    assert response.status_code == 400 and re.search("[\u4e00-\u9fff]", response.content.decode())
