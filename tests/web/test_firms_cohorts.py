"""常用筛选：存、看、改、删、撤销；家数按看的人现数；别人的动不了；都记日志。"""

import pytest
from django.http import QueryDict

from miaopu.access.act import Denied, Wrong
from miaopu.access.models import LogEntry
from miaopu.selection.screening.firms import cohorts
from miaopu.selection.screening.firms.filters import Filters, parse
from miaopu.selection.screening.firms.roll import roll
from miaopu.selection.screening.models import Cohort, Firm

pytestmark = pytest.mark.django_db


def kept(actor, query="section=C", name="制造业", shared=False):
    return cohorts.keep(actor, parse(roll(), QueryDict(query))[0], name, shared)


def test_kept_shared_and_counted_in_the_viewers_reach(actor):
    kept(actor("gly"), shared=True)
    for login in ("gly", "dongchangfu", "chiping", "lingdao"):
        viewer = actor(login)
        (row,) = cohorts.shown(viewer, roll(), list(cohorts.cohorts(viewer)))
        want = viewer.reach("firm.view").firms(Firm.objects.filter(section="C")).count()
        assert row.total == want > 0 and row.told == "行业门类：制造业" and row.mine is (login == "gly")
    assert not cohorts.cohorts(actor("zhuanyuan")).exists(), "公开也只给业务人员"
    assert not cohorts.cohorts(actor("qiye")).exists()


def test_a_private_one_is_for_its_owner_only(actor):
    kept(actor("jingban"))
    assert cohorts.cohorts(actor("jingban")).count() == 1
    assert not cohorts.cohorts(actor("gly")).exists()


def test_rename_drop_and_undo_each_leave_a_line(actor):
    one = actor("gly")
    made = kept(one)
    renamed = cohorts.rename(one, made.pk, "全市制造业", True, made.version)
    assert (renamed.name, renamed.shared) == ("全市制造业", True)
    cohorts.drop(one, made.pk)
    assert not cohorts.cohorts(one).exists()
    with pytest.raises(Denied, match="没有这个常用筛选"):
        cohorts.drop(one, made.pk)
    cohorts.restore(one, made.pk)
    assert cohorts.cohorts(one).get().name == "全市制造业"
    lines = LogEntry.objects.filter(operation="firm.cohort", target=f"常用筛选 {made.pk}").order_by("seq")
    assert [line.outcome for line in lines].count("拒绝") == 1 and lines.count() == 5, "删了又删的，拒绝也记一行"
    assert "全市制造业" in lines[1].after and "制造业" in lines[1].before


def test_refusals_are_sentences(actor):
    one = actor("gly")
    made = kept(one)
    with pytest.raises(Wrong, match="已有一个叫“制造业”"):
        kept(one)
    with pytest.raises(Wrong, match="还没有选任何条件"):
        cohorts.keep(one, Filters(), "空的", False)
    with pytest.raises(Wrong, match="起个名称"):
        kept(one, name="  ")
    with pytest.raises(Wrong, match="最多 40 个"):
        kept(one, name="长" * 41)
    with pytest.raises(Wrong, match="已被改过"):
        cohorts.rename(one, made.pk, "别名", False, made.version + 1)
    for other in ("jingban", "dongchangfu"):
        with pytest.raises(Denied, match="不是您存的"):
            cohorts.rename(actor(other), made.pk, "抢来的", True, made.version)
    for other in ("lingdao", "zhuanyuan", "xitong"):
        with pytest.raises(Denied):
            kept(actor(other))
    assert LogEntry.objects.filter(operation="firm.cohort", login="zhuanyuan", outcome="拒绝").count() == 1
    assert Cohort.objects.get(pk=made.pk).name == "制造业"


def test_a_restored_name_may_not_clash(actor):
    one = actor("gly")
    made = kept(one)
    cohorts.drop(one, made.pk)
    kept(one)
    with pytest.raises(Wrong, match="已有一个叫"):
        cohorts.restore(one, made.pk)


def test_the_pages_keep_show_rename_drop_and_undo(client_of):
    client = client_of("gly")
    gone = client.post("/firms/cohorts/keep/", {"query": "section=C", "name": "制造业", "shared": "1"})
    assert gone.status_code == 302 and gone["Location"] == "/firms/?section=C"
    made = Cohort.objects.get()
    assert "已存为常用筛选“制造业”" in client.get(gone["Location"]).content.decode()
    assert "制造业" in client_of("dongchangfu").get("/firms/").content.decode()
    page = client.get("/firms/cohorts/").content.decode()
    assert f"{Firm.objects.filter(section='C').count():,}" in page and "全体业务人员" in page
    other = client_of("jingban").get("/firms/cohorts/").content.decode()
    assert "制造业" in other and "/drop/" not in other
    client.post(f"/firms/cohorts/{made.pk}/rename/", {"name": "新名", "version": "1"})
    dropped = client.post(f"/firms/cohorts/{made.pk}/drop/", follow=True).content.decode()
    assert "已删除“新名”" in dropped and "撤销" in dropped
    assert "已恢复“新名”" in client.post(f"/firms/cohorts/{made.pk}/restore/", follow=True).content.decode()
    for version in ("", "x", "7"):
        again = client.post(f"/firms/cohorts/{made.pk}/rename/", {"name": "再改", "version": version})
        assert again.status_code == 400
    assert client_of("lingdao").post("/firms/cohorts/keep/", {"query": "section=C", "name": "x"}).status_code == 403
