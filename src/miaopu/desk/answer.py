"""答复：判定与说理换成给程序看的形状（JSON），命令与接口同一份；键与单位见手册；除不尽的写到小数第六位。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

from miaopu.standards.explain import Reason
from miaopu.standards.judge import Judgement


def plain(value: Any) -> Any:
    """换成 JSON 能写的：精确数写成整数或小数（除不尽的四舍五入到第六位，只供看，不再拿去算），日期写 ISO。"""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, Fraction):
        return int(value) if value.denominator == 1 else round(float(value), 6)
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value


def as_data(found: Judgement) -> dict[str, Any]:
    """一次判定 → 文档写明的键；金额万元，比例百分数值。"""
    standard = found.standard
    return {
        "standard": standard.code,
        "version": f"{standard.name}@{standard.version}",
        "fingerprint": standard.fingerprint,
        "application_type": found.kind,
        "assessed_on": found.assessed_on,
        "verdict": found.verdict.name,
        "requirements": [clause.id for clause in found.program.requirements],
        "clauses": {name: state.key for name, state in found.states.items()},
        "scores": {name: [low, high] for name, (low, high) in found.scores.items()},
        "distances": {name: _distance(item) for name, item in found.distances.items()},
        "flags": list(found.flags),
        "undecided": [
            {"clause": item.clause, "kind": item.kind, "inputs": list(item.inputs)} for item in found.undecided
        ],
        "reports": dict(found.reports),
        "unchecked": standard.unchecked,
    }


def _distance(item: Any) -> dict[str, Any]:
    actual = item.actual if item.actual is None or item.actual[0] != item.actual[1] else item.actual[0]
    return {"actual": actual, "limit": item.limit, "distance": item.distance, "op": item.op, "unit": item.unit}


def tree_data(reasons: Iterable[Reason]) -> list[dict[str, Any]]:
    """逐条说明，先上后下。"""
    return [
        {
            "depth": depth,
            "id": item.id,
            "title": item.title,
            "requirement": item.requirement,
            "state": item.state.key,
            "actual": item.actual,
            "gap": item.gap,
            "cite": item.cite,
            "mark": item.mark,
            "why": item.why,
            "flags": list(item.flags),
            "origins": list(item.origins),
        }
        for reason in reasons
        for depth, item in reason.walk()
    ]
