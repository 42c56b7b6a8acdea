"""办一件事：权限、事务、日志在一处；页面、接口、命令、作业都从这里改数据。"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import OperationalError, transaction
from django.utils import timezone

from miaopu.access import log
from miaopu.access.actor import Actor, Reach
from miaopu.access.roles import roles


class Denied(Exception):
    """没有权限，或对象不在范围里：一句中文。"""


class Wrong(Exception):
    """内容不对，事情没有办：一句中文，说清发现什么、应是什么、怎么办。"""


@dataclass
class Doing:
    """正在办的一件事；before、after、target 写进日志。"""

    actor: Actor
    operation: str
    target: str
    reach: Reach
    before: Any = None
    after: Any = None
    reason: str | None = None

    def within(
        self, *, district: str | None = None, enterprise: str | None = None, department: str | None = None
    ) -> None:
        """对象须在范围里，否则 Denied。"""
        if (district or enterprise) and not self.reach.covers(district=district, enterprise=enterprise):
            raise Denied(f"{self.target}不在您的范围里；请联系所在县区或市局")
        if department and not self.reach.of_department(department):
            raise Denied(f"{self.target}属于别的部门；您只能处理本部门的数据")


@contextmanager
def act(actor: Actor, operation: str, target: str, *, reason: str | None = None) -> Iterator[Doing]:
    """进入即查权限、开事务；正常结束时写一行日志；抛错时全部退回，拒绝另记一行。"""
    title, doing = roles().operations[operation], None
    try:
        if not actor.may(operation):
            raise Denied(f"您没有“{title}”的权限；需要的话请找系统管理员")
        with transaction.atomic():
            doing = Doing(actor, operation, target, actor.reach(operation), reason=reason)
            yield doing
            log.append(
                actor, operation, title, doing.target, before=doing.before, after=doing.after, reason=doing.reason
            )
    except Denied as error:
        told = f"{error}（所写理由：{reason}）" if reason else str(error)
        with transaction.atomic():
            log.append(actor, operation, title, doing.target if doing else target, outcome=log.REFUSED, reason=told)
        raise


AGAIN = timedelta(minutes=10)
"""同一个人被同一项操作拒绝，隔这么久才再记一行：反复点也刷不满日志。"""


def permit(actor: Actor, operation: str) -> Reach:
    """查看前的关：没有权限抛 Denied（记一行），有则给出范围。"""
    if not actor.may(operation):
        _note(actor, operation)
        raise Denied(f"您没有“{roles().operations[operation]}”的权限；需要的话请找系统管理员")
    return actor.reach(operation)


def _note(actor: Actor, operation: str) -> None:
    """查看被拒绝也记一行；库正忙就不记，拒绝照旧。"""
    title, since = roles().operations[operation], (timezone.localtime() - AGAIN).isoformat(timespec="milliseconds")
    with suppress(OperationalError), transaction.atomic():
        if not log.refused_since(actor, operation, since):
            log.append(actor, operation, title, "查看", outcome=log.REFUSED, reason="没有这项权限")
