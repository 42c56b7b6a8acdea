"""措辞：条款、差距、方案各写成一句公文里的话；数只换写法，不改值。"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from miaopu.plan.result import PERSON, SCORE, UNKNOWN, Clash, Effect, Left, Plan, Step
from miaopu.standards.explain import Reason
from miaopu.standards.explain.reason import plain
from miaopu.standards.tree.state import State
from miaopu.terms.shown import day

MONEY = Fraction(1_000_000)
WHY = {SCORE: "平台得分由培育平台自动计算，只记录，不由措施改变", PERSON: "须人工核定", UNKNOWN: "缺数，先补齐再定"}
STATE_ORDER = (State.fail_, State.unknown, State.manual, State.exempt, State.pass_)


def money(fen: int) -> str:
    """1,234.50：万元两位小数。"""
    value = round(Fraction(fen) / MONEY * 100)
    return f"{value // 100:,}.{value % 100:02d}"


def cost(pair: tuple[int, int]) -> str:
    """“12.00至30.00”万元；两头相同写一个；都是零写“不另花钱”。"""
    if pair == (0, 0):
        return "不另花钱"
    return money(pair[0]) if pair[0] == pair[1] else f"{money(pair[0])}至{money(pair[1])}"


def quantity(value: Fraction | None, unit: str) -> str:
    """数量；没有为“—”。金额两位小数带千分位，其余至多四位。"""
    if value is None:
        return "—"
    if unit == "万元":
        return money(int(value * MONEY)) + unit
    return plain(value) + unit


def change(one: Effect) -> str:
    """“上年研发费用由300.00万元增至420.00万元（预计）”。"""
    flag = one.unit == "" and one.after in (0, 1) and (one.before is None or one.before in (0, 1))
    if flag:
        return f"{one.title}：{'取得' if one.after else '去除'}"
    before = "未知" if one.before is None else quantity(one.before, one.unit)
    word = "增至" if one.before is None or one.after > one.before else "降至"
    return f"{one.title}由{before}{word}{quantity(one.after, one.unit)}"


def tops(reasons: Iterable[Reason]) -> dict[State, list[Reason]]:
    """最上一级的要求，按状态分；次序是先不满足、再待核、须人工。"""
    found: dict[State, list[Reason]] = {state: [] for state in STATE_ORDER}
    for one in reasons:
        found.setdefault(one.state, []).append(one)
    return found


def step_sentence(step: Step) -> str:
    """一步：做什么、做多少、何时开工何时办成、谁办谁帮。"""
    amount = "" if step.amount is None else f"，{quantity(step.amount, step.unit)}"
    told = f"{step.title}{amount}。{day(step.start)}起，{day(step.ready)}前办成，最早计入{step.counts_from}年度；"
    told += f"预计花费{cost(step.cost)}{'万元' if step.cost != (0, 0) else ''}。"
    told += "".join(f"{change(one)}。" for one in step.effects)
    helps = "；".join(part for part in (f"责任：{step.owner}", step.helper and f"协助：{step.helper}") if part)
    return told + helps + ("；可用政策：" + step.policy if step.policy else "") + "。"


def left_sentence(left: Left, title: Iterable[str]) -> str:
    """方案不动的一条。"""
    names = "、".join(title)
    return f"{left.clause} {left.title}：{WHY[left.why]}" + (f"（{names}）" if names and left.why == UNKNOWN else "")


def clash_sentence(clash: Clash) -> str:
    """相抵的一条。"""
    when = f"最早{day(clash.earliest)}能满足" if clash.earliest else clash.never or "目前没有办法满足"
    return f"{clash.clause} {clash.title}：{clash.why}；{when}"


def span(plan: Plan) -> str:
    """“2026年11月20日至2027年4月30日”；没有步骤为空串。"""
    if not plan.steps:
        return ""
    return f"{day(min(one.start for one in plan.steps))}至{day(max(one.ready for one in plan.steps))}"
