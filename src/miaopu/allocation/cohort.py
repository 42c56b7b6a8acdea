"""选配：候选企业、限制（总数、县区、行业、必选、必不选）进，预期通过数最多的一组出；做不到时点名最少的几条相抵的限制。

不读台账，不看网站；分值由目录给，名次只在分值相同时用。
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from miaopu.allocation.cohort_clash import Clash, smallest_clash
from miaopu.allocation.cohort_model import ALL, FIRM, LEAST, MOST, Candidate, Limit, Model, model_of
from miaopu.allocation.cohort_solve import solve

__all__ = ["ALL", "FIRM", "LEAST", "MOST", "Candidate", "Clash", "Cohort", "Limit", "limits", "pick"]


@dataclass(frozen=True)
class Cohort:
    """一次选配：chosen 入选的代码（按名次），expected 预期通过数，bound 谁也超不过的上界，proven 是否证明最优，proof 怎样证明的。"""

    chosen: tuple[str, ...]
    expected: Fraction
    bound: Fraction
    proven: bool
    proof: str
    model: Model = field(repr=False, compare=False)

    @property
    def counts(self) -> Mapping[str, int]:
        """每条限制（按标题）现在算了几家。"""
        chosen = set(self.chosen)
        inside = [one for one in self.model.candidates if one.code in chosen]
        return {limit.title: sum(limit.covers(one) for one in inside) for limit in self.model.limits}


def pick(candidates: Iterable[Candidate], wanted: Sequence[Limit]) -> Cohort | Clash:
    """选出预期通过数最多的一组；同样多的取名次靠前的（名次之和最小），结果与给出的次序无关。

    做不到的给 Clash：条数最少的一组相抵的限制。代码重复、必选的不在候选里抛 ValueError。
    """
    model = model_of(candidates, wanted)
    found = solve(model)
    return smallest_clash(model) if found is None else Cohort(*found, model=model)


def limits(
    least: int | None = None, most: int | None = None, required: Iterable[str] = (), barred: Iterable[str] = ()
) -> list[Limit]:
    """常用的几条：总数至少、至多，必选与必不选的企业。"""
    out = [Limit(LEAST, ALL, "", least, f"总数至少{least}家")] if least is not None else []
    out += [Limit(MOST, ALL, "", most, f"总数至多{most}家")] if most is not None else []
    out += [Limit(LEAST, FIRM, one, 1, f"必选{one}") for one in required]
    return out + [Limit(MOST, FIRM, one, 0, f"必不选{one}") for one in barred]
