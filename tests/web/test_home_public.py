"""公众首页与自测：不发 cookie、不写库、不记日志；结果同判定核心一致，填错了说得清。"""

import logging
from datetime import date

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from miaopu.access.models import LogEntry
from miaopu.desk.selfcheck import GATE, check, form
from miaopu.standards.judge import Judge
from miaopu.standards.load import load_library
from miaopu.standards.tree.state import State, Verdict
from miaopu.terms.catalog import Catalog

CATALOG = Catalog.default()
LIBRARY = load_library(CATALOG)
ON = date(2026, 11, 20)
TIERS = ("INNOV", "TECHSME", "SRDI", "LG", "KEYLG", "GAZELLE", "CHAMPION")
GOOD = {
    "gate": "1", "srdi": "1", "segment_years": "3", "revenue_t1": "11025", "main_revenue_t1": "9922.5",
    "revenue_t2": "10500", "revenue_t3": "10000", "liabilities_t1": "7500", "assets_t1": "10000", "rd_t1": "600",
    "rd_t2": "600", "class1_ip_2026": "4", "market_share": "10", "eval_score_t0": "60",
}  # fmt: skip
"""七项全部恰在下限的一家（判例 LG26-001 的数）。"""


def asked(code="LG-2026"):
    return form(LIBRARY, LIBRARY.standards[code], 15)


@pytest.mark.parametrize("code", ["INNOV-63", "TECHSME-115", "SRDI-2026", "LG-2026", "GAZELLE-SD-2020"])
def test_ten_to_fifteen_questions_come_from_the_standard(code):
    found = asked(code)
    assert 10 <= len(found.questions) + bool(found.gate) <= 15
    inputs = {name for names in Judge(LIBRARY).judge(found.standard, {}, ON).leaves.values() for name in names}
    inputs |= {one.name for one in found.questions if found.standard.scores}
    assert {one.name for one in found.questions} <= inputs and all(one.title for one in found.questions)


def test_the_gate_question_sets_every_premise_and_exclusion():
    values = asked().gate_values
    assert values["legal_person"] == 1 and values["abnormal_list"] == 0 and values["single_champion"] == 0


def test_exactly_on_the_line_is_met_and_a_cent_below_is_not():
    good = check(CATALOG, LIBRARY, asked(), GOOD, ON).found
    assert good.verdict is Verdict.manual_review
    assert {good.states[one] for one in ("GATE", "B2a", "B2b", "B2c", "B3a", "B4", "B7", "X1")} == {State.pass_}
    worse = check(CATALOG, LIBRARY, asked(), GOOD | {"main_revenue_t1": "9922.49"}, ON).found
    assert (worse.verdict, worse.states["B2b"]) == (Verdict.not_eligible, State.fail_)


def test_missing_is_unknown_never_zero():
    found = check(CATALOG, LIBRARY, asked(), {GATE: "1"}, ON)
    assert found.found.verdict is Verdict.insufficient_data
    assert found.found.states["B2a"] is State.unknown
    assert "近三年国家级科技奖励前三" in found.assumed


@pytest.mark.django_db
class TestPages:
    def test_public_pages_set_no_cookie(self, client):
        for page in (
            "/",
            "/selfcheck/",
            *(f"/selfcheck/{one}/" for one in TIERS),
            *(f"/ladder/{one}/" for one in TIERS),
        ):
            response = client.get(page)
            assert (response.status_code, dict(response.cookies)) == (200, {}), page
        assert "csrfmiddlewaretoken" not in response.content.decode()

    def test_a_check_leaves_nothing_behind(self, client, caplog):
        client.handler.enforce_csrf_checks = True
        sessions, entries = Session.objects.count(), LogEntry.objects.count()
        with (
            CaptureQueriesContext(
                connection,
            ) as asked_of,
            caplog.at_level(logging.DEBUG),
        ):
            response = client.post("/selfcheck/LG/", GOOD)
        assert response.status_code == 200 and not response.cookies
        written = [one["sql"] for one in asked_of if not one["sql"].lstrip().upper().startswith("SELECT")]
        assert written == []
        assert (Session.objects.count(), LogEntry.objects.count()) == (sessions, entries)
        assert not [one for one in caplog.records if "9922.5" in one.getMessage() or "selfcheck" in one.getMessage()]
        assert "no-store" in response["Cache-Control"]

    def test_the_result_reads_clause_by_clause(self, client):
        text = client.post("/selfcheck/LG/", GOOD | {"revenue_t1": "4000"}).content.decode()
        assert "不满足" in text and "还差1000万元" in text and "附件2（二）" in text
        assert "未核原文" in text and "认定以主管部门为准" in text and "近三年国家级科技奖励前三" in text
        assert 'value="4000"' in text

    @pytest.mark.parametrize(
        ("name", "value", "told"),
        [
            ("revenue_t1", "五千", "“上年营业收入”应是数字，发现“五千”"),
            ("revenue_t1", "9" * 21, "最多 20 个"),
            ("revenue_t1", "NaN", "应是数字"),
            ("revenue_t1", "1e9", "应是数字"),
            ("revenue_t1", "99999999999999999", "超出上限"),
            ("srdi", "maybe", "没有这个选项"),
            ("gate", "2", "没有这个选项"),
            ("revenue_t1", "1\x002", "控制字符"),
        ],
    )  # fmt: skip
    def test_a_wrong_answer_is_told_and_the_rest_stays(self, client, name, value, told):
        response = client.post("/selfcheck/LG/", GOOD | {name: value})
        text = response.content.decode()
        assert response.status_code == 400 and told in text and 'value="9922.5"' in text

    def test_unasked_fields_are_ignored_and_markup_is_escaped(self, client):
        text = client.post("/selfcheck/LG/", {"reviewed_chain_role": "1", "rd_t1": "<b>1</b>"}).content.decode()
        assert "<b>1</b>" not in text and "产业链作用" not in text.partition("看结果")[2]

    @pytest.mark.parametrize("page", ["/selfcheck/NONE/", "/ladder/NONE/", "/selfcheck/PLATFORM/"])
    def test_other_tiers_are_not_found(self, client, page):
        assert client.get(page).status_code == 404

    def test_conditions_are_read_from_the_rule_file(self, client):
        text = client.get("/ladder/LG/").content.decode()
        for clause in LIBRARY.standards["LG-2026"].walk():
            if not clause.kinds or "new" in clause.kinds:
                assert clause.title in text and clause.cite in text
        assert "复核企业上年度得分60分以上" not in text

    def test_larger_text_needs_no_cookie(self, client):
        assert 'class="text-large"' in client.get("/selfcheck/LG/?text=large").content.decode()
        response = client.post("/selfcheck/LG/", {"text": "large"})
        assert 'class="text-large"' in response.content.decode() and not response.cookies
