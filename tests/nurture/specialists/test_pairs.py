"""分工：统筹出草案，采用即开通；重新统筹只改非改不可的；人工指定留得住；没有理由、盖掉别人的、超权限的都不办。"""

import pytest
from tests.nurture.conftest import hired

from miaopu.access.act import Denied, Wrong
from miaopu.access.models import LogEntry
from miaopu.access.queries import actor_of
from miaopu.jobs.perform import perform
from miaopu.nurture.specialists.actions import pairs, roster
from miaopu.nurture.specialists.actions.pairs import Wanted
from miaopu.nurture.specialists.models import Draft, Pairing, Person
from miaopu.nurture.specialists.queries.roster import firms_to_serve, pairings, todo, unserved

pytestmark = pytest.mark.django_db


def drafted(actor, **wanted):
    """发起并当场做完。"""
    made = pairs.begin(actor, Wanted(**wanted))
    perform.call(made.job)
    return Draft.objects.get(pk=made.pk)


def adopted(actor, **wanted):
    return pairs.adopt(actor, drafted(actor, **wanted).pk, "会议定")


def now():
    return dict(Pairing.objects.filter(until__isnull=True).values_list("enterprise", "person"))


def test_a_draft_changes_nothing_until_adopted(boss, library, team) -> None:
    found = drafted(boss, least=False)
    assert found.state == "ready" and "已证明最优" in found.told and found.pairs.count() == len(library)
    assert now() == {} and len(unserved(boss)) == len(library)
    assert all(one.reason and one.why_not for one in found.pairs.all())


def test_adoption_gives_every_firm_one_and_opens_exactly_its_firms(boss, library, team, own_account) -> None:
    old = actor_of(own_account).charges
    adopted(boss, least=False)
    held = now()
    assert set(held) == {one.enterprise for one in library} and unserved(boss) == []
    mine = {key for key, person in held.items() if person == team[0].pk}
    assert mine and old != mine and actor_of(own_account).charges == mine
    assert {one.enterprise for one in pairings(actor_of(own_account))} == mine
    loads = [list(held.values()).count(one.pk) for one in team]
    assert max(loads) - min(loads) <= 1
    entry = LogEntry.objects.filter(operation="pair.assign", target__startswith="采用").latest("seq")
    assert entry.reason == "会议定"


def test_a_leaver_moves_only_his_firms(boss, library, team) -> None:
    adopted(boss, least=False)
    before = now()
    roster.turn(boss, team[1].pk, team[1].version, "left", "调走")
    hired(boss, "新专员", "371503")
    found = drafted(boss)
    moved = [one for one in found.pairs.all() if one.person_id != one.former_id]
    assert {one.enterprise for one in moved} == {key for key, person in before.items() if person == team[1].pk}
    pairs.adopt(boss, found.pk, "补人")
    assert {key: person for key, person in now().items() if before[key] != team[1].pk} == {
        key: person for key, person in before.items() if person != team[1].pk
    }


def test_an_override_is_kept_until_released(boss, library, team) -> None:
    adopted(boss, least=False)
    one = Pairing.objects.filter(person=team[0], until__isnull=True).first()
    made = pairs.override(boss, one.pk, one.version, team[2].pk, "企业要求")
    assert made.pinned and made.person_id == team[2].pk
    assert one.enterprise not in actor_of(team[0].account).charges
    adopted(boss, least=False)
    held = Pairing.objects.get(open_key=one.enterprise)
    assert held.person_id == team[2].pk and held.pinned
    assert not pairs.release(boss, held.pk, held.version, "企业同意").pinned


def test_an_override_cannot_break_capacity_or_conflict(boss, library, team) -> None:
    adopted(boss, least=False)
    one = Pairing.objects.filter(person=team[0], until__isnull=True).first()
    small = hired(boss, "容量零", capacity=0)
    with pytest.raises(Wrong, match="已有 0 家，容量 0 家"):
        pairs.override(boss, one.pk, one.version, small.pk, "试")
    roster.avoid(boss, team[1].pk, one.enterprise, "亲属任职")
    with pytest.raises(Wrong, match="须回避"):
        pairs.override(boss, one.pk, one.version, team[1].pk, "试")
    with pytest.raises(Wrong, match="要写明理由"):
        pairs.override(boss, one.pk, one.version, team[2].pk, " ")
    assert now()[one.enterprise] == team[0].pk


def test_a_stale_draft_is_not_adopted(boss, library, team) -> None:
    adopted(boss, least=False)
    found = drafted(boss, least=False)
    one = Pairing.objects.filter(person=team[0], until__isnull=True).first()
    pairs.override(boss, one.pk, one.version, team[2].pk, "企业要求")
    with pytest.raises(Wrong, match="现行的分工又有改动"):
        pairs.adopt(boss, found.pk, "会议定")


def test_a_draft_is_checked_against_the_roster_again(boss, library, team) -> None:
    found = drafted(boss, least=False)
    first = found.pairs.first()
    roster.avoid(boss, first.person_id, first.enterprise, "持股")
    with pytest.raises(Wrong, match="统筹以后登记了回避"):
        pairs.adopt(boss, found.pk, "会议定")
    other = drafted(boss, least=False)
    one = Person.objects.get(pk=other.pairs.first().person_id)
    roster.turn(boss, one.pk, one.version, "left", "调走")
    with pytest.raises(Wrong, match="在册、请假或容量有改动"):
        pairs.adopt(boss, other.pk, "会议定")
    assert now() == {}


def test_what_cannot_be_arranged_names_the_clash(boss, library) -> None:
    hired(boss, "只有一名", capacity=3)
    made = pairs.begin(boss, Wanted(least=False))
    perform.call(made.job)
    found = Draft.objects.get(pk=made.pk)
    assert found.state == "failed" and "容量合计 3 家，差 9 家" in found.told


def test_reasons_and_rights(boss, library, team, actor) -> None:
    found = drafted(boss, least=False)
    with pytest.raises(Wrong, match="要写明理由"):
        pairs.adopt(boss, found.pk, "")
    for login in ("dongchangfu", "zhuanyuan", "lingdao", "qiye"):
        with pytest.raises(Denied):
            pairs.adopt(actor(login), found.pk, "会议定")
    pairs.adopt(boss, found.pk, "会议定")
    with pytest.raises(Wrong, match="已采用"):
        pairs.adopt(boss, found.pk, "会议定")
    county = actor("dongchangfu")
    assert {one.district for one in pairings(county)} <= {"371502"}
    assert {one.district for one in firms_to_serve(county)} <= {"371502"}


def test_a_list_leaves_the_others_and_their_load_alone(boss, library, team) -> None:
    adopted(boss, least=False)
    before, one = now(), library[0].enterprise
    found = drafted(boss, least=False, firms=(one,))
    pairs.adopt(boss, found.pk, "只一家")
    after = now()
    assert {key: person for key, person in after.items() if key != one} == {
        key: person for key, person in before.items() if key != one
    }
    with pytest.raises(Wrong, match="没有这些企业"):
        pairs.begin(boss, Wanted(firms=("nobody",)))


def test_doing_the_job_twice_gives_the_same_draft(boss, library, team) -> None:
    from miaopu.jobs.kinds import KINDS, Assignment  # 当场再做一遍
    from miaopu.nurture.specialists.work import DRAFT

    made = drafted(boss, least=False)
    first = list(made.pairs.values_list("enterprise", "person"))

    class Quiet:
        def tell(self, message): ...

        def expect(self, total): ...

        def advance(self, steps=1): ...

    KINDS[DRAFT].work(Assignment(0, {"draft": made.pk}, None, "测试", 2), Quiet())
    assert list(made.pairs.values_list("enterprise", "person")) == first


def test_hand_over_notes_and_second_writers(boss, library, team) -> None:
    adopted(boss, least=False)
    one = Pairing.objects.filter(until__isnull=True).first()
    assert pairs.hand_over(boss, one.pk, one.version, "联系人在厂里").handover == "联系人在厂里"
    with pytest.raises(Wrong, match="刚刚有人改过"):
        pairs.hand_over(boss, one.pk, one.version, "后来的")


def test_todo_counts_what_waits(boss, library, team) -> None:
    told = {one.title: one.count for one in todo(boss)}
    assert told == {"报名等着审": 0, "库内企业还没有专员": len(library), "分工草案待采用": 0}
