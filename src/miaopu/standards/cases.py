"""判例：标准旁边的 <版本>.cases.yaml；逐条现算，与写明的预期比较，官员可自己加。"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from miaopu.standards.given.facts import FactsReader
from miaopu.standards.given.file import day_of, gates_block, resolve_facts
from miaopu.standards.given.special import Special
from miaopu.standards.judge import Judge
from miaopu.standards.load import Library
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog

DEFAULT_DAY = date(2026, 11, 20)
"""判例没有写评估日时用的日子，即判例整理日。"""

FLAGS, ABSENT = "flags", "no_flags"
"""预期里的两个键：必须有的旗标，必须没有的旗标。"""


@dataclass(frozen=True)
class Mismatch:
    """一处不符：哪条判例、第几行（单例为 0）、哪个键、预期与实得。"""

    case: str
    row: int
    key: str
    expected: Any
    actual: Any


@dataclass(frozen=True)
class CaseResult:
    """一条判例的结果：核对了几处，哪几处不符。"""

    id: str
    standard: str
    title: str
    path: str
    checked: int
    mismatches: tuple[Mismatch, ...]


class CaseRunner:
    """跑判例；judge 与 judge 命令同一段代码。"""

    def __init__(self, catalog: Catalog, library: Library) -> None:
        self.catalog, self.library = catalog, library
        self.judge, self.special = Judge(library), Special(catalog)
        self.reader = FactsReader(catalog, library.vocabulary)

    def run(self, title: str = "") -> Iterator[CaseResult]:
        """目录里全部判例；title 给出时只跑该标准代码或文件夹名。"""
        for path in self.catalog.files("standards", "*.cases.yaml"):
            for result in self.run_file(path):
                if title in ("", result.standard, path.parent.name, f"{path.parent.name}@{path.name.split('.')[0]}"):
                    yield result

    def run_file(self, path: Path) -> Iterator[CaseResult]:
        """一个文件的判例。"""
        document = yaml_lines.read(path)
        gates = gates_block(document)
        known = {case["id"]: case for case in document["cases"]}
        for case in document["cases"]:
            yield self._case(case, known, gates, path)

    def _case(self, case: Any, known: Mapping[str, Any], gates: Any, path: Path) -> CaseResult:
        rows = [(0, resolve_facts(case, known), case["expect"])] if "expect" in case else []
        rows += [(number, dict(row["in"]), row["expect"]) for number, row in enumerate(case.get("rows", ()), 1)]
        checked, wrong = 0, []
        for number, facts, expect in rows:
            actual = self.evaluate(facts.get("standard", case["standard"]), case, facts, gates)
            expected = flatten(expect)
            checked += len(expected)
            wrong += [
                Mismatch(case["id"], number, key, value, actual.get(key))
                for key, value in expected.items()
                if not agrees(key, value, actual.get(key))
            ]
        return CaseResult(case["id"], case["standard"], case["title"], str(path), checked, tuple(wrong))

    def evaluate(self, code: str, case: Mapping[str, Any], facts: Mapping[str, Any], gates: Any) -> dict[str, Any]:
        """一组事实的全部可核对结果，键与判例文件相同。"""
        on = day_of(case.get("as_of")) or DEFAULT_DAY
        if code in self.special.methods:
            return self.special.evaluate(code, facts, on)
        standard = self.library.find(code)
        read = self.reader.read(facts, on, gates)
        self.reader.presume(read, standard.presumes)
        kind = str(facts.get("application_type", case.get("application_type", "new")))
        found = self.judge.judge(standard, read.values, on, kind, frozenset(read.given))
        scores = {name: low if low == high else [low, high] for name, (low, high) in found.scores.items()}
        states = {name: state.key for name, state in found.states.items()}
        reports = {name: list(v) if isinstance(v, tuple) else v for name, v in found.reports.items()}
        return {**states, **scores, **reports, "verdict": found.verdict.name, FLAGS: found.flags, ABSENT: found.flags}


def flatten(expect: Mapping[str, Any]) -> dict[str, Any]:
    """clauses、scores 下的键与其余键放在一起。"""
    nested = {key: value for group in ("clauses", "scores") for key, value in expect.get(group, {}).items()}
    return {**nested, **{key: value for key, value in expect.items() if key not in ("clauses", "scores")}}


def agrees(key: str, expected: Any, actual: Any) -> bool:
    """数按值比，旗标按包含比，其余按文字比。"""
    if key == FLAGS:
        return set(expected) <= set(actual or ())
    if key == ABSENT:
        return set(expected).isdisjoint(actual or ())
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected == actual
    if isinstance(expected, list) and isinstance(actual, list):
        return len(expected) == len(actual) and all(map(agrees, (key, key), expected, actual))
    try:
        return Fraction(str(expected)) == Fraction(str(actual))
    except ValueError:
        return str(expected) == str(actual)
