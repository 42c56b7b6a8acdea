"""跟进的命令：requests、visits、plans、ledgers；以 --as 的账号办，权限、范围、日志与网页一样。"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from miaopu.cli.account import account_arguments, as_account
from miaopu.cli.command import Command, day
from miaopu.cli.context import Context, Exit


def _shared(one: argparse.ArgumentParser, *does: str) -> None:
    one.add_argument("do", choices=does, metavar="做什么", help="、".join(does))
    account_arguments(one)
    one.add_argument("--number", type=int, metavar="编号", help="第几件")
    one.add_argument("--firm", metavar="企业", help="企业号、信用代码或全名")
    one.add_argument("--reason", default="", metavar="理由")


def _files(one: argparse.ArgumentParser) -> None:
    told = "附件、扫描件或照片，可写几次"
    one.add_argument("--file", action="append", default=[], type=Path, metavar="文件", help=told)


def _request_arguments(one: argparse.ArgumentParser) -> None:
    _shared(one, "list", "raise", "route", "back", "answer", "rate", "withdraw", "close", "lacking")
    _files(one)
    one.add_argument("--kind", default="other", metavar="种类", help="catalog/followup.yaml 里的代码")
    one.add_argument("--title", default="", metavar="事由")
    one.add_argument("--words", default="", metavar="内容", help="内容、答复或评价")
    one.add_argument("--target", default="", metavar="部门", help="来源代码，或 bureau、county、specialist")
    one.add_argument("--score", type=int, metavar="分", help="1 至 5；不写是不满意")


def _visit_arguments(one: argparse.ArgumentParser) -> None:
    _shared(one, "list", "agenda", "plan", "join", "leave", "record", "postpone", "cancel", "sign")
    _files(one)
    one.add_argument("--on", type=day, metavar="日期")
    one.add_argument("--purpose", default="", metavar="目的")
    one.add_argument("--people", default="", metavar="人员")
    one.add_argument("--finding", action="append", default=[], metavar="发现", help="可写几次")
    one.add_argument("--next", default="", metavar="下一步")
    one.add_argument("--invitation", default="", metavar="邀请", help="企业怎么邀请的；没有就不写")
    one.add_argument(
        "--over", default="", metavar="理由", help="plan、record、postpone：没有名额或在休息日时，破例的理由"
    )
    one.add_argument("--words", default="", metavar="话", help="要问什么，或企业的话")


def _plan_arguments(one: argparse.ArgumentParser) -> None:
    does = ("list", "show", "make", "choose", "agree", "decline", "adopt", "back", "withdraw", "review", "step", "hand")
    _shared(one, *does, "papers")
    _files(one)
    one.add_argument("--tier", default="LG", metavar="层级", help="缺省 LG")
    one.add_argument("--all", action="store_true", help="agree、adopt：范围里等着办的全部，一次办成")
    one.add_argument("--county", default="", metavar="区划代码", help="只看或只办这个县区")
    one.add_argument("--index", type=int, default=0, metavar="第几个", help="choose：备选，0 是最省的")
    one.add_argument("--stage", type=int, metavar="编号", help="step、hand：步骤的编号（show 列出）")
    one.add_argument("--state", default="doing", metavar="状态", help="step：doing 在办、done 完成、dropped 不再办")
    one.add_argument(
        "--column",
        default="",
        metavar="列名",
        help="step：台账里的哪个数作佐证（show 列出）；还没有入账、没有达到方案所写的记为待核",
    )
    one.add_argument("--words", default="", metavar="话", help="step：做了什么")
    one.add_argument("--on", type=day, metavar="日期", help="step：哪天办的；hand：改后的完成日")
    one.add_argument("--person", default="", metavar="姓名", help="hand：责任人")
    one.add_argument("--out", type=Path, default=Path("out"), metavar="文件夹", help="papers：写到哪里（缺省 out）")


def _ledger_arguments(one: argparse.ArgumentParser) -> None:
    _shared(one, "export", "import")
    one.add_argument("--book", default="work", choices=("visits", "requests", "work"), metavar="台账")
    one.add_argument("--out", type=Path, default=Path("out"), metavar="文件夹", help="导出到哪里（缺省 out）")
    one.add_argument("--file", type=Path, metavar="文件", help="交回的工作簿")


def _run(name: str) -> Callable[[Context], int]:
    """以这个账号办。"""

    def run(context: Context) -> int:
        def work(actor: Any) -> int:
            from miaopu.cli.nurture import followed  # 要等 django.setup() 之后
            from miaopu.jobs.models import Job  # 同上

            found = followed.WORK[f"{name}.{context.arguments.do}"](actor, context.arguments)
            told, data, code = followed.after(context, actor, found) if isinstance(found, Job) else found
            context.give(data)
            for line in told:
                context.say(line)
            return int(Exit.COMPLAINTS if code else Exit.DONE)

        return as_account(context, work)

    return run


COMMANDS = (
    Command("requests", _request_arguments, _run("requests")),
    Command("visits", _visit_arguments, _run("visits")),
    Command("plans", _plan_arguments, _run("plans")),
    Command("ledgers", _ledger_arguments, _run("ledgers")),
)
