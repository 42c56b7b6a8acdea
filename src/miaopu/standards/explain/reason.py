"""说理：把一次判定写成官员能读的树：要求、实际、距离、依据、可信标记、来源单元格。"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from miaopu.standards.engine.measure import Distance
from miaopu.standards.judge import Judgement
from miaopu.standards.tree.clause import SOURCES, Clause
from miaopu.standards.tree.state import State

KIND_WORDS = {"missing": "缺数", "conflicting": "来源冲突", "stale": "数据过期", "person": "须人工核定"}
LOWER = (">=", ">")


@dataclass(frozen=True)
class Reason:
    """一个条款的说明；children 是下级；origins 是用到的数的出处句子，inputs 是用到的输入名。

    flags 是成立的歧义旗标，以及恒为说明、不挂在结果上的旗标。
    """

    id: str
    title: str
    requirement: str
    state: State
    actual: str
    gap: str
    cite: str
    mark: str
    why: str
    flags: tuple[str, ...]
    origins: tuple[str, ...]
    inputs: tuple[str, ...]
    children: tuple[Reason, ...]

    def walk(self, depth: int = 0) -> Iterator[tuple[int, Reason]]:
        """逐行展开：（层次，说明）。"""
        yield depth, self
        for child in self.children:
            yield from child.walk(depth + 1)


def explain(
    judgement: Judgement,
    title_of: Callable[[str], str] = lambda name: name,
    origin_of: Callable[[str], str] = lambda name: "",
) -> tuple[Reason, ...]:
    """一次判定的说明树。title_of：输入名 → 中文名；origin_of：输入名 → 出处句子（没有为空串）。"""
    undecided = {item.clause: item for item in judgement.undecided}
    extra = tuple(clause for notice in judgement.program.notices for clause in notice.clauses)
    writer = _Writer(judgement, undecided, title_of, origin_of)
    return tuple(writer.reason(clause) for clause in judgement.standard.clauses + extra)


@dataclass(frozen=True)
class _Writer:
    judgement: Judgement
    undecided: Mapping[str, Any]
    title_of: Callable[[str], str]
    origin_of: Callable[[str], str]

    def reason(self, clause: Clause) -> Reason:
        state = self.judgement.states[clause.id]
        found = self.judgement.distances.get(clause.id)
        raised = set(self.judgement.flags)
        return Reason(
            id=clause.id,
            title=clause.title,
            requirement=clause.text,
            state=state,
            actual=_actual(found),
            gap=_gap(found),
            cite=clause.cite,
            mark=SOURCES[clause.source],
            why=self.why(clause),
            flags=tuple(flag.code for flag in clause.flags if flag.when is None or flag.code in raised),
            origins=self.origins(clause),
            inputs=self.judgement.leaves.get(clause.id, ()),
            children=tuple(self.reason(child) for child in clause.children),
        )

    def why(self, clause: Clause) -> str:
        item = self.undecided.get(clause.id)
        if item is None:
            return ""
        names = "、".join(dict.fromkeys(self.title_of(name) for name in item.inputs))
        return f"{KIND_WORDS[item.kind]}：{names}" if names else KIND_WORDS[item.kind]

    def origins(self, clause: Clause) -> tuple[str, ...]:
        from_names = self.judgement.leaves.get(clause.id, ())
        return tuple(text for name in from_names if (text := self.origin_of(name)))


def plain(value: Fraction, places: int = 4) -> str:
    """精确数的显示：最多 places 位小数，舍入只为显示。"""
    rounded = round(value, places)
    text = f"{rounded.numerator // rounded.denominator}" if rounded.denominator == 1 else f"{float(rounded):.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _actual(found: Distance | None) -> str:
    if found is None:
        return ""
    if found.actual is None:
        return "未知"
    low, high = found.actual
    return f"{plain(low)}{found.unit}" if low == high else f"{plain(low)}至{plain(high)}{found.unit}"


def _gap(found: Distance | None) -> str:
    if found is None or found.distance is None:
        return ""
    unit = "个百分点" if found.unit == "%" else found.unit
    size = plain(abs(found.distance))
    if found.distance == 0:
        return "正好在线上"
    if found.distance > 0:
        return f"高出{size}{unit}" if found.op in LOWER else f"低于上限{size}{unit}"
    return f"还差{size}{unit}" if found.op in LOWER else f"超出{size}{unit}"
