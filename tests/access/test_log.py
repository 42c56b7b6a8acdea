"""操作日志：办一件事写一行，链断了指得出第一处。"""

import pytest

from miaopu.access import log
from miaopu.access.act import Denied, act
from miaopu.access.models import LogEntry, LogHead
from miaopu.terms.complaint import Refusal

pytestmark = pytest.mark.django_db


def test_an_action_leaves_one_line_with_before_and_after(actor):
    officer = actor("jingban")
    with act(officer, "task.update", "任务 1", reason="按期") as doing:
        doing.before, doing.after = {"状态": "未开始"}, {"状态": "在办"}
    entry = LogEntry.objects.latest("seq")
    assert (entry.login, entry.operation, entry.target, entry.reason) == ("jingban", "task.update", "任务 1", "按期")
    assert list(log.changes(entry)) == [("状态", "未开始", "在办")]
    assert log.verify() is None


def test_a_refusal_is_written_and_changes_nothing(actor):
    with pytest.raises(Denied, match="您没有“批准规则修改”的权限"), act(actor("jingban"), "rule.approve", "提案 1"):
        raise AssertionError("不应进到这里")
    entry = LogEntry.objects.latest("seq")
    assert entry.outcome == log.REFUSED and "您没有“批准规则修改”的权限" in entry.reason


def test_a_refusal_halfway_says_why_and_of_what(actor):
    with pytest.raises(Denied), act(actor("dongchangfu"), "task.update", "任务 9", reason="催办") as doing:
        doing.target = "任务 9（茌平区）"
        doing.within(district="371503")
    entry = LogEntry.objects.latest("seq")
    assert entry.target == "任务 9（茌平区）" and "不在您的范围里" in entry.reason and "催办" in entry.reason


def test_a_changed_line_is_found(actor):
    for number in range(3):
        with act(actor("jingban"), "task.update", f"任务 {number}"):
            pass
    middle = LogEntry.objects.latest("seq").seq - 1
    LogEntry.objects.filter(seq=middle).update(reason="后来改的")
    found = log.verify()
    assert found is not None and found.seq == middle and "改过" in found.told


def test_a_deleted_tail_is_found(actor):
    with act(actor("jingban"), "task.update", "任务 9"):
        pass
    LogEntry.objects.latest("seq").delete()
    assert "末尾被删过" in log.verify().told


def test_a_head_that_is_gone_or_wiped_is_found(actor):
    with act(actor("jingban"), "task.update", "任务 9"):
        pass
    last = LogHead.objects.get()
    LogHead.objects.update(seq=0, hash=log.START)
    assert "末行的记录被动过" in log.verify().told
    LogHead.objects.all().delete()
    assert "末行的记录却不见了" in log.verify().told
    with pytest.raises(Refusal, match="用备份恢复"), act(actor("jingban"), "task.update", "任务 10"):
        pass
    assert not LogHead.objects.exists(), "不能悄悄另立一个"
    last.save(force_insert=True)
    assert log.verify() is None


def test_writing_while_verifying_is_not_tampering(actor, monkeypatch):
    """核到一半，别人又写了一行：前面核过的照样完好。"""
    read, officer = log.digest, actor("jingban")
    left = ["一行"]

    def interrupted(content, *kind):
        if left:
            left.pop()
            with act(officer, "task.update", "核的时候写的"):
                pass
        return read(content, *kind)

    monkeypatch.setattr(log, "digest", interrupted)
    assert log.verify() is None and not left


def test_a_line_added_behind_the_head_is_found(actor):
    with act(actor("jingban"), "task.update", "任务 9"):
        pass
    forged = LogEntry.objects.latest("seq")
    forged.seq += 1
    forged.save(force_insert=True)
    assert "不是本软件写的行" in log.verify().told
