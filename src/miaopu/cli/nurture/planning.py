"""一企一策的命令：plan、gap、forecast、what-if；读台账，跑或复用一轮评估，不写台账。"""

from __future__ import annotations

import argparse
from datetime import date
from pathlib import Path

from miaopu.cli.command import Command, day
from miaopu.cli.context import Context, Exit, UsageError
from miaopu.cli.screening import one_firm
from miaopu.desk.dossier import Reading
from miaopu.desk.planning import forecast_of, gap_of, plan_firm, plan_many, what_if_of
from miaopu.desk.planning.answer import coming_lines, data, gap_lines, money, planned_lines, what_if_lines
from miaopu.plan.result import Failed, Plan, Planned
from miaopu.plan.rules import Planning, load_planning
from miaopu.plan.what_if import Unusable
from miaopu.standards.judge import Judge
from miaopu.terms.complaint import Complaint, Refusal, Severity


def dates(one: argparse.ArgumentParser) -> None:
    known, judged = (
        "用哪天为止知道的事实（缺省今天）",
        "按哪天申报判（缺省这个层级的下一个申报日，见目录 planning.yaml）",
    )
    one.add_argument("--known-on", type=day, default=date.today(), metavar="日期", help=known)
    one.add_argument("--judged-on", type=day, metavar="日期", help=judged)


def reading_of(context: Context) -> Reading:
    """这一轮：知于 known_on、按 known_on 的规则；没有跑过就跑。"""
    known = context.arguments.known_on
    with context.progress("评估", None) as step:
        run = context.space.assess(known, known, None, step.tell)
    return Reading(context.space, run, Judge(context.library))


def judged_on(context: Context, standard: str) -> date:
    """判定日：没有写就是知道那天以后，这个层级（或这份标准的层级）的第一个申报日；写的在预计推得到的日子以内。"""
    given, library, planning = context.arguments, context.library, load_planning(context.catalog)
    if given.judged_on is None:
        tiers = {one.tier for one in library.standards.values()}
        tier = standard if standard in tiers else library.find(standard).tier
        return planning.coming(tier, given.known_on)
    if given.judged_on < given.known_on:
        raise UsageError(f"判定日 {given.judged_on} 早于 {given.known_on}；方案只往后做")
    if given.judged_on > planning.last(given.known_on):
        raise UsageError(f"判定日 {given.judged_on} 太晚：{_reach(planning, given.known_on)}，写早一些的")
    return given.judged_on


def _reach(planning: Planning, known: date) -> str:
    """预计推到哪天，由哪里改。"""
    return f"预计只推到 {planning.last(known)}（知道那天往后 {planning.years_ahead} 个年度，见目录 planning.yaml 的 years_ahead）"


def _plan_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("firm", nargs="?", metavar="企业", help="统一社会信用代码、企业号或全名；--all 时不写")
    one.add_argument("standard", nargs="?", default="LG", metavar="标准", help="层级（LG）或标准代码（缺省 LG）")
    dates(one)
    one.add_argument("--all", dest="library", type=Path, metavar="名单", help="一行一个企业号的文件，逐家做")


def _plan(context: Context) -> int:
    given = context.arguments
    if given.library is not None:
        return _all(context)
    if given.firm is None:
        raise UsageError("要写企业，或用 --all 给一份名单")
    reading, on = reading_of(context), judged_on(context, given.standard)
    row = one_firm(reading.run, given.firm)
    found = _asked(lambda: plan_firm(reading, row["enterprise"], given.standard, on))
    context.give({"name": row["name"], **data(found)})
    context.say(f"{row['name']}（{row['enterprise']}）　{given.standard}　知于 {given.known_on}，按 {on} 申报判")
    context.say("\n".join(planned_lines(found)))
    return Exit.DONE


def _asked(ask):  # type: ignore[no-untyped-def]
    """没有适用的标准、没有这份标准，都是用法不对。"""
    try:
        return ask()
    except LookupError as error:
        raise UsageError(str(error.args[0])) from None


def listed(reading: Reading, path: Path) -> list[str]:
    """名单文件（一行一家：代码、企业号或全名）→ 企业号，重复的只留一个；读不了抛 Refusal。"""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        wanted = ("一行一家的文本文件", "核对路径，存成 UTF-8 文本")
        raise Refusal(
            Complaint("list-unreadable", Severity.REFUSE, str(path), f"名单读不了：{error}", *wanted)
        ) from None
    found = [line.strip() for line in text.splitlines() if line.strip()]
    if not found:
        raise UsageError(f"{path} 里一家也没有；一行写一家的代码、企业号或全名")
    return list(dict.fromkeys(one_firm(reading.run, name)["enterprise"] for name in found))


def _all(context: Context) -> int:
    """逐家一行：方案合计，或最早哪天、为什么。"""
    given = context.arguments
    standard = given.firm or given.standard
    reading, on = reading_of(context), judged_on(context, standard)
    firms = listed(reading, given.library)
    out = []
    with context.progress("做方案", len(firms)) as step:
        for enterprise, found in _asked(lambda: list(_told(plan_many(reading, firms, standard, on), step))):
            out.append({"enterprise": enterprise, **data(found)})
            context.say(f"{enterprise}　{_line(found)}")
    context.give(out)
    return Exit.COMPLAINTS if any("why" in one for one in out) else Exit.DONE


def _told(found, step):  # type: ignore[no-untyped-def]
    for one in found:
        step.advance()
        yield one


def _line(found: Planned | Failed) -> str:
    if isinstance(found, Failed):
        return f"没有编成　{found.why}"
    best = found.best
    if isinstance(best, Plan):
        return f"{len(best.steps)} 步　{money(best.cost)}" + ("" if best.proven else "　没有算完，可能还有更省的")
    why = "、".join(one.clause or one.title for one in (*best.clashes, *best.others))
    if best.earliest:
        return f"最早 {best.earliest}　因 {why}"
    return f"说不出年份　{'、'.join(one.clause or one.title for one in best.never) or '没有算完'}　因 {why}"


def _firm_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("firm", metavar="企业", help="统一社会信用代码、企业号或全名")
    one.add_argument("standard", nargs="?", default="LG", metavar="标准", help="层级（LG）或标准代码（缺省 LG）")
    dates(one)


def _gap(context: Context) -> int:
    given = context.arguments
    reading, on = reading_of(context), judged_on(context, given.standard)
    row = one_firm(reading.run, given.firm)
    found = _asked(lambda: gap_of(reading, row["enterprise"], given.standard, on))
    context.give({"enterprise": row["enterprise"], "name": row["name"], "judged_on": on, "gaps": data(found)})
    context.say(f"{row['name']}（{row['enterprise']}）　{given.standard}　按 {on} 申报判　还差 {len(found)} 条")
    context.say("\n".join(gap_lines(found, on)))
    return Exit.DONE


def _forecast_arguments(one: argparse.ArgumentParser) -> None:
    _firm_arguments(one)
    one.add_argument("--scenario", metavar="口径", help="cautious 谨慎、steady 平稳、ambitious 进取（缺省见目录）")
    one.add_argument(
        "--years",
        type=int,
        default=2,
        metavar="几年",
        help="连着看几个年度的申报日（缺省 2；最远到目录 planning.yaml 的 years_ahead）",
    )


def _forecast(context: Context) -> int:
    given = context.arguments
    reading, on = reading_of(context), judged_on(context, given.standard)
    planning = load_planning(context.catalog)
    known, most = planning.scenarios, planning.last(given.known_on).year - on.year + 1
    if given.scenario is not None and given.scenario not in known:
        raise UsageError(
            f"没有口径“{given.scenario}”；有 {'、'.join(f'{one.code}（{one.title}）' for one in known.values())}"
        )
    if not 1 <= given.years <= most:
        reach = _reach(planning, given.known_on)
        raise UsageError(f"--years 由 {on} 起应是 1 至 {most}，写的是 {given.years}；{reach}")
    row = one_firm(reading.run, given.firm)
    days = [_years_after(on, more) for more in range(given.years)]
    found = forecast_of(reading, row["enterprise"], given.standard, days, given.scenario)
    if not found:
        raise UsageError(f"“{given.standard}”在 {on} 起的 {given.years} 个年度没有适用的标准，预计不了")
    context.give({"enterprise": row["enterprise"], "name": row["name"], "coming": data(found)})
    context.say(f"{row['name']}（{row['enterprise']}）　{given.standard}　什么也不办")
    context.say("\n".join(line for one in found for line in coming_lines(one, known, context.library)))
    return Exit.DONE


def _what_if_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("firm", metavar="企业", help="统一社会信用代码、企业号或全名")
    one.add_argument("standard", metavar="标准", help="层级（LG）或标准代码")
    one.add_argument(
        "given", nargs="+", metavar="指标=数", help="如 revenue_t1=8000（万元）、class1_ip_2026=4、srdi=是"
    )
    dates(one)


def _years_after(on: date, years: int) -> date:
    """几年以后的同一天；二月二十九日那年没有的取二十八日。"""
    try:
        return on.replace(year=on.year + years)
    except ValueError:
        return on.replace(year=on.year + years, day=28)


def _what_if(context: Context) -> int:
    given = context.arguments
    reading, on = reading_of(context), judged_on(context, given.standard)
    bad = [text for text in given.given if "=" not in text]
    if bad:
        raise UsageError(f"应写成 指标=数，发现“{bad[0]}”")
    row = one_firm(reading.run, given.firm)
    values = dict(text.split("=", 1) for text in given.given)
    try:
        found = _asked(lambda: what_if_of(reading, row["enterprise"], given.standard, on, values))
    except Unusable as error:
        raise UsageError(str(error)) from None
    context.give({"enterprise": row["enterprise"], "name": row["name"], "judged_on": on, **data(found)})
    context.say(f"{row['name']}（{row['enterprise']}）　{given.standard}　按 {on} 申报判")
    context.say("\n".join(what_if_lines(found)))
    return Exit.DONE


COMMANDS = (
    Command("plan", _plan_arguments, _plan),
    Command("gap", _firm_arguments, _gap),
    Command("forecast", _forecast_arguments, _forecast),
    Command("what-if", _what_if_arguments, _what_if),
)
