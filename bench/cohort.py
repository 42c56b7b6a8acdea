"""选配的用时与增长：180 家取自 1,000、2,000、5,000 家，十一个县区保底、行业与称号构成；与照名次硬取的贪心比，小的与枚举比。

python -m bench.cohort
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations

from bench.rounds import peak, timed
from miaopu.allocation.cohort import ALL, LEAST, MOST, Candidate, Clash, Cohort, Limit, pick
from miaopu.allocation.cohort_reasons import reasons

COUNTIES, SECTIONS, HELD = 11, "ABCDEFGHIJKM", ("NONE", "BASE", "MUNI", "SRDI")
WEIGHTS = [Fraction(*one) for one in ((9, 10), (4, 5), (1, 2), (2, 5), (1, 5), (1, 20))]
TOTAL, SIZES, ROUNDS = 180, (1_000, 2_000, 5_000), 3


def firms(size: int, seed: int) -> list[Candidate]:
    """随机的候选：分值与名次大体相合，但不全合。"""
    draw = random.Random(seed)
    return [
        Candidate(
            f"F{at:05}", draw.choices(WEIGHTS, (1, 3, 8, 20, 40, 28))[0], draw.randrange(size),
            {"county": f"C{draw.randrange(COUNTIES):02}", "section": draw.choice(SECTIONS), "held": draw.choice(HELD)},
        )
        for at in range(size)
    ]  # fmt: skip


def limits(total: int) -> list[Limit]:
    """总数、县区至少与至多、制造业与专精特新的份额。"""
    out = [Limit(LEAST, ALL, "", total, "总数至少"), Limit(MOST, ALL, "", total, "总数至多")]
    for at in range(COUNTIES):
        out.append(Limit(LEAST, "county", f"C{at:02}", total // 20, f"{at}县至少"))
        out.append(Limit(MOST, "county", f"C{at:02}", total // 6, f"{at}县至多"))
    return [
        *out,
        Limit(LEAST, "section", "C", total // 4, "制造业至少"),
        Limit(LEAST, "held", "SRDI", total // 3, "专精特新至少"),
    ]


def greedy(candidates: list[Candidate], wanted: list[Limit], total: int) -> tuple[Fraction, int]:
    """照分值、名次硬取，先不破“至多”，不管“至少”：得数与破了几条。"""
    taken: list[Candidate] = []
    for one in sorted(candidates, key=lambda one: (-one.weight, one.place, one.code)):
        tops = [limit for limit in wanted if limit.kind == MOST and limit.covers(one)]
        if len(taken) < total and all(sum(limit.covers(each) for each in taken) < limit.number for limit in tops):
            taken.append(one)
    broken = sum(not limit.met(sum(limit.covers(each) for each in taken)) for limit in wanted)
    return sum((one.weight for one in taken), Fraction(0)), broken


def enumerated(candidates: list[Candidate], wanted: list[Limit], total: int) -> Fraction | None:
    """逐个枚举的最大得数；凑不齐为 None。"""
    found = [
        sum((one.weight for one in chosen), Fraction(0))
        for chosen in combinations(candidates, total)
        if all(limit.met(sum(limit.covers(one) for one in chosen)) for limit in wanted)
    ]
    return max(found, default=None)


def growth() -> None:
    """各规模的用时。"""
    for size in SIZES:
        picked, told, plain, found = [], [], [], None
        for seed in range(ROUNDS):
            candidates, wanted = firms(size, seed), limits(TOTAL)
            box: list[Cohort | Clash] = []
            picked.append(timed(lambda c=candidates, w=wanted, b=box: b.append(pick(c, w))))
            found = box[0]
            assert isinstance(found, Cohort) and found.proven, "没有选成或没有证明"
            told.append(timed(lambda f=found: reasons(f)))
            plain.append(timed(lambda c=candidates, w=wanted: greedy(c, w, TOTAL)))
        value, broken = greedy(candidates, wanted, TOTAL)
        print(
            f"{TOTAL}/{size:,}：选 {min(picked):.3f} 秒，逐家理由 {min(told):.2f} 秒，贪心 {min(plain):.3f} 秒；"
            f"得数 {float(found.expected):.2f}（{found.proof}），贪心 {float(value):.2f} 而破 {broken} 条"
        )


def small() -> None:
    """小的与枚举比。"""
    same, slow, fast = 0, 0.0, 0.0
    for seed in range(20):
        candidates = firms(18, seed)
        wanted = [
            Limit(LEAST, ALL, "", 8, "总数至少"),
            Limit(MOST, ALL, "", 8, "总数至多"),
            Limit(LEAST, "held", "SRDI", 3, "称号"),
        ]
        box: list[object] = []
        slow += timed(lambda c=candidates, w=wanted, b=box: b.append(enumerated(c, w, 8)))
        fast += timed(lambda c=candidates, w=wanted, b=box: b.append(pick(c, w)))
        same += (box[0] is None) == isinstance(box[1], Clash) and (box[0] is None or box[0] == box[1].expected)  # type: ignore[union-attr]
    print(f"8/18 二十例：与枚举相同 {same} 例；枚举共 {slow:.2f} 秒，选配共 {fast:.2f} 秒")


def clash() -> None:
    """凑不齐时点名的用时。"""
    candidates = firms(2_000, 1)
    wanted = [one for one in limits(TOTAL) if one.title != "3县至少"] + [Limit(LEAST, "county", "C03", 90, "3县至少")]
    box: list[object] = []
    seconds = timed(lambda: box.append(pick(candidates, wanted)))
    assert isinstance(box[0], Clash)
    print(f"凑不齐 2,000 家：{seconds:.2f} 秒，{'、'.join(one.limit.title for one in box[0].members)}")


def main(arguments: Sequence[str] = ()) -> None:
    """量一遍，打印；arguments 不用。"""
    growth()
    small()
    clash()
    print(f"内存峰值 {peak():.2f} GB")


if __name__ == "__main__":
    main()
