"""化简：用不上的项不看；一项处处不比另一项差、也不更贵的，先办它。给题，给各项的上限与这样的对子；不丢最省的答案。"""

from __future__ import annotations

from dataclasses import dataclass

from miaopu.plan.solver.question import Constraint, Question, constraints_in


@dataclass(frozen=True)
class Reduced:
    """most：用不上的为 0；pairs：（先办的，后办的），两项都办时先办的必办满，先办的不办时后办的必超过它的上限。"""

    most: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]


def reduced(question: Question) -> Reduced:
    """条件都是“某些和不小于零”的与或，所以系数逐条不小、价不大的一项，换过去不会变坏：

    两项都办而先办的没有办满，把后办的往先办的挪，花费、步数都不增；先办的没办而后办的装得下，整个换过去也一样。
    """
    due = [question.follow[at] for at in question.follow if question.most[at]]
    kept = list(dict.fromkeys(constraints_in((*question.goals, *due))))
    helps = {at for one in kept for monomial, gain in one.terms if gain > 0 for at in monomial}
    bent = {at for one in kept for monomial, _ in one.terms if len(monomial) > 1 for at in monomial}
    most = tuple(most if at in helps | bent else 0 for at, most in enumerate(question.most))
    tied = bent | set(question.follow) | set(question.rivals)
    plain = [at for at, one in enumerate(most) if one and at not in tied]
    columns = _columns(kept, plain)
    pairs = [(a, b) for a in plain for b in plain if a != b and _better(a, b, columns, question)]
    return Reduced(most, tuple(pairs))


def _columns(kept: list[Constraint], plain: list[int]) -> dict[int, list[int]]:
    """各项在各条里的系数。"""
    out = {at: [0] * len(kept) for at in plain}
    for row, one in enumerate(kept):
        for monomial, gain in one.terms:
            if len(monomial) == 1 and monomial[0] in out:
                out[monomial[0]][row] = gain
    return out


def _better(a: int, b: int, columns: dict[int, list[int]], question: Question) -> bool:
    """a 处处不比 b 差；完全一样的，下标小的算好（于是不会互相好）。"""
    one, two = question.prices[a], question.prices[b]
    if one.each > two.each or one.once > two.once:
        return False
    if any(mine < theirs for mine, theirs in zip(columns[a], columns[b], strict=True)):
        return False
    return a < b or (one, columns[a]) != (two, columns[b])
