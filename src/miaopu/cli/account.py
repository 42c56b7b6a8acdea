"""以账号办：经案件库的命令共用的参数（--as、--home、--demo）与入口、附件；权限、范围、日志与网页一样。"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from miaopu.cli.context import Context, Exit, UsageError
from miaopu.cli.site import open_site


def account_arguments(one: argparse.ArgumentParser) -> None:
    """谁在办、哪个站点、是不是演示站。"""
    one.add_argument("--as", dest="login", required=True, metavar="登录名", help="以谁的身份办（权限与日志照此）")
    site = "案件库与上传件（缺省 var/site）"
    one.add_argument("--home", type=Path, default=Path("var/site"), metavar="文件夹", help=site)
    one.add_argument("--demo", action="store_true", help="演示站：业务日期固定为 2026-11-20")


def as_account(context: Context, work: Callable[[Any], int]) -> int:
    """装起网站框架，以 --as 的账号办；没有权限、内容不对的说清（退出码 3），什么也不改。"""
    given = context.arguments
    open_site(context, given.home, given.demo)
    from django.db import DatabaseError  # 要等 django.setup() 之后

    from miaopu.access.act import Denied, Wrong  # 同上
    from miaopu.access.models import Account  # 同上
    from miaopu.access.outage import unreachable  # 同上
    from miaopu.access.queries import actor_of  # 同上

    try:
        account = Account.objects.filter(login=given.login, is_active=True).first()
    except DatabaseError as error:
        if unreachable(error) or _there(Account._meta.db_table):
            raise
        told = (
            f"“{given.home}”里还没有准备好的站点（{error}）；先运行 miaopu serve --prepare-only，或用 --home 指对地方"
        )
        raise UsageError(told) from error
    if account is None:
        raise UsageError(f"没有在用的账号“{given.login}”；--as 写登录名")
    try:
        return work(actor_of(account, "命令行"))
    except (Denied, Wrong) as error:
        context.give({"error": str(error), "exit": int(Exit.REFUSED)})
        sys.stderr.write(f"{error}\n")
        return int(Exit.REFUSED)


def _there(table: str) -> bool:
    """案件库里有没有这张表；连表名也读不出的（不是案件库的文件）没有。"""
    from django.db import DatabaseError, connection  # 要等 django.setup() 之后

    try:
        return table in connection.introspection.table_names()
    except DatabaseError:
        return False


def attached(paths: Iterable[Path]) -> list[Any]:
    """命令行上指的文件 → 与网页上传同样的附件；没有这个文件抛 UsageError。"""
    from django.core.files.uploadedfile import SimpleUploadedFile  # 要等 django.setup() 之后

    if missing := [one for one in paths if not one.is_file()]:
        raise UsageError(f"没有文件“{missing[0]}”；--file 写现有的文件")
    return [SimpleUploadedFile(one.name, one.read_bytes()) for one in paths]
