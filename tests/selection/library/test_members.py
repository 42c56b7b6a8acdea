"""库里的企业：提名、变动、撤销；没有理由一律不办，要依据的没有依据不办，范围之外不办，变动只增不改，基线冻结。"""

from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import HealthCheck
from hypothesis import given as drawn
from hypothesis import settings as rules
from hypothesis import strategies as st
from tests.cli.conftest import speak

from miaopu.access.act import Denied, Wrong
from miaopu.access.models import LogEntry
from miaopu.access.text import clean
from miaopu.cli.context import Exit
from miaopu.selection.city import today
from miaopu.selection.library.actions.members import charge, move, propose, undo
from miaopu.selection.library.evidence import given
from miaopu.selection.library.models import Member, Move
from miaopu.selection.library.states import flow
from miaopu.selection.library.watch.baseline import frozen
from miaopu.selection.screening.models import Firm, Listing

pytestmark = pytest.mark.django_db
TIER = "GAZELLE"


def versions(*found):
    return {one.pk: Member.objects.get(pk=one.pk).version for one in found}


def state(one):
    return Member.objects.get(pk=one.pk).state


def test_a_nomination_keeps_what_was_known(proposed, firms, held):
    one, listed = proposed[0], firms[0]
    assert (one.enterprise, one.rank, one.verdict, one.state) == (
        listed.enterprise,
        listed.rank,
        listed.verdict,
        "proposed",
    )
    for text in (held.code, held.tiers[TIER]["fingerprint"][:12], f"得分 {listed.score}", listed.band):
        assert text in one.situation
    assert [each.words for each in one.moves.all()] == ["提名：提名"] and one.baseline_seal is None
    entry = LogEntry.objects.latest("seq")
    assert (entry.operation, entry.reason) == ("library.propose", "差一项，重点帮扶")


UNSEEN = " \t\n　\u00a0\u200b\u200d\u2060\ufeff\u3164"
BLANK = st.text(st.sampled_from(UNSEEN), max_size=6)


@rules(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn(reason=BLANK, code=st.sampled_from(sorted(flow().steps)), path=st.sampled_from(["action", "page", "database"]))
def test_no_move_without_a_reason(actor, client_of, firms, proposed, reason, code, path):
    """页面、动作、数据库三处：只有空白的理由都进不去，什么也没变。"""
    before = (Move.objects.count(), sorted(Member.objects.values_list("pk", "state", "version")))
    one = proposed[0]
    if path == "database":
        with pytest.raises(IntegrityError), transaction.atomic():
            Move.objects.create(
                member=one, code=code, before=one.state, after="reserve", reason=clean(reason), by="某人"
            )
    elif path == "page":
        data = {"member": [f"{one.pk}:{one.version}"], "step": code, "reason": reason, "proof": "会议纪要"}
        assert client_of("gly").post("/library/move/", data).status_code == 400
        more = {"tier": TIER, "enterprise": [firms[4].enterprise], "reason": reason}
        assert client_of("gly").post("/library/propose/", more).status_code == 400
    else:
        with pytest.raises(Wrong, match="要写明理由"):
            move(actor("gly"), versions(one), code, reason, given("会议纪要"))
        with pytest.raises(Wrong, match="要写明理由"):
            propose(actor("gly"), "", TIER, [firms[4].enterprise], reason)
        with pytest.raises(Wrong, match="要写明理由"):
            undo(actor("gly"), one.pk, 1, reason)
    assert (Move.objects.count(), sorted(Member.objects.values_list("pk", "state", "version"))) == before


WAYS = {
    "move": ("--step", "admit", "--proof", "会议纪要"),
    "undo": ("--state", "proposed"),
    "propose": (),
}


@pytest.mark.parametrize("part", WAYS)
def test_no_move_without_a_reason_by_command(actor, firms, proposed, part):
    """命令：全角空格、零宽字符都不算理由，退出码 3，什么也没变；接口没有改培育库的办法。"""
    before = (Move.objects.count(), sorted(Member.objects.values_list("pk", "state", "version")))
    firm = firms[4] if part == "propose" else proposed[0]
    words = ("library", part, "--as", "gly", "--demo", "--tier", TIER, "--firm", firm.enterprise, *WAYS[part])
    for reason in ("", " ", "　　", "\u200b", UNSEEN):
        spoken = speak(*words, "--reason", reason)
        assert spoken.code == Exit.REFUSED and "要写明理由" in spoken.err
    assert (Move.objects.count(), sorted(Member.objects.values_list("pk", "state", "version"))) == before


def test_the_interface_cannot_write_the_library(client):
    paths = client.get(reverse("api:openapi-json")).json()["paths"]
    found = {path: set(told) - {"parameters"} for path, told in paths.items() if "library" in path}
    assert found and all(told == {"get"} for told in found.values())


@rules(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@drawn(data=st.data())
def test_any_path_of_moves_stays_in_the_table_and_can_be_walked_back(actor, proposed, data):
    """任意走几步：只有表里的变动办得成；每次变动都留一行；一路撤销回到撤回。"""
    one, known, walked = Member.objects.get(pk=proposed[0].pk), flow(), 0
    for _ in range(data.draw(st.integers(0, 6))):
        code = data.draw(st.sampled_from(sorted(known.steps)))
        allowed = one.state in known.steps[code].before
        count = Move.objects.filter(member=one).count()
        if allowed:
            move(actor("gly"), versions(one), code, "照办", given("纪要"))
            walked += 1
        else:
            with pytest.raises(Wrong):
                move(actor("gly"), versions(one), code, "照办", given("纪要"))
        one.refresh_from_db()
        assert Move.objects.filter(member=one).count() == count + allowed
        assert bool(one.open_key) == one.at.open and (not one.at.inside or one.baseline_seal)
    for _ in range(walked + 1):
        undo(actor("gly"), one.pk, versions(one)[one.pk], "退回去")
    assert state(one) == "withdrawn"
    with pytest.raises(Wrong, match="没有可撤销的"):
        undo(actor("gly"), one.pk, versions(one)[one.pk], "再退")
    assert Move.objects.filter(member=one).count() == 2 * (walked + 1), "撤销也是一行，原来的行都在"
    propose(actor("gly"), "", TIER, [one.enterprise], "重来")
    Member.objects.filter(enterprise=one.enterprise).exclude(pk=one.pk).delete()
    Move.objects.filter(member=one, undoes__isnull=False).delete()
    Move.objects.filter(member=one).exclude(code="nominate").delete()
    Member.objects.filter(pk=one.pk).update(state="proposed", open_key=f"{one.enterprise}:{TIER}")


def test_moves_that_need_evidence_ask_for_it(actor, proposed):
    one = proposed[0]
    move(actor("gly"), versions(one), "admit", "会议通过")
    with pytest.raises(Wrong, match="要有依据"):
        move(actor("gly"), versions(one), "drop", "不再符合")
    assert state(one) == "reserve"
    paper = SimpleUploadedFile("纪要.pdf", b"%PDF-1.7 test")
    move(actor("gly"), versions(one), "drop", "不再符合", given("", [paper]))
    last = Move.objects.get(member=one, code="drop")
    assert [each.name for each in last.files.all()] == ["纪要.pdf"] and state(one) == "out"
    assert (Path(settings.FILES) / last.files.get().path).read_bytes() == b"%PDF-1.7 test"


def test_the_evidence_is_checked_before_anything_moves(actor):
    for name, content, told in (("a.exe", b"MZ", "类型不收"), ("a.pdf", b"MZ", "内容不是.pdf")):
        with pytest.raises(Wrong, match=told):
            given("", [SimpleUploadedFile(name, content)])


def test_the_same_firm_twice_is_told(actor, firms, proposed):
    again = propose(actor("gly"), "", TIER, [firms[0].enterprise, firms[5].enterprise], "再提")
    assert [one.enterprise for one in again.made] == [firms[5].enterprise]
    assert "1 家早已在册，没有重复提名" in again.sentence() and proposed[0].name in again.sentence()
    with pytest.raises(IntegrityError), transaction.atomic():
        Member.objects.filter(pk=again.made[0].pk).update(open_key=proposed[0].open_key)


def test_only_listed_firms_can_be_nominated(actor):
    listed = Listing.objects.filter(tier=TIER).values("enterprise")
    stranger = Firm.objects.exclude(enterprise__in=listed).first()
    with pytest.raises(Wrong, match="不在这份名单里"):
        propose(actor("gly"), "", TIER, [stranger.enterprise], "试")
    assert not Member.objects.exists()


def test_a_county_nominates_its_own_only_and_all_or_nothing(actor):
    own = next(one for one in Listing.objects.all() if one.district == "371503")
    other = next(one for one in Listing.objects.filter(tier=own.tier).exclude(district="371503"))
    with pytest.raises(Denied, match="不在您的范围里"):
        propose(actor("chiping"), "", own.tier, [own.enterprise, other.enterprise], "试")
    assert not Member.objects.exists()
    assert len(propose(actor("chiping"), "", own.tier, [own.enterprise], "本区重点").made) == 1


def test_who_may_do_what(actor, proposed):
    for login in ("jingban", "chiping", "lingdao"):
        with pytest.raises(Denied):
            move(actor(login), versions(proposed[0]), "admit", "同意")
    move(actor("gly"), versions(proposed[0]), "admit", "会议通过")
    move(actor("jingban"), versions(proposed[0]), "start", "开始帮扶")
    with pytest.raises(Denied):
        undo(actor("jingban"), proposed[0].pk, versions(proposed[0])[proposed[0].pk], "误")
    undo(actor("gly"), proposed[0].pk, versions(proposed[0])[proposed[0].pk], "办错了")
    assert state(proposed[0]) == "reserve"


def test_a_later_person_is_told_who_was_first(actor, proposed):
    seen = versions(proposed[0], proposed[1])
    move(actor("gly"), versions(proposed[1]), "return", "先退回")
    with pytest.raises(Wrong, match=f"已由演示·市局管理员在 {today()} 改过，现在是“退回”"):
        move(actor("gly"), seen, "admit", "一起确认")
    assert state(proposed[0]) == "proposed", "有一家不能办就全部不动"


def test_the_baseline_is_sealed_and_a_changed_file_is_seen(actor, proposed):
    one = proposed[0]
    move(actor("gly"), versions(one), "admit", "会议通过")
    one.refresh_from_db()
    stand = frozen(one)
    assert (
        stand.enterprise == one.enterprise and stand.round == one.round and stand.clauses and "status" in stand.values
    )
    assert one.baseline_seal.startswith("sm3:")
    path = Path(settings.HOME) / one.baseline_file
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace(one.enterprise, "X" + one.enterprise[1:]), encoding="utf-8")
    try:
        with pytest.raises(Wrong, match="对不上，文件被改过"):
            frozen(one)
    finally:
        path.write_text(text, encoding="utf-8")


def test_the_responsible_person_is_named(actor, proposed):
    one = proposed[0]
    with pytest.raises(Wrong, match="责任科室与责任人都要写"):
        charge(actor("gly"), versions(one), {one.pk: ("中小企业科", " ")})
    charge(actor("gly"), versions(one), {one.pk: ("中小企业科", "张三")})
    one.refresh_from_db()
    assert (one.office, one.person, one.version) == ("中小企业科", "张三", 2)


def test_lists_and_details_keep_to_scope(client_of, proposed):
    mine = [one for one in proposed if one.district == "371503"]
    others = [one for one in proposed if one.district != "371503"]
    client = client_of("chiping")
    page = client.get("/library/?state=proposed").content.decode()
    assert others and all(one.name not in page for one in others) and all(one.name in page for one in mine)
    for path in ("", "baseline/"):
        assert client.get(f"/library/members/{others[0].pk}/{path}").status_code == 404
    answer = client.post("/library/move/", {"member": [f"{others[0].pk}:1"], "step": "withdraw", "reason": "试"})
    assert answer.status_code == 403
    assert client_of("lingdao").get(f"/library/members/{others[0].pk}/").status_code == 200
    assert all(client_of(login).get("/library/").status_code == 403 for login in ("xitong", "qiye"))


def test_pages_from_list_to_library(client_of, firms):
    client = client_of("gly")
    page = client.post(
        "/library/propose/", {"tier": TIER, "enterprise": [firms[0].enterprise], "reason": "差一项"}, follow=True
    ).content.decode()
    one = Member.objects.get()
    assert "已提名 1 家" in page and one.name in page
    wrong = client.post(
        "/library/move/",
        {"alone": "1", "member": [f"{one.pk}:1"], "step": "admit", "reason": "", "proof": "填过的依据"},
    )
    assert wrong.status_code == 400 and "填过的依据" in wrong.content.decode(), "填的内容要留着"
    client.post("/library/move/", {"member": [f"{one.pk}:1"], "step": "admit", "reason": "会议通过"})
    for path in ("/library/?state=inside", "/library/?view=board", f"/library/members/{one.pk}/"):
        assert one.name in client.get(path).content.decode()
    assert "与入库时一样" in client.get(f"/library/members/{one.pk}/baseline/").content.decode()
    answer = client.post("/library/export/", {"state": "inside"})
    assert answer.status_code == 200 and "培育库名册" in __import__("urllib.parse").parse.unquote(
        answer["Content-Disposition"]
    )
