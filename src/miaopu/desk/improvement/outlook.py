"""前景：到申报日能不能、没有算完、不是能申报的主体、最早哪天，各写成公文里的话；报告、规划、清单、核对同一份。"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from miaopu.desk.improvement import words
from miaopu.plan.result import Clash, Impossible, Plan
from miaopu.standards.tree.clause import Clause
from miaopu.terms.shown import day

UNPROVEN = "求解没有算完，这是能办到的方案，可能还有花费更少的。"


@dataclass(frozen=True)
class Outlook:
    """做不到的几句：opening 开头，blocked 过不了的各条，closing 往后怎样，last 往后也不能同时满足的各条。"""

    opening: str
    blocked: tuple[Clash, ...] = ()
    closing: str = ""
    last: tuple[Clash, ...] = ()


def barred(best: Plan | Impossible) -> str:
    """不是能申报的主体的缘由；能申报为空串。"""
    found = isinstance(best, Impossible) and best.proven and best.clashes and not best.clashes[0].clause
    return best.clashes[0].why if found else ""


def unfinished(best: Plan | Impossible) -> bool:
    """到申报日能不能做到没有算完。"""
    return isinstance(best, Impossible) and not best.proven and not any(one.clause for one in best.clashes)


def outlook(best: Impossible) -> Outlook:
    """做不到、没有算完、不能申报的，各怎么说。"""
    on = day(best.judged_on)
    if reason := barred(best):
        return Outlook(f"登记情况为“{reason}”，不是能申报的主体，哪年也不能申报，不编方案。")
    closing, last = _closing(best)
    if unfinished(best):
        return Outlook(f"按{on}申报能不能做到没有算完：{best.clashes[0].why}。", (), closing, last)
    found = (*best.clashes, *best.others)
    if best.others:
        opening = f"按{on}申报做不到，下列{len(found)}条各自单看就过不了："
    elif len(found) > 1:
        opening = f"按{on}申报做不到，下列{len(found)}条不能同时满足，这一组里少任何一条，其余就能同时办到："
    else:
        opening = f"按{on}申报做不到，单看就过不了的是下列{len(found)}条："
    return Outlook(opening, found, closing, last)


def _closing(best: Impossible) -> tuple[str, tuple[Clash, ...]]:
    """往后怎样：最早哪天；说不出年份的，看到哪天、是哪几条。"""
    if best.earliest is not None:
        when = day(best.earliest)
        if best.proven:
            return f"最早可在{when}申报，那时的方案如下。", ()
        return f"{when}申报能做到，那时的方案如下；更早能不能做到没有算完。", ()
    if best.until is None:
        return "没有往后看别的申报窗口。", ()
    opening = f"说不出哪年能申报：看到{day(best.until)}的申报窗口，"
    if best.last:
        return f"{opening}下列各条仍不能同时满足：", best.last
    names = "、".join(f"{one.clause} {one.title}".strip() for one in best.never if one.clause)
    return f"{opening}{names}一直不能满足。" if names else f"{opening}没有算完。", ()


def brief(best: Plan | Impossible) -> str:
    """清单里的一句：到哪天能、最早哪天能、说不出、没有算完，或不能申报。"""
    if isinstance(best, Plan):
        told = f"{day(best.judged_on)}可申报" + ("" if best.steps else "，没有要另做的措施")
        waits = words.waiting(best)
        return told + (f"，尚有{waits}" if waits else "") + ("" if best.proven else "（没有算完，可能还有更省的）")
    if reason := barred(best):
        return f"不能申报（{reason}）"
    codes = "、".join(one.clause for one in (*best.clashes, *best.others))
    when = f"{day(best.judged_on)}"
    told = f"{when}能不能做到没有算完" if unfinished(best) else f"{when}做不到（{codes}）"
    if best.earliest is not None:
        return f"{told}，{'最早' if best.proven else ''}{day(best.earliest)}{'' if best.proven else '能'}"
    never = "、".join(one.clause for one in best.never if one.clause)
    return told + (f"，说不出哪年能（看到{best.until.year}年，{never or '没有算完'}）" if best.until else "")


def settled(plan: Plan, tops: Iterable[Clause]) -> bool:
    """办完以后真的达标：标准的各项要求都满足，没有还要补数、核定的。"""
    return not plan.left and all(plan.after[one.id].met for one in tops if one.id in plan.after)


def no_steps(best: Plan | Impossible, plan: Plan | None, tops: Iterable[Clause]) -> str:
    """没有措施可排时的一句：真达标的才说保持达标。"""
    if plan is None:
        if barred(best):
            return "不是能申报的主体，没有可排的方案。"
        why = "没有算完" if unfinished(best) else "到看得到的申报窗口都做不到"
        return f"{why}，没有可排的方案；先补齐缺数、按季更新经营数据，数据变了再编。"
    if settled(plan, tops):
        return "没有要另做的措施，按季更新经营数据，保持达标。"
    waits = words.waiting(plan)
    told = f"尚有{waits}，先补齐、核定" if waits else "还有要求没有满足"
    return f"没有要另做的措施，但还不能说已达标：{told}，并按季更新经营数据。"
