"""下发以后出了库的：留在那一份里写明缘由，不再要意见、不算逾期；撤销变动就又要了；先前的意见都在。"""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.cli.conftest import speak

from miaopu.access.act import Wrong
from miaopu.selection.city import today
from miaopu.selection.library.actions.dispatches import View, dispatch, opine, receive, review
from miaopu.selection.library.actions.members import move, undo
from miaopu.selection.library.evidence import given
from miaopu.selection.library.models import Member, Opinion, Parcel
from miaopu.selection.library.queries.dispatches import parcels, rows, stage, todo, waiting

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


def test_an_objection_to_a_firm_that_left_is_not_dropped_without_a_word(actor, parcel):
    gone = parcel.items.select_related("member").first().member
    receive(actor("gly"), parcel.pk, 1)
    out(actor, gone)
    words = ("library", "opine", "--as", "gly", "--demo", "--parcel", parcel.pk, "--reason", "逐家核过")
    told = speak(*words, "--against", f"{gone.enterprise}=停产")
    assert told.code == 3 and f"“{gone.enterprise}”不在这几份里，或已经出了库" in told.err
    assert not Opinion.objects.exists()
