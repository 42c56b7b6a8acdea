"""出了库的：留在下发的那一份里写明缘由，不再要意见、不算逾期；等着的预警了结；撤销变动就又要了；先前的意见都在。"""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.cli.conftest import speak

from miaopu.access.act import Wrong
from miaopu.access.models import LogEntry
from miaopu.selection.city import today
from miaopu.selection.library.actions.alerts import acknowledge
from miaopu.selection.library.actions.dispatches import View, dispatch, opine, receive, review
from miaopu.selection.library.actions.members import move, undo
from miaopu.selection.library.actions.picks import Asked, adopt, draft
from miaopu.selection.library.evidence import given
from miaopu.selection.library.models import Alert, Member, Opinion, Parcel
from miaopu.selection.library.queries.dispatches import parcels, rows, stage, todo, waiting
from miaopu.selection.library.queries.members import alerts

pytestmark = pytest.mark.django_db
TIER, LATE = "GAZELLE", "县区逾期没有签收或报意见"
YES = View(True, "", "中小企业科", "张三")


@pytest.fixture
def parcel(actor, adopted):
    """家数最多的一份，期限已过。"""
    found = dispatch(actor("gly"), TIER, "请逐家核实")[1]
    one = max(found, key=lambda each: each.items.count())
    Parcel.objects.filter(pk=one.pk).update(due=today() - timedelta(days=1))
    one.refresh_from_db()
    return one


def out(actor, *members):
    fresh = Member.objects.filter(pk__in=[one.pk for one in members])
    move(actor("gly"), {one.pk: one.version for one in fresh}, "drop", "环保处罚", given("处罚决定书"))


def late(actor):
    return {one.title: one.count for one in todo(actor("gly"))}[LATE]


def test_a_firm_that_left_is_marked_and_not_asked(actor, client_of, parcel):
    items = list(parcel.items.select_related("member"))
    gone, kept = items[0], items[1:]
    assert kept, "要有一份不止一家的"
    receive(actor("gly"), parcel.pk, 1)
    out(actor, gone.member)
    page = client_of("gly").get(reverse("library:parcel", args=[parcel.pk])).content.decode()
    assert "环保处罚" in page and "1 家已出库" in page and f"agree-{gone.pk}" not in page
    assert all(f"agree-{one.pk}" in page for one in kept)
    assert "出库 1" in client_of("gly").get(reverse("library:dispatches")).content.decode()
    assert "（出库 1 家）" in speak("library", "parcels", "--as", "gly", "--demo", "--tier", TIER).out
    seen = {row.item.pk: row.left for row in rows(actor("gly"), parcel)}
    assert seen[gone.pk].reason == "环保处罚" and set(seen.values()) == {seen[gone.pk], None}
    with pytest.raises(Wrong, match="还差"):
        opine(actor("gly"), parcel.pk, 2, {gone.pk: YES}, "属实")
    opine(actor("gly"), parcel.pk, 2, {one.pk: YES for one in items}, "属实")
    assert not Opinion.objects.filter(item=gone).exists() and late(actor) == 0
    out(actor, kept[0].member)
    if kept[1:]:
        review(actor("gly"), parcel.pk, 3, {one.pk: YES for one in kept[1:]}, "同意")
    assert Opinion.objects.filter(item=kept[0], level="county").exists(), "出库以前的意见留着"


def test_when_all_left_nothing_is_late_until_the_move_is_undone(actor, parcel):
    members = [one.member for one in parcel.items.select_related("member")]
    assert late(actor) == 1 and stage(parcel).late
    out(actor, *members)
    seen = parcels(actor("gly")).get(pk=parcel.pk)
    assert (seen.firms, seen.left) == (len(members), len(members))
    assert stage(parcel).word.startswith("企业都已出库") and not stage(parcel).late and late(actor) == 0
    assert parcel not in waiting(actor("gly"), "receive")
    receive(actor("gly"), parcel.pk, 1)
    with pytest.raises(Wrong, match="都已出库"):
        opine(actor("gly"), parcel.pk, 2, {}, "属实")
    undo(actor("gly"), members[0].pk, Member.objects.get(pk=members[0].pk).version, "处罚撤销了")
    assert stage(parcel).late and late(actor) == 1 and parcel in waiting(actor("gly"), "opine")


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
