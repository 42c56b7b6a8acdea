"""试算：标准旁边的判例现算现比；人填的事实当场判一次，给出说明树。都不存。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from miaopu.access.act import Wrong
from miaopu.desk.rules.draft import case_files
from miaopu.selection.city import city, today
from miaopu.standards.cases import ABSENT, DEFAULT_DAY, FLAGS, CaseResult, CaseRunner, flatten
from miaopu.standards.explain import Reason, explain
from miaopu.standards.given.facts import FactsError, FactsReader
from miaopu.standards.given.file import day_of, gates_block, parse_facts, resolve_facts
from miaopu.standards.judge import Judge, Judgement
from miaopu.standards.tree.clause import Standard
from miaopu.standards.tree.node import Derived, Input
from miaopu.standards.tree.reading import names
from miaopu.standards.tree.state import State, Verdict
from miaopu.terms import yaml_lines

WORDS = {one.key: one.word for one in State} | {one.name: one.word for one in Verdict}
YES, NO = "是", "否"


@dataclass(frozen=True)
class Shown:
    """一条判例与结果：文件、行号、为什么、几行、结果。"""

    file: str
    line: int
    why: str
    rows: int
    result: CaseResult


@dataclass(frozen=True)
class Asked:
    """试一试表单的一栏：键、名称、类别、单位、可选值（代码，文字）、填的值。"""

    key: str
    title: str
    kind: str
    unit: str
    options: tuple[tuple[str, str], ...]
    value: str


@dataclass(frozen=True)
class Told:
    """一次判定给人看的：结论、说明树逐行（层次，说明）、旗标、按默认处理的、不认识的键。"""

    verdict: Verdict
    reasons: tuple[tuple[int, Reason], ...]
    flags: tuple[str, ...]
    assumed: tuple[str, ...]
    unrecognised: tuple[str, ...]
    scores: tuple[tuple[str, str], ...]
    on: date


def cases(standard: Standard) -> list[Shown]:
    """一份标准的全部判例，现算。"""
    found = []
    for path in case_files(city().catalog, standard):
        found += _ran(path, path.stat().st_mtime_ns, _shelf())
    return found


def _shelf() -> tuple[tuple[str, str], ...]:
    """标准库内容的记号：标准有增减或改动就不同。"""
    return tuple((one.code, one.fingerprint) for one in city().library.standards.values())


@lru_cache(maxsize=64)
def _ran(path: Path, stamp: int, shelf: tuple[tuple[str, str], ...]) -> tuple[Shown, ...]:
    """一个文件的判例结果；文件与标准库都没变时不重算（量得一份一秒上下）。"""
    space, document = city(), yaml_lines.read(path)
    results = CaseRunner(space.catalog, space.library).run_file(path)
    return tuple(
        Shown(path.name, case.line, str(case.get("why", "")), len(case.get("rows", ())), result)
        for case, result in zip(document["cases"], results, strict=True)
    )


def one_case(standard: Standard, name: str, row: int) -> tuple[Mapping[str, Any], Mapping[str, Any], Told]:
    """一条判例的一行（单例为 0）：（事实，预期，说明）；没有抛 Wrong。"""
    for path in case_files(city().catalog, standard):
        document = yaml_lines.read(path)
        known = {case["id"]: case for case in document["cases"]}
        if name not in known:
            continue
        case = known[name]
        given = case.get("rows", ())
        if (row == 0 and "expect" not in case) or not 0 <= row <= len(given):
            break
        facts, expect = (
            (resolve_facts(case, known), case["expect"])
            if row == 0
            else (dict(given[row - 1]["in"]), given[row - 1]["expect"])
        )
        on = day_of(case.get("as_of")) or DEFAULT_DAY
        kind = str(facts.get("application_type", case.get("application_type", "new")))
        used = city().library.find(facts.get("standard", case["standard"]))
        return facts, _words(flatten(expect)), judged(used, facts, on, kind, gates_block(document))
    raise Wrong(f"没有判例 {name}；请从判例清单重新进入")


def named(facts: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    """事实 →（键，中文名，值）；分组的展开，不是指标的键原样。"""
    title, out = city().library.vocabulary.title, []
    for key, value in facts.items():
        if isinstance(value, Mapping):
            out += [(f"{key}.{inner}", title(inner), said) for inner, _, said in named(value)]
        else:
            found = next((name for name in (key, f"{key}_t1") if title(name) != name), key)
            out.append((key, title(found), _said(value)))
    return out


def _said(value: Any) -> str:
    """值的写法：是否写成是、否，没有写的是不知道。"""
    if value is None:
        return "不知道"
    if isinstance(value, bool):
        return YES if value else NO
    return "；".join(map(str, value)) if isinstance(value, list) else str(value)


def case_rows(shown: Shown) -> list[int]:
    """可以打开的行号。"""
    return list(range(1, shown.rows + 1)) or [0]


def _words(expect: Mapping[str, Any]) -> dict[str, str]:
    """预期写成文字。"""
    names = {FLAGS: "须有旗标", ABSENT: "不得有旗标", "verdict": "结论"}
    return {names.get(key, key): WORDS.get(str(value), _joined(value)) for key, value in expect.items()}


def _joined(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def judged(standard: Standard, facts: Mapping[str, Any], on: date, kind: str, gates: Mapping[str, Any] | None) -> Told:
    """判一次；事实写错抛 Wrong。"""
    space = city()
    reader = FactsReader(space.catalog, space.library.vocabulary)
    try:
        read = reader.read(facts, on, gates)
        reader.presume(read, standard.presumes)
        found = Judge(space.library).judge(standard, read.values, on, kind, frozenset(read.given))
    except FactsError as error:
        raise Wrong(str(error)) from error
    title = space.library.vocabulary.title
    reasons = tuple(line for reason in explain(found, title) for line in reason.walk())
    return Told(
        found.verdict,
        tuple((depth, reason) for depth, reason in reasons),
        found.flags,
        tuple(dict.fromkeys(map(title, read.assumed))),
        tuple(read.unrecognised),
        tuple(_scores(standard, found)),
        on,
    )


def _scores(standard: Standard, found: Judgement) -> list[tuple[str, str]]:
    titles = {one.id: one.title or one.id for one in (*standard.scores, *standard.totals)}
    return [
        (titles.get(name, name), str(low) if low == high else f"{low} 至 {high}")
        for name, (low, high) in found.scores.items()
    ]


def asked(standard: Standard, given: Mapping[str, str]) -> list[Asked]:
    """试一试的简单表单：叶子条款与评分用到的、直接读入的指标。"""
    vocabulary, out = city().library.vocabulary, []
    tests = [clause.body for clause in standard.walk()] + [clause.when for clause in standard.walk()]
    for score in standard.scores:
        tests += [band.test for band in getattr(score.rule, "bands", ())] + list(getattr(score.rule, "tests", ()))
        tests += [score.rule.number] if hasattr(score.rule, "number") else []
    for name in names(*tests):
        node = vocabulary.lookup(name)
        if isinstance(node, Derived) or not isinstance(node, Input):
            continue
        out.append(_asked(name, node, given.get(f"f-{name}", "")))
    return out


def _asked(name: str, node: Input, value: str) -> Asked:
    vocabulary = city().library.vocabulary
    indicator = vocabulary.indicator(name)
    values = indicator.values if indicator else {}
    options: tuple[tuple[str, str], ...] = ()
    if node.kind == "flag":
        options = ((YES, YES), (NO, NO))
    elif node.kind == "category" and values:
        options = tuple((code, words[0] if words else f"{code}档") for code, words in values.items())
    unit = {"money": "万元", "percent": "%"}.get(node.kind, indicator.unit if indicator else "")
    return Asked(name, vocabulary.title(name), node.kind, unit, options, value)


def tried(standard: Standard, given: Mapping[str, str]) -> Told:
    """试一试：表单各栏加上 YAML 文字（YAML 的优先）。"""
    facts: dict[str, Any] = {
        key.removeprefix("f-"): value.strip() for key, value in given.items() if key.startswith("f-") and value.strip()
    }
    gates, on, kind = None, today(), given.get("kind") or "new"
    if given.get("gates"):
        gates = GATES_FINE
    if given.get("facts", "").strip():
        try:
            document = parse_facts(given["facts"], "填写的事实")
        except FactsError as error:
            raise Wrong(str(error)) from error
        if not document.records:
            raise Wrong("填写的事实里没有一家企业；请写成“键: 值”，一行一个")
        record = document.records[0]
        facts, gates = {**facts, **record.facts}, document.gates_default or gates
        on = record.assessed_on or on
    try:
        on = day_of(given.get("on") or None) or on
    except FactsError as error:
        raise Wrong(str(error)) from error
    if kind not in ("new", "review"):
        raise Wrong("事项只能是新申请或复核")
    return judged(standard, facts, on, kind, gates)


GATES_FINE: Mapping[str, Any] = {
    "registered_in_china": True,
    "legal_person": True,
    "is_sme": True,
    "abnormal_list": False,
    "dishonest_list": False,
    "prohibited_product": False,
    "incident_3y": "none",
}
"""通用门槛都没有问题时的事实，与判例文件里的写法相同。"""
