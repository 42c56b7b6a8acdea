"""培育库入口：提名、确认、退回、撤回；没有理由一律不办，重复的说明，范围之外不办，提名时的情形冻结。"""

import pytest
from django.db import IntegrityError, transaction

from miaopu.access.act import Denied, Wrong
from miaopu.access.models import LogEntry
from miaopu.selection.library.actions import move, propose
from miaopu.selection.library.models import Move, Nomination
from miaopu.selection.library.states import STEPS, State
from miaopu.selection.screening.models import Firm, Listing, Round

pytestmark = pytest.mark.django_db


@pytest.fixture
def code():
    return Round.objects.get(current=True).code


@pytest.fixture
def firms():
    return list(Listing.objects.filter(tier="GAZELLE").order_by("rank", "enterprise"))


@pytest.fixture
def proposed(actor, code, firms):
    return propose(actor("jingban"), code, "GAZELLE", [one.enterprise for one in firms[:3]], "差一项，重点帮扶").made


def versions(*found):
    return {one.pk: Nomination.objects.get(pk=one.pk).version for one in found}


def test_a_nomination_freezes_what_was_known(proposed, firms, code, held):
    one, listed = proposed[0], firms[0]
    assert (one.enterprise, one.rank, one.verdict, one.state) == (
        listed.enterprise,
        listed.rank,
        listed.verdict,
        "proposed",
    )
    standard = held.tiers["GAZELLE"]
    for text in (
        code,
        standard["fingerprint"][:12],
        f"得分 {listed.score}",
        listed.band,
        listed.distance or "没有确定不满足的",
    ):
        assert text in one.baseline
    assert [each.words for each in one.moves.all()] == ["提名"]
    entry = LogEntry.objects.latest("seq")
    assert (entry.operation, entry.reason) == ("library.propose", "差一项，重点帮扶")


@pytest.mark.parametrize("reason", ["", "   ", "\t"])
def test_no_move_without_a_reason(actor, code, firms, proposed, reason):
    with pytest.raises(Wrong, match="都要写明理由"):
        propose(actor("gly"), code, "GAZELLE", [firms[4].enterprise], reason)
    for one in STEPS:
        with pytest.raises(Wrong, match="都要写明理由"):
            move(actor("gly"), versions(proposed[0]), one.after.value, reason)
    assert Nomination.objects.get(pk=proposed[0].pk).state == "proposed" and Move.objects.count() == 3


def test_the_database_itself_refuses_an_empty_reason(proposed):
    with pytest.raises(IntegrityError), transaction.atomic():
        Move.objects.create(nomination=proposed[0], before="proposed", after="admitted", reason="", by="某人")


def test_pages_refuse_without_a_reason(client_of, code, firms):
    given = {"round": code, "tier": "GAZELLE", "enterprise": [firms[0].enterprise]}
    answer = client_of("gly").post("/library/propose/", given)
    assert answer.status_code == 400 and "都要写明理由" in answer.content.decode()
    assert not Nomination.objects.exists()


def test_the_same_firm_twice_is_told(actor, code, firms, proposed):
    again = propose(actor("gly"), code, "GAZELLE", [firms[0].enterprise, firms[5].enterprise], "再提")
    assert [one.enterprise for one in again.made] == [firms[5].enterprise]
    assert "1 家早已在册，没有重复提名" in again.sentence() and proposed[0].name in again.sentence()
    assert Nomination.objects.filter(enterprise=firms[0].enterprise).count() == 1


def test_the_database_holds_one_open_nomination_each(proposed):
    with pytest.raises(IntegrityError), transaction.atomic():
        Nomination.objects.create(
            enterprise=proposed[0].enterprise, name="甲", tier="GAZELLE", tier_title="瞪羚", open_key=proposed[0].open_key,
            reason="再提", round="x", rank=1, verdict=0, baseline="", proposed_by="某人",
        )  # fmt: skip


def test_only_listed_firms_can_be_nominated(actor, code):
    listed = Listing.objects.filter(tier="GAZELLE").values("enterprise")
    stranger = Firm.objects.exclude(enterprise__in=listed).first()
    with pytest.raises(Wrong, match="不在这份名单里"):
        propose(actor("gly"), code, "GAZELLE", [stranger.enterprise], "试")
    assert not Nomination.objects.exists()


def test_a_county_nominates_its_own_only_and_all_or_nothing(actor, code, firms):
    own = next(one for one in Listing.objects.all() if one.district == "371503")
    other = next(one for one in Listing.objects.filter(tier=own.tier).exclude(district="371503"))
    with pytest.raises(Denied, match="不在您的范围里"):
        propose(actor("chiping"), code, own.tier, [own.enterprise, other.enterprise], "试")
    assert not Nomination.objects.exists()
    assert len(propose(actor("chiping"), code, own.tier, [own.enterprise], "本区重点").made) == 1


def test_only_the_bureau_admin_admits(actor, proposed):
    for login in ("jingban", "chiping", "lingdao"):
        with pytest.raises(Denied):
            move(actor(login), versions(proposed[0]), "admitted", "同意")
    move(actor("gly"), versions(proposed[0]), "admitted", "会议通过")
    done = Nomination.objects.get(pk=proposed[0].pk)
    assert (done.state, done.decided_by, done.version) == ("admitted", "演示·市局管理员", 2)
    assert [(one.words, one.reason) for one in done.moves.all()][-1] == ("提名 → 已入库", "会议通过")


def test_withdrawing_undoes_and_the_firm_may_come_again(actor, code, firms, proposed):
    move(actor("gly"), versions(proposed[0]), "admitted", "会议通过")
    with pytest.raises(Denied):
        move(actor("jingban"), versions(proposed[0]), "withdrawn", "误")
    move(actor("gly"), versions(proposed[0]), "withdrawn", "误入，撤销")
    assert Nomination.objects.get(pk=proposed[0].pk).open_key is None
    again = propose(actor("jingban"), code, "GAZELLE", [firms[0].enterprise], "补齐材料再提")
    assert len(again.made) == 1 and not again.already


def test_steps_not_in_the_table_are_impossible(actor, proposed):
    move(actor("gly"), versions(proposed[0]), "returned", "材料不全")
    for to in [*(one.value for one in State), "nonsense"]:
        with pytest.raises(Wrong):
            move(actor("gly"), versions(proposed[0]), to, "再来")


def test_a_later_person_is_told_who_was_first(actor, proposed):
    seen = versions(proposed[0], proposed[1])
    move(actor("gly"), versions(proposed[1]), "returned", "先退回")
    Nomination.objects.filter(pk=proposed[1].pk).update(state="proposed")
    with pytest.raises(Wrong, match="已由演示·市局管理员在"):
        move(actor("gly"), seen, "admitted", "一起确认")
    assert Nomination.objects.get(pk=proposed[0].pk).state == "proposed", "有一件不能动就全部不动"


def test_lists_and_details_keep_to_scope(client_of, proposed):
    mine = [one for one in proposed if one.district == "371503"]
    others = [one for one in proposed if one.district != "371503"]
    client = client_of("chiping")
    page = client.get("/library/nominations/").content.decode()
    assert others and all(one.name not in page for one in others) and all(one.name in page for one in mine)
    assert client.get(f"/library/nominations/{others[0].pk}/").status_code == 404
    answer = client.post("/library/move/", {"nomination": [f"{others[0].pk}:1"], "to": "withdrawn", "reason": "试"})
    assert answer.status_code == 403
    assert client_of("lingdao").get(f"/library/nominations/{others[0].pk}/").status_code == 200
    assert all(client_of(login).get("/library/").status_code == 403 for login in ("xitong", "caizheng", "qiye"))


def test_pages_from_list_to_library(client_of, code, firms):
    client = client_of("gly")
    given = {"round": code, "tier": "GAZELLE", "enterprise": [firms[0].enterprise], "reason": "差一项"}
    page = client.post("/library/propose/", given, follow=True).content.decode()
    one = Nomination.objects.get()
    assert "已提名 1 家" in page and one.name in page
    assert one.baseline.splitlines()[2] in client.get(f"/library/nominations/{one.pk}/").content.decode()
    client.post("/library/move/", {"nomination": [f"{one.pk}:1"], "to": "admitted", "reason": "会议通过"})
    assert one.name in client.get("/library/").content.decode()
    answer = client.post("/library/export/", {"state": "admitted"})
    assert answer.status_code == 200 and "培育库入口名单" in __import__("urllib.parse").parse.unquote(
        answer["Content-Disposition"]
    )
