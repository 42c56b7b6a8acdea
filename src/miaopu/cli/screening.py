"""筛选类命令：screen、explain、trace；读台账，跑或复用一轮评估。"""

from __future__ import annotations

import argparse
import re
from pathlib import Path
from typing import Any

from miaopu.cli.command import Command, dates
from miaopu.cli.context import Context, Exit, UsageError
from miaopu.cli.judging import tree_lines
from miaopu.desk.answer import as_data, tree_data
from miaopu.desk.signals.ask import selected_of
from miaopu.ledger.snapshot import snapshot
from miaopu.ledger.trace import trace
from miaopu.standards.explain.firm import assess_firm, computed, files_of, find_firm, origins
from miaopu.standards.judge import Judge
from miaopu.standards.run import Run, Selected
from miaopu.standards.tree.state import Verdict
from miaopu.terms.complaint import Refusal


def _screen_arguments(one: argparse.ArgumentParser) -> None:
    dates(one)
    one.add_argument("--standard", dest="only", metavar="标准", help="只评这一份（LG-2026 或 名字@版本），不出名单")
    one.add_argument("--out", type=Path, default=Path("out"), metavar="文件夹", help="成果文件夹（缺省 out）")


def _screen(context: Context) -> int:
    found = assessed(context)
    files = [] if context.arguments.only else written(context, found, context.arguments.out)
    data = {**found.marks, "folder": str(found.folder), "reused": found.reused, "verdicts": verdict_counts(found)}
    context.give({**data, "files": files})
    context.say(summary(found))
    context.say("\n".join(f"已写 {path}" for path in files))
    return Exit.DONE


def written(context: Context, found: Run, out: Path) -> list[Path]:
    """写成果，带进度；这一轮的成果已经在那里就不重写。"""
    from miaopu.desk.outputs import written as write  # 连带 docx、pptx、xlsxwriter：量得 0.4 秒，不写成果的不必等

    with context.progress("写成果", None) as step:
        return write(context.space, found, out, step.tell)


def assessed(context: Context) -> Run:
    """跑一轮或复用旧的一轮，带进度。"""
    given = context.arguments
    with context.progress("评估", None) as step:
        only = getattr(given, "only", None)
        return context.space.assess(given.known_on, given.assessed_on, only, step.tell)


def verdict_counts(found: Run) -> dict[str, dict[str, int]]:
    """各标准各结论的家数。"""
    out = {}
    for item in found.selected:
        code = item.program.standard.code
        counts = dict(found.verdicts[f"{code}.verdict"].value_counts().iter_rows())
        out[code] = {verdict.name: counts.get(int(verdict), 0) for verdict in Verdict}
    return out


def summary(found: Run) -> str:
    """给人看的结论表。"""
    lines = [
        f"知于 {found.marks['known_on']}，按 {found.marks['assessed_on']} 的规则；企业 {found.marks['enterprises']} 家；"
        f"快照 {found.marks['snapshot'][:20]}；轮次 {found.marks['run']}{'（复用）' if found.reused else ''}",
        f"{'标准':<24}" + "".join(f"{verdict.word:>8}" for verdict in reversed(Verdict)),
    ]
    for code, counts in verdict_counts(found).items():
        lines.append(f"{code:<26}" + "".join(f"{counts[verdict.name]:>10}" for verdict in reversed(Verdict)))
    return "\n".join(lines)


def _explain_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("firm", metavar="企业", help="统一社会信用代码、企业号或全名")
    one.add_argument("standard", metavar="标准", help="标准代码，或层级（LG、SRDI …）")
    dates(one)


def _explain(context: Context) -> int:
    given = context.arguments
    found = assessed(context)
    chosen = selected(found, given.standard)
    row = one_firm(found, given.firm)
    told = origins(found, row["enterprise"], files_of(context.ledger, given.known_on))
    one = next(assess_firm(found, row, Judge(context.library), told, lambda item: item is chosen))
    judgement, rows = one.judgement, tree_data(one.reasons)
    context.give(
        {"enterprise": row["enterprise"], "name": row["name"], **as_data(judgement), "tree": rows, "marks": found.marks}
    )
    flags = f"　歧义：{'、'.join(judgement.flags)}" if judgement.flags else ""
    context.say(f"{row['name']}（{row['enterprise']}）　{judgement.standard.title}：{judgement.verdict.word}{flags}")
    context.say(f"依据 {judgement.standard.document}；认定以主管部门为准，本软件只作提示")
    context.say(tree_lines(rows))
    return Exit.DONE


def selected(found: Run, name: str) -> Selected:
    """标准代码、名字@版本或层级 → 这一轮里的那份；没有是用法不对。"""
    try:
        return selected_of(found, name)
    except Refusal as refusal:
        raise UsageError(f"{refusal.complaint.found}；应是 {refusal.complaint.expected}") from None


def one_firm(found: Run, name: str) -> dict[str, Any]:
    """按代码、企业号或全名找一家；没有或不止一家是用法不对。"""
    try:
        return find_firm(found, name)
    except Refusal as refusal:
        told = refusal.complaint
        raise UsageError(f"{told.found}；应是{told.expected}") from None


def _trace_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("firm", metavar="企业", help="统一社会信用代码、企业号或全名")
    one.add_argument("indicator", metavar="指标", help="快照列名或指标名，如 revenue_t1、main_ratio、class1_ip_2026")
    dates(one)


def columns_of(columns: list[str], name: str) -> list[str]:
    """指标名 → 快照列：条目计数是下限、上限两列，年度指标是三年（本年有数的四年）；列名原样。"""
    if name in columns:
        return [name]
    made = [one for one in columns if re.fullmatch(rf"{re.escape(name)}_(low|high|t\d)", one)]
    return made or [name]


def _trace(context: Context) -> int:
    given = context.arguments
    found = assessed(context)
    row = one_firm(found, given.firm)
    taken = snapshot(
        context.ledger,
        known_on=given.known_on,
        assessed_on=given.assessed_on,
        indicators=context.indicators,
        sources=context.sources,
        enterprises=[row["enterprise"]],
    )
    told = {"indicators": context.indicators, "sources": context.sources}
    told["computed"] = computed(context.library.vocabulary, row)
    lines = [
        line
        for column in columns_of(taken.frame.columns, given.indicator)
        for line in trace(context.ledger, taken, row["enterprise"], column, **told).lines()
    ]
    context.give({"enterprise": row["enterprise"], "name": row["name"], "indicator": given.indicator, "lines": lines})
    context.say(f"{row['name']}（{row['enterprise']}）")
    context.say("\n".join(lines))
    return Exit.DONE


COMMANDS = (
    Command("screen", _screen_arguments, _screen),
    Command("explain", _explain_arguments, _explain),
    Command("trace", _trace_arguments, _trace),
)
