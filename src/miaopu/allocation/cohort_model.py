"""选配的模型：候选、限制，以及把对各条限制一样、分值一样的企业并成的类；次序只由名次与代码定。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm

ALL, FIRM = "all", "firm"
"""两个不必写在 traits 里的方面：全部企业、一家企业（取值是它的代码）。"""
LEAST, MOST = "least", "most"


@dataclass(frozen=True)
class Candidate:
    """一家候选。weight 是预期通过的分值，place 是名次（分值相同的看它），traits 是各方面的取值（县区、行业……）。"""

    code: str
    weight: Fraction
    place: int
    traits: Mapping[str, str]


@dataclass(frozen=True)
class Limit:
    """一条限制：dimension 方面里取值 value 的企业至少（LEAST）或至多（MOST）number 家；title 是给人看的话，不重复。"""

    kind: str
    dimension: str
    value: str
    number: int
    title: str

    def covers(self, one: Candidate) -> bool:
        """管不管这一家。"""
        if self.dimension == ALL:
            return True
        known = one.code if self.dimension == FIRM else one.traits.get(self.dimension)
        return known == self.value

    def met(self, count: int) -> bool:
        """count 家合不合这一条。"""
        return count >= self.number if self.kind == LEAST else count <= self.number


@dataclass(frozen=True)
class Part:
    """一类：signature 是管它的限制的序号，weight 是放大成整数的分值，members 是 candidates 里的序号，靠前的先选。"""

    signature: tuple[int, ...]
    weight: int
    members: tuple[int, ...]


@dataclass(frozen=True)
class Model:
    """排好的候选、限制、类；分值乘 scale 都是整数。"""

    candidates: tuple[Candidate, ...]
    limits: tuple[Limit, ...]
    parts: tuple[Part, ...]
    scale: int

    @property
    def weights(self) -> list[int]:
        """各候选放大后的分值。"""
        return [int(one.weight * self.scale) for one in self.candidates]

    def rows(self) -> list[list[int]]:
        """每条限制管的候选的序号。"""
        out: list[list[int]] = [[] for _ in self.limits]
        for part in self.parts:
            for at in part.signature:
                out[at] += part.members
        return out


def model_of(candidates: Iterable[Candidate], wanted: Sequence[Limit]) -> Model:
    """查过、排好的模型。"""
    ordered = tuple(sorted(candidates, key=lambda one: (one.place, one.code)))
    _check(ordered, wanted)
    scale = lcm(*(one.weight.denominator for one in ordered)) if ordered else 1
    return Model(ordered, tuple(wanted), _parts(ordered, wanted, scale), scale)


def _check(ordered: Sequence[Candidate], wanted: Sequence[Limit]) -> None:
    codes = {one.code for one in ordered}
    if len(codes) != len(ordered):
        raise ValueError("候选里有重复的企业代码；一家只能有一行")
    if low := [one.code for one in ordered if one.weight < 0]:
        raise ValueError(f"{low[0]} 的分值小于 0；预期通过的分值应在 0 与 1 之间")
    titles = [one.title for one in wanted]
    if len(set(titles)) != len(titles):
        raise ValueError("限制的标题有重复；请合并或改名")
    for one in wanted:
        if one.number < 0 or one.kind not in (LEAST, MOST):
            raise ValueError(f"限制“{one.title}”写错：家数不能小于 0，只有至少、至多两种")
        if one.dimension == FIRM and one.kind == LEAST and one.value not in codes:
            raise ValueError(f"必选的 {one.value} 不在候选里；请先看它为什么不在名单里")


def _parts(ordered: Sequence[Candidate], wanted: Sequence[Limit], scale: int) -> tuple[Part, ...]:
    named: dict[tuple[str, str], list[int]] = {}
    for at, limit in enumerate(wanted):
        named.setdefault((limit.dimension, limit.value), []).append(at)
    dimensions = sorted({limit.dimension for limit in wanted} - {ALL, FIRM})
    found: dict[tuple[tuple[int, ...], int], list[int]] = {}
    for at, one in enumerate(ordered):
        keys = [(ALL, ""), (FIRM, one.code), *((name, one.traits.get(name, "")) for name in dimensions)]
        signature = tuple(sorted(limit for key in keys for limit in named.get(key, ())))
        found.setdefault((signature, int(one.weight * scale)), []).append(at)
    return tuple(Part(*key, tuple(members)) for key, members in sorted(found.items()))
