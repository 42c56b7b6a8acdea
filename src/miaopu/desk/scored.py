"""评分项与合计：一份判定里的得分 → 档案上的一行（得分、满分、分档读法、用到的数）；只读判定，不另算分。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from miaopu.standards.explain.firm import Assessed
from miaopu.standards.explain.reason import plain
from miaopu.standards.tree.clause import Standard
from miaopu.standards.tree.node import Input, Points, children
from miaopu.standards.tree.reading import Line, read_scores
from miaopu.standards.tree.vocabulary import Vocabulary


@dataclass(frozen=True)
class Scored:
    """一个评分项（或合计）的得分；inputs 是用到的输入名，parts 是合计所加的各项（列名）。"""

    column: str
    line: Line
    shown: str
    maximum: int
    inputs: tuple[str, ...]
    parts: tuple[str, ...]

    @property
    def how(self) -> str:
        """一句：满分几分、依据、可信标记。"""
        told = "；".join(one for one in (self.line.cite, self.line.mark) if one)
        return f"按分档得 {self.shown}，满分 {self.maximum} 分" + (f"（{told}）" if told else "")


def scored(assessed: Assessed, vocabulary: Vocabulary) -> Iterator[Scored]:
    """一份判定的各评分项与合计，次序同标准。"""
    judgement = assessed.judgement
    standard, rules = judgement.standard, dict(judgement.program.scores)
    sums = {one.id: one.parts for one in standard.totals}
    largest = {one.id: one.maximum for one in (*standard.scores, *standard.totals)}
    for line in read_scores(standard, vocabulary):
        low, high = (plain(Fraction(end), 2) for end in judgement.scores[line.id])
        given = rules.get(line.id)
        inputs = (given.name,) if isinstance(given, Input) else line.inputs
        parts = tuple(column(standard, one) for one in sums.get(line.id, ()))
        shown = f"{low}分" if low == high else f"{low}至{high}分"
        yield Scored(column(standard, line.id), line, shown, largest[line.id], inputs, parts)


def column(standard: Standard, name: str) -> str:
    """抽屉认得的列名，如 SRDI-63:P1。"""
    return f"{standard.code}:{name}"


def points_of(assessed: Assessed, clause: str) -> tuple[str, ...]:
    """一个条款比较的是哪些得分（列名）；不比得分的为空。"""
    body = next((one.body for one in assessed.judgement.standard.walk() if one.id == clause), None)
    return tuple(column(assessed.judgement.standard, one) for one in _points(body)) if body is not None else ()


def _points(node: object) -> Iterator[str]:
    if isinstance(node, Points):
        yield node.id
    for child in children(node):  # type: ignore[arg-type]
        yield from _points(child)
