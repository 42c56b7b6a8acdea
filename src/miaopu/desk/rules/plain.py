"""口径的人话：目录里写给程序看的公式与条目条件 → 官员能读的中文；只换写法，不算。"""

from __future__ import annotations

import re
from collections.abc import Mapping

from miaopu.ledger.derive import Derived
from miaopu.ledger.derive.condition import Atom, Condition
from miaopu.ledger.trace import Wording

FUNCTIONS = {"mean": "平均", "compound": "复合增长率", "max": "较大者", "min": "较小者", "prev": "上一年"}
SIGNS = {"<=": "不超过", ">=": "不低于", "<": "小于", ">": "大于", "at least": "至少", "more than": "超过"}
NAME = re.compile(r"[a-z][a-z0-9_]*")


def formula_words(formula: str, wording: Wording) -> str:
    """公式里的列名、函数名换成中文。"""
    text = NAME.sub(lambda found: FUNCTIONS.get(found[0]) or wording.title(found[0]), formula)
    return text.replace("(", "（").replace(")", "）").replace(", ", "，").replace("/", "÷").replace("*", "×")


def derived_words(one: Derived, wording: Wording) -> str:
    """派生口径：定义，连同各条条件。"""
    told = "；".join(condition_words(condition, one.items, wording) for condition in one.where)
    return f"{one.definition}（{told}）" if told else one.definition


def conditions_of(one: Derived, wording: Wording) -> Mapping[str, str]:
    """条件原文 → 中文。"""
    return {condition.text: condition_words(condition, one.items, wording) for condition in one.where}


def condition_words(condition: Condition, items: str, wording: Wording) -> str:
    """一条条件。"""
    return "，或".join(_atom(one, items, wording) for one in condition.atoms)


def _atom(one: Atom, items: str, wording: Wording) -> str:
    title, parts = wording.title(f"{items}.{one.field}"), one.parts
    words = [wording.shown(f"{items}.{one.field}", word.strip()) for word in parts.get("words", "").split(",") if word]
    forms = {
        "flag": lambda: f"{title}为{'否' if parts['no'] else '是'}",
        "equal": lambda: f"{title}是{words[0]}",
        "one_of": lambda: f"{title}是{'、'.join(words)}之一",
        "compare": lambda: f"{title}{SIGNS[parts['op']]}{parts['number']}{parts['unit']}",
        "calendar": lambda: f"{title}在评估日所在年往前{parts['years']}个年度内",
        "within": lambda: f"{title}在评估日前{parts['years']}年内",
        "ago": lambda: f"{title}距评估日{SIGNS[parts['op']]}{parts['years']}年",
        "not_after": lambda: f"{title}不晚于评估日",
        "not_before": lambda: f"{title}不早于评估日",
    }
    return forms[one.form]()
