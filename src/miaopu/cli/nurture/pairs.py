"""队伍与分工类命令：assign 只用核心（两张表进，分工出）；roster、pairs 经网站的动作，以 --as 的账号办。"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from miaopu.allocation.assignment import Clash, Result, assign, load_terms, reassign
from miaopu.allocation.assignment.tables import read_clients, read_helpers
from miaopu.cli.account import account_arguments, as_account
from miaopu.cli.command import Command
from miaopu.cli.context import Context, Exit, UsageError
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import registered
from miaopu.papers.sheet import write_book

FIELDS = (
    Field(("企业名称",), "name", width=32),
    Field(("服务专员",), "helper", width=16),
    Field(("花费",), "cost", "count", 8),
    Field(("换人",), "changed", width=8),
    Field(("为什么",), "reason", width=44),
    Field(("次选为什么不是",), "why_not", width=44),
)


def _assign_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("firms", type=Path, metavar="企业表", help="xlsx：企业名称、县区、行业、议题、权重、现专员")
    one.add_argument(
        "roster", type=Path, metavar="名册", help="xlsx：姓名、最多服务几家、县区、行业专长、议题专长、回避企业"
    )
    one.add_argument("--city", default="371500", metavar="区划代码", help="哪个城市的县区小图（缺省聊城）")
    one.add_argument("--keep", action="store_true", help="重新统筹：只改非改不可的（按“现专员”一列）")
    one.add_argument("--counties", type=int, metavar="个数", help="一名专员至多几个县区（0 不限，缺省照目录）")
    one.add_argument("--no-crossing", action="store_true", help="不许跨县区")
    one.add_argument("--out", type=Path, metavar="文件", help="写成 xlsx")


def _assign(context: Context) -> int:
    given, districts = context.arguments, context.space.districts
    clients, helpers = read_clients(given.firms, districts), read_helpers(given.roster, districts)
    crossing = "forbidden" if given.no_crossing else ""
    terms = load_terms(context.catalog, given.city, most_counties=given.counties, cross=crossing)
    try:
        found = (reassign if given.keep else assign)(clients, helpers, terms)
    except Clash as clash:
        context.give({"clash": str(clash), "firms": clash.clients, "helpers": clash.helpers})
        context.say(str(clash))
        return int(Exit.COMPLAINTS)
    names = {one.code: one.name for one in (*clients, *helpers)}
    if given.out:
        _book(given.out, found, names, context.by)
    _tell(context, found, names)
    return int(Exit.DONE)


def _tell(context: Context, found: Result, names: dict[str, str]) -> None:
    rows = [{"firm": one.client, "helper": one.helper, "cost": one.cost, "reason": one.reason, "why_not": one.why_not,
             "changed": one.changed} for one in found.pairs]  # fmt: skip
    told = {"cost": found.cost, "bound": found.bound, "changes": found.changes, "proof": found.proof}
    context.give({**told, "beyond": found.beyond, "seconds": found.seconds, "pairs": rows})
    context.say(f"{len(rows)} 对，换人 {found.changes} 家，花费 {found.cost}（下界 {found.bound}）：{found.proof}")
    for one in found.loads:
        context.say(
            f"　{names[one.helper]}：{one.firms} 家（份额 {one.low}至{one.high}，容量 {one.capacity}），{one.counties} 个县区"
        )


def _book(path: Path, found: Result, names: dict[str, str], by: str) -> None:
    rows = [
        {
            "name": names[one.client], "helper": names[one.helper], "cost": one.cost,
            "changed": "是" if one.changed else "否", "reason": one.reason, "why_not": one.why_not,
        }
        for one in found.pairs
    ]  # fmt: skip
    kinds = {one.column: pl.Int64 if one.kind == "count" else pl.String for one in FIELDS}
    notes = (found.proof, "花费是口径里的分数，不是金额；远近是县区小图上的格数，不是公里。")
    sheet = Sheet("专员分工", "专员分工表", FIELDS, pl.DataFrame(rows, schema=kinds), "家", notes)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_book(path, [sheet], registered(by, date.today()), "PAIRS")


def _site_arguments(one: argparse.ArgumentParser, does: tuple[str, ...]) -> None:
    account_arguments(one)
    one.add_argument("do", choices=does, metavar="办什么", help="、".join(does))
    one.add_argument("--reason", default="", metavar="理由", help="导入、采用、人工改要写")
    one.add_argument("--out", type=Path, default=Path("out"), metavar="文件夹", help="导出到哪里（缺省 out）")


def _roster_arguments(one: argparse.ArgumentParser) -> None:
    _site_arguments(one, ("list", "export", "import"))
    one.add_argument("--file", type=Path, metavar="文件", help="import：改好的名册")
    for name, told in (("kind", "种类代码"), ("state", "状态代码"), ("district", "县区代码")):
        one.add_argument(f"--{name}", default="", metavar=told)


def _pairs_arguments(one: argparse.ArgumentParser) -> None:
    _site_arguments(one, ("list", "export", "draft", "adopt", "override", "release"))
    one.add_argument("--fresh", action="store_true", help="draft：全部重排（缺省只改非改不可的）")
    one.add_argument("--counties", type=int, default=0, metavar="个数", help="draft：至多几个县区（0 不限）")
    one.add_argument("--no-crossing", action="store_true", help="draft：不许跨县区")
    one.add_argument("--draft", type=int, metavar="编号", help="adopt：哪份草案")
    one.add_argument("--firm", default="", metavar="企业号", help="override、release：哪家企业")
    one.add_argument("--person", default="", metavar="编号", help="override：改由名册里的谁（如 P00003）")


def _through_site(work: Callable[[Context, Any], int]) -> Callable[[Context], int]:
    return lambda context: as_account(context, lambda actor: work(context, actor))


def _roster(context: Context, actor: Any) -> int:
    from miaopu.nurture.specialists.actions import importing  # 要等 django.setup() 之后
    from miaopu.nurture.specialists.queries.roster import people  # 同上

    given = context.arguments
    wanted = {name: getattr(given, name) for name in ("kind", "state", "district")}
    if given.do == "export":
        path = importing.export_roster(actor, wanted, given.out)
        context.give({"file": str(path)})
        context.say(f"已导出：{path}")
        return int(Exit.DONE)
    if given.do == "import":
        if given.file is None:
            raise UsageError("import 要写 --file：导出后改好的名册")
        found = importing.import_roster(actor, given.file, given.file.name, given.reason)
        context.give(
            {"fresh": found.fresh, "changed": found.changed, "same": found.same, "complaints": found.complaints}
        )
        context.say("\n".join((found.sentence(), *found.complaints)))
        return int(Exit.COMPLAINTS if found.complaints else Exit.DONE)
    rows = [
        [one.code, one.name, one.kind, one.at.word, one.county or "市级", one.capacity] for one in people(actor, wanted)
    ]
    context.give(rows)
    context.say("\n".join("　".join(str(cell) for cell in row) for row in rows) or "名册里没有合条件的")
    return int(Exit.DONE)


def _pairs(context: Context, actor: Any) -> int:
    from miaopu.nurture.specialists.actions import importing, pairs  # 要等 django.setup() 之后
    from miaopu.nurture.specialists.queries.roster import pairings  # 同上

    given = context.arguments
    if given.do == "draft":
        return _draft(context, actor)
    if given.do == "export":
        told = f"已导出：{importing.export_pairs(actor, given.out)}"
    elif given.do == "adopt":
        told = f"已采用草案 {pairs.adopt(actor, given.draft or 0, given.reason).pk}"
    elif given.do in ("override", "release"):
        told = _one(actor, given)
    else:
        told = "\n".join(
            f"{one.enterprise}　{one.name}　{one.person.code} {one.person.name}" for one in pairings(actor)
        )
    context.give({"told": told})
    context.say(told or "还没有现行的分工")
    return int(Exit.DONE)


def _draft(context: Context, actor: Any) -> int:
    """当场做完，不等后台；终端上报进度。"""
    from miaopu.access.act import Wrong  # 要等 django.setup() 之后
    from miaopu.cli.nurture.job import finished  # 同上
    from miaopu.jobs.models import Job  # 同上
    from miaopu.nurture.specialists.actions import pairs  # 同上
    from miaopu.nurture.specialists.models import Draft  # 同上
    from miaopu.nurture.specialists.states import DraftState  # 同上

    given = context.arguments
    made = pairs.begin(actor, pairs.Wanted(not given.fresh, given.counties, given.no_crossing))
    try:
        finished(context, actor, Job.objects.get(pk=made.job))
    except Wrong:
        if Draft.objects.get(pk=made.pk).state != DraftState.FAILED.value:
            raise  # 排不开的另有一句话，在下面说
    one = Draft.objects.get(pk=made.pk)
    told = json.loads(one.told or "{}")
    context.give({"draft": one.pk, "state": one.state, **told})
    context.say(
        told.get("clash") or f"草案 {one.pk}：{one.pairs.count()} 对，换人 {told['changes']} 家；{told['proof']}"
    )
    return int(Exit.COMPLAINTS if "clash" in told else Exit.DONE)


def _one(actor: Any, given: argparse.Namespace) -> str:
    from miaopu.access.act import Wrong  # 要等 django.setup() 之后
    from miaopu.nurture.specialists.actions import pairs  # 同上
    from miaopu.nurture.specialists.queries.roster import pairings  # 同上

    held = pairings(actor).filter(enterprise=given.firm).first()
    if held is None:
        raise Wrong(f"企业号“{given.firm}”现在没有专员；请先统筹并采用")
    if given.do == "release":
        return f"已解除指定：{pairs.release(actor, held.pk, held.version, given.reason).name}"
    digits = given.person.removeprefix("P")
    if not digits.isdecimal():
        raise UsageError("--person 应是名册的编号，如 P00003")
    made = pairs.override(actor, held.pk, held.version, int(digits), given.reason)
    return f"已指定：{made.name}由{made.person.name}帮扶"


COMMANDS = (
    Command("assign", _assign_arguments, _assign),
    Command("roster", _roster_arguments, _through_site(_roster)),
    Command("pairs", _pairs_arguments, _through_site(_pairs)),
)
