"""措辞：条款、差距、方案各写成一句公文里的话；数只换写法，不改值。"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from fractions import Fraction

from miaopu.plan.result import PERSON, SCORE, UNKNOWN, Clash, Effect, Left, Plan, Step
from miaopu.standards.explain import Reason
from miaopu.standards.explain.reason import plain
from miaopu.standards.tree.state import State
from miaopu.standards.tree.vocabulary import YEAR_WORDS, YEARS
from miaopu.terms.quantity import display
from miaopu.terms.shown import day

MONEY = Fraction(1_000_000)
WHY = {SCORE: "平台得分由培育平台自动计算，只记录，不由措施改变", PERSON: "须人工核定", UNKNOWN: "缺数，先补齐再定"}
WAITS = {UNKNOWN: "条待核", PERSON: "条须人工核定", SCORE: "条看平台得分"}
STATE_ORDER = (State.fail_, State.unknown, State.manual, State.exempt, State.pass_)
YEARLY = re.compile(r".+_(t[0-3])(?:_low|_high)?")


def money(fen: int | Fraction) -> str:
    """1,234.50万元：两位小数，四舍五入，负数带负号。"""
    whole = int(abs(Fraction(fen)) + Fraction(1, 2))
    return display(-whole if fen < 0 else whole, "money", "万元") + "万元"


def cost(pair: tuple[int, int]) -> str:
    """“12.00万元至30.00万元”；两头相同写一个；都是零写“不另花钱”。"""
    if pair == (0, 0):
        return "不另花钱"
    return money(pair[0]) if pair[0] == pair[1] else f"{money(pair[0])}至{money(pair[1])}"


def dated(name: str, title: str, year: int) -> str:
    """年度列的名称里，“上年”一类换成哪一年；year 是评估或申报那一年。"""
    slot = YEARLY.fullmatch(name)
    if slot is None or not title.startswith(YEAR_WORDS[slot[1]]):
        return title
    return f"{year - YEARS.index(slot[1])}年{title.removeprefix(YEAR_WORDS[slot[1]])}"


def dated_text(text: str, titles: Mapping[str, str], year: int) -> str:
    """一句话里的年度列名称换成哪一年的；titles 是列名 → 名称，“上上年”先于“上年”换。"""
    for name, title in sorted(titles.items(), key=lambda one: -len(one[1])):
        text = text.replace(title, dated(name, title, year))
    return text


def quantity(value: Fraction | None, unit: str) -> str:
    """数量；没有为“—”。金额两位小数带千分位，其余至多四位。"""
    if value is None:
        return "—"
    if unit == "万元":
        return money(value * MONEY)
    return plain(value) + unit


def change(one: Effect, year: int) -> str:
    """“2026年研发费用由300.00万元增至420.00万元”；year 是申报那一年。"""
    title = dated(one.name, one.title, year)
    flag = one.unit == "" and one.after in (0, 1) and (one.before is None or one.before in (0, 1))
    if flag:
        return f"{title}：{'取得' if one.after else '去除'}"
    before = "未知" if one.before is None else quantity(one.before, one.unit)
    word = "增至" if one.before is None or one.after > one.before else "降至"
    return f"{title}由{before}{word}{quantity(one.after, one.unit)}"


def tops(reasons: Iterable[Reason]) -> dict[State, list[Reason]]:
    """最上一级的要求，按状态分；次序是先不满足、再待核、须人工。"""
    found: dict[State, list[Reason]] = {state: [] for state in STATE_ORDER}
    for one in reasons:
        found.setdefault(one.state, []).append(one)
    return found


def step_sentence(step: Step, year: int) -> str:
    """一步：做什么、做多少、何时开工何时办成、谁办谁帮、要留意什么；year 是申报那一年。"""
    amount = "" if step.amount is None else f"，{quantity(step.amount, step.unit)}"
    told = f"{step.title}{amount}。{day(step.start)}起，{day(step.ready)}前办成，最早计入{step.counts_from}年度；"
    told += f"预计花费{cost(step.cost)}。" if step.cost != (0, 0) else "不另花钱。"
    told += "".join(f"{change(one, year)}。" for one in step.effects)
    said = (("责任", step.owner), ("协助", step.helper), ("可用政策", step.policy), ("备注", step.remark))
    return told + "；".join(f"{head}：{text}" for head, text in said if text) + "。"


def left_sentence(left: Left, title: Iterable[str]) -> str:
    """方案不动的一条。"""
    names = "、".join(title)
    return f"{left.clause} {left.title}：{WHY[left.why]}" + (f"（{names}）" if names and left.why == UNKNOWN else "")


def waiting(plan: Plan) -> str:
    """“2条待核、1条须人工核定”；都定了的为空串。"""
    counted = Counter(one.why for one in plan.left)
    return "、".join(f"{counted[why]}{word}" for why, word in WAITS.items() if counted[why])


def clash_sentence(clash: Clash) -> str:
    """过不了的一条；不知道哪天能的只写缘由。"""
    when = f"最早{day(clash.earliest)}能满足" if clash.earliest else clash.never
    return f"{clash.clause} {clash.title}：{clash.why}" + (f"；{when}" if when else "")


def span(plan: Plan) -> str:
    """“2026年11月20日至2027年4月30日”；没有步骤为空串。"""
    if not plan.steps:
        return ""
    return f"{day(min(one.start for one in plan.steps))}至{day(max(one.ready for one in plan.steps))}"
