"""年度评价：各家入库时冻结的基线与评价那一年的一轮并排：结论、条款的变化、主要的数与增长；只算不存。"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from functools import lru_cache
from typing import Any

import polars as pl

from miaopu.access.act import Wrong
from miaopu.desk.screened import by_tier
from miaopu.screening import load_settings
from miaopu.selection.city import city, today
from miaopu.selection.library.models import Member
from miaopu.selection.library.watch.baseline import Stand, frozen, stands
from miaopu.selection.library.watch.gauge import Gauge, gauges
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.rounds.kept import LIST, kept, reopened
from miaopu.standards.engine.column import Columns
from miaopu.standards.run import VERDICTS, WIDE, Run
from miaopu.standards.tree.state import State, Verdict

YEAR = re.compile(r"[1-9][0-9]{3}")
SAME_YEAR, NO_BASE, NOT_KNOWN = "两头是同一个年度", "基线不大于零", "有一头不知道"


@dataclass(frozen=True)
class Number:
    """一个数的两头：before、after 是内部整数，不知道为 None；growth 是精确的增长份额，说不出的为 None，why 写缘由。"""

    gauge: Gauge
    before: int | None
    after: int | None
    growth: Fraction | None
    why: str

    @property
    def both(self) -> bool:
        """两头都知道、比得成：不是同一个年度。"""
        return None not in (self.before, self.after) and self.why != SAME_YEAR


@dataclass(frozen=True)
class Outcome:
    """一家在那一轮的结论：verdict 为 None 是那一轮没有它；band 是名单里的分档（不在名单里的写结论）；held 有没有这一级的称号。"""

    verdict: Verdict | None
    band: str
    held: bool | None

    @property
    def passed(self) -> bool:
        """满足标准，或已有称号。"""
        return self.verdict is Verdict.eligible or self.held is True


@dataclass(frozen=True)
class Turned:
    """条款的变化，都是最下一级的条款编号：好了（不满足、须人工 → 满足）、坏了（满足 → 不满足）、新知道的（待核 → 有结论），
    变待核的（满足、不满足 → 待核、须人工、未评）：不知道不是坏了。
    """

    better: tuple[str, ...] = ()
    worse: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


WAYS = tuple(one.name for one in fields(Turned))
OPEN = (State.unknown, State.manual, State.not_evaluated)
"""还没有结论的。"""


@dataclass(frozen=True)
class Evaluation:
    """一家的评价；wrong 不为空的是基线、那一轮读不出来，写明缘由。"""

    member: Member
    then: Stand | None
    now: Stand | None
    outcome: Outcome
    turned: Turned
    numbers: tuple[Number, ...]
    wrong: str = ""


def year_of(text: str) -> int:
    """评价的年；没有写的是今年，写错的抛 Wrong。"""
    if not text:
        return today().year
    if not YEAR.fullmatch(text):
        raise Wrong(f"评价的年应是四位数的年度，如 {today().year}；现在是“{text[:20]}”")
    return int(text)


def round_for(year: int) -> Round | None:
    """评价那一年用哪一轮：当年用页面所看的一轮，往年用那一年里最后做的一轮；没有为 None。"""
    now = Round.objects.filter(current=True).first()
    if now is not None and year in (now.assessed_on.year, today().year):
        return now
    return Round.objects.filter(assessed_on__year=year).order_by("-assessed_on", "-made").first()


def evaluate(members: Sequence[Member], found: Round | None) -> list[Evaluation]:
    """逐家评价，次序照给的；found 为 None 即只有基线。"""
    years = dict(Round.objects.values_list("code", "assessed_on"))
    out: dict[int, Evaluation] = {}
    for tier in dict.fromkeys(one.tier for one in members):
        mine = [one for one in members if one.tier == tier]
        now, outcomes, shut = _now(found, tier, tuple(sorted(one.enterprise for one in mine)))
        for one in mine:
            then, wrong = _then(one)
            told = now.get(one.enterprise)
            same = None not in (then, told) and _year(years, then) == _year(years, told)
            numbers = tuple(_number(each, then, told, same) for each in gauges())
            outcome = outcomes.get(one.enterprise, Outcome(None, "没有评估", None))
            out[one.pk] = Evaluation(one, then, told, outcome, turned(then, told), numbers, wrong or shut)
    return [out[one.pk] for one in members]


def _then(one: Member) -> tuple[Stand | None, str]:
    try:
        return frozen(one), ""
    except Wrong as wrong:
        return None, str(wrong)


def _year(years: Mapping[str, Any], stand: Stand | None) -> int | None:
    """这份样子是按哪一年判的；轮次不在了的不知道。"""
    day = years.get(stand.round) if stand else None
    return day.year if day else None


@lru_cache(maxsize=16)
def _of_round(code: str, folder: str, tier: str, firms: tuple[str, ...]) -> tuple[dict[str, Stand], dict[str, Outcome]]:
    """一轮不会变，同一批企业只算一回。"""
    found = Round.objects.get(pk=code)
    return stands(found, tier, firms), _outcomes(found, reopened(found), tier, firms)


def _now(found: Round | None, tier: str, firms: tuple[str, ...]) -> tuple[dict[str, Stand], dict[str, Outcome], str]:
    """那一轮没有这个层级的标准、打不开了的，没有“现在”，末一项写明缘由。"""
    try:
        return (*_of_round(found.code, found.folder, tier, firms), "") if found else ({}, {}, "")
    except Wrong as wrong:
        return {}, {}, str(wrong)


def _outcomes(found: Round, run: Run, tier: str, firms: Collection[str]) -> dict[str, Outcome]:
    program, mine = by_tier(run).get(tier), pl.col("enterprise").is_in(list(firms))
    if program is None:
        return {}
    column = Columns(program.standard.code).verdict
    verdicts = pl.scan_parquet(run.folder / VERDICTS).filter(mine).select("enterprise", column).collect()
    listed = kept(found).scan(LIST).filter(mine, pl.col("tier") == tier).select("enterprise", "band").collect()
    bands, held = dict(listed.iter_rows()), _held(run, tier, mine)
    return {
        firm: Outcome(verdict := Verdict(code), bands.get(firm, verdict.word), held.get(firm))
        for firm, code in verdicts.iter_rows()
    }


def _held(run: Run, tier: str, mine: pl.Expr) -> dict[str, bool | None]:
    """有没有这一级的称号：有一项即有，都没有才是没有，不知道为 None。"""
    rung = load_settings(city().catalog).rung_of(tier)
    wide = pl.scan_parquet(run.folder / WIDE)
    names = [one for one in (rung.held if rung else ()) if one in wide.collect_schema().names()]
    if not names:
        return {}
    rows = wide.filter(mine).select("enterprise", *names).collect().iter_rows()
    return {firm: True if 1 in told else None if None in told else False for firm, *told in rows}


def broken(rows: Iterable[Evaluation]) -> list[str]:
    """读不出来的基线与轮次，各写一句缘由。"""
    return list(dict.fromkeys(one.wrong for one in rows if one.wrong))


def turned(then: Stand | None, now: Stand | None) -> Turned:
    """两份样子之间条款的变化；缺一份、换了标准版本而对不上的条款不比。"""
    if then is None or now is None:
        return Turned()
    lowest, found = _lowest(then.standard), {way: [] for way in WAYS}
    for clause, (code, *_) in then.clauses.items():
        if clause not in now.clauses or (lowest and clause not in lowest):
            continue
        way = _way(State(code), State(now.clauses[clause][0]))
        if way:
            found[way].append(clause)
    return Turned(**{name: tuple(rows) for name, rows in found.items()})


def _way(before: State, after: State) -> str:
    if after in OPEN:
        return "" if before in OPEN else "lost"
    if before is State.unknown:
        return "known"
    if before.met:
        return "" if after.met else "worse"
    return "better" if after.met and before in (State.fail_, State.manual) else ""


def _lowest(standard: str) -> frozenset[str]:
    """一份标准最下一级的条款；标准不在了的为空，全部都比。"""
    try:
        found = city().library.find(standard)
    except LookupError:
        return frozenset()
    return frozenset(f"{standard}:{one.id}" for one in found.walk() if not one.children)


def _number(one: Gauge, then: Stand | None, now: Stand | None, same: bool) -> Number:
    before, after = (stand.values.get(one.column) if stand else None for stand in (then, now))
    growth, why = None, ""
    if one.yearly and same:
        why = SAME_YEAR
    elif before is None or after is None:
        why = NOT_KNOWN
    else:
        growth, why = grown(before, after)
    return Number(one, before, after, growth, why)


def grown(before: int, after: int) -> tuple[Fraction | None, str]:
    """增长的精确份额；基线不大于零的说不出增长。"""
    return (Fraction(after - before, before), "") if before > 0 else (None, NO_BASE)


def summed(rows: Iterable[Number]) -> tuple[int, int, int, int, Fraction | None]:
    """一个数合计：比得成的几家，没有比的几家（缺一头，或两头同一年度），基线合计，现在合计，增长；缺的不当作零。"""
    every = list(rows)
    both = [(one.before, one.after) for one in every if one.both]
    before, after = sum(one for one, _ in both), sum(one for _, one in both)
    return len(both), len(every) - len(both), before, after, grown(before, after)[0]
