"""企业活动与对标：按培育库的条件请，企业回复，记到场，各家来过几次；对标只给持有企业合起来的数，不够数的不给。"""

import io
from dataclasses import replace
from datetime import date

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook
from tests.nurture.conftest import admitted

from miaopu.access.act import Denied, Wrong
from miaopu.access.models import LogEntry, Posting
from miaopu.desk.signals import peers
from miaopu.nurture.specialists.actions.events import Came, announce, attend, cancel, invite, reply
from miaopu.nurture.specialists.models import Invitation
from miaopu.nurture.specialists.queries.benchmark import benchmark
from miaopu.nurture.specialists.queries.events import attended, events, invitations, tallied, todo
from miaopu.profile.holders import load_holders
from miaopu.selection.library.models import Member
from miaopu.selection.library.narrow import Narrow
from miaopu.selection.screening.models import Firm
from miaopu.terms.catalog import Catalog

pytestmark = pytest.mark.django_db
GIVEN = {"title": "专利布局培训", "kind": "training", "on": "2026-11-20", "place": "市民中心"}


@pytest.fixture
def library(boss):
    """库里东昌府区、茌平区各 6 家。"""
    return admitted(6, "371502") + admitted(6, "371503")


@pytest.fixture
def own(library, actor):
    """企业账号归到库里第一家。"""
    Posting.objects.filter(role="enterprise").update(enterprise=library[0].enterprise)
    return actor("qiye")


def test_firms_are_asked_by_library_filter_reply_and_are_counted(boss, library, own, actor):
    made = announce(boss, GIVEN)
    assert invite(boss, made.pk, Narrow()) == (12, 0) and invite(boss, made.pk, Narrow(tier="SRDI")) == (0, 12)
    with pytest.raises(Wrong, match="0 家"):
        invite(boss, made.pk, Narrow(tier="LG"))
    mine = invitations(own).get()
    assert {one.title: one.count for one in todo(own)} == {"活动邀请等着回复": 1}
    with pytest.raises(Wrong, match="写一句缘由"):
        reply(own, mine.pk, mine.version, False, "")
    mine = reply(own, mine.pk, mine.version, True, "去两人")
    with pytest.raises(Wrong, match="刚刚回复过"):
        reply(own, mine.pk, 1, False, "有事")
    other = Invitation.objects.exclude(enterprise=mine.enterprise).first()
    with pytest.raises(Denied):
        reply(own, other.pk, 1, True, "")
    assert attend(boss, made.pk, [(mine.pk, True, "2"), (other.pk, False, "")]) == 2
    with pytest.raises(Wrong, match="没有到场，不填人数"):
        attend(boss, made.pk, [(other.pk, False, "3")])
    told = {one.enterprise: one for one in attended(boss)}
    assert (told[mine.enterprise].invited, told[mine.enterprise].coming, told[mine.enterprise].came) == (1, 1, 1)
    assert len(told) == 12 and len(attended(boss, {"came": "no"})) == 11
    assert [one.enterprise for one in attended(own)] == [mine.enterprise]
    held = tallied(boss).get()
    assert (held.invited, held.coming, held.came, held.waiting) == (12, 1, 1, 11)
    with pytest.raises(Wrong, match="记了到场"):
        cancel(boss, made.pk, "改期")


def test_not_marked_is_not_absent_and_all_absent_is_marked(boss, library):
    """没有记的不当作没有到场，记错了能改回；说来的都记了没有到场，就不再催。"""
    made = announce(boss, {**GIVEN, "on": "2026-11-19"})
    invite(boss, made.pk, Narrow())
    first, second, *_ = [reply(boss, one.pk, 1, True, "") for one in Invitation.objects.order_by("pk")[:2]]
    waiting = lambda: {one.title: one.count for one in todo(boss)}["办过的活动还没有记到场"]  # noqa: E731
    assert attend(boss, made.pk, [Came(first.pk, False), Came(second.pk, None)]) == 1 and waiting() == 1
    assert set(Invitation.objects.exclude(pk=first.pk).values_list("present", flat=True)) == {None}
    assert attend(boss, made.pk, [Came(second.pk, False)]) == 1 and waiting() == 0
    assert tallied(boss).get().came == 0 and attend(boss, made.pk, [Came(second.pk, None)]) == 1 and waiting() == 1
    told = LogEntry.objects.filter(operation="event.manage").latest("seq")
    assert "没有到场" in told.before and "没有记" in told.after


def test_a_large_event_is_marked_page_by_page(boss, library, client_of):
    """一页五十家：交得上（表单至多一千项），没有办成的填的还在，办成的留在那一页。"""
    made = announce(boss, {**GIVEN, "on": "2026-11-19"})
    told = {"event": made, "by": "测试", "on": date(2026, 11, 1)}
    Invitation.objects.bulk_create(
        Invitation(enterprise=f"E{at:04}", name=f"企业{at:04}", district="371502", **told) for at in range(501)
    )
    client, page = client_of("gly"), reverse("specialists:event", args=[made.pk])
    text = client.get(page).content.decode()
    assert "共 501 条，第 1 / 11 页" in text and text.count('name="invitation"') == 50
    last = Invitation.objects.get(name="企业0500")
    marks = {"what": "attend", "invitation": f"{last.pk}:1", f"present-{last.pk}": "no", f"people-{last.pk}": "7"}
    bad = client.post(f"{page}?page=11", marks)
    text = bad.content.decode()
    assert bad.status_code == 400 and "没有到场，不填人数" in text
    assert 'value="7"' in text and '<option value="no" selected>' in text and "第 11 / 11 页" in text
    fine = client.post(f"{page}?page=11", marks | {f"people-{last.pk}": ""})
    assert fine.status_code == 302 and fine["Location"] == f"{page}?page=11"
    assert Invitation.objects.get(pk=last.pk).present is False


def test_only_firms_inside_are_asked(boss, library):
    made = announce(boss, GIVEN)
    Member.objects.filter(enterprise=library[0].enterprise).update(state="out", open_key=None)
    with pytest.raises(Wrong, match="在库的有 0 家"):
        invite(boss, made.pk, Narrow(state="out"))
    assert invite(boss, made.pk, Narrow()) == (len(library) - 1, 0)


def test_a_county_holds_its_own_for_its_own(boss, library, actor):
    county, stranger = actor("dongchangfu"), actor("chiping")
    whole, made = announce(boss, GIVEN), announce(county, GIVEN)
    assert made.district == "371502"
    with pytest.raises(Denied):
        announce(county, {**GIVEN, "district": "371503"})
    with pytest.raises(Denied):
        invite(county, whole.pk, Narrow())
    fresh, _ = invite(county, made.pk, Narrow())
    assert fresh == sum(one.district == "371502" for one in library)
    assert set(events(stranger)) == {whole} and set(events(county)) == {whole, made}
    with pytest.raises(Denied):
        cancel(stranger, made.pk, "试")
    cancel(county, made.pk, "场地没了")
    with pytest.raises(Wrong, match="已取消"):
        invite(county, made.pk, Narrow())
    with pytest.raises(Wrong, match="还没有办"):
        attend(boss, announce(boss, {**GIVEN, "on": "2026-12-01"}).pk, [])
    for wrong, words in (
        ({"title": " "}, "都要填"),
        ({"kind": "x"}, "都要填"),
        ({"reply_by": "2026-12-30"}, "晚于活动日"),
    ):
        with pytest.raises(Wrong, match=words):
            announce(boss, {**GIVEN, **wrong})
    assert date(2026, 11, 17) == whole.reply_by


def test_the_pages_work_from_invitation_to_export(boss, library, own, client_of):
    client = client_of("gly")
    assert client.post(reverse("specialists:events"), GIVEN).status_code == 302
    made = events(boss).get()
    page = reverse("specialists:event", args=[made.pk])
    client.post(page, {"what": "invite", "in_tier": "SRDI"})
    mine = invitations(own).get()
    firm = client_of("qiye")
    assert made.title in firm.get(reverse("specialists:events")).content.decode()
    bad = firm.post(reverse("specialists:reply", args=[mine.pk]), {"version": "1", "coming": "no", "words": ""})
    assert bad.status_code == 400 and "写一句缘由" in bad.content.decode()
    assert firm.post(reverse("specialists:reply", args=[mine.pk]), {"version": "1", "coming": "yes"}).status_code == 302
    mine.refresh_from_db()
    assert f'value="{mine.pk}:{mine.version}"' in client.get(page).content.decode()
    marks = {"what": "attend", "invitation": f"{mine.pk}:{mine.version}", f"present-{mine.pk}": "yes"}
    client.post(page, {**marks, f"people-{mine.pk}": "2"})
    late = client.post(page, {**marks, f"present-{mine.pk}": "no"})
    assert late.status_code == 400 and "现在是“到场”" in late.content.decode(), "别人先记过的，后来的人被告知"
    book = client.post(reverse("specialists:event-export", args=[made.pk]), {"came": "yes"})
    assert "'came': 'yes'" in LogEntry.objects.filter(operation="service.export").latest("seq").after.replace('"', "'")
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(b"".join(book.streaming_content))).get_sheet_by_index(0).to_python()
    )
    assert next(row for row in rows if mine.name in row)[-2] == 2
    assert client.post(page, {"what": "cancel", "reason": "改期"}).status_code == 400
    assert client_of("dongchangfu").post(page, {"what": "cancel", "reason": "试"}).status_code == 403


def test_the_benchmark_gives_only_what_holders_share(boss, client_of, monkeypatch):
    """小城里持有企业少：先看都不给，再把最少家数降到 3。"""
    one = Firm.objects.filter(section="C", district="371502").first()
    assert all(line.median is None and "不足 10 家" in line.place for line in benchmark(boss, one.enterprise).lines)
    few = replace(load_holders(Catalog.default()), minimum=3)
    monkeypatch.setattr(peers, "load_holders", lambda catalog: few)
    found = benchmark(boss, one.enterprise)
    given = [line for line in found.lines if line.median is not None]
    assert given and all(line.firms >= 3 for line in given)
    assert all(line.low is None and "不足 3 家" in line.place for line in found.lines if line.median is None)
    page = reverse("specialists:benchmark", args=[one.enterprise])
    shown = client_of("gly").get(page).content.decode()
    assert given[0].title in shown and given[0].median in shown
    book = client_of("gly").post(reverse("specialists:benchmark-export", args=[one.enterprise]))
    rows = (
        CalamineWorkbook.from_filelike(io.BytesIO(b"".join(book.streaming_content))).get_sheet_by_index(0).to_python()
    )
    line = next(row for row in rows if row[1] == given[0].title)
    assert line[4] == given[0].median and line[6] == given[0].firms
    assert client_of("chiping").get(page).status_code == 404
    others = Firm.objects.exclude(pk=one.pk).exclude(name="").values_list("name", flat=True)[:200]
    assert not any(name in shown for name in others)
