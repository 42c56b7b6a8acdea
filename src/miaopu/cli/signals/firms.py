"""信号类命令：ask 先补哪个数、peers 同行位置、potential 潜力；读台账，跑或复用一轮评估，只给线索，不作结论。"""

from __future__ import annotations

import argparse
from fractions import Fraction
from pathlib import Path
from typing import Any

from miaopu.cli.command import Command, dates
from miaopu.cli.context import Context, Exit, UsageError
from miaopu.cli.screening import assessed, one_firm, selected
from miaopu.desk.dossier import Reading
from miaopu.desk.screened import place_of
from miaopu.desk.signals.ask import Asker, Asking, Wanted, next_tier
from miaopu.desk.signals.peers import peers_of
from miaopu.plan.next_datum import Datum
from miaopu.profile.peers import Standing, tier_of
from miaopu.standards.explain import plain
from miaopu.standards.judge import Judge
from miaopu.standards.run import Run
from miaopu.standards.tree.state import Verdict

NAMED = 5
"""给人看时每行列几家的名字；--json 全给。"""


def _ask_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("firm", nargs="?", metavar="企业", help="统一社会信用代码、企业号或全名；看县区时不写")
    one.add_argument("standard", nargs="?", metavar="标准", help="标准代码或层级；缺省为这家的下一级，县区缺省 LG")
    one.add_argument("--county", metavar="县区", help="县区名称、区划代码，或“全市”：归成一张向各部门要数的单子")
    dates(one)


def _ask(context: Context) -> int:
    given = context.arguments
    if given.county is None and given.firm is None:
        raise UsageError("要写一家企业，或用 --county 写县区（“全市”为全部）")
    found = assessed(context)
    reading = Reading(context.space, found, Judge(context.library))
    if given.county is not None:
        return _ask_county(context, reading, given.standard or given.firm or "LG")
    row = one_firm(found, given.firm)
    asker = Asker(reading, selected(found, given.standard or next_tier(reading, row)))
    return _ask_firm(context, asker, row)


def _ask_firm(context: Context, asker: Asker, row: dict[str, Any]) -> int:
    standard, verdict = asker.selected.program.standard, Verdict(asker.form.raw(row)[0])
    data = asker.firm(row)
    costs = asker.ways.costs
    context.give(
        {
            "enterprise": row["enterprise"], "name": row["name"], "standard": standard.code, "verdict": verdict.name,
            "unit": costs.unit, "basis": costs.basis, "data": [_datum_data(one) for one in data],
            "marks": asker.reading.run.marks,
        }
    )  # fmt: skip
    context.say(f"{row['name']}（{row['enterprise']}）　{standard.title}：{verdict.word}")
    if not data:
        said = "没有还能补的数" if verdict is Verdict.insufficient_data else "结论已定，不必为它再补数"
        context.say(said)
        return Exit.DONE
    for place, one in enumerate(data, 1):
        context.say(f"{place}　{datum_line(asker, one)}")
    context.say(f"机会看可比企业这个数的分布，不是这家的数；花费：{costs.basis}")
    return Exit.DONE


def datum_line(asker: Asker, one: Datum) -> str:
    """先后表一行的话。"""
    title = asker.reading.suppliers.title
    roots = "" if one.collect == (one.name,) else f"（要补的是{'、'.join(map(title, one.collect))}）"
    head = f"{title(one.name)}{roots}　向{department(asker, one.source)}要，约{plain(one.minutes)}分钟"
    if one.chance is None:
        return f"{head}　机会不知道：{one.group}"
    tail = f"单补它就有结论的机会 {percent(one.chance)}（{one.group}的 {one.firms} 家）"
    if one.partners and one.together is not None:
        tail += f"，连同{'、'.join(map(title, one.partners))}一起补 {percent(one.together)}"
    return f"{head}　{tail}　等它的条款：{'、'.join(one.clauses)}"


def department(asker: Asker, source: str) -> str:
    """来源的标题。"""
    return asker.reading.suppliers.departments.get(source, source)


def percent(share: Fraction) -> str:
    """分数写成百分数，一位小数去尾。"""
    tenths = share.numerator * 1000 // share.denominator
    return f"{tenths // 10}.{tenths % 10}%"


def _datum_data(one: Datum) -> dict[str, Any]:
    return {**vars(one), "chance_exact": None if one.chance is None else str(one.chance)}


def _ask_county(context: Context, reading: Reading, standard: str) -> int:
    asker = Asker(reading, selected(reading.run, standard))
    region, name = _region(context, reading.run)
    found = asker.county(region)
    costs, code = asker.ways.costs, asker.selected.program.standard.code
    context.give(
        {
            "county": name, "region": region, "standard": code, "pending": found.pending, "looked": found.looked,
            "unit": costs.unit, "basis": costs.basis, "rows": [_wanted_data(one) for one in found.rows],
            "marks": reading.run.marks,
        }
    )  # fmt: skip
    context.say(_county_head(name, code, found))
    for place, one in enumerate(found.rows, 1):
        context.say(f"{place}　{wanted_line(asker, one)}")
    context.say(f"花费：{costs.basis}")
    return Exit.DONE


def _county_head(name: str, code: str, found: Asking) -> str:
    looked = "" if found.looked == found.pending else f"，细看缺得最少的 {found.looked} 家"
    return f"{name}　{code}：待核 {found.pending} 家{looked}，要补的数 {len(found.rows)} 种"


def wanted_line(asker: Asker, one: Wanted) -> str:
    """县区单子一行的话。"""
    title = asker.reading.suppliers.title
    names = "、".join(name for _, name, _ in one.waiting[:NAMED]) + ("……" if one.firms > NAMED else "")
    blind = f"，另 {one.blind} 家机会不知道" if one.blind else ""
    return (
        f"{'、'.join(map(title, one.collect))}　向{department(asker, one.source)}要　{one.firms} 家等着，"
        f"期望定 {plain(one.expected, 1)} 家{blind}，一次要齐约 {one.minutes} 分钟　{names}"
    )


def _wanted_data(one: Wanted) -> dict[str, Any]:
    firms = [{"enterprise": code, "name": name, "chance": chance} for code, name, chance in one.waiting]
    return {
        **{key: value for key, value in vars(one).items() if key != "waiting"},
        "worth": one.worth,
        "waiting": firms,
    }


def _region(context: Context, found: Run) -> tuple[str | None, str]:
    """--county 的区划代码与名称；全市为 None。"""
    wanted, place = context.arguments.county, place_of(context.space, found.wide)
    if wanted == "全市":
        return None, place.name
    for code, name in place.counties.items():
        if wanted in (code, name):
            return code, name
    raise UsageError(f"没有“{wanted}”这个县区；有 {'、'.join(place.counties.values())}，或写“全市”")


def _peers_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("firm", metavar="企业", help="统一社会信用代码、企业号或全名")
    dates(one)


def _peers(context: Context) -> int:
    found = assessed(context)
    row = one_firm(found, context.arguments.firm)
    rules, standings = peers_of(found, row, context.catalog)
    held = tier_of(row, rules)
    context.give(
        {
            "enterprise": row["enterprise"], "name": row["name"], "tier": held, "minimum": rules.minimum,
            "standings": [vars(one) for one in standings], "marks": found.marks,
        }
    )  # fmt: skip
    context.say(f"{row['name']}（{row['enterprise']}）　梯次：{held}")
    for one in standings:
        context.say(standing_line(one))
    context.say(f"知道此数的同行不足 {rules.minimum} 家的不给百分位；位置只供参考，不作结论")
    return Exit.DONE


def standing_line(one: Standing) -> str:
    """一个数的位置的话。"""
    own = "未知" if one.value is None else f"{plain(one.value, 2)}{one.unit}"
    side = "越低越好" if one.lower else "越高越好"
    behind = f"{one.group}，知道的 {one.firms} 家、不知道的 {one.missing} 家" if one.group else "没有同行"
    told = f"好于 {percent(one.percentile)} 的同行" if one.percentile is not None else f"不给百分位：{one.why}"
    return f"{one.title} {own}　{told}（{side}；{behind}）"


def _potential_arguments(one: argparse.ArgumentParser) -> None:
    one.add_argument("--tier", default="SRDI", metavar="层级", help="学哪个称号（缺省 SRDI）")
    one.add_argument("--top", type=int, default=20, metavar="家", help="列机会最大的几家（缺省 20）")
    one.add_argument("--out", type=Path, metavar="文件夹", help="把可靠程度（docx）与名单（xlsx）写到这里")
    dates(one)


def _potential(context: Context) -> int:
    from miaopu.desk.signals import potential  # 连带 scikit-learn、scipy：量得 2.4 秒，别的命令不必等

    given, found = context.arguments, assessed(context)
    signal = potential.signal_of(found, context.catalog, given.tier)
    bureau = place_of(context.space, found.wide).bureau
    files = potential.written(given.out, signal, found, bureau) if given.out is not None else []
    context.give({**potential.as_data(signal, given.top), "marks": found.marks, "files": files})
    context.say("\n".join([*potential.lines(signal, given.top), *(f"已写 {path}" for path in files)]))
    return Exit.DONE


COMMANDS = (
    Command("ask", _ask_arguments, _ask),
    Command("peers", _peers_arguments, _peers),
    Command("potential", _potential_arguments, _potential),
)
