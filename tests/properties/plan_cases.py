"""随机的小题：真的标准、随机的记录、随机的措施；另有只靠行式、逐个枚举的答案，与求解各走各的路。"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from fractions import Fraction
from functools import cache
from itertools import combinations, product
from random import Random
from typing import Any

from miaopu.plan.measure import ADD, DAY, SET, YEAR, Change, Measure, Most
from miaopu.plan.record import Record
from miaopu.plan.rules import load_planning
from miaopu.plan.solver.action import Action, Setting, apply, held
from miaopu.plan.solver.puzzle import Puzzle, puzzle
from miaopu.plan.solver.target import Target, target_of
from miaopu.standards.judge import Judge
from miaopu.standards.load import load_library
from miaopu.standards.tree.state import State
from miaopu.terms.catalog import Catalog

KNOWN, JUDGED = date(2026, 11, 20), date(2028, 5, 10)
STANDARDS = ("LG-2026", "SRDI-2026", "LG-63", "GAZELLE-SD-2020", "INNOV-63")
MILLION = 100_000_000
CATALOG = Catalog.default()
LIBRARY = load_library(CATALOG)
PLANNING = load_planning(CATALOG)
JUDGE = Judge(LIBRARY)
YEARLY = ("revenue", "main_revenue", "rd", "assets", "liabilities")

EFFECTS = (
    [("rd", ADD, one * MILLION // 2) for one in (1, 2, 4)]
    + [("revenue", ADD, one * MILLION) for one in (-5, 5, 20)]
    + [("main_revenue", ADD, one * MILLION) for one in (4, 15)]
    + [("liabilities", ADD, -5 * MILLION), ("assets", ADD, 10 * MILLION), ("assets", ADD, -5 * MILLION)]
)
DAYLY = [
    ("class1_ip_2026", ADD, 1), ("class1_ip_2026", ADD, 2), ("class1_ip_63", ADD, 1), ("valid_invention_patents", ADD, 1),
    ("srdi", SET, 1), ("innovative", SET, 1), ("hte", SET, 1), ("national_award_top3_3y", SET, 1), ("rd_institution", SET, 1),
    ("mgmt_system_cert", SET, 1), ("own_brand", SET, 1), ("market_share", ADD, 20_000), ("ip_best", SET, "class1_self"),
    ("abnormal_list", SET, 0), ("rd_institution_provincial", SET, 1), ("equity_2y", ADD, 20 * MILLION), ("led_standards", ADD, 1),
]  # fmt: skip


@cache
def target(code: str) -> Target:
    """一份标准，不叠加年度通知之外的东西。"""
    return target_of(JUDGE.form(LIBRARY.standards[code], JUDGED))


def measure(random: Random, at: int) -> Measure:
    """一项随机措施：改一至三个输入。"""
    counts = random.choice((YEAR, YEAR, DAY))
    pool = EFFECTS if counts == YEAR else DAYLY
    chosen = {name: (name, mode, value) for name, mode, value in random.sample(pool, random.randint(1, 3))}
    changes = tuple(Change(*one, stays=random.random() < 0.3) for one in chosen.values())
    low = random.randint(0, 5) * 10_000
    fixed = random.choice((0, 0, 30_000))
    return Measure(
        code=f"M{at}", title=f"措施{at}", about="", changes=changes, step=Fraction(1), unit="级",
        most=Most(count=random.randint(1, 2)), cost=(low, low + random.randint(0, 3) * 10_000), fixed=(fixed, fixed),
        lead_days=random.choice((10, 30, 200, 700)), counts=counts, requires=(), excludes=(), title_of="", supplies=(),
        whenever_assumed=False, owner="", helper="", policy="", evidence="", cite="", basis="", remark="",
    )  # fmt: skip


def measures(random: Random) -> dict[str, Measure]:
    """两三项措施，偶有先办、互斥。"""
    made = [measure(random, at) for at in range(random.randint(1, 4))]
    if len(made) > 1 and random.random() < 0.4:
        made[0] = _with(made[0], requires=("M1",)) if random.random() < 0.5 else _with(made[0], excludes=("M1",))
    return {one.code: one for one in made}


def _with(one: Measure, **changed: Any) -> Measure:
    return Measure(**{**{name: getattr(one, name) for name in one.__dataclass_fields__}, **changed})


def values(random: Random) -> dict[str, Any]:
    """一家的值：先样样合适，再弄坏一至四处措施碰得到的，偶有别处缺或不合。"""
    out: dict[str, Any] = {}
    for standard in STANDARDS:
        for name in _inputs(standard):
            out[name] = _value(random, name)
    for slot, scale in ((1, 120), (2, 104), (3, 90)):
        yearly = {"revenue": scale, "main_revenue": scale * 95 // 100, "rd": 8, "assets": 80, "liabilities": 45}
        out |= {f"{key}_t{slot}": value * MILLION + random.choice((-1, 0, 1)) for key, value in yearly.items()}
    for _ in range(random.randint(1, 4)):
        key, slot = random.choice(list(YEARLY)), random.choice((1, 1, 1, 2, 3))
        worse = {
            "revenue": (-60, -8, 10),
            "main_revenue": (-15, -6),
            "rd": (-5, -3),
            "assets": (-22,),
            "liabilities": (14, 20),
        }
        out[f"{key}_t{slot}"] += random.choice(worse[key]) * MILLION
    for name, bad in random.sample([("srdi", 0), ("innovative", 0), ("class1_ip_2026_low", 2), ("class1_ip_63_low", 1),
        ("own_brand", 0), ("rd_institution", None), ("mgmt_system_cert", 0), ("market_share", 90_000), ("ip_best_low", "none"),
        ("valid_invention_patents_low", 1)], random.randint(0, 2)):  # fmt: skip
        out[name] = bad
    if random.random() < 0.1:
        out[random.choice(list(out))] = None
    return out


@cache
def _inputs(code: str) -> tuple[str, ...]:
    found = {
        name
        for one in target(code).form.program.clauses
        for name in JUDGE.judge(LIBRARY.standards[code], {}, JUDGED).leaves.get(one.id, ())
    }
    out = []
    for name in sorted(found):
        interval = getattr(LIBRARY.vocabulary.lookup(name), "interval", False)
        out += [f"{name}_low", f"{name}_high"] if interval else [name]
    return (*out, "ip_best_low", "ip_best_high", "lead_product_in_sei")


BAD = (
    "abnormal",
    "dishonest",
    "prohibited",
    "incident",
    "single_champion",
    "controlled",
    "same_group",
    "listed_control",
)
BEST = {"listed_board": "none", "ip_best": "class1_self", "domestic_rank": 3}


def _value(random: Random, name: str) -> Any:
    """合适的值，偶有不知道的、不合的。"""
    stem = name.removesuffix("_low").removesuffix("_high")
    indicator, odd = LIBRARY.vocabulary.indicator(stem), random.random() < 0.01
    if stem in BEST:
        return BEST[stem]
    if random.random() < 0.02 or (stem.startswith(("reviewed", "eval_score")) and random.random() < 0.5):
        return None
    if indicator.kind == "flag":
        direct = stem.startswith(
            ("national_award", "provincial_award", "maker", "hte", "tech_demo", "rd_institution_prov")
        )
        return int(
            name.startswith(BAD)
            if odd
            else (direct and random.random() < 0.05) or (not name.startswith(BAD) and not direct)
        )
    if indicator.kind == "category":
        return random.choice((*indicator.values,))
    if indicator.kind in ("percent", "decimal"):
        return random.choice((12, 60, 90)) * 10_000
    return random.choice((4, 5)) * (MILLION if indicator.kind == "money" else 1)


def record(random: Random) -> Record:
    """随机的记录：2026、2027 年没有结账。"""
    made = values(random)
    panel = {(key, JUDGED.year - slot): made[f"{key}_t{slot}"] for key in YEARLY for slot in (1, 2, 3)}
    return Record("虚构", KNOWN, JUDGED, made, {}, panel)


def case(seed: int, flip: bool = False) -> Puzzle:
    """一道题；flip 时措施倒着给。"""
    random = Random(seed)
    code = random.choice(STANDARDS)
    mine = measures(random)
    given = dict(reversed(mine.items())) if flip else mine
    setting = Setting(given, PLANNING, LIBRARY.vocabulary)
    return puzzle(target(code), record(random), setting, lambda name, day: None)


def torn(seed: int) -> Puzzle:
    """一道几项措施把同一个是否定成两样（不得同办）的题：缺两三样，每项补一两样。"""
    random = Random(seed)
    wanted = [("class1_ip_2026", ADD, 4), ("srdi", SET, 1), ("market_share", ADD, 900_000)]
    mine = {}
    for at in range(random.randint(2, 4)):
        chosen = [*random.sample(wanted, random.randint(1, 2)), ("own_brand", SET, random.choice((0, 1)))]
        given = {"changes": tuple(Change(*one) for one in chosen), "counts": DAY, "lead_days": 30}
        mine[f"M{at}"] = _with(measure(random, at), most=Most(count=1), **given)
    given = record(random)
    short = {"class1_ip_2026_low": 0, "class1_ip_2026_high": 0, "srdi": 0, "market_share": 10_000, "domestic_rank": 90}
    firm = Record("虚构", KNOWN, JUDGED, {**given.values, **short}, {}, given.panel)
    return puzzle(target("LG-2026"), firm, Setting(mine, PLANNING, LIBRARY.vocabulary), lambda name, day: None)


def chained(seed: int) -> Puzzle:
    """一道要先取得称号的题：报小巨人，专精特新、创新型都还没有；那两级到各自的窗口才办得成。"""
    random = Random(seed)
    mine = {one.code: one for one in (measure(random, at) for at in range(random.randint(1, 2)))}
    for code, tier, key in (("T1", "INNOV", "innovative"), ("T2", "SRDI", "srdi")):
        price = random.randint(0, 4) * 10_000
        mine[code] = _with(
            measure(random, 9), code=code, title_of=tier, changes=(Change(key, SET, 1),), counts=DAY, most=Most(count=1),
            cost=(price, price), fixed=(0, 0), lead_days=60,
        )  # fmt: skip
    given = record(random)
    values = {**given.values, "srdi": 0, "innovative": 0, "tech_sme": random.choice((0, 0, 1, None))}
    firm = Record("虚构", KNOWN, JUDGED, values, {}, given.panel)
    standards = {"INNOV": "INNOV-63", "SRDI": "SRDI-2026"}
    setting = Setting(mine, PLANNING, LIBRARY.vocabulary)
    return puzzle(target("LG-2026"), firm, setting, lambda name, day: target(standards[name]))


def admissible(one: Puzzle) -> list[tuple[int, ...]]:
    """守先办与互斥、称号到它的窗口都办得成的全部级数组合；称号由早的窗口到晚的逐个看。"""
    found = list(_plain(one))
    staged = [at for at, option in enumerate(one.options) if option.window is not None]
    for at in sorted(staged, key=lambda at: (one.options[at].window, at)):
        later = [o for o in staged if (one.options[o].window, o) >= (one.options[at].window, at)]
        seen = {levels: _at_window(one, at, levels) for levels in found}
        free = reached(states for levels, states in seen.items() if not any(levels[o] for o in later))
        found = [levels for levels, states in seen.items() if not levels[at] or good(states, free)]
    return found


def _at_window(one: Puzzle, at: int, levels: tuple[int, ...]) -> dict[str, State]:
    """要取得这项称号的各条到它的窗口的状态。"""
    chosen = [(option, level) for option, level in zip(one.options, levels, strict=True) if level]
    wanted, values = one.at_window(one.options[at], chosen)
    states = wanted.states(values)
    return {clause.id: states[clause.id] for clause in wanted.clauses}


def reached(points: Iterable[dict[str, State]]) -> frozenset[str]:
    """有一处能满足的各条。"""
    return frozenset(name for states in points for name, state in states.items() if state.met)


def good(states: dict[str, State], movable: frozenset[str]) -> bool:
    """能满足的都满足，其余的没有不满足。"""
    return all(state.met if name in movable else state is not State.fail_ for name, state in states.items())


def _plain(one: Puzzle) -> Iterator[tuple[int, ...]]:
    """守先办与互斥、同一称号只取一个窗口的级数组合。"""
    for levels in product(*(range(option.most + 1) for option in one.options)):
        on = {option.measure.code for option, at in zip(one.options, levels, strict=True) if at}
        chosen = [option.measure for option, at in zip(one.options, levels, strict=True) if at]
        titles = [item.code for item in chosen if item.title_of]
        if len(titles) == len(set(titles)) and all(_allowed(item, on, one) for item in chosen) and _agree(one, levels):
            yield levels


def _agree(one: Puzzle, levels: tuple[int, ...]) -> bool:
    """哪两项谁先谁后都一样：把同一个数定成两样的不得同办。"""
    used = [(option, at) for option, at in zip(one.options, levels, strict=True) if at]
    setters = [item for item in used if any(change.mode == SET for change in item[0].measure.changes)]
    given = (one.record.judged_on, one.setting.vocabulary)
    return all(
        apply(one.record.values, pair, *given) == apply(one.record.values, pair[::-1], *given)
        for pair in combinations(setters, 2)
    )


def _allowed(item: Measure, on: set[str], one: Puzzle) -> bool:
    first = [
        name
        for name in item.requires
        if not held(one.setting.measures[name], one.record.values, one.setting.vocabulary)
    ]
    return on.issuperset(first) and not on & set(item.excludes)


def enumerated(one: Puzzle) -> tuple[int, ...] | None:
    """只靠行式：能办到满足的都满足、没有不满足的各组合里，花费、步数依次最小的。"""
    names = [clause.id for clause in one.target.clauses]
    points = {}
    for levels in admissible(one):
        found = one.target.form.raw(one.after(levels))[1]
        points[levels] = {name: State(found[one.target.places[name]]) for name in names}
    every = reached(points.values())
    passing = [levels for levels, states in points.items() if good(states, every)]
    return min(passing, key=lambda levels: order(one.options, levels), default=None)


def order(options: Sequence[Action], levels: Sequence[int]) -> tuple[int, int]:
    """比先后的两样：花费、步数。"""
    used = [(option, at) for option, at in zip(options, levels, strict=True) if at]
    return sum(sum(option.cost) * at + sum(option.fixed) for option, at in used), len(used)


def worth(one: Puzzle, levels: Sequence[int] | None) -> tuple[int, int] | None:
    """一个答案的花费与步数；没有答案为 None。"""
    return None if levels is None else order(one.options, levels)
