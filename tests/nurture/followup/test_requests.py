"""诉求：提出到办结的每一步与每种拒绝；谁看得到；期限与灯随业务日期变；每一步只增。"""

import re
from datetime import date
from types import SimpleNamespace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from miaopu.access.act import Denied, Wrong
from miaopu.access.models import Account, Charge, LogEntry
from miaopu.nurture.followup.actions import requests as do
from miaopu.nurture.followup.actions.requests import Want
from miaopu.nurture.followup.models import Request, RequestStep
from miaopu.nurture.followup.policy import rules as policy
from miaopu.nurture.followup.policy.lights import in_light, of_request
from miaopu.nurture.followup.policy.rules import FILE, rules
from miaopu.nurture.followup.queries import requests as ask
from miaopu.selection.city import today
from miaopu.selection.screening.models import Firm
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError

pytestmark = pytest.mark.django_db
WANT = Want("tax", "加计扣除怎么归集", "2026年的研发费用怎么归集？", "李工", "13800001234", "k1")


def raised(people, **changes):
    return do.raise_request(people.firm, people.home.enterprise, Want(**{**vars(WANT), **changes}))


def routed(people, target="tax"):
    one = raised(people)
    return do.route(people.county, one.pk, one.version, target, "归税务解答")


def answered(people):
    one = routed(people)
    return do.answer(people.tax, one.pk, one.version, "按辅助账归集，附操作指引")


def test_from_raised_to_closed(people):
    one = raised(people)
    assert (one.state, one.due, one.soon) == ("raised", date(2026, 11, 24), date(2026, 11, 23))
    assert "凭记忆" in one.due_note
    one = do.route(people.county, one.pk, one.version, "tax", "归税务解答")
    assert (one.state, one.target, one.due) == ("routed", "tax", date(2026, 11, 27))
    assert of_request(one, today()).code == "green"
    one = do.answer(people.tax, one.pk, one.version, "按辅助账归集")
    assert (one.state, one.answered_on) == ("answered", date(2026, 11, 20))
    one = do.rate(people.firm, one.pk, one.version, 5, "讲得清楚")
    assert (one.state, one.solved, one.score) == ("closed", True, 5)
    assert list(one.steps.values_list("act", flat=True)) == ["raise", "route", "answer", "rate"]
    entry = LogEntry.objects.latest("seq")
    assert entry.operation == "request.rate" and entry.target == f"诉求 {one.pk}"


def test_the_notice_of_a_year_put_into_the_local_catalogue_moves_the_deadline(people, settings, tmp_path):
    """不用换版本：本地目录里放进当年的通知，以后的期限照它算；已经答应的不变。"""
    settings.LOCAL_CATALOG, settings.TODAY = tmp_path, date(2026, 12, 31)
    first = raised(people)
    assert (first.due, "2027年（推算）" in first.due_note) == (date(2027, 1, 5), True)
    (tmp_path / "holidays").mkdir()
    told = "years:\n- {year: 2027, source: primary, basis: 国办发明电〔2026〕9号（测试）, rest: [[2027-01-01, 2027-01-05]], work: []}\n"
    (tmp_path / "holidays" / "2027.yaml").write_text(told, encoding="utf-8")
    second = raised(people, key="k2")
    assert (second.due, "2027" in second.due_note) == (date(2027, 1, 7), False)
    first.refresh_from_db()
    assert first.due == date(2027, 1, 5)


def test_a_notice_written_wrong_says_which_file_and_line(people, client_of, settings, tmp_path):
    settings.LOCAL_CATALOG = tmp_path
    (tmp_path / "holidays").mkdir()
    told = "years:\n- {year: 2027, source: primary, basis: 试, rest: [[2026-01-01, 2027-01-05]], work: []}\n"
    (tmp_path / "holidays" / "2027.yaml").write_text(told, encoding="utf-8")
    form = {"kind": "tax", "title": "加计扣除", "words": "怎么归集", "enterprise": people.home.enterprise}
    answer = client_of("qiye").post("/followup/requests/new/", form)
    assert answer.status_code == 500 and "2027.yaml 第 2 行：2027年的" in answer.content.decode()
    assert not Request.objects.exists()


def test_a_request_for_no_firm_is_not_put_on_the_first(people, client_of):
    """专员有几家而没有选的说没有选，填的还在；企业账号只有自己一家，不用选。"""
    other = Firm.objects.exclude(enterprise=people.home.enterprise).first().enterprise
    for each in (other, people.home.enterprise):
        Charge.objects.get_or_create(
            account=Account.objects.get(login="zhuanyuan"), enterprise=each, defaults={"since": date(2026, 1, 1)}
        )
    form = {"kind": "tax", "title": "加计扣除", "words": "怎么归集"}
    answer = client_of("zhuanyuan").post("/followup/requests/new/", form)
    assert answer.status_code == 409 and "没有选企业" in answer.content.decode() and not Request.objects.exists()
    assert client_of("qiye").post("/followup/requests/new/", form).status_code == 302
    assert Request.objects.get().enterprise == people.home.enterprise


def test_the_same_mark_makes_one(people):
    first, second = raised(people), raised(people)
    assert first.pk == second.pk and Request.objects.count() == 1 and RequestStep.objects.count() == 1
    other = do.raise_request(people.specialist, people.home.enterprise, WANT)
    assert other.pk != first.pk and other.behalf and not first.behalf


def test_who_may_raise(people):
    for who in (people.county, people.bureau, people.tax, people.leader, people.rival, people.idle):
        with pytest.raises(Denied):
            do.raise_request(who, people.home.enterprise, WANT)
    assert not Request.objects.exists()
    assert LogEntry.objects.latest("seq").outcome == "拒绝"


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"kind": "xx"}, "种类"), ({"title": " "}, "事由"), ({"words": ""}, "内容"), ({"words": "字" * 2001}, "最多 2000"),
     ({"title": "\x00"}, "控制字符")],
)  # fmt: skip
def test_a_bad_request_is_refused(people, changes, told):
    with pytest.raises(Wrong, match=told):
        raised(people, **changes)
    assert not Request.objects.exists()


def test_a_file_is_examined_by_content(people):
    with pytest.raises(Wrong, match="内容不是"):
        do.raise_request(people.firm, people.home.enterprise, WANT, [SimpleUploadedFile("a.pdf", b"MZ")])
    assert not Request.objects.exists()
    one = do.raise_request(people.firm, people.home.enterprise, WANT, [SimpleUploadedFile("a.pdf", b"%PDF-1.7 x")])
    assert one.steps.get().files.get().name == "a.pdf"


def test_routing_needs_a_reason_a_known_target_and_the_district(people):
    one = raised(people)
    for target, reason, told in (("tax", " ", "理由"), ("county.survey", "因", "转给哪个"), ("", "因", "转给哪个")):
        with pytest.raises(Wrong, match=told):
            do.route(people.county, one.pk, one.version, target, reason)
    for who in (people.stranger, people.firm, people.specialist, people.tax, people.leader):
        with pytest.raises(Denied):
            do.route(who, one.pk, one.version, "tax", "理由")
    one = do.route(people.bureau, one.pk, one.version, "tax", "市局直接转")
    with pytest.raises(Wrong, match="已经在"):
        do.route(people.county, one.pk, one.version, "tax", "再转一次")


def test_only_the_target_answers(people):
    one = routed(people)
    for who in (people.science, people.specialist, people.county, people.firm, people.stranger):
        with pytest.raises(Denied):
            do.answer(who, one.pk, one.version, "答")
    with pytest.raises(Wrong, match="答复"):
        do.answer(people.tax, one.pk, one.version, " ")
    assert do.answer(people.bureau, one.pk, one.version, "市局代录").answered_by == people.bureau.name


def test_a_return_goes_back_and_a_new_route_keeps_the_deadline(people, settings):
    one = routed(people)
    with pytest.raises(Wrong, match="理由"):
        do.send_back(people.tax, one.pk, one.version, "")
    one = do.send_back(people.tax, one.pk, one.version, "这是科技部门的事")
    assert one.state == "raised" and one.target is None
    settings.TODAY = date(2026, 11, 25)
    one = do.route(people.county, one.pk, one.version, "science", "改由科技答")
    assert (one.target, one.due) == ("science", date(2026, 11, 27)), "改转不重新起算"
    assert do.answer(people.science, one.pk, one.version, "答").state == "answered"


def test_dissatisfied_reopens_once(people):
    one = answered(people)
    with pytest.raises(Wrong, match="不满意在哪里"):
        do.rate(people.firm, one.pk, one.version, None, "")
    with pytest.raises(Wrong, match="1 至 5"):
        do.rate(people.firm, one.pk, one.version, 6)
    one = do.rate(people.firm, one.pk, one.version, None, "没有回答我的问题")
    assert (one.state, one.reopened, one.target) == ("routed", 1, "tax")
    one = do.answer(people.tax, one.pk, one.version, "补充说明")
    one = do.rate(people.firm, one.pk, one.version, None, "还是不行")
    assert (one.state, one.solved) == ("closed", False)
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(pk=one.pk).update(reopened=2)


def test_only_the_firm_rates_and_withdraws(people):
    one = answered(people)
    for who in (people.specialist, people.county, people.bureau, people.tax, people.rival):
        with pytest.raises(Denied):
            do.rate(who, one.pk, one.version, 5)
    for who in (people.county, people.bureau, people.rival, people.idle):
        with pytest.raises(Denied):
            do.withdraw(who, one.pk, one.version, "不要了")
    with pytest.raises(Wrong, match="撤回的理由"):
        do.withdraw(people.firm, one.pk, one.version, "")
    one = do.withdraw(people.firm, one.pk, one.version, "已自行解决")
    assert one.state == "withdrawn" and of_request(one, today()).code == "grey"
    with pytest.raises(Wrong, match="已撤回"):
        do.rate(people.firm, one.pk, one.version, 5)


def test_an_unrated_one_is_closed_only_after_waiting(people, settings):
    one = answered(people)
    with pytest.raises(Wrong, match="2026-12-04 起"):
        do.close(people.county, one.pk, one.version, "企业未评价")
    settings.TODAY = date(2026, 12, 4)
    one = do.close(people.county, one.pk, one.version, "企业未评价")
    assert (one.state, one.solved) == ("closed", None)


def test_the_light_turns_with_the_business_date(people, settings):
    one = routed(people)
    for day, code in ((20, "green"), (25, "green"), (26, "yellow"), (27, "yellow"), (30, "red")):
        settings.TODAY = date(2026, 11, day)
        assert of_request(one, today()).code == code, day
        lit = Request.objects.filter(in_light(code, today()))
        assert list(lit) == [one] and not Request.objects.exclude(pk=one.pk).exists()
    one = do.answer(people.tax, one.pk, one.version, "迟到的答复")
    assert of_request(one, today()).code == "yellow" and Request.objects.filter(in_light("yellow", today())).exists()
    assert not Request.objects.filter(in_light("green", today())).exists()


def test_the_second_person_is_told(people):
    one = raised(people)
    do.route(people.county, one.pk, one.version, "tax", "归税务")
    with pytest.raises(Wrong, match="改过"):
        do.route(people.bureau, one.pk, one.version, "science", "归科技")


def test_reach_of_the_list(people):
    one = routed(people)
    seen = (people.firm, people.specialist, people.county, people.bureau, people.tax, people.leader)
    assert all(one in ask.requests(who) for who in seen)
    for who in (people.stranger, people.rival, people.science, people.idle):
        assert one not in ask.requests(who)
        with pytest.raises(Denied):
            ask.request(who, one.pk)


def test_each_firm_helped_is_counted_and_the_rest_are_listed(people):
    one = answered(people)
    rows = {each.firm.enterprise: each for each in ask.answered(people.specialist)}
    assert len(rows) > 1 and not any(each.met for each in rows.values())
    do.rate(people.firm, one.pk, one.version, 2, "一般")
    assert not any(each.met for each in ask.answered(people.specialist)), "两分不算办成"
    Request.objects.filter(pk=one.pk).update(state="answered", score=None, solved=None)
    do.rate(people.firm, one.pk, one.version + 1, 4)
    rows = ask.answered(people.specialist)
    assert [each.firm.enterprise for each in rows if each.met] == [people.home.enterprise] and not rows[0].met
    assert not any(each.met for each in ask.answered(people.specialist, 2025))


def test_pages_and_masks(people, client_of):
    one = routed(people)
    page = f"/followup/requests/{one.pk}/"
    assert "13800001234" in client_of("shuiwu").get(page).content.decode()
    told = client_of("lingdao").get(page).content.decode()
    assert "13800001234" not in told and "138****1234" in told
    assert client_of("chiping" if people.home.district != "371503" else "dongchangfu").get(page).status_code == 403
    typed = {"version": one.version, "reason": "归科技", "target": "x"}
    reply = client_of("gly").post(page + "route/", typed)
    assert reply.status_code == 409 and "归科技" in reply.content.decode()
    assert client_of("gly").post(page + "nothing/", typed).status_code == 404


def test_the_rules_name_known_targets():
    told = rules()
    assert set(told.lights) == {"green", "yellow", "red", "grey"}
    assert {"tax", "bureau", "county", "specialist"} <= set(told.targets)
    assert all(set(one.to) <= set(told.targets) for one in told.requests.kinds.values())
    assert told.visits.rest_days is False


def test_a_rule_of_the_wrong_kind_is_named_with_its_line_and_what_is_expected(monkeypatch, tmp_path):
    path, targets = Catalog.default().file(FILE), rules().targets
    for wrong, told in (
        ("rest_days: 0", "“rest_days”应是 true 或 false"),
        ("month: true", "“month”应是不小于 0 的整数"),
    ):
        text = re.sub(rf"{wrong.partition(':')[0]}: \w+", wrong, path.read_text("utf-8"), count=1)
        (tmp_path / FILE).write_text(text, "utf-8")
        monkeypatch.setattr(policy, "Catalog", SimpleNamespace(default=lambda: Catalog(tmp_path)))
        monkeypatch.setattr(policy, "_targets", lambda *given: targets)
        with pytest.raises(CatalogError, match=rf"{told}") as error:
            policy.rules.__wrapped__()
        assert error.value.line
