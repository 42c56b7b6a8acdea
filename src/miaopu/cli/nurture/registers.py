"""专项登记的命令 registers：各本与件数、清单、登记、改、办一步、撤销、应有而没有的、试算、导出、导入；与网页走同一批动作。"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from miaopu.cli.account import account_arguments, as_account
from miaopu.cli.command import Command
from miaopu.cli.context import Context, Exit, UsageError

DOES = ("books", "list", "show", "add", "amend", "move", "undo", "missing", "ahead", "export", "report", "import")


def _arguments(one: argparse.ArgumentParser) -> None:
    account_arguments(one)
    one.add_argument("do", choices=DOES, metavar="办什么", help="、".join(DOES))
    one.add_argument("--book", default="", metavar="代码", help="哪一本，如 patents（books 列出全部）")
    one.add_argument("--entry", default="", metavar="编号", help="哪一件（如 D00001）")
    one.add_argument("--firm", default="", metavar="企业号", help="哪家企业")
    one.add_argument("--step", default="", metavar="代码", help="move：哪一步（show 列出能办的）")
    one.add_argument(
        "--set", action="append", default=[], metavar="列=内容", help="add、amend、move：列的代码或名称，可写几次"
    )
    one.add_argument("--name", default="", metavar="名称", help="add：市外企业的名称")
    one.add_argument(
        "--district", default="", metavar="县区代码", help="add：市外企业拟落哪个县区；list、export：只看哪个县区"
    )
    one.add_argument("--state", default="", metavar="状态代码", help="list、export：条件")
    one.add_argument("--year", default="", metavar="年度", help="list、export：条件")
    one.add_argument("--late", action="store_true", help="list、export：只要过了期限还在办的")
    one.add_argument("--reason", default="", metavar="理由", help="改、办一步、撤销、导入都要写")
    one.add_argument("--file", type=Path, metavar="文件", help="import：改好的登记表")
    one.add_argument("--out", type=Path, default=Path("out"), metavar="文件夹", help="导出到哪里（缺省 out）")


def _run(context: Context) -> int:
    return as_account(context, lambda actor: WORK[context.arguments.do](context, actor))


def _books(context: Context, actor: Any) -> int:
    from miaopu.nurture.registers import queries  # 要等 django.setup() 之后

    found = queries.books(actor)
    context.give([{"book": one.code, "title": one.title, **counts} for one, counts in found])
    for one, counts in found:
        context.say(
            f"{one.code}　{one.title}　在办 {counts['open']} 件，办成 {counts['done']} 件，过了期限 {counts['late']} 件"
        )
    return int(Exit.DONE)


def _book(context: Context, actor: Any) -> Any:
    from miaopu.nurture.registers import queries  # 要等 django.setup() 之后

    found = queries.book_for(actor, context.arguments.book)
    if found is None:
        known = "、".join(one.code for one, _ in queries.books(actor))
        raise UsageError(f"没有登记“{context.arguments.book}”；--book 应是 {known} 之一")
    return found


def _wanted(given: argparse.Namespace, book: Any) -> dict[str, str]:
    """list、export 的条件；状态、年度写错的不当作一件也没有。"""
    if given.state and given.state not in book.states:
        known = "、".join(f"{one.code}（{one.title}）" for one in book.states.values())
        raise UsageError(f"--state “{given.state}”不对；“{book.title}”的状态是 {known} 之一")
    if given.year and not (given.year.isascii() and given.year.isdecimal() and len(given.year) == 4):
        raise UsageError(f"--year “{given.year}”不对；应是四位数的年度，如 2026")
    told = {name: getattr(given, name) for name in ("state", "district", "year")}
    return {**told, "enterprise": given.firm, "late": "1" if given.late else ""}


def _list(context: Context, actor: Any) -> int:
    from miaopu.nurture.registers import queries  # 要等 django.setup() 之后

    book = _book(context, actor)
    found = list(queries.entries(actor, book, _wanted(context.arguments, book)))
    context.give([_told(one) for one in found])
    lines = [f"{one.code}　{one.at.title}　{one.name}　{one.title}" for one in found]
    context.say("\n".join(lines) or f"没有合条件的“{book.title}”")
    return int(Exit.DONE)


def _told(one: Any) -> dict[str, Any]:
    from miaopu.nurture.registers.forms import typed_of  # 要等 django.setup() 之后

    return {"entry": one.code, "book": one.register, "firm": one.enterprise, "name": one.name, "title": one.title,
            "state": one.state, "state_word": one.at.title, "version": one.version, "values": typed_of(one.book, one.values)}  # fmt: skip


def _one(context: Context, actor: Any) -> Any:
    from miaopu.nurture.registers import queries  # 要等 django.setup() 之后

    text = context.arguments.entry.removeprefix("D")
    found = queries.entry(actor, int(text)) if text.isascii() and text.isdecimal() and len(text) < 10 else None
    if found is None:
        raise UsageError(f"没有登记“{context.arguments.entry}”，或不在您的范围里；--entry 写 list 给出的编号")
    return found


def _show(context: Context, actor: Any) -> int:
    from miaopu.nurture.registers.forms import words  # 要等 django.setup() 之后

    one = _one(context, actor)
    steps = [step for step in one.book.steps.values() if one.state in step.before]
    moves = [{"on": each.on, "what": each.title, "by": each.by, "reason": each.reason} for each in one.moves.all()]
    context.give({**_told(one), "steps": {step.code: step.title for step in steps}, "moves": moves})
    context.say(f"{one.code}　{one.at.title}　{one.name}　{words(one.book, one.values) or '没有填'}")
    for step in steps:
        needs = "、".join(f"{name}={one.book.column(name).title}" for name in step.needs)
        context.say(f"　能办 {step.code}（{step.title}）" + (f"，要填 {needs}" if needs else ""))
    for each in moves:
        context.say(f"　{each['on']}　{each['what']}　{each['by']}：{each['reason']}")
    return int(Exit.DONE)


def _typed(context: Context, book: Any, now: Mapping[str, str] | None = None) -> dict[str, str]:
    """--set 的各项；now 是没有写到的照旧。"""
    titles = {one.title: one.code for one in book.columns} | {one.code: one.code for one in book.columns}
    told = dict(now or {})
    for text in context.arguments.set:
        name, mark, value = text.partition("=")
        if not mark or name not in titles:
            raise UsageError(f"--set “{text}”不对；应是 列=内容，列是 {'、'.join(titles)} 之一")
        told[titles[name]] = value
    return told | {"reason": context.arguments.reason}


def _add(context: Context, actor: Any) -> int:
    from miaopu.nurture.registers.actions import entries as actions  # 要等 django.setup() 之后

    given, book = context.arguments, _book(context, actor)
    who = {"enterprise": given.firm, "name": given.name, "district": given.district}
    return _said(context, actions.enter(actor, book.code, {**who, **_typed(context, book)}))


def _amend(context: Context, actor: Any) -> int:
    from miaopu.nurture.registers.actions import entries as actions  # 要等 django.setup() 之后
    from miaopu.nurture.registers.forms import typed_of  # 同上

    one = _one(context, actor)
    typed = _typed(context, one.book, typed_of(one.book, one.values))
    return _said(context, actions.amend(actor, one.pk, one.version, typed))


def _move(context: Context, actor: Any) -> int:
    from miaopu.nurture.registers.actions import entries as actions  # 要等 django.setup() 之后

    one = _one(context, actor)
    if context.arguments.step not in one.book.steps:
        raise UsageError(f"--step “{context.arguments.step}”不对；应是 {'、'.join(one.book.steps)} 之一")
    return _said(context, actions.move(actor, one.pk, one.version, context.arguments.step, _typed(context, one.book)))


def _undo(context: Context, actor: Any) -> int:
    from miaopu.nurture.registers.actions import entries as actions  # 要等 django.setup() 之后

    one = _one(context, actor)
    return _said(context, actions.undo(actor, one.pk, one.version, context.arguments.reason))


def _said(context: Context, one: Any) -> int:
    context.give(_told(one))
    context.say(f"{one.code}　{one.name}“{one.title}”：{one.at.title}")
    return int(Exit.DONE)


def _missing(context: Context, actor: Any) -> int:
    from miaopu.nurture.registers import queries  # 要等 django.setup() 之后

    found = list(queries.missing(actor, _book(context, actor)))
    context.give([{"firm": one.enterprise, "name": one.name, "county": one.county} for one in found])
    context.say("\n".join(f"{one.enterprise}　{one.county or '县区不详'}　{one.name}" for one in found) or "没有缺的")
    return int(Exit.DONE)


def _ahead(context: Context, actor: Any) -> int:
    """一家照登记的进度试算。"""
    from miaopu.nurture.registers import queries  # 要等 django.setup() 之后
    from miaopu.nurture.registers.reckon.ahead import coming, tiers_of  # 同上

    enterprise, told = context.arguments.firm, []
    rows, tiers = list(queries.entries(actor, given={"enterprise": enterprise})), tiers_of(actor, enterprise)
    if not tiers:
        raise UsageError(f"--firm “{enterprise}”：没有这家企业，或不在您的范围里，或它没有要走的一级；写范围里的企业号")
    for tier in tiers:
        one = coming(enterprise, tier, rows)
        told.append(_outcome(one))
        context.say(
            f"{tier}　{one.on or ''}　{one.told or '结论 ' + ' → '.join(each.word for each in one.found.what.verdicts)}"
        )
        for row in one.found.rows if one.found else ():
            context.say(f"　{'算' if row.counts else '不算'}　{row.title}：{row.told}")
        for clause in one.found.what.changed if one.found else ():
            what = one.found.what
            context.say(f"　{clause}　{what.before[clause].word} → {what.after[clause].word}")
    context.give(told)
    return int(Exit.DONE)


def _outcome(one: Any) -> dict[str, Any]:
    if one.found is None:
        return {"tier": one.tier, "on": one.on, "told": one.told}
    what = one.found.what
    rows = [{"title": row.title, "counts": row.counts, "ready": row.ready, "told": row.told} for row in one.found.rows]
    changed = {name: [what.before[name].key, what.after[name].key] for name in what.changed}
    return {
        "tier": one.tier,
        "on": one.on,
        "rows": rows,
        "verdicts": [each.name for each in what.verdicts],
        "changed": changed,
    }


def _export(context: Context, actor: Any) -> int:
    from miaopu.nurture.registers.actions import books as actions  # 要等 django.setup() 之后

    given, book = context.arguments, _book(context, actor)
    work = {"export": actions.export_entries, "report": actions.export_report}[given.do]
    path = work(actor, book, _wanted(given, book), given.out)
    context.give({"file": str(path)})
    context.say(f"已写出 {path}")
    return int(Exit.DONE)


def _import(context: Context, actor: Any) -> int:
    from miaopu.nurture.registers.actions import books as actions  # 要等 django.setup() 之后

    given = context.arguments
    if given.file is None or not given.file.is_file():
        raise UsageError(f"import 要写 --file（改好的登记表）；没有文件《{given.file}》")
    found = actions.import_entries(actor, _book(context, actor).code, given.file, given.file.name, given.reason)
    context.give({"fresh": found.fresh, "changed": found.changed, "same": found.same, "complaints": found.complaints})
    context.say("\n".join((found.sentence(), *found.complaints)))
    return int(Exit.COMPLAINTS if found.complaints else Exit.DONE)


WORK: Mapping[str, Callable[[Context, Any], int]] = {
    "books": _books, "list": _list, "show": _show, "add": _add, "amend": _amend, "move": _move, "undo": _undo,
    "missing": _missing, "ahead": _ahead, "export": _export, "report": _export, "import": _import,
}  # fmt: skip
COMMANDS = (Command("registers", _arguments, _run),)
