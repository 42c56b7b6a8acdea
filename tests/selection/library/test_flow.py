"""从选配到发布：名额、草案、采用、下发、签收、意见、复核、收回、发布；每一步没有理由不办，县区只办自己的。"""

from datetime import date, timedelta
from fractions import Fraction
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from django.conf import settings
from django.db.models import F

from miaopu.access.act import Denied, Wrong
from miaopu.allocation.quota import Line
from miaopu.selection.city import today
from miaopu.selection.library.actions import issues
from miaopu.selection.library.actions.dispatches import View, dispatch, opine, receive, review, withdraw
from miaopu.selection.library.actions.issues import issue
from miaopu.selection.library.actions.members import move, propose
from miaopu.selection.library.actions.picks import Asked, adopt, draft
from miaopu.selection.library.actions.quotas import set_quota
from miaopu.selection.library.evidence import given
from miaopu.selection.library.models import Issue, Member, Parcel, QuotaSet
from miaopu.selection.library.queries.dispatches import parcel as seen
from miaopu.selection.library.queries.dispatches import stage, todo
from miaopu.selection.library.queries.drafts import suggested

pytestmark = pytest.mark.django_db
TIER = "GAZELLE"


def test_the_catalogue_suggests_quotas_and_shows_the_formula(actor):
    told = suggested(actor("gly"), "LG")
    assert told.total == 180 and "3000÷16＝187.5" in told.note and "目标180低于公式得数187.5" in told.note
    assert any(one.title == "制造业" for one in told.lines)


def test_a_draft_meets_the_quota_and_explains_everyone(actor, quota, firms):
    made = draft(actor("jingban"), Asked(TIER))
    choices = list(made.choices.all())
    assert made.chosen == 8 == sum(one.chosen for one in choices) and len(choices) == len(firms)
    assert made.expected == made.bound and Fraction(made.expected) == sum(
        Fraction(one.weight) for one in choices if one.chosen
    )
    assert all(one.reason.startswith("入选" if one.chosen else "没有入选") for one in choices)
    assert not Member.objects.exists(), "草案只是草案"


def test_required_and_barred_firms(actor, quota, firms):
    last, first = firms[-1], firms[0]
    made = draft(actor("gly"), Asked(TIER, (last.enterprise,), (first.enterprise,)))
    chosen = set(made.choices.filter(chosen=True).values_list("enterprise", flat=True))
    assert last.enterprise in chosen and first.enterprise not in chosen
    with pytest.raises(Wrong, match="在名单里有 0 家"):
        draft(actor("gly"), Asked(TIER, ("没有这家",)))


def test_quotas_that_clash_are_named_and_cannot_be_adopted(actor, quota, firms):
    line = quota.lines.first()
    count = sum(one.district == line.value for one in firms)
    set_quota(
        actor("gly"),
        TIER,
        today().year,
        1,
        count + 5,
        [Line("county", line.value, line.value, count + 1, None)],
        "试",
        "加码",
    )
    made = draft(actor("gly"), Asked(TIER))
    assert made.chosen == 0 and f"{line.value}至少{count + 1}家（候选有{count}家" in made.clash
    with pytest.raises(Wrong, match="没有选成"):
        adopt(actor("gly"), made.pk, "enrol", "采用")


def test_quota_versions_are_kept_and_checked(actor, quota):
    with pytest.raises(Wrong, match="要写明理由"):
        set_quota(actor("gly"), TIER, today().year, 1, 9, [], "试", "  ")
    with pytest.raises(Wrong, match="多于总数"):
        set_quota(actor("gly"), TIER, today().year, 1, 9, [Line("county", "371502", "东昌府区", 10, None)], "试", "改")
    with pytest.raises(Wrong, match="改到第 1 版"):
        set_quota(actor("gly"), TIER, today().year, 0, 9, [], "试", "改")
    with pytest.raises(Denied):
        set_quota(actor("jingban"), TIER, today().year, 1, 9, [], "试", "改")
    set_quota(actor("gly"), TIER, today().year, 1, 9, [], "试", "改")
    assert list(QuotaSet.objects.filter(tier=TIER).values_list("version", "total")) == [(2, 9), (1, 8)]


def test_adopting_confirms_nominations_and_leaves_those_inside(actor, quota, proposed):
    known = proposed[0]
    made = draft(actor("jingban"), Asked(TIER, tuple(one.enterprise for one in proposed)))
    with pytest.raises(Wrong, match="没有“选配入库”的权限"):
        adopt(actor("jingban"), made.pk, "enrol", "采用")
    fresh, confirmed = adopt(actor("gly"), made.pk, "enrol", "局长办公会同意")
    assert len(fresh) == 5 and {one.pk for one in confirmed} == {one.pk for one in proposed}
    known.refresh_from_db()
    assert known.state == "reserve" and known.baseline_seal and known.entered == today()
    with pytest.raises(Wrong, match="已由演示·市局管理员采用"):
        adopt(actor("gly"), made.pk, "enrol", "再采用")


def test_firms_already_inside_keep_their_seats(actor, quota, adopted, firms):
    """再选一次：在库的都在里面，占着名额；名额加一家就只多选一家。"""
    set_quota(actor("gly"), TIER, today().year, 1, 9, [], "试", "加一家")
    made = draft(actor("gly"), Asked(TIER, (adopted[0].uscc or adopted[0].name,)))
    chosen = set(made.choices.filter(chosen=True).values_list("enterprise", flat=True))
    assert {one.enterprise for one in adopted} < chosen and len(chosen) == 9
    assert len(adopt(actor("gly"), made.pk, "enrol", "再补一家")[0]) == 1
    barred = draft(actor("gly"), Asked(TIER, (), (adopted[0].enterprise,)))
    assert "必选（或已在库）" in barred.clash and "必不选" in barred.clash


def test_a_draft_of_an_older_quota_is_not_adopted(actor, quota):
    made = draft(actor("gly"), Asked(TIER))
    set_quota(actor("gly"), TIER, today().year, 1, 9, [], "试", "改")
    with pytest.raises(Wrong, match="名额改到了第 2 版"):
        adopt(actor("gly"), made.pk, "enrol", "采用")


@pytest.fixture
def parcels(actor, adopted):
    return dispatch(actor("gly"), TIER, "请逐家核实")[1]


def views(parcel, **changes):
    told = {"agree": True, "office": "中小企业科", "person": "张三"} | changes
    return {number: View(**told) for number in parcel.items.values_list("pk", flat=True)}


def test_dispatch_goes_by_county_with_a_deadline(actor, adopted, parcels):
    assert sum(one.items.count() for one in parcels) == len([one for one in adopted if one.district])
    assert {one.district for one in parcels} == {one.district for one in adopted if one.district}
    assert all(one.due == date(2026, 12, 4) for one in parcels), "10 个工作日"
    assert all(each.member.district == one.district for one in parcels for each in one.items.all())
    with pytest.raises(Wrong, match="没有可下发的"):
        dispatch(actor("gly"), TIER, "再发一次")


def test_the_deadline_skips_the_holidays(actor, adopted, settings):
    settings.TODAY = date(2026, 9, 24)
    one = seen(actor("gly"), dispatch(actor("gly"), TIER, "节前下发")[1][0].pk)
    assert one.due == date(2026, 10, 15), "中秋、国庆放假与10月10日上班都算进去"
    for day, light in ((date(2026, 10, 10), "正常"), (date(2026, 10, 12), "快到期"), (date(2026, 10, 16), "超期")):
        settings.TODAY = day
        assert stage(one).light == light


def mine(login_district, parcels):
    return next(one for one in parcels if one.district == login_district)


LEADS = {"371502": "dongchangfu", "371503": "chiping"}


def lead_of(parcels):
    return next((one, LEADS[one.district]) for one in parcels if one.district in LEADS)


def test_a_county_acts_on_its_own_only(actor, parcels):
    parcel, login = lead_of(parcels)
    other = next(one for one in LEADS.values() if one != login)
    with pytest.raises(Denied):
        receive(actor(other), parcel.pk, 1)
    with pytest.raises(Wrong, match="还没有签收"):
        opine(actor(login), parcel.pk, 1, views(parcel), "属实")
    receive(actor(login), parcel.pk, 1)
    with pytest.raises(Wrong, match="刚刚有人办过"):
        receive(actor(login), parcel.pk, 1)
    for wrong, told in (({"person": ""}, "责任科室与责任人"), ({"agree": False}, "不同意要写明")):
        with pytest.raises(Wrong, match=told):
            opine(actor(login), parcel.pk, 2, views(parcel, **wrong), "属实")
    with pytest.raises(Wrong, match="没有写理由"):
        opine(actor(login), parcel.pk, 2, views(parcel), "  ")
    with pytest.raises(Wrong, match="每一家都要有意见"):
        opine(actor(login), parcel.pk, 2, {}, "属实")
    opine(actor(login), parcel.pk, 2, views(parcel), "属实")
    assert set(Member.objects.filter(items__parcel=parcel).values_list("person", flat=True)) == {"张三"}
    with pytest.raises(Denied):
        review(actor(login), parcel.pk, 3, views(parcel), "同意")


def test_withdrawing_a_parcel_frees_its_firms(actor, parcels):
    parcel = parcels[0]
    with pytest.raises(Wrong, match="要写明理由"):
        withdraw(actor("gly"), parcel.pk, 1, "")
    withdraw(actor("gly"), parcel.pk, 1, "期限写错")
    with pytest.raises(Wrong, match="收回：期限写错"):
        withdraw(actor("gly"), parcel.pk, 2, "再收")
    again = dispatch(actor("gly"), TIER, "重发")[1]
    assert [one.district for one in again] == [parcel.district]


def test_the_light_turns_and_the_reminder_shows(actor, parcels):
    parcel, login = lead_of(parcels)
    told = {one.title: one for one in todo(actor(login))}
    assert told["下发的名单等着签收"].count == 1 and told["下发的名单等着签收"].due == parcel.due
    assert stage(seen(actor("gly"), parcel.pk)).light == "正常"
    for days, light, urgency in ((2, "快到期", "yellow"), (-1, "超期", "red")):
        Parcel.objects.filter(pk=parcel.pk).update(due=today() + timedelta(days=days))
        assert stage(seen(actor("gly"), parcel.pk)).light == light
        assert {one.title: one.urgency for one in todo(actor(login))}["下发的名单等着签收"] == urgency
    assert {one.title: one.count for one in todo(actor("gly"))}["县区逾期没有签收或报意见"] == 1


def test_issue_freezes_the_list_and_moves_the_firms(actor, client_of, parcels, monkeypatch):
    with pytest.raises(Wrong, match="没有可发布的"):
        issue(actor("gly"), TIER, today(), "局纪要1号", "发布")
    for parcel in parcels:
        receive(actor("gly"), parcel.pk, 1)
        opine(actor("gly"), parcel.pk, 2, views(parcel), "属实")
    held_back = parcels[0].items.first()
    for parcel in parcels:
        told = views(parcel)
        if held_back.pk in told:
            told[held_back.pk] = View(False, "本年度环保处罚未结")
        review(actor("gly"), parcel.pk, 3, told, "同意县区意见")
    for minutes, reason, told in (("", "发布", "会议纪要编号"), ("局纪要1号", " ", "要写明理由")):
        with pytest.raises(Wrong, match=told):
            issue(actor("gly"), TIER, today(), minutes, reason)
    with pytest.raises(Denied):
        issue(actor("jingban"), TIER, today(), "局纪要1号", "发布")
    real = issues.register_book
    changed = lambda *given, **more: Member.objects.update(version=F("version") + 1) and real(*given, **more)  # noqa: E731
    monkeypatch.setattr(issues, "register_book", changed)
    with pytest.raises(Wrong, match=r"写名单的工夫里.*没有发布"):
        issue(actor("gly"), TIER, today(), "局纪要1号", "会议通过")
    monkeypatch.undo()
    assert not Issue.objects.exists() and not Member.objects.filter(state="cultivate").exists()
    made = issue(actor("gly"), TIER, today(), "局纪要1号", "会议通过")
    assert made.version == 1 and made.firms == Member.objects.filter(state="cultivate").count()
    assert Member.objects.get(pk=held_back.member_id).state == "reserve"
    answer = client_of("gly").post(f"/library/issues/{made.pk}/")
    book = openpyxl.load_workbook(BytesIO(b"".join(answer.streaming_content)))
    text = "\n".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row if cell.value)
    assert all(one.name in text for one in made.members.all()) and "局纪要1号" in text and "张三" in text
    assert client_of("chiping").post(f"/library/issues/{made.pk}/").status_code == 403
    path = Path(settings.FILES) / made.path
    content = path.read_bytes()
    path.write_bytes(content + b" ")
    assert client_of("gly").post(f"/library/issues/{made.pk}/").status_code == 400, "改过的名单不给"
    path.write_bytes(content)
    assert Issue.objects.count() == 1


def test_a_cancelled_firm_leaves_with_evidence(actor, adopted):
    one = adopted[0]
    with pytest.raises(Wrong, match="要有依据"):
        move(actor("jingban"), {one.pk: one.version}, "leave", "已注销")
    move(actor("jingban"), {one.pk: one.version}, "leave", "已注销", given("登记机关注销公告"))
    one.refresh_from_db()
    assert (one.state, one.open_key) == ("gone", None)
    propose(actor("gly"), "", TIER, [one.enterprise], "另立")


def test_pages_of_the_whole_flow(client_of, quota):
    client = client_of("gly")
    assert client.get(f"/library/quotas/?tier={TIER}").status_code == 200
    made = client.post("/library/picks/run/", {"tier": TIER}, follow=True)
    assert "入选 8 家" in made.content.decode()
    number = made.request["PATH_INFO"].rstrip("/").rsplit("/", 1)[1]
    assert client.post(f"/library/picks/{number}/adopt/", {"to": "enrol", "reason": ""}).status_code == 400
    client.post(f"/library/picks/{number}/adopt/", {"to": "enrol", "reason": "会议同意"})
    assert Member.objects.filter(state="reserve").count() == 8
    second = client.post("/library/picks/run/", {"tier": TIER}, follow=True)
    other = second.request["PATH_INFO"]
    assert "相同 8 家" in client.get(f"{other}?with={number}").content.decode()
    assert client.get(f"{other}?side=out&county=371502").status_code == 200
    assert client.post(f"/library/picks/{number}/export/").status_code == 200
    client.post("/library/dispatches/send/", {"tier": TIER, "due": "2026-12-04", "reason": "请核实"})
    for parcel in Parcel.objects.all():
        base = f"/library/parcels/{parcel.pk}"
        client.post(f"{base}/receive/", {"version": 1})
        data = {
            f"{name}-{item}": text
            for item in parcel.items.values_list("pk", flat=True)
            for name, text in (("agree", "yes"), ("office", "科"), ("person", "李四"))
        }
        kept = client.post(f"{base}/opine/", {**data, "version": 2, "reason": ""})
        assert kept.status_code == 400 and "李四" in kept.content.decode()
        client.post(f"{base}/opine/", {**data, "version": 2, "reason": "属实"})
        client.post(f"{base}/review/", {**data, "version": 3, "reason": "同意"})
        assert client.get(f"{base}/").status_code == 200
    answer = client.post(
        "/library/issues/",
        {"tier": TIER, "meeting_on": "2026-11-20", "minutes": "局纪要2号", "reason": "通过"},
        follow=True,
    )
    assert "已发布第 1 版" in answer.content.decode()
