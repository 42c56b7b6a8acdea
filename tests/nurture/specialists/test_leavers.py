"""企业出了培育库：分工当即结束，写明缘由、历史留着、看不到它的资料、负荷少一家；撤销那次变动就接着服务。"""

import pytest
from django.urls import reverse
from tests.nurture.conftest import hired
from tests.nurture.specialists.test_pairs import adopted

from miaopu.access.models import LogEntry
from miaopu.access.queries import actor_of
from miaopu.nurture.followup.queries.cared import cared
from miaopu.nurture.specialists.actions import pairs
from miaopu.nurture.specialists.models import Pairing
from miaopu.nurture.specialists.queries.roster import history, unserved
from miaopu.selection.city import today
from miaopu.selection.library.actions.members import move, undo
from miaopu.selection.library.evidence import given
from miaopu.selection.library.models import Member

pytestmark = pytest.mark.django_db


def drop(actor, one):
    move(actor, {one.pk: one.version}, "drop", "环保处罚", given("处罚决定书"))
    return Member.objects.get(pk=one.pk)


@pytest.fixture
def held(boss, library, team):
    """连着账号的专员的一对。"""
    adopted(boss, least=False)
    return Pairing.objects.filter(person=team[0], until__isnull=True).first()


def member(held):
    return Member.objects.get(enterprise=held.enterprise, tier="SRDI")


def test_the_pairing_ends_at_the_move_and_comes_back_when_it_is_undone(boss, client_of, team, held, own_account):
    loads = Pairing.objects.filter(person=team[0], until__isnull=True).count()
    gone = member(held)
    told = {"member": [f"{gone.pk}:{gone.version}"], "step": "drop", "reason": "环保处罚", "proof": "处罚决定书"}
    assert client_of("gly").post(reverse("library:move"), told).status_code == 302
    held.refresh_from_db()
    assert (held.until, held.open_key, held.left.code) == (today(), None, "drop") and "环保处罚" in held.ended_why
    assert Pairing.objects.filter(person=team[0], until__isnull=True).count() == loads - 1
    assert held.enterprise not in actor_of(own_account).charges
    assert held.enterprise not in {one.enterprise for one in cared(boss)} and unserved(boss) == []
    page = client_of("gly").get(reverse("specialists:pair", args=[held.pk])).content.decode()
    assert "出了培育库（淘汰：储备 → 淘汰）：环保处罚" in page
    undo(boss, gone.pk, gone.version + 1, "处罚撤销了")
    now = Pairing.objects.get(open_key=held.enterprise)
    assert now.pk != held.pk and (now.person_id, now.since) == (team[0].pk, today())
    assert [one.pk for one in history(boss, held.enterprise)] == [now.pk, held.pk], "结束的一对留着"
    assert held.enterprise in actor_of(own_account).charges and unserved(boss) == []


def test_a_firm_still_inside_by_another_tier_keeps_its_specialist(boss, held):
    other = member(held)
    other.pk, other.tier, other.open_key = None, "LG", f"{held.enterprise}:LG"
    other.save()
    first = drop(boss, member(held))
    assert Pairing.objects.get(pk=held.pk).until is None
    drop(boss, Member.objects.get(pk=other.pk))
    assert Pairing.objects.get(pk=held.pk).until == today()
    undo(boss, first.pk, first.version, "办错了")
    assert Pairing.objects.filter(open_key=held.enterprise).exists()


def test_a_full_specialist_is_not_overloaded_by_an_undone_move(boss, team, held):
    gone = drop(boss, member(held))
    team[0].capacity = Pairing.objects.filter(person=team[0], until__isnull=True).count()
    team[0].save()
    undo(boss, gone.pk, gone.version, "办错了")
    assert [one.enterprise for one in unserved(boss)] == [held.enterprise]
    assert "没有恢复" in LogEntry.objects.filter(target__startswith="回库而恢复分工").latest("seq").after


def test_a_firm_given_to_another_while_out_keeps_the_other(boss, held):
    gone = drop(boss, member(held))
    adopted(boss, least=False, firms=(held.enterprise,))
    other = Pairing.objects.get(open_key=held.enterprise)
    undo(boss, gone.pk, gone.version, "办错了")
    assert Pairing.objects.get(open_key=held.enterprise).pk == other.pk != held.pk
    assert Pairing.objects.filter(enterprise=held.enterprise).count() == 2


def test_a_pairing_changed_by_hand_comes_back_as_changed(boss, team, held):
    """人工改过的一对，出库也结束；结束以前的各对不会被恢复出来。"""
    third = hired(boss, "后来的", "371503")
    second = pairs.override(boss, held.pk, held.version, third.pk, "企业要求")
    gone = drop(boss, member(held))
    undo(boss, gone.pk, gone.version, "办错了")
    now = Pairing.objects.get(open_key=held.enterprise)
    assert now.person_id == third.pk and now.pinned and now.pk != second.pk


def no_longer_a_specialist(own_account):
    """连着的账号没有了服务专员的角色，负责的企业也都收回了。"""
    own_account.postings.all().delete()
    own_account.charges.all().delete()


def test_a_specialist_whose_account_lost_its_role_blocks_no_move(boss, team, held, own_account):
    assert Pairing.objects.filter(person=team[0], until__isnull=True).count() > 1
    no_longer_a_specialist(own_account)
    gone = drop(boss, member(held))
    assert gone.state == "out" and Pairing.objects.get(pk=held.pk).until == today()
    assert undo(boss, gone.pk, gone.version, "办错了").state == "reserve"
    assert [one.enterprise for one in unserved(boss)] == [held.enterprise]
    entry = LogEntry.objects.filter(target__startswith="回库而恢复分工").latest("seq")
    assert "没有恢复" in entry.after and "不是服务专员或专家" in entry.after
    assert not own_account.charges.exists()


def test_undoing_a_later_move_inside_the_library_brings_no_old_pairing_back(boss, held, own_account):
    gone = drop(boss, member(held))
    fresh = member(held)
    fresh.pk, fresh.state, fresh.open_key = None, "reserve", f"{held.enterprise}:SRDI"
    fresh.save()
    move(boss, {fresh.pk: fresh.version}, "start", "再入库后转入培育", given(""))
    undo(boss, fresh.pk, fresh.version + 1, "点错了")
    assert gone.state == "out" and not Pairing.objects.filter(open_key=held.enterprise).exists()
    assert held.enterprise not in actor_of(own_account).charges
