"""判定类命令：judge、cases、applicable、size；不需要台账。"""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from miaopu.cli.command import Command, day
from miaopu.cli.context import Context, Exit, UsageError
from miaopu.desk.answer import as_data, tree_data
from miaopu.standards.applicability import choose, load_rules
from miaopu.standards.cases import CaseRunner
from miaopu.standards.explain import explain, plain
from miaopu.standards.given.facts import FactsReader
from miaopu.standards.given.file import FactsFile, Record, read_facts
from miaopu.standards.given.special import Special
from miaopu.standards.judge import Judge
from miaopu.standards.tree.state import State, Verdict


def _judge_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("standard", metavar="标准", help="标准代码（LG-2026）或 名字@版本（little-giant@2026）")
    one.add_argument(
        "--facts", required=True, type=Path, metavar="文件", help="事实文件：YAML、JSON 或 CSV，一家或多家"
    )
    one.add_argument("--assessed-on", type=day, metavar="日期", help="评估日；文件里写了 as_of 的以文件为准，缺省今天")
    one.add_argument("--tree", action="store_true", help="逐条说明（--json 时也给 tree）")


def _judge(context: Context) -> int:
    arguments = context.arguments
    document = read_facts(arguments.facts)
    default = arguments.assessed_on or date.today()
    special = Special(context.catalog)
    if arguments.standard in special.methods:
        results = [_special(special, arguments.standard, record, default) for record in document.records]
    else:
        results = _judged(context, document, default)
    context.give({"standard": arguments.standard, "results": results})
    for result in results:
        context.say(_told(result))
        if "tree" in result:
            context.say(tree_lines(result["tree"]))
    return Exit.DONE


def _special(special: Special, code: str, record: Record, default: date) -> dict[str, Any]:
    on = record.assessed_on or default
    return {"id": record.id, "standard": code, "assessed_on": on, **special.evaluate(code, record.facts, on)}


def _judged(context: Context, document: FactsFile, default: date) -> list[dict[str, Any]]:
    standard = context.library.find(context.arguments.standard)
    judge, reader = Judge(context.library), FactsReader(context.catalog, context.library.vocabulary)
    out = []
    for record in document.records:
        on = record.assessed_on or default
        facts = reader.read(record.facts, on, document.gates_default)
        reader.presume(facts, standard.presumes)
        found = judge.judge(standard, facts.values, on, record.kind, frozenset(facts.given))
        result = {"id": record.id} | as_data(found)
        result |= {"assumed": facts.assumed, "unrecognised": facts.unrecognised}
        if context.arguments.tree:
            result["tree"] = tree_data(explain(found, context.library.vocabulary.title))
        out.append(result)
    return out


def tree_lines(rows: list[dict[str, Any]]) -> str:
    """给人看的说明树。"""
    words = {state.key: state.word for state in State}
    lines = []
    for row in rows:
        pad = "　" * row["depth"]
        tail = "，".join(part for part in (row["actual"] and f"实际 {row['actual']}", row["gap"], row["why"]) if part)
        flags = f" 〔{'、'.join(row['flags'])}〕" if row["flags"] else ""
        lines.append(
            f"{pad}{row['id']} {words[row['state']]}　{row['requirement']}{'：' + tail if tail else ''}{flags}"
        )
        lines.append(f"{pad}　　依据：{row['cite']}（{row['mark']}）")
        lines += [f"{pad}　　出处：{origin}" for origin in row["origins"]]
    return "\n".join(lines)


def _told(result: Mapping[str, Any]) -> str:
    if "verdict" not in result:
        pairs = "，".join(f"{key}＝{value}" for key, value in result.items() if key not in ("id", "standard"))
        return f"{result['id']}：{pairs}"
    head = f"{result['id']}：{result['standard']} {Verdict[result['verdict']].word}（{result['verdict']}）"
    tops = {name: state for name, state in result["clauses"].items() if name in result["requirements"]}
    states = (State.fail_, State.unknown, State.manual, State.exempt)
    parts = [(state.word, [name for name, value in tops.items() if value == state.key]) for state in states]
    parts.append(("歧义", result["flags"]))
    lines = [head] + [f"　{word}：{'、'.join(names)}" for word, names in parts if names]
    scores = "，".join(f"{name} {plain_pair(pair)}" for name, pair in result["scores"].items())
    return "\n".join(lines + ([f"　得分：{scores}"] if scores else []))


def plain_pair(pair: list[Any]) -> str:
    """得分区间的显示。"""
    low, high = (plain(Fraction(end)) for end in pair)
    return low if low == high else f"{low}–{high}"


def _cases_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("title", nargs="?", default="", metavar="标准", help="只跑这一份（代码、文件夹名或 名字@版本）")


def _cases(context: Context) -> int:
    results = list(CaseRunner(context.catalog, context.library).run(context.arguments.title))
    if not results:
        raise UsageError(f"没有“{context.arguments.title}”的判例；现有标准：{'、'.join(context.library.standards)}")
    wrong = [mismatch for result in results for mismatch in result.mismatches]
    context.give(
        {
            "cases": len(results),
            "checked": sum(result.checked for result in results),
            "mismatches": [vars(mismatch) for mismatch in wrong],
        }
    )
    for mismatch in wrong:
        row = f"第{mismatch.row}行" if mismatch.row else ""
        context.say(f"{mismatch.case}{row} {mismatch.key}：预期 {mismatch.expected}，实得 {mismatch.actual}")
    context.say(f"判例 {len(results)} 条，核对 {sum(r.checked for r in results)} 处，不符 {len(wrong)} 处")
    return Exit.MISMATCH if wrong else Exit.DONE


def _applicable_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--tier", required=True, metavar="层级", help="INNOV、TECHSME、SRDI、LG、KEYLG、GAZELLE、CHAMPION …"
    )
    one.add_argument("--kind", default="new", choices=("new", "review"), help="new 新申请，review 复核")
    one.add_argument("--date", type=day, default=date.today(), metavar="日期", help="评估日（缺省今天）")
    one.add_argument("--province", default="山东", metavar="省份")


def _applicable(context: Context) -> int:
    given = context.arguments
    found = choose(load_rules(context.catalog), given.tier, given.date, given.kind, given.province)
    if found is None:
        raise UsageError(f"{given.date} {given.tier}（{given.kind}）没有适用的标准；请核对层级与日期")
    context.give({"standard": found.standard, "flags": found.flags, "basis": found.basis, "source": found.source})
    flags = f"；歧义 {'、'.join(found.flags)}" if found.flags else ""
    context.say(f"{given.date} {given.tier} {given.kind} 适用 {found.standard}：{found.basis}{flags}")
    return Exit.DONE


def _size_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("--group", metavar="行业组", help="300 号行业组，如 工业")
    one.add_argument("--industry", metavar="代码", help="GB/T 4754-2017 代码，保留前导零")
    one.add_argument("--section", metavar="门类", help="行业门类字母（代码不足以定门类时）")
    one.add_argument("--employees", metavar="人", help="从业人员")
    one.add_argument("--revenue", metavar="万元", help="营业收入")
    one.add_argument("--assets", metavar="万元", help="资产总额")


def _size(context: Context) -> int:
    given = context.arguments
    names = ("group", "industry", "section", "employees", "revenue", "assets")
    facts = {name: getattr(given, name) for name in names if getattr(given, name) is not None}
    if not {"group", "industry"} & facts.keys():
        raise UsageError("要写 --group 行业组 或 --industry 行业代码")
    found = Special(context.catalog).evaluate("SIZE-300", facts, date.today())
    context.give(found)
    context.say("，".join(f"{key}＝{value}" for key, value in found.items()))
    return Exit.DONE


COMMANDS = (
    Command("judge", _judge_arguments, _judge),
    Command("cases", _cases_arguments, _cases),
    Command("applicable", _applicable_arguments, _applicable),
    Command("size", _size_arguments, _size),
)
