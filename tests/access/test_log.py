"""操作日志：办一件事写一行，链断了指得出第一处。"""

import pytest

from miaopu.access import log
from miaopu.access.act import Denied, act
from miaopu.access.models import LogEntry

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
    assert LogEntry.objects.latest("seq").outcome == log.REFUSED


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
