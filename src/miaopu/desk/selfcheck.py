"""自测：由一份标准得出要问的十几项，把人填的读成事实，在内存里判一次；不存、不记、不查台账。"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from miaopu.standards.engine.bind import NEW
from miaopu.standards.explain import Reason, explain
from miaopu.standards.given.facts import FactsReader
from miaopu.standards.judge import Judge, Judgement
from miaopu.standards.load import Library
from miaopu.standards.tree.clause import Clause, Standard
from miaopu.standards.tree.node import Derived, Flag, Input, Not, Num, Person, Truth, children, inputs
from miaopu.terms.catalog import Catalog

GATE = "gate"
"""门槛那一题的名字：全部前提与排除情形并作一题。"""
KINDS = {"flag", "count", "money", "percent", "decimal", "category"}
UNITS = {"money": "万元", "percent": "%"}
LAST = 10_000
"""排在最后的：豁免、直通之类多数企业没有的。"""


@dataclass(frozen=True)
class Question:
    """一题：名字、题目、类别、单位、说明、选项（代码，文字）。"""

    name: str
    title: str
    kind: str
    unit: str = ""
    hint: str = ""
    choices: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Form:
    """一份标准的自测：门槛一题（列出各条的题目与取值）加其余各题；left 是没有问的。"""

    standard: Standard
    gate: tuple[str, ...]
    gate_values: Mapping[str, int]
    questions: tuple[Question, ...]
    left: tuple[str, ...]


@dataclass(frozen=True)
class Checked:
    """自测的结果：判定、逐条说明、按没有处理的项。"""

    found: Judgement
    reasons: tuple[Reason, ...]
    assumed: tuple[str, ...]


def form(library: Library, standard: Standard, most: int) -> Form:
    """要问的：门槛一题，其余按条款次序，豁免的在后，最多 most 题。"""
    vocabulary = library.vocabulary
    gate, values, order = _gate(standard), {}, {}
    for clause, body in _tests(standard):
        if clause in gate:
            values |= _wanted(body)
    for at, (clause, body) in enumerate(_tests(standard)):
        for name in _asked(body):
            late = LAST if clause is not None and clause.exempts else 0
            order.setdefault(name, len(order) + at + late)
    names = [name for name in sorted(order, key=order.__getitem__) if name not in values]
    known = [name for name in names if _kind(library, name) in KINDS]
    titles = tuple(dict.fromkeys(clause.title for clause in gate if clause.body is not None))
    kept = known[: most - 1]
    return Form(
        standard,
        titles,
        values,
        tuple(_question(library, name) for name in kept),
        tuple(vocabulary.title(name) for name in known[most - 1 :]),
    )


def check(catalog: Catalog, library: Library, asked: Form, answers: Mapping[str, str], on: date) -> Checked:
    """判一次。answers：题名 → 填的文字（空的不在内）；写得不对抛 FactsError。"""
    reader = FactsReader(catalog, library.vocabulary)
    given = {name: text for name, text in answers.items() if name != GATE}
    facts = reader.read(given, on, None)
    if answers.get(GATE) == "1":
        facts.values |= asked.gate_values
    reader.presume(facts, asked.standard.presumes)
    found = Judge(library).judge(asked.standard, facts.values, on, NEW, frozenset(facts.given))
    title = library.vocabulary.title
    used = {name for names in found.leaves.values() for name in names}
    assumed = tuple(dict.fromkeys(title(name) for name in facts.assumed if name in used))
    return Checked(found, explain(found, title), assumed)


def _tests(standard: Standard) -> Iterator[tuple[Clause | None, Truth]]:
    """新申请用到的条款与评分项里的条件。"""
    for clause in standard.walk():
        if clause.body is not None and (not clause.kinds or NEW in clause.kinds):
            yield clause, clause.body
    for score in standard.scores:
        rule = score.rule
        for test in (*(band.test for band in getattr(rule, "bands", ())), *getattr(rule, "tests", ())):
            yield None, test


def _gate(standard: Standard) -> list[Clause]:
    """并作一题的条款：通用门槛的各条，与整条都是“没有某情形”的。"""
    found = [clause for top in standard.clauses if top.id == "GATE" for clause in top.walk()]
    return found + [one for one in standard.walk() if one not in found and one.body is not None and _denies(one.body)]


def _denies(node: Truth) -> bool:
    """整条都是否定的是否：并非甲，且并非乙。"""
    wanted = _wanted(node)
    return bool(wanted) and not any(wanted.values()) and set(_asked(node)) == set(wanted)


def _wanted(node: Truth, yes: bool = True) -> dict[str, int]:
    """满足条款时各是否类输入应取的值。"""
    if isinstance(node, Not):
        return {name: value for child in children(node) for name, value in _wanted(child, not yes).items()}
    if isinstance(node, Flag):
        return {node.input.name: int(yes)}
    if isinstance(node, Person):
        return {}
    return {name: value for child in children(node) for name, value in _wanted(child, yes).items()}


def _asked(node: Num | Truth) -> Iterable[str]:
    """要问的输入名：派生的问公式里的，人工核定的不问。"""
    if isinstance(node, Person):
        return []
    if isinstance(node, Derived):
        return _asked(node.formula)
    if isinstance(node, Input):
        return [node.name]
    below = [name for child in children(node) for name in _asked(child)]
    return below or [one.name for one in inputs(node)]


def _kind(library: Library, name: str) -> str:
    found = library.vocabulary.indicator(name)
    return found.kind if found is not None and not found.extra.get("list") else ""


def _question(library: Library, name: str) -> Question:
    one = library.vocabulary.indicator(name)
    unit = UNITS.get(one.kind, one.unit)
    choices = tuple((code, words[0] if words else code) for code, words in one.values.items())
    return Question(name, library.vocabulary.title(name), one.kind, unit, one.definition, choices)
