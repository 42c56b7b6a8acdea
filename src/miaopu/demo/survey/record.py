"""一览表的记录：县区知道的那部分真值，一家一条；不知道的为 None，行级毛病在此改写并记账。"""

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import polars as pl

from miaopu.demo import draw
from miaopu.demo.plan import Plan
from miaopu.demo.town.code import codes
from miaopu.demo.town.population import Population

PLAIN = [
    "firm",
    "county",
    "name",
    "uscc",
    "industry",
    "industry_name",
    "established",
    "product",
    "former_name",
    "segment_years",
    "lead_share",
    "market_share",
    "rank",
    "strategic",
    "field",
    "informed",
    "prohibited",
]


@dataclass(frozen=True)
class Record:
    """firm 为 None 是登记库里没有的；faults 是（毛病、列键、正确值）。"""

    firm: int | None
    uscc: str | None
    values: dict[str, Any]
    faults: tuple[tuple[str, str, str | None], ...] = ()
    hidden: bool = field(default=False)

    def change(self, kind: str, key: str, value: Any, right: str | None = None) -> "Record":
        """改写一格并记下毛病；right 缺省为原值。"""
        told = self.values.get(key) if right is None else right
        fault = (kind, key, None if told is None else str(told))
        return replace(self, values=self.values | {key: value}, faults=(*self.faults, fault))


def records(plan: Plan, town: Population) -> dict[str, list[Record]]:
    """每个县区的记录，按企业序号。"""
    rng, known = draw.stream(plan.seed, "survey known"), plan.survey["known"]
    some = town.firms.filter("surveyed").join(_used(plan, town.patents), on="firm", how="left", maintain_order="left")
    money = [name for name in some.columns if name.rsplit("_", 1)[-1].isdigit()]
    table = some.select(*PLAIN, *money, "doer", "used")
    for key in ("market_share", "lead_share", "rd_staff_2025", "segment_years", "net_profit_2023"):
        seen = pl.Series(rng.random(some.height) < float(known[key.removesuffix("_2025").removesuffix("_2023")]))
        table = table.with_columns(pl.when(seen).then(key).alias(key))
    for key, share in plan.reported["known"].items():
        seen = draw.stream(plan.seed, f"survey {key}").random(some.height) < float(share)
        table = table.with_columns(pl.when(pl.Series(seen)).then(key).alias(key))
    zero = pl.Series(rng.random(some.height) < float(known["zero_for_no_rd"])) | table["doer"]
    spent = [name for name in money if name.startswith("rd_")]
    table = table.with_columns(pl.when(zero).then(name).alias(name) for name in spent)
    out: dict[str, list[Record]] = {}
    for row in table.iter_rows(named=True):
        out.setdefault(row["county"], []).append(Record(row["firm"], row["uscc"], row))
    return out


def _used(plan: Plan, patents: pl.DataFrame) -> pl.DataFrame:
    """已应用且相关的知识产权：号码排成一格，Ⅰ类在前，至多若干件。"""
    seen = patents.filter(pl.col("applied") & pl.col("related"))
    first = seen.with_columns(second=~pl.col("kind").is_in(plan.survey["class_one"])).sort("firm", "second", "number")
    most = pl.col("number").head(plan.survey["listed_patents"])
    return first.group_by("firm", maintain_order=True).agg(used=most.str.join("、"))


class Spoiler:
    """行级毛病：每种改一条记录；city 供取别家的代码。"""

    def __init__(self, plan: Plan, city: pl.DataFrame, rng: np.random.Generator, epoch: int) -> None:
        self.plan, self.rng = plan, rng
        self.zero = date(1904, 1, 1) if epoch == 1904 else date(1899, 12, 30)
        self.others = city.filter(~pl.col("surveyed") & (pl.col("kind") == "limited"))["uscc"]

    def apply(self, kind: str, one: Record) -> list[Record]:
        """一条记录变成的一条或两条；这家企业不适用时原样返回。"""
        return getattr(self, f"_{kind}")(one)

    def _missing_code(self, one: Record) -> list[Record]:
        return [one.change("missing_code", "uscc", None)]

    def _spaced_code(self, one: Record) -> list[Record]:
        code = one.values["uscc"]
        shapes = [f"{code[:2]} {code[2:8]} {code[8:]}", code.lower(), f"　{code}"]
        return [one.change("spaced_code", "uscc", shapes[self.rng.integers(0, 3)])]

    def _bad_check(self, one: Record) -> list[Record]:
        code = one.values["uscc"]
        return [one.change("bad_check", "uscc", code[:-1] + ("1" if code[-1] != "1" else "2"))]

    def _foreign_code(self, one: Record) -> list[Record]:
        other = self.others[int(self.rng.integers(0, len(self.others)))]
        return [one.change("foreign_code", "uscc", other)]

    def _old_number(self, one: Record) -> list[Record]:
        return [one.change("old_number", "uscc", f"371599{self.rng.integers(0, 10**9):09d}")]

    def _destroyed_code(self, one: Record) -> list[Record]:
        shape = "9.13715E+17" if self.rng.random() < 0.5 else 9.13715e17
        return [one.change("destroyed_code", "uscc", shape)]

    def _former_name(self, one: Record) -> list[Record]:
        old = one.values["former_name"]
        return [one.change("former_name", "name", old)] if old else [one]

    def _spaced_name(self, one: Record) -> list[Record]:
        name = one.values["name"]
        return [one.change("spaced_name", "name", f"{name[:4]}　{name[4:]} ")]

    def _traditional_name(self, one: Record) -> list[Record]:
        changed = one.values["name"].translate(str.maketrans(dict(self.plan.survey["traditional"])))
        return [one.change("traditional_name", "name", changed)]

    def _short_name(self, one: Record) -> list[Record]:
        short = one.values["name"].removesuffix("有限公司").removesuffix("有限责任公司").removesuffix("股份")
        return [one.change("short_name", "name", short)]

    def _typo_name(self, one: Record) -> list[Record]:
        name, typos = one.values["name"], self.plan.survey["typos"]
        at = next((place for place, mark in enumerate(name) if mark in typos and place > 3), None)
        wrong = None if at is None else name[:at] + typos[name[at]] + name[at + 1 :]
        return [one.change("typo_name", "name", wrong)] if wrong else [one]

    def _short_only(self, one: Record) -> list[Record]:
        return [two for new in self._short_name(one) for two in self._missing_code(new)]

    def _typo_only(self, one: Record) -> list[Record]:
        return [two for new in self._typo_name(one) for two in self._missing_code(new)]

    def _retired_region(self, one: Record) -> list[Record]:
        old = {row["name"]: row for row in self.plan.city["counties"]}[one.values["county"]]
        return [one.change("retired_region", "county", old["retired"])]

    def _retired_name(self, one: Record) -> list[Record]:
        old = {row["name"]: row for row in self.plan.city["counties"]}[one.values["county"]]
        return [one.change("retired_name", "county", old["old_name"])]

    def _industry_zero_lost(self, one: Record) -> list[Record]:
        code = one.values["industry"]
        return [one.change("industry_zero_lost", "industry", int(code))] if code.startswith("0") else [one]

    def _date_style(self, one: Record) -> list[Record]:
        day = one.values["established"]
        shapes = [
            f"{day:%Y}.{day.month}.{day.day}",
            f"{day:%Y}年{day.month}月{day.day}日",
            f"{day:%Y%m%d}",
            f"{day:%Y/%m/%d}",
            (day - self.zero).days,
        ]
        return [one.change("date_style", "established", shapes[self.rng.integers(0, len(shapes))])]

    def _hidden_row(self, one: Record) -> list[Record]:
        return [replace(one, hidden=True, faults=(*one.faults, ("hidden_row", "", None)))]

    def _duplicate_same(self, one: Record) -> list[Record]:
        return [one, replace(one, faults=(("duplicate_same", "", None),))]

    def _duplicate_conflict(self, one: Record) -> list[Record]:
        key = "revenue_2025"
        other = int(one.values[key] * 1.13) // 10_000 * 10_000
        return [one, one.change("duplicate_conflict", key, other)]

    def _unknown_firm(self, one: Record) -> list[Record]:
        turn = np.array([self.plan.firms + one.firm])
        code = str(codes(turn, ["91"], ["371526"], self.plan.seed)[0])
        values = one.values | {"name": f"聊城虚构未登记{one.values['product']}有限公司", "uscc": code}
        return [one, Record(None, code, values, (("unknown_firm", "", None),))]


def spoil(plan: Plan, city: pl.DataFrame, style: dict[str, Any], rows: list[Record]) -> list[Record]:
    """按县区的毛病表改写记录；一家最多一种随机的行级毛病，每种尽量至少放一处。"""
    rng = draw.stream(plan.seed, f"survey rows {style['county']}")
    rates = {kind: float(rate) for kind, rate in style.get("rows", {}).items()}
    spoiler = Spoiler(plan, city, rng, style.get("epoch", 1900))
    marked = _marks(rng, {kind: rate for kind, rate in rates.items() if rate < 1}, rows)
    every = [kind for kind, rate in rates.items() if rate >= 1]
    out: list[Record] = []
    for at, one in enumerate(rows):
        made = spoiler.apply(marked[at], one) if at in marked else [one]
        for kind in every:
            made = [new for old in made for new in spoiler.apply(kind, old)]
        out += made
    return out


def _marks(rng: np.random.Generator, rates: dict[str, float], rows: list[Record]) -> dict[int, str]:
    """哪一家放哪种毛病；改过名的才放得了旧名称，先挑。"""
    order, marked = rng.permutation(len(rows)).tolist(), {}
    for kind, rate in sorted(rates.items(), key=lambda one: one[0] != "former_name"):
        fit = [at for at in order if at not in marked and (kind != "former_name" or rows[at].values["former_name"])]
        marked |= dict.fromkeys(fit[: max(1, round(rate * len(rows)))], kind)
    return marked
