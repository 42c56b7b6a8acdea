"""占有率核算命令：share 由核算表给出区间、最敏感的假设与对条款的说法，可写说明、底稿与填报表；不读台账，不入账。"""

from __future__ import annotations

import argparse
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from pathlib import Path
from typing import Any

from miaopu.cli.command import Command, day
from miaopu.cli.context import Context, Exit, UsageError
from miaopu.desk.signals.share import RULES, paragraphs, shared, write_blank, write_document, write_row, write_workings
from miaopu.profile.market_share import NotEnough, Shared
from miaopu.profile.share_case import Range
from miaopu.standards.engine.bind import Program
from miaopu.terms.shown import NAME_BYTES, safe_name

WHOLE = 100
"""百分数的全部。"""


def _arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "file", nargs="?", type=Path, metavar="文件", help="核算表（yaml 或 xlsx），写法见 docs/officials/share.md"
    )
    one.add_argument("--standard", default="LG-2026", metavar="标准", help="对照哪份标准（缺省 LG-2026）")
    one.add_argument("--assessed-on", type=day, default=date.today(), metavar="日期", help="按哪天的规则（缺省今天）")
    one.add_argument("--out", type=Path, metavar="文件夹", help="把说明（docx）与底稿（xlsx）写到这里")
    one.add_argument("--claimed", metavar="百分数", help="企业确认的占有率，如 11.8；写成企业填报表，交给 read 才入账")
    one.add_argument("--blank", type=Path, metavar="文件", help="只写一份空白核算表（xlsx）")


def _share(context: Context) -> int:
    given = context.arguments
    if given.blank is not None:
        context.say(f"已写 {write_blank(given.blank)}")
        context.give({"files": [given.blank]})
        return Exit.DONE
    if given.file is None:
        raise UsageError("要写一份核算表，或用 --blank 文件 写空白的")
    if given.claimed is not None and given.out is None:
        raise UsageError("--claimed 要同时用 --out 写明放在哪个文件夹")
    claimed = None if given.claimed is None else _claimed(given.claimed)
    try:
        found, program = shared(context.space, given.file, given.standard, given.assessed_on)
    except NotEnough as short:
        raise UsageError(str(short)) from None
    files = _written(context, found, program, claimed) if given.out is not None else []
    context.give({**share_data(found), "standard": program.standard.code, "files": files})
    for head, text in paragraphs(found, context.catalog.read(RULES)):
        context.say(f"{head}：{text}")
    context.say("\n".join([*(f"已写 {path}" for path in files), "核算是企业如实说明的底稿，不作结论，不自动入账"]))
    return Exit.COMPLAINTS if found.doubts else Exit.DONE


def _written(context: Context, found: Shared, program: Program, claimed: Fraction | None) -> list[Path]:
    out, on, rules = context.arguments.out, context.arguments.assessed_on, context.catalog.read(RULES)
    out.mkdir(parents=True, exist_ok=True)
    name = safe_name(found.case.firm, "企业", NAME_BYTES)
    files = [
        write_document(out / f"{name}占有率说明.docx", found, rules, program, on),
        write_workings(out / f"{name}占有率底稿.xlsx", found, rules, program, on),
    ]
    if claimed is not None:
        files.append(write_row(out / f"企业填报表_{name}.xlsx", found, claimed))
    return files


def _claimed(text: str) -> Fraction:
    try:
        found = Decimal(text.strip().removesuffix("%"))
    except InvalidOperation:
        found = Decimal("nan")
    if not found.is_finite() or not 0 <= found <= WHOLE:
        raise UsageError(f"占有率应写成 11.8 的样子，在 0 与 {WHOLE} 之间，发现“{text}”")
    return Fraction(found)


def share_data(found: Shared) -> dict[str, Any]:
    """核算结果的 JSON：占有率写百分数值，另给精确分数。"""
    return {
        "firm": found.case.firm, "product": found.case.product, "year": found.case.year,
        "estimates": [{"method": one.method, **_range(one.share), "point": one.point * 100} for one in found.estimates],
        "overall": _range(found.overall), "common": None if found.common is None else _range(found.common),
        "point": found.point * 100,
        "swings": [
            {"title": one.title, "given": one.given, "low": one.low * 100, "high": one.high * 100}
            for one in found.swings
        ],
        "doubts": found.doubts,
        "against": [{"clause": one.clause, "cite": one.cite, "said": one.said} for one in found.against],
    }  # fmt: skip


def _range(share: Range) -> dict[str, Any]:
    return {"low": share.low * 100, "high": share.high * 100, "exact": [str(share.low), str(share.high)]}


COMMANDS = (Command("share", _arguments, _share),)
