"""培育库命令：与页面走同一批动作与查询，--as 写明是谁在做；名额、选配、采用、变动、下发、意见、发布、监测、清单。"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from miaopu.cli.account import account_arguments, as_account
from miaopu.cli.casework import parcels, yearly
from miaopu.cli.command import Command, day
from miaopu.cli.context import Context, Exit


def _arguments(one: argparse.ArgumentParser) -> None:
    parts = one.add_subparsers(dest="part", required=True, metavar="办什么")
    for name, (told, _, options) in PARTS.items():
        part = parts.add_parser(name, help=told, description=told)
        account_arguments(part)
        part.add_argument("--json", action="store_true", help="给程序看的 JSON")
        part.add_argument("--ledger", default="var/ledger", metavar="文件夹", help="台账文件夹")
        for flag, settings in (OPTIONS[option] for option in options):
            part.add_argument(flag, **settings)


OPTIONS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "tier": ("--tier", {"default": "LG", "metavar": "层级", "help": "LG、SRDI……（缺省 LG）"}),
    "every": ("--tier", {"default": "", "metavar": "层级", "help": "只看这个层级（缺省全部）"}),
    "reason": ("--reason", {"required": True, "metavar": "理由", "help": "必填"}),
    "proof": ("--proof", {"default": "", "metavar": "依据", "help": "文号、会议、核查情况"}),
    "firm": (
        "--firm",
        {"action": "append", "default": [], "metavar": "企业", "help": "企业号、信用代码或全名，可多次"},
    ),
    "required": ("--required", {"action": "append", "default": [], "metavar": "企业", "help": "必选，可多次"}),
    "barred": ("--barred", {"action": "append", "default": [], "metavar": "企业", "help": "必不选，可多次"}),
    "planned": (
        "--planned",
        {"action": "store_true", "help": "逐家先求方案：往后都申报不了的，名额凑不齐才选（名单几百家约十几秒）"},
    ),
    "total": ("--total", {"type": int, "metavar": "家数", "help": "总数（缺省照目录）"}),
    "draft": ("--draft", {"type": int, "required": True, "metavar": "编号", "help": "草案编号"}),
    "to": ("--to", {"choices": ("enrol", "nominate"), "default": "enrol", "help": "enrol 入库储备，nominate 提名"}),
    "step": ("--step", {"required": True, "metavar": "变动", "help": "admit、start、raise……见 catalog/library.yaml"}),
    "state": ("--state", {"default": "", "metavar": "状态", "help": "reserve、cultivate……；inside 是在库"}),
    "county": ("--county", {"default": "", "metavar": "区划代码", "help": "只看或只办这个县区"}),
    "due": ("--due", {"type": day, "metavar": "日期", "help": "报意见的期限（缺省照目录）"}),
    "parcel": ("--parcel", {"type": int, "metavar": "编号", "help": "下发的第几份；不写是范围里等着办的每一份"}),
    "alert": (
        "--alert",
        {"action": "append", "type": int, "default": [], "metavar": "编号", "help": "哪条预警，可多次（watch 列出）"},
    ),
    "office": ("--office", {"default": "", "metavar": "科室", "help": "责任科室"}),
    "person": ("--person", {"default": "", "metavar": "姓名", "help": "责任人"}),
    "against": ("--against", {"action": "append", "default": [], "metavar": "企业号=理由", "help": "不同意的，可多次"}),
    "meeting": ("--meeting-on", {"type": day, "required": True, "metavar": "日期", "help": "上会日期"}),
    "minutes": ("--minutes", {"required": True, "metavar": "编号", "help": "会议纪要编号"}),
    "year": ("--year", {"default": "", "metavar": "年", "help": "评价哪一年（缺省今年）"}),
    "out": ("--out", {"type": Path, "metavar": "文件夹", "help": "写名册到这个文件夹"}),
}


def _library(context: Context) -> int:
    def work(actor: Any) -> int:
        told, data = PARTS[context.arguments.part][1](actor, context.arguments)
        context.give(data)
        context.say(told)
        return int(Exit.DONE)

    return as_account(context, work)


def _list(actor: Any, given: argparse.Namespace) -> tuple[str, Any]:
    from miaopu.selection.library.book import export  # 要等 django.setup() 之后
    from miaopu.selection.library.entry import lacking  # 同上
    from miaopu.selection.library.narrow import Narrow  # 同上
    from miaopu.selection.library.queries.members import members  # 同上

    wanted = Narrow(state=given.state, tier=given.tier, county=given.county)
    found = list(members(actor, wanted))
    kept = ("pk", "enterprise", "name", "county", "tier", "state", "band", "rank", "office", "person", "version")
    data = {"firms": [{name: getattr(one, name) for name in kept} for one in found]}
    counties: dict[str, int] = {}
    for one in found:
        counties[one.county or "不详"] = counties.get(one.county or "不详", 0) + 1
    told = (lacking(given.tier) if not found else "") or f"共 {len(found)} 家\n" + "\n".join(
        f"　{name}：{count}" for name, count in counties.items()
    )
    if given.out:
        data["file"] = str(export(actor, wanted, given.out))
        told += f"\n已写 {data['file']}"
    return told, data


def _quota(actor: Any, given: argparse.Namespace) -> tuple[str, Any]:
    from miaopu.selection.city import today  # 要等 django.setup() 之后
    from miaopu.selection.library.actions.quotas import set_quota  # 同上
    from miaopu.selection.library.queries.drafts import quota, suggested  # 同上

    now, told = quota(actor, given.tier), suggested(actor, given.tier, given.total)
    total = given.total or told.total
    lines = [one for one in told.lines if one.least is not None or one.most is not None]
    version = now.version if now else 0
    made = set_quota(actor, given.tier, today().year, version, total, lines, told.note, given.reason)
    return f"名额第 {made.version} 版：总数 {made.total} 家，{told.note}", {
        "version": made.version,
        "total": made.total,
    }


def _pick(actor: Any, given: argparse.Namespace) -> tuple[str, Any]:
    from miaopu.selection.library.actions.picks import Asked, draft  # 要等 django.setup() 之后

    made = draft(actor, Asked(given.tier, tuple(given.required), tuple(given.barred), given.planned))
    data = {
        "draft": made.pk,
        "chosen": made.chosen,
        "expected": made.expected,
        "proof": made.proof,
        "clash": made.clash,
    }
    told = f"草案 {made.pk}：" + (f"名额凑不齐。{made.clash}" if made.clash else f"入选 {made.chosen} 家，{made.proof}")
    return told, data


def _adopt(actor: Any, given: argparse.Namespace) -> tuple[str, Any]:
    from miaopu.selection.library.actions.picks import adopt  # 要等 django.setup() 之后
    from miaopu.selection.library.evidence import given as proof_of  # 同上

    fresh, confirmed = adopt(actor, given.draft, given.to, given.reason, proof_of(given.proof))
    return f"新进 {len(fresh)} 家，确认 {len(confirmed)} 家", {"fresh": len(fresh), "confirmed": len(confirmed)}


def _propose(actor: Any, given: argparse.Namespace) -> tuple[str, Any]:
    from miaopu.selection.library.actions.members import propose  # 要等 django.setup() 之后

    result = propose(actor, "", given.tier, given.firm, given.reason)
    return result.sentence(), {"made": [one.pk for one in result.made], "already": [one.pk for one in result.already]}


def _move(actor: Any, given: argparse.Namespace) -> tuple[str, Any]:
    from miaopu.selection.library.actions.members import move  # 要等 django.setup() 之后
    from miaopu.selection.library.evidence import given as proof_of  # 同上

    moved = move(actor, _chosen(actor, given), given.step, given.reason, proof_of(given.proof))
    return f"{len(moved)} 家改为“{moved[0].at.title}”", {"moved": [one.pk for one in moved], "state": moved[0].state}


def _chosen(actor: Any, given: argparse.Namespace) -> dict[int, int]:
    """--firm 指的各件；没有写的取 --state、--county 筛出的全部。"""
    from miaopu.access.act import Wrong  # 要等 django.setup() 之后
    from miaopu.selection.library.narrow import OPEN, Narrow  # 同上
    from miaopu.selection.library.queries.members import members  # 同上

    found = list(members(actor, Narrow(state=given.state or OPEN, tier=given.tier, county=given.county)))
    wanted = set(given.firm)
    if not wanted and not given.state:
        raise Wrong("请用 --firm 写明企业，或用 --state 写明从哪个状态的全部")
    kept = [one for one in found if not wanted or wanted & {one.enterprise, one.uscc, one.name}]
    if wanted and len(kept) != len(wanted):
        raise Wrong(f"写了 {len(wanted)} 家，在库里找到 {len(kept)} 家；请核对")
    return {one.pk: one.version for one in kept}


def _undo(actor: Any, given: argparse.Namespace) -> tuple[str, Any]:
    from miaopu.selection.library.actions.members import undo  # 要等 django.setup() 之后

    given.state = given.state or "inside"
    done = [undo(actor, number, version, given.reason) for number, version in _chosen(actor, given).items()]
    return f"已撤销 {len(done)} 家最近一次变动", {"undone": [one.pk for one in done]}


def _issue(actor: Any, given: argparse.Namespace) -> tuple[str, Any]:
    from miaopu.selection.library.actions.issues import issue  # 要等 django.setup() 之后

    made = issue(actor, given.tier, given.meeting_on, given.minutes, given.reason)
    data = {"issue": made.pk, "version": made.version, "firms": made.firms, "seal": made.seal}
    return f"已发布第 {made.version} 版，{made.firms} 家转入培育，摘要 {made.seal}", data


def _watch(actor: Any, given: argparse.Namespace) -> tuple[str, Any]:
    from miaopu.selection.library.actions.alerts import watch  # 要等 django.setup() 之后
    from miaopu.selection.library.queries.members import alerts  # 同上

    made = watch(actor)
    rows = [{"alert": one.pk, "firm": one.member.name, "told": one.told} for one in alerts(actor)]
    lines = [f"新的预警 {made} 条；待处置 {len(rows)} 条"]
    lines += [f"　{one['alert']}　{one['firm']}：{one['told']}" for one in rows]
    return "\n".join(lines), {"new": made, "alerts": rows}


def _ack(actor: Any, given: argparse.Namespace) -> tuple[str, Any]:
    from miaopu.selection.library.actions.alerts import acknowledge  # 要等 django.setup() 之后

    done = acknowledge(actor, given.alert, given.reason)
    return f"已处置 {done} 条预警", {"acknowledged": done}


def _charge(actor: Any, given: argparse.Namespace) -> tuple[str, Any]:
    from miaopu.selection.library.actions.members import charge  # 要等 django.setup() 之后

    given.state = given.state or "inside"
    chosen = _chosen(actor, given)
    done = charge(actor, chosen, dict.fromkeys(chosen, (given.office, given.person)))
    return f"{len(done)} 家的责任人改为{given.office} {given.person}", {"charged": [one.pk for one in done]}


def _drafted(actor: Any, given: argparse.Namespace) -> tuple[str, Any]:
    from miaopu.access.act import Wrong  # 要等 django.setup() 之后
    from miaopu.selection.library.book import export_draft  # 同上
    from miaopu.selection.library.queries.drafts import drafts  # 同上

    made = drafts(actor).filter(pk=given.draft).first()
    if made is None:
        raise Wrong(f"没有草案 {given.draft}")
    path = export_draft(actor, made, given.out or Path("out"))
    return f"已写 {path}", {"file": str(path)}


Part = tuple[str, Callable[[Any, argparse.Namespace], tuple[str, Any]], tuple[str, ...]]
PARTS: Mapping[str, Part] = {
    "list": ("库里的企业", _list, ("tier", "state", "county", "out")),
    "quota": ("照目录立一版名额", _quota, ("tier", "total", "reason")),
    "pick": ("选一份草案", _pick, ("tier", "required", "barred", "planned")),
    "adopt": ("采用草案", _adopt, ("draft", "to", "reason", "proof")),
    "propose": ("提名", _propose, ("tier", "firm", "reason")),
    "move": ("办变动", _move, ("tier", "state", "county", "firm", "step", "reason", "proof")),
    "undo": ("撤销最近一次变动", _undo, ("tier", "state", "county", "firm", "reason")),
    "dispatch": ("名单下发", parcels.dispatch, ("tier", "county", "due", "reason")),
    "receive": ("县区签收", parcels.receive, ("parcel",)),
    "opine": ("县区报意见", parcels.opine, ("parcel", "office", "person", "against", "reason")),
    "review": ("市局复核", parcels.review, ("parcel", "against", "reason")),
    "withdraw": ("收回下发", parcels.withdraw, ("parcel", "reason")),
    "issue": ("上会发布", _issue, ("tier", "meeting", "minutes", "reason")),
    "watch": ("照当前一轮监测", _watch, ()),
    "ack": ("处置预警", _ack, ("alert", "reason")),
    "charge": ("责任到人", _charge, ("tier", "state", "county", "firm", "office", "person")),
    "parcels": ("下发的各份走到哪一步", parcels.parcels, ("tier",)),
    "evaluate": ("年度评价", yearly.evaluate, ("year", "every", "state", "county", "out")),
    "draft": ("写出选配草案", _drafted, ("draft", "out")),
}
COMMANDS = (Command("library", _arguments, _library),)
