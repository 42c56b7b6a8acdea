"""技术需求的命令 demands：列出、填报与提交、审核、推荐、撮合、导出；与网页走同一批动作，以 --as 的账号办。"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from miaopu.cli.account import account_arguments, as_account
from miaopu.cli.command import Command
from miaopu.cli.context import Context, Exit, UsageError
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog

DOES = ("list", "show", "submit", "vet", "recommend", "withdraw", "match", "export", "results")
STEPS = {
    "vet": {"": "pass", "return": "return"},
    "recommend": {"": "recommend", "entered": "enter", "refused": "refuse"},
    "withdraw": {"": "withdraw"},
}
"""命令 → --outcome 的取值 → 目录里的一步。"""
MATCH = {"met": "meet", "signed": "sign", "failed": "fail"}
FIELDS = (
    "batch",
    "recommended_on",
    "number",
    "entered_on",
    "met_on",
    "minutes",
    "contract_number",
    "amount",
    "signed_on",
)


def _arguments(one: argparse.ArgumentParser) -> None:
    account_arguments(one)
    one.add_argument("do", choices=DOES, metavar="办什么", help="、".join(DOES))
    one.add_argument("--demand", default="", metavar="编号", help="哪项需求（如 X00001）")
    one.add_argument("--reason", default="", metavar="理由", help="每一步都要写")
    one.add_argument("--outcome", default="", metavar="结果", help="vet：return 退回；recommend：entered、refused；"
                     "match：met、signed、failed（不写是推荐）")  # fmt: skip
    one.add_argument(
        "--file", type=Path, metavar="文件", help="submit：需求的 YAML；results：改好的登记表；match：合同"
    )
    one.add_argument("--firm", default="", metavar="企业号", help="submit：替哪家填；list、export：只看哪家")
    one.add_argument("--draft", action="store_true", help="submit：只存草稿")
    one.add_argument("--result", default="", metavar="编号", help="match：哪项成果（如 C00001）")
    one.add_argument("--out", type=Path, default=Path("out"), metavar="文件夹", help="导出到哪里（缺省 out）")
    for name, told in (("state", "状态代码"), ("field", "领域代码"), ("district", "县区代码"), ("q", "几个字")):
        one.add_argument(f"--{name}", default="", metavar=told, help="list、export：条件")
    for name in FIELDS:
        one.add_argument(f"--{name.replace('_', '-')}", default="", metavar="内容", help=_TOLD[name])


_TOLD = {
    "batch": "推荐批次", "recommended_on": "推荐日期", "number": "入库编号", "entered_on": "入库日期",
    "met_on": "对接日期", "minutes": "会议纪要", "contract_number": "合同编号", "amount": "合同金额，万元",
    "signed_on": "签约日期",
}  # fmt: skip


def _run(context: Context) -> int:
    return as_account(context, lambda actor: WORK[context.arguments.do](context, actor))


def _list(context: Context, actor: Any) -> int:
    from miaopu.nurture.demands import queries  # 要等 django.setup() 之后
    from miaopu.nurture.typed import wan  # 同上

    rows = [
        {"demand": one.code, "title": one.title, "firm": one.name if queries.named(actor, one) else None,
         "state": one.state, "state_word": one.at.title, "budget": wan(one.budget) or None, "version": one.version}
        for one in queries.demands(actor, _wanted(context.arguments))
    ]  # fmt: skip
    goals = [{"title": one.title, "now": one.now, "stated": one.stated, "present": one.present, "told": [one.told, *one.more]}
             for one in queries.goals(actor) or ()]  # fmt: skip
    context.give({"demands": rows, "goals": goals})
    lines = [f"{one['demand']}　{one['state_word']}　{one['firm'] or '企业名称不公开'}　{one['title']}" for one in rows]
    context.say("\n".join(lines) or "没有合条件的技术需求")
    for one in goals:
        context.say(f"{one['title']}：{one['now']}／{one['stated']}。" + "".join(one["told"][1:]))
    return int(Exit.DONE)


def _wanted(given: argparse.Namespace) -> dict[str, str]:
    told = {name: getattr(given, name) for name in ("state", "field", "district", "q")}
    return {**told, "enterprise": given.firm}


def _show(context: Context, actor: Any) -> int:
    """候选，分高的在前。"""
    from miaopu.nurture.demands import queries  # 要等 django.setup() 之后

    one = _one(context, actor)
    found = [(each, result) for each, result in queries.candidates(actor, one)]
    context.give([{"result": result.code, "title": result.title, "institute": result.institute,
                   "score": float(each.score), "reason": each.sentence,
                   "parts": {part.title: float(part.points) for part in each.parts}} for each, result in found])  # fmt: skip
    context.say(f"{one.code}　{one.at.title}　{one.title}")
    for each, result in found:
        context.say(f"　{float(each.score):5.1f}　{result.code}　{result.institute}《{result.title}》：{each.sentence}")
    return int(Exit.DONE)


def _submit(context: Context, actor: Any) -> int:
    """没有编号的新填，有编号的改；不写 --draft 就接着提交。"""
    from miaopu.nurture.demands.actions import demands as actions  # 要等 django.setup() 之后

    given = context.arguments
    if given.file is None and not given.demand:
        raise UsageError("submit 要写 --file（需求的 YAML）或 --demand（已有的草稿）")
    if given.demand:
        one = _one(context, actor)
        one = actions.amend(actor, one.pk, one.version, _typed(given.file)) if given.file else one
    else:
        one = actions.draft(actor, given.firm or _own(actor), _typed(given.file))
    if not given.draft:
        one = actions.move(actor, one.pk, one.version, "submit", given.reason)
    return _said(context, one)


def _own(actor: Any) -> str:
    from miaopu.nurture.demands.queries import firms_for  # 要等 django.setup() 之后

    found = list(firms_for(actor)[:2])
    if len(found) != 1:
        raise UsageError("替哪家企业填？请用 --firm 写企业号")
    return str(found[0].enterprise)


def _typed(path: Path) -> Mapping[str, str]:
    """需求的 YAML → 填的文字；领域、合作方式写代码或名称。"""
    if not path.is_file():
        raise UsageError(f"没有文件《{path}》")
    told, catalog = yaml_lines.read(path), Catalog.default().read("demands.yaml")
    if not isinstance(told, Mapping):
        raise UsageError(f"《{path.name}》应是 title: 需求名称 这样一行一项的 YAML")
    found = {str(name): "" if value is None else str(value) for name, value in told.items()}
    for name, group in (("field", "fields"), ("form", "forms")):
        known = {one["title"]: one["code"] for one in catalog[group]}
        found[name] = known.get(found.get(name, ""), found.get(name, ""))
    return found


def _step(context: Context, actor: Any) -> int:
    from miaopu.nurture.demands.actions import demands as actions  # 要等 django.setup() 之后

    given = context.arguments
    known = STEPS[given.do]
    if given.outcome not in known:
        raise UsageError(f"{given.do} 的 --outcome 应是 {'、'.join(one or '（不写）' for one in known)}")
    one = _one(context, actor)
    return _said(context, actions.move(actor, one.pk, one.version, known[given.outcome], given.reason, _given(given)))


def _match(context: Context, actor: Any) -> int:
    from miaopu.access.act import Wrong  # 要等 django.setup() 之后
    from miaopu.nurture.demands.actions import matches as actions  # 同上

    given, one = context.arguments, _one(context, actor)
    result = _digits(given.result, "C", "--result")
    if not given.outcome:
        actions.recommend(actor, one.pk, result, given.reason)
        return _said(context, one, "已推荐成果")
    if given.outcome not in MATCH:
        raise UsageError(f"match 的 --outcome 应是 {'、'.join(MATCH)}，不写是推荐")
    held = one.matches.filter(result=result).first()
    if held is None:
        raise Wrong(f"{one.code} 没有推荐过 {given.result}；请先推荐")
    made = _concluded(actor, held, given)
    return _said(context, one, made.at.title)


def _concluded(actor: Any, held: Any, given: argparse.Namespace) -> Any:
    from django.core.files.uploadedfile import SimpleUploadedFile  # 要等 django.setup() 之后

    from miaopu.nurture.demands.actions import matches as actions  # 同上

    file = SimpleUploadedFile(given.file.name, given.file.read_bytes()) if given.file else None
    return actions.move(actor, held.pk, held.version, MATCH[given.outcome], given.reason, _given(given), file)


def _given(given: argparse.Namespace) -> dict[str, str]:
    return {name: getattr(given, name) for name in FIELDS}


def _export(context: Context, actor: Any) -> int:
    from miaopu.nurture.demands.actions.results import export_demands  # 要等 django.setup() 之后

    path = export_demands(actor, _wanted(context.arguments), context.arguments.out)
    context.give({"file": str(path)})
    context.say(f"已导出：{path}")
    return int(Exit.DONE)


def _results(context: Context, actor: Any) -> int:
    """成果登记：有 --file 是导入，没有是导出。"""
    from miaopu.nurture.demands.actions import results as actions  # 要等 django.setup() 之后

    given = context.arguments
    if given.file is None:
        path = actions.export_results(actor, {"field": given.field, "q": given.q}, given.out)
        context.give({"file": str(path)})
        context.say(f"已导出：{path}")
        return int(Exit.DONE)
    found = actions.import_results(actor, given.file, given.file.name, given.reason)
    context.give({"fresh": found.fresh, "changed": found.changed, "same": found.same, "complaints": found.complaints})
    context.say("\n".join((found.sentence(), *found.complaints)))
    return int(Exit.COMPLAINTS if found.complaints else Exit.DONE)


def _one(context: Context, actor: Any) -> Any:
    from miaopu.access.act import Wrong  # 要等 django.setup() 之后
    from miaopu.nurture.demands.queries import demand  # 同上

    found = demand(actor, _digits(context.arguments.demand, "X", "--demand"))
    if found is None:
        raise Wrong(f"没有技术需求“{context.arguments.demand}”，或不在您的范围里")
    return found


def _digits(text: str, letter: str, name: str) -> int:
    digits = text.upper().removeprefix(letter)
    if not (digits.isascii() and digits.isdecimal() and len(digits) < 10):
        raise UsageError(f"{name} 应是编号，如 {letter}00001，现在是“{text or '空的'}”")
    return int(digits)


def _said(context: Context, one: Any, told: str = "") -> int:
    context.give({"demand": one.code, "state": one.state, "version": one.version, "told": told or one.at.title})
    context.say(f"{one.code}“{one.title}”：{told or one.at.title}")
    return int(Exit.DONE)


WORK: Mapping[str, Callable[[Context, Any], int]] = {
    "list": _list, "show": _show, "submit": _submit, "vet": _step, "recommend": _step, "withdraw": _step,
    "match": _match, "export": _export, "results": _results,
}  # fmt: skip
COMMANDS = (Command("demands", _arguments, _run),)
