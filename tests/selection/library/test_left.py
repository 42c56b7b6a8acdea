"""下发以后出了库的：留在那一份里写明缘由，不再要意见、不算逾期，等着的预警了结；撤销变动就又要了，办过一步的另行下发。"""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.cli.conftest import speak

from miaopu.access.act import Wrong
from miaopu.access.models import LogEntry
from miaopu.allocation.quota import Line
from miaopu.selection.city import today
from miaopu.selection.library.actions.alerts import acknowledge
from miaopu.selection.library.actions.dispatches import View, dispatch, opine, receive, review
from miaopu.selection.library.actions.issues import issue
from miaopu.selection.library.actions.members import move, undo
from miaopu.selection.library.actions.picks import Asked, adopt, draft
from miaopu.selection.library.actions.quotas import set_quota
from miaopu.selection.library.evidence import given
from miaopu.selection.library.models import Alert, Member, Opinion, Parcel
from miaopu.selection.library.queries.dispatches import parcels, rows, stage, todo, undispatched, waiting
from miaopu.selection.library.queries.members import alerts

pytestmark = pytest.mark.django_db
TIER, LATE = "GAZELLE", "县区逾期没有签收或报意见"
YES = View(True, "", "中小企业科", "张三")


@pytest.fixture
def parcel(actor, firms):
    """三家的一份，期限已过。"""
    counties = [one.district for one in firms if one.district]
    most = max(sorted(set(counties)), key=counties.count)
    set_quota(actor("gly"), TIER, today().year, 0, 3, [Line("county", most, most, 3, None)], "试", "年度名额")
    adopt(actor("gly"), draft(actor("gly"), Asked(TIER)).pk, "enrol", "会议同意")
    (one,) = dispatch(actor("gly"), TIER, "请逐家核实")[1]
    Parcel.objects.filter(pk=one.pk).update(due=today() - timedelta(days=1))
    return seen(actor, one)


def seen(actor, one):
    return parcels(actor("gly")).get(pk=one.pk)


def out(actor, *members):
    fresh = Member.objects.filter(pk__in=[one.pk for one in members])
    move(actor("gly"), {one.pk: one.version for one in fresh}, "drop", "环保处罚", given("处罚决定书"))


def back(actor, one):
    undo(actor("gly"), one.pk, Member.objects.get(pk=one.pk).version, "处罚撤销了")


def late(actor):
    return {one.title: one.count for one in todo(actor("gly"))}[LATE]


def test_a_firm_that_left_is_marked_and_not_asked(actor, client_of, parcel):
    items = list(parcel.items.select_related("member"))
    gone, kept = items[0], items[1:]
    receive(actor("gly"), parcel.pk, 1)
    out(actor, gone.member)
    page = client_of("gly").get(reverse("library:parcel", args=[parcel.pk])).content.decode()
    assert "环保处罚" in page and "1 家出过库" in page and f"agree-{gone.pk}" not in page
    assert all(f"agree-{one.pk}" in page for one in kept)
    assert "出库 1" in client_of("gly").get(reverse("library:dispatches")).content.decode()
    assert "（出库 1 家）" in speak("library", "parcels", "--as", "gly", "--demo", "--tier", TIER).out
    left = {row.item.pk: row.left for row in rows(actor("gly"), parcel)}
    assert left[gone.pk].reason == "环保处罚" and set(left.values()) == {left[gone.pk], None}
    with pytest.raises(Wrong, match="还差 2 家"):
        opine(actor("gly"), parcel.pk, 2, {gone.pk: YES}, "属实")
    with pytest.raises(Wrong, match="有 1 条意见不是这一份里的") as strange:
        opine(actor("gly"), parcel.pk, 2, {one.pk: YES for one in kept} | {10**6: YES}, "属实")
    assert "还差" not in str(strange.value)
    opine(actor("gly"), parcel.pk, 2, {one.pk: YES for one in items}, "属实")
    assert not Opinion.objects.filter(item=gone).exists() and late(actor) == 0
    out(actor, kept[0].member)
    review(actor("gly"), parcel.pk, 3, {kept[1].pk: YES}, "同意")
    reviewed = Opinion.objects.filter(item__parcel=parcel, level="city")
    assert [(one.item_id, one.agree, one.reason) for one in reviewed] == [(kept[1].pk, True, "同意")]
    assert Parcel.objects.get(pk=parcel.pk).reviewed_on == today()


def test_when_all_left_nothing_is_late_until_the_move_is_undone(actor, parcel):
    members = [one.member for one in parcel.items.select_related("member")]
    assert late(actor) == 1 and stage(parcel).late
    out(actor, *members)
    now = seen(actor, parcel)
    assert (now.firms, now.left) == (len(members), len(members))
    assert stage(now).word.startswith("企业都已出库") and not stage(now).late and late(actor) == 0
    assert parcel not in waiting(actor("gly"), "receive")
    receive(actor("gly"), parcel.pk, 1)
    with pytest.raises(Wrong, match="都已出库"):
        opine(actor("gly"), parcel.pk, 2, {}, "属实")
    back(actor, members[0])
    assert stage(seen(actor, parcel)).late and late(actor) == 1 and parcel in waiting(actor("gly"), "opine")


@pytest.mark.parametrize(
    "order",
    [
        ("out", "opine", "back", "review", "issue"),
        ("out", "opine", "review", "back", "issue"),
        ("out", "opine", "review", "issue", "back"),
        ("opine", "out", "review", "issue", "back"),
    ],
)
def test_a_firm_that_came_back_is_heard_anew_and_never_issued_unheard(actor, client_of, parcel, order):
    """出库时那一份办过一步的：回来要另行下发、另听意见，别家照常发布，它不会夹在里面，也不会办不动。"""
    boss, first, *others = actor("gly"), *parcel.items.select_related("member")
    receive(boss, parcel.pk, 1)
    for step in order:
        if step == "out":
            out(actor, first.member)
        elif step == "back":
            back(actor, first.member)
        elif step == "issue":
            issued = issue(boss, TIER, today(), "局纪要1号", "会议通过")
            assert {one.pk for one in issued.members.all()} == {one.member_id for one in others}
        else:
            work, version = (opine, 2) if step == "opine" else (review, 3)
            work(boss, parcel.pk, version, {one.pk: YES for one in parcel.standing()}, "属实")
    assert undispatched(boss, TIER) == 1 and seen(actor, parcel).left == 1
    page = client_of("gly").get(reverse("library:parcel", args=[parcel.pk])).content.decode()
    assert "后来回来了，要另行下发" in page
    (again,) = dispatch(boss, TIER, "回库的一家")[1]
    receive(boss, again.pk, 1)
    for work, version in ((opine, 2), (review, 3)):
        work(boss, again.pk, version, {one.pk: YES for one in again.standing()}, "属实")
    second = issue(boss, TIER, today(), "局纪要2号", "会议通过")
    assert [one.pk for one in second.members.all()] == [first.member_id]


def test_a_firm_that_came_back_in_time_is_still_in_its_parcel(actor, parcel):
    """报意见以前、复核以前回来的：都回来，不用另发。"""
    boss, first, *_ = actor("gly"), *parcel.items.select_related("member")
    receive(boss, parcel.pk, 1)
    for work, version in ((opine, 2), (review, 3)):
        out(actor, first.member)
        back(actor, first.member)
        work(boss, parcel.pk, version, {one.pk: YES for one in parcel.items.all()}, "属实")
    assert seen(actor, parcel).left == 0 and undispatched(boss, TIER) == 0
    assert issue(boss, TIER, today(), "局纪要1号", "会议通过").firms == 3


def test_an_alert_is_settled_when_the_firm_leaves_and_waits_again_when_undone(actor, client_of, adopted):
    one, other = adopted[:2]
    told = {"title": "研发", "before": "满足", "after": "不满足", "told": "低了"}
    waiting, done, kept = (
        Alert.objects.create(member=each, round="r", clause=clause, **told)
        for each, clause in ((one, "B3"), (one, "B4"), (other, "B3"))
    )
    acknowledge(actor("gly"), [done.pk], "已核实")
    out(actor, one)
    for each in (waiting, done, kept):
        each.refresh_from_db()
    assert waiting.acked_on == today() and waiting.ack_reason == "出了培育库（淘汰：储备 → 淘汰）：环保处罚"
    assert waiting.acked_by.startswith("系统·培育库") and waiting.left.member == one
    assert done.ack_reason == "已核实" and kept.acked_on is None and list(alerts(actor("gly"))) == [kept]
    assert "环保处罚" in client_of("gly").get("/library/alerts/?all=1").content.decode()
    undo(actor("gly"), one.pk, Member.objects.get(pk=one.pk).version, "处罚撤销了")
    assert set(alerts(actor("gly"))) == {waiting, kept}
    told = (
        LogEntry.objects.filter(operation="library.watch", kind="system")
        .order_by("seq")
        .values_list("target", flat=True)
    )
    assert list(told)[-2:] == ["出库而了结预警 1 条", "撤销变动而重开预警 1 条"]


def test_a_draft_made_before_a_firm_left_does_not_bring_it_back(actor, adopted):
    made = draft(actor("gly"), Asked(TIER))
    assert adopted[0].enterprise in made.choices.filter(chosen=True).values_list("enterprise", flat=True)
    out(actor, adopted[0])
    with pytest.raises(Wrong, match=r"1 家出了培育库.*环保处罚.*请重新选配"):
        adopt(actor("gly"), made.pk, "enrol", "采用")
    assert not Member.objects.filter(open_key=f"{adopted[0].enterprise}:{TIER}").exists()
    undo(actor("gly"), adopted[0].pk, Member.objects.get(pk=adopted[0].pk).version, "处罚撤销了")
    assert adopt(actor("gly"), made.pk, "enrol", "采用") == ([], [])


def test_an_objection_to_a_firm_that_left_is_not_dropped_without_a_word(actor, parcel):
    gone = parcel.items.select_related("member").first().member
    receive(actor("gly"), parcel.pk, 1)
    out(actor, gone)
    words = ("library", "opine", "--as", "gly", "--demo", "--parcel", parcel.pk, "--reason", "逐家核过")
    told = speak(*words, "--against", f"{gone.enterprise}=停产")
    assert told.code == 3 and f"“{gone.enterprise}”不在这几份里，或已经出了库" in told.err
    assert not Opinion.objects.exists()
