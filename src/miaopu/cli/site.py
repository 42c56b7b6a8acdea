"""站点类命令：serve、verify-log、open-admins。只有这一组用到网站框架。"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

from miaopu.cli.command import Command
from miaopu.cli.context import Context, Exit

SETTINGS = "miaopu.site.settings"
DEMO_DAY = "2026-11-20"


def _home_argument(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--home", type=Path, default=Path("var/site"), metavar="文件夹", help="案件库与上传件（缺省 var/site）"
    )


def _serve_arguments(one: argparse.ArgumentParser) -> None:
    _home_argument(one)
    one.add_argument("--host", default="127.0.0.1", metavar="地址", help="监听地址（缺省本机）")
    one.add_argument("--port", type=int, default=8000, metavar="端口", help="缺省 8000")
    one.add_argument("--demo", action="store_true", help="演示站：演示账号、演示日历")
    one.add_argument("--prepare-only", action="store_true", help="只做开站前的准备")


def open_site(context: Context, home: Path, demo: bool) -> None:
    """按参数设好环境，装起网站框架；写在命令里的参数优先，没有写的看环境变量，再没有用缺省。"""
    given = {"HOME": home, "LEDGER": context.arguments.ledger, "COLLECTED": 1}
    given |= {"DEMO": 1, "TODAY": DEMO_DAY} if demo else {}
    given |= {"CATALOG": context.arguments.catalog} if context.arguments.catalog else {}
    for name, value in given.items():
        if name.lower() in context.written:
            os.environ[f"MIAOPU_{name}"] = str(value)
        os.environ.setdefault(f"MIAOPU_{name}", str(value))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", SETTINGS)
    import django  # 量得 0.6 秒，只有站点类命令要

    django.setup()
    from miaopu.site.restore import settle  # 要等 django.setup() 之后

    settle()


def _serve(context: Context) -> int:
    given, started = context.arguments, time.perf_counter()
    open_site(context, given.home, given.demo)
    from miaopu.site.prepare import prepare  # 要等 django.setup() 之后
    from miaopu.site.serve import free, serve  # 同上

    if not given.prepare_only:
        free(given.host, given.port)
    with context.progress("开站前的准备", None) as step:
        prepare(step.tell)
    if given.prepare_only:
        return 0
    return serve(given.host, given.port, context.say, lambda: _opened(context, time.perf_counter() - started))


def _opened(context: Context, seconds: float) -> None:
    from miaopu.access.queries import demo_accounts  # 要等 django.setup() 之后
    from miaopu.site.settings import DEMO_PASSWORD  # 同上

    given = context.arguments
    context.say(f"网站已开：http://{given.host}:{given.port}（准备用时 {seconds:.1f} 秒；Ctrl+C 收站）")
    accounts = demo_accounts()
    if accounts:
        context.say(f"演示账号（密码都是 {DEMO_PASSWORD}）：")
        context.say("\n".join(f"　{one.login:<14}{one.name}" for one in accounts))


def _verify_log(context: Context) -> int:
    open_site(context, context.arguments.home, False)
    from miaopu.access import log  # 要等 django.setup() 之后

    head = log.head()
    found = log.verify(head)
    told = {"intact": found is None, "entries": head.seq, "head": head.hash if head.seq else None}
    told |= {"broken_at": found.seq, "told": found.told} if found else {}
    context.give(told)
    if found is None:
        context.say(f"操作日志 {told['entries']} 行，逐行完好；末行摘要 {told['head']}")
        return int(Exit.DONE)
    context.say(f"操作日志被动过：{found.told}；请立即保全现场并报告，用备份核对")
    return int(Exit.MISMATCH)


def _open_admins(context: Context) -> int:
    open_site(context, context.arguments.home, False)
    from django.core.management import call_command  # 要等 django.setup() 之后

    from miaopu.access.actions.first import open_admins  # 同上
    from miaopu.access.actor import system  # 同上

    call_command("migrate", interactive=False, verbosity=0)
    made = open_admins(system(f"命令·{context.by}"))
    context.give([{"role": title, "login": login, "password": word} for title, login, word in made])
    for title, login, word in made:
        context.say(f"{title}：登录名 {login}，临时密码 {word}（只显示这一次，首次登录须改密并绑动态口令）")
    if not made:
        context.say("三员都已有人担任，没有开新账号；之后的账号由系统管理员在网页上开")
    return int(Exit.DONE)


COMMANDS = (
    Command("verify-log", _home_argument, _verify_log),
    Command("open-admins", _home_argument, _open_admins),
    Command("serve", _serve_arguments, _serve),
)
