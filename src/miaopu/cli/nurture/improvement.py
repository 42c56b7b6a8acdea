"""材料的命令 report：一家或一份名单的提升报告与提升规划，写完当场逐数核对；读台账，不写台账。"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator
from pathlib import Path

from miaopu.cli.command import Command
from miaopu.cli.context import Context, Exit, UsageError
from miaopu.cli.nurture.planning import dates, judged_on, listed, reading_of
from miaopu.cli.screening import one_firm
from miaopu.desk.dossier import Reading, dossier
from miaopu.desk.figure import Figures
from miaopu.desk.improvement.pack import told, write_pack
from miaopu.desk.improvement.report import Subject
from miaopu.desk.planning import plan_many
from miaopu.desk.screened import place_of
from miaopu.plan.result import Failed


def _arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("firm", nargs="?", metavar="企业", help="统一社会信用代码、企业号或全名；--all 时不写")
    one.add_argument("--tier", default="LG", metavar="层级", help="对照哪个层级（缺省 LG）")
    one.add_argument("--all", dest="library", type=Path, metavar="名单", help="一行一家（代码、企业号或全名）的文件")
    one.add_argument("--out", type=Path, default=Path("out/一企一策"), metavar="文件夹", help="写到哪里")
    one.add_argument("--filled-by", metavar="单位", help="填报单位（缺省这座城市的工业和信息化局）")
    dates(one)


def _report(context: Context) -> int:
    given = context.arguments
    if (given.firm is None) == (given.library is None):
        raise UsageError("写一家企业，或用 --all 给一份名单，二者取一")
    reading = reading_of(context)
    if given.library is None:
        firms = [one_firm(reading.run, given.firm)["enterprise"]]
    else:
        firms = listed(reading, given.library)
    failed: list[Failed] = []
    with context.progress("写材料", len(firms)) as step:
        done = write_pack(_advanced(_subjects(context, reading, firms, failed), step), given.out)
    context.give(
        [{"enterprise": one.enterprise, "why": one.why} for one in failed]
        + [{"enterprise": one.subject.figures.dossier.enterprise, "why": one.failed} for one in done if one.failed]
        + [
            {"enterprise": one.subject.figures.dossier.enterprise, "name": one.subject.name, "told": told(one.subject),
             "report": str(one.report), "scheme": str(one.scheme), "faults": one.faults}
            for one in done if not one.failed
        ]
    )  # fmt: skip
    for one in done:
        if one.failed:
            context.say(f"{one.subject.name}　{one.failed}")
            continue
        context.say(f"{one.subject.name}　{told(one.subject)}　{one.report}　{one.scheme}")
        context.say("\n".join(f"　核对不符 {fault}" for fault in one.faults) or "　逐数核对无误")
    for one in failed:
        context.say(f"没有编成　{one.why}")
    if any(one.faults for one in done):
        return Exit.MISMATCH
    return Exit.COMPLAINTS if failed or any(one.failed for one in done) else Exit.DONE


def _subjects(context: Context, reading: Reading, firms: list[str], failed: list[Failed]) -> Iterator[Subject]:
    """逐家的材料；没有编成方案的记进 failed，别家照写。"""
    given = context.arguments
    bureau = place_of(context.space, reading.run.wide).bureau
    try:
        for enterprise, planned in plan_many(reading, firms, given.tier, judged_on(context, given.tier)):
            if isinstance(planned, Failed):
                failed.append(planned)
                continue
            figures = Figures(dossier(reading, enterprise))
            assessed = figures.dossier.of_tier(given.tier)
            if assessed is None:
                raise UsageError(f"这一轮没有层级“{given.tier}”适用的标准；可用：{'、'.join(reading.tiers)}")
            yield Subject(figures, assessed, planned, given.filled_by or bureau)
    except LookupError as error:
        raise UsageError(str(error.args[0])) from None


def _advanced(found: Iterable[Subject], step) -> Iterator[Subject]:  # type: ignore[no-untyped-def]
    for one in found:
        yield one
        step.advance()


COMMANDS = (Command("report", _arguments, _report),)
