"""服务类命令：contacts 联络员、events 企业活动与对标、diagnoses 专家诊断；以 --as 的账号办，权限、范围、日志与网页一样。"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from miaopu.cli.account import account_arguments, as_account
from miaopu.cli.command import Command, day
from miaopu.cli.context import Context, Exit


def _shared(one: argparse.ArgumentParser, *does: str) -> None:
    account_arguments(one)
    one.add_argument("do", choices=does, metavar="办什么", help="、".join(does))
    one.add_argument("--number", type=int, metavar="编号", help="第几件（list 列出）")
    one.add_argument("--firm", action="append", default=[], metavar="企业", help="企业号、信用代码或全名，可多次")
    one.add_argument("--county", default="", metavar="区划代码", help="只看或只办这个县区")
    one.add_argument("--reason", default="", metavar="理由", help="必填的写明")
    one.add_argument("--out", type=Path, default=Path("out"), metavar="文件夹", help="导出到哪里（缺省 out）")


def _contacts_arguments(one: argparse.ArgumentParser) -> None:
    _shared(one, "list", "name", "fill", "end", "export", "import")
    told = "catalog/service.yaml 里的代码：city、county；name、fill 要写，list、export 不写是全部"
    one.add_argument("--level", default="", metavar="哪一级", help=told)
    one.add_argument(
        "--person", default="", metavar="编号", help="名册里的联络员（如 P00003）；fill 不写的按余量轮着分"
    )
    one.add_argument("--handover", default="", metavar="话", help="name：换人时的交接说明")
    one.add_argument("--lack", action="store_true", help="list、export：只要还没有的")
    one.add_argument("--file", type=Path, metavar="文件", help="import：改好的名录")


def _events_arguments(one: argparse.ArgumentParser) -> None:
    _shared(one, "list", "announce", "invite", "reply", "attend", "cancel", "export", "firms", "benchmark")
    one.add_argument("--title", default="", metavar="名称")
    one.add_argument("--kind", default="training", metavar="种类", help="training、exchange、benchmark")
    one.add_argument("--on", default="", metavar="日期")
    one.add_argument("--place", default="", metavar="地点")
    one.add_argument("--tier", default="", metavar="层级", help="invite：培育库的层级")
    one.add_argument("--decline", action="store_true", help="reply：不参加（缺省参加）")
    one.add_argument("--people", default="", metavar="几人", help="attend：来了几人")


def _diagnoses_arguments(one: argparse.ArgumentParser) -> None:
    _shared(one, "list", "applicants", "hold", "mend", "back", "close", "drop", "paper", "export")
    one.add_argument("--on", type=day, metavar="日期", help="hold：诊断日（缺省今天）")
    one.add_argument("--way", default="site", metavar="方式", help="hold：site、online、paper")
    one.add_argument("--words", default="", metavar="话", help="hold：总的意见；办一步：怎么改的、意见或理由")
    told = "hold：关于|问题|材料建议|谁来改|哪天前，可多次；关于写条款（如 LG-2026:B3a），条款以外的空着"
    one.add_argument("--issue", action="append", default=[], metavar="一条", help=told)
    one.add_argument("--file", action="append", default=[], type=Path, metavar="文件", help="mend：佐证，可多次")


def _run(name: str) -> Callable[[Context], int]:
    """以这个账号办。"""

    def run(context: Context) -> int:
        def work(actor: Any) -> int:
            from miaopu.cli.nurture import serving  # 要等 django.setup() 之后

            told, data, wrong = serving.WORK[f"{name}.{context.arguments.do}"](actor, context.arguments)
            context.give(data)
            for line in told:
                context.say(line)
            return int(Exit.COMPLAINTS if wrong else Exit.DONE)

        return as_account(context, work)

    return run


COMMANDS = (
    Command("contacts", _contacts_arguments, _run("contacts")),
    Command("events", _events_arguments, _run("events")),
    Command("diagnoses", _diagnoses_arguments, _run("diagnoses")),
)
