"""收件类命令：read、resolve、decide、withdraw。"""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

from miaopu.cli.command import Command, day
from miaopu.cli.context import Context, Exit, UsageError
from miaopu.ledger.decision import decide, worded
from miaopu.ledger.intake import Intake, Receipt, in_order
from miaopu.ledger.journal import active
from miaopu.ledger.reading.read import read
from miaopu.ledger.reading.write_back import write_back
from miaopu.ledger.record import Outcome
from miaopu.ledger.resolve import read_decisions, resolve, review_rows, write_review
from miaopu.ledger.snapshot import registry
from miaopu.ledger.withdraw import withdraw
from miaopu.terms.complaint import Complaint, Severity

OUTCOME_WORDS = {
    Outcome.MATCHED: "已对上",
    Outcome.NEW: "新主体",
    Outcome.CONFLICT: "冲突",
    Outcome.REVIEW: "待人工",
}
SHOWN = 10
"""给人看时每份文件最多列几条意见；全部在 --json 与退回的工作簿里。"""

SUFFIXES = (".xlsx", ".xlsm", ".xls", ".csv", ".txt", ".htm", ".html")


def _read_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("files", nargs="+", type=Path, metavar="文件", help="部门文件，或装着部门文件的文件夹")
    one.add_argument("--source", metavar="来源", help="来源代码（缺省按表头认）")
    one.add_argument("--received", type=day, default=date.today(), metavar="日期", help="收到日期（缺省今天）")
    one.add_argument("--accept-units", action="store_true", help="已核对单位：疑单位写错的列也入账")
    one.add_argument("--dry-run", action="store_true", help="只读只对，不入账")
    one.add_argument("--complaints", type=Path, metavar="文件夹", help="把有问题的文件连同意见退回到这里")


def _read(context: Context) -> int:
    given = context.arguments
    receipts = receive(context, expand(given.files), given.received, given.source, given.dry_run, given.complaints)
    context.give({"files": [receipt_data(one) for one in receipts]})
    for one in receipts:
        context.say(receipt_told(one))
    if any(one.refused for one in receipts):
        return Exit.REFUSED
    return Exit.COMPLAINTS if any(_pending(one) for one in receipts) else Exit.DONE


def receive(
    context: Context,
    paths: list[Path],
    received: date,
    source: str | None = None,
    dry_run: bool = False,
    returned: Path | None = None,
) -> list[Receipt]:
    """逐份收件，带进度；returned 给出时把有意见的文件退回到那里。"""
    if source is not None and source not in context.sources:
        raise UsageError(f"没有来源“{source}”；现有：{'、'.join(context.sources)}")
    accept = getattr(context.arguments, "accept_units", False)
    desk = Intake(context.ledger, context.sources, received=received, by=context.by, accept_units=accept)
    receipts = []
    with context.progress("收件", len(paths)) as step:
        for path in paths:
            step.tell(f"收件 {path.name}")
            receipts.append(desk.take(path, source=source, dry_run=dry_run))
            if returned is not None:
                alike = sum(one.path.stem == path.stem for one in receipts)  # 各县区的文件常同名，退回的不互相盖掉
                give_back(receipts[-1], returned, f"意见{alike}" if alike > 1 else "意见")
            step.advance()
    return receipts


def give_back(one: Receipt, folder: Path, mark: str) -> Path | None:
    """有意见、冲突或待人工的，把原表连同意见写回 folder，文件名后面加 mark；没有意见的不写。"""
    if one.reading is None or not (one.refused or _pending(one)):
        return None
    folder.mkdir(parents=True, exist_ok=True)
    resolution = None if one.refused else one.resolution
    return write_back(one.path, one.reading, folder / f"{one.path.stem}（{mark}）.xlsx", resolution=resolution)


def expand(paths: list[Path]) -> list[Path]:
    """文件夹换成里面的部门文件，按收件次序；不存在的当场说清。"""
    found: list[Path] = []
    for path in paths:
        if not path.exists():
            raise UsageError(f"没有文件“{path}”；请核对路径")
        inside = (one for one in path.rglob("*") if one.suffix.lower() in SUFFIXES and not one.name.startswith("~$"))
        found += inside if path.is_dir() else [path]
    return in_order(dict.fromkeys(found))


def _pending(one: Receipt) -> bool:
    complaints = one.reading.complaints if one.reading else ()
    serious = any(item.severity is not Severity.INFO for item in complaints)
    return bool(one.outcomes["conflict"] or one.outcomes["review"] or serious)


def receipt_data(one: Receipt) -> dict[str, Any]:
    """一份文件的收件结果（JSON 形状见手册）。"""
    reading = one.reading
    data = {
        "file": one.path.name,
        "source": reading.source if reading else one.batch.source if one.batch else None,
        "refused": one.refused,
        "batch": one.batch.id if one.batch else None,
        "repeated": bool(one.batch and one.batch.repeated),
        "rows": reading.rows.height if reading else 0,
        "facts_read": reading.facts.height if reading else 0,
        "facts_posted": one.batch.facts if one.batch else 0,
        "outcomes": one.outcomes,
        "complaints": [complaint_data(item) for item in (reading.complaints if reading else ())],
        "messages": list(one.batch.messages) if one.batch else [],
        "seconds": {step: round(used, 3) for step, used in one.seconds.items()},
    }
    return data


def complaint_data(item: Complaint) -> dict[str, Any]:
    """一条意见。"""
    return {
        "code": item.code,
        "severity": item.severity.value,
        "sheet": item.sheet,
        "cell": item.cell,
        "count": item.count,
        "rows": [list(one) for one in item.spans],
        "found": item.found,
        "expected": item.expected,
        "remedy": item.remedy,
        "sentence": item.sentence(),
    }


def receipt_told(one: Receipt) -> str:
    """给人看的几行。"""
    if one.reading is None:
        return f"《{one.path.name}》：{one.batch.messages[0]}" if one.batch else f"《{one.path.name}》：没有内容"
    reading = one.reading
    if one.refused:
        return f"《{one.path.name}》整份拒收\n　" + "\n　".join(item.sentence() for item in reading.complaints)
    counts = "，".join(f"{word} {one.outcomes[key]}" for key, word in OUTCOME_WORDS.items() if one.outcomes[key])
    posted = (
        f"批次 {one.batch.id}，入账事实 {one.batch.facts} 条" if one.batch else f"试收，事实 {reading.facts.height} 条"
    )
    told = sum(item.count for item in reading.complaints)
    lines = [f"《{one.path.name}》{reading.source}：{reading.rows.height} 行（{counts}），{posted}，意见 {told} 条"]
    lines += [f"　{item.sentence()}" for item in reading.complaints[:SHOWN]]
    if len(reading.complaints) > SHOWN:
        more = sum(item.count for item in reading.complaints[SHOWN:])
        lines.append(f"　……另有 {more} 条，用 --json 或 --complaints 文件夹 看全部")
    return "\n".join(lines)


def _resolve_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("file", type=Path, metavar="文件", help="有企业名称或信用代码的文件")
    one.add_argument("--against", metavar="台账", help="对哪本台账（缺省 --ledger）")
    one.add_argument("--source", metavar="来源", help="来源代码（缺省按表头认）")
    one.add_argument("--known-on", type=day, default=date.today(), metavar="日期", help="名册取哪天为止")
    one.add_argument("--review", type=Path, metavar="文件", help="把冲突与待人工的行写成复核清单（xlsx）")


def _resolve(context: Context) -> int:
    given = context.arguments
    given.ledger = given.against or given.ledger
    reading = read(given.file, context.sources, source=given.source)
    if reading.refused:
        context.give({"refused": [complaint_data(item) for item in reading.complaints]})
        context.say("\n".join(item.sentence() for item in reading.complaints))
        return Exit.REFUSED
    names = registry(context.ledger, given.known_on)
    said = worded(active(context.ledger, given.known_on))
    found = resolve(reading.rows, names, said, may_create=context.sources[reading.source].creates)
    rows = reading.rows.join(found, on="row_id", how="left").to_dicts()
    context.give({"rows": rows, "outcomes": Counter(row["outcome"] for row in rows)})
    for row in rows:
        if row["outcome"] != Outcome.MATCHED:
            context.say(_row_told(row))
    counts = Counter(row["outcome"] for row in rows)
    context.say("，".join(f"{word} {counts[key]}" for key, word in OUTCOME_WORDS.items()))
    if given.review:
        written = write_review(review_rows(reading.rows, found), given.review)
        context.say(f"复核清单 {written} 行：{given.review}")
    return Exit.COMPLAINTS if counts[Outcome.CONFLICT] or counts[Outcome.REVIEW] else Exit.DONE


def _row_told(row: dict[str, Any]) -> str:
    head = f"第{row['row']}行 {row['name_raw'] or ''} {row['uscc_raw'] or ''}：{OUTCOME_WORDS[Outcome(row['outcome'])]}，{row['reason']}"
    options = [f"　候选 {one['name']} {one['enterprise']}（{one['reason']}）" for one in row["candidates"] or ()]
    return "\n".join([head, *options])


def _decide_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("file", type=Path, metavar="文件", help="决定文件（xlsx、csv、yaml），表头见手册")
    one.add_argument("--on", type=day, default=date.today(), metavar="日期", help="自哪天起生效（缺省今天）")
    one.add_argument("--note", default="", metavar="备注")


def _decide(context: Context) -> int:
    given = context.arguments
    titles = {source.title: code for code, source in context.sources.items()}
    entries, complaints = read_decisions(given.file, titles)
    if complaints:
        context.give({"accepted": 0, "complaints": [complaint_data(item) for item in complaints]})
        context.say("\n".join(item.sentence() for item in complaints) + "\n有错，整份没有入账")
        return Exit.REFUSED
    by = context.arguments.by or (entries[0].by if entries else context.by)
    posted = decide(context.ledger, entries, by=by, on=given.on, note=given.note)
    context.give({"accepted": len(entries), "entry": posted.id, "rows": posted.body.get("rows", 0)})
    context.say(f"决定 {len(entries)} 条入账：{posted.id}，放行来源行 {posted.body.get('rows', 0)} 行")
    return Exit.DONE


def _withdraw_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("batch", metavar="批次", help="批次号或决定号")
    one.add_argument("--reason", required=True, metavar="理由")
    one.add_argument("--on", type=day, default=date.today(), metavar="日期", help="自哪天起（缺省今天）")


def _withdraw(context: Context) -> int:
    given = context.arguments
    entry = withdraw(context.ledger, given.batch, by=context.by, reason=given.reason, on=given.on)
    context.give({"entry": entry.id, "target": given.batch, "on": entry.day})
    context.say(f"{given.batch} 自 {entry.day} 起撤回（{entry.id}）；此前的快照仍看得到它")
    return Exit.DONE


COMMANDS = (
    Command("read", _read_arguments, _read),
    Command("resolve", _resolve_arguments, _resolve),
    Command("decide", _decide_arguments, _decide),
    Command("withdraw", _withdraw_arguments, _withdraw),
)
