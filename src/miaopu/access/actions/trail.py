"""审计管理员的动作：导出操作日志、核验链；账号清单的导出也在这里。都记进日志。"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from miaopu.access import log
from miaopu.access.act import Wrong, act
from miaopu.access.actions import books
from miaopu.access.actor import Actor
from miaopu.access.queries import accounts, entries


def export_log(actor: Actor, given: Mapping[str, str], path: Path) -> int:
    """把筛出来的日志写成工作簿；给出行数。"""
    with act(actor, "log.export", "操作日志") as doing:
        found = entries(actor, given).filter(seq__lte=log.head().seq)
        count = found.count()
        if count > books.MOST:
            raise Wrong(f"筛出来的日志有 {count} 行，一次最多导出 {books.MOST} 行；请缩小时间，分几次导出")
        doing.after = {"条件": {key: value for key, value in given.items() if value}, "行数": count}
    books.log_book(path, found, actor)  # 写工作簿要几十秒，不在事务里：别人照样写
    return count


def export_accounts(actor: Actor, given: Mapping[str, str], path: Path) -> int:
    """把筛出来的账号写成工作簿；给出行数。"""
    with act(actor, "account.export", "账号清单") as doing:
        rows = list(accounts(actor, given))
        doing.after = {"条件": {key: value for key, value in given.items() if value}, "行数": len(rows)}
    books.account_book(path, rows, actor)
    return len(rows)


def verify_log(actor: Actor) -> log.Break | None:
    """从头核验日志的链；结果也记一行。完好为 None。"""
    found = log.verify() if actor.may("log.verify") else None  # 从头核要很久，不在事务里；没有权限的由 act 拒绝
    with act(actor, "log.verify", "操作日志") as doing:
        doing.after = {"结果": found.told if found else "完好"}
        return found
