"""名额与分值：读 catalog/library.yaml 与它所指的目标；文件写明的照抄，没有写的按公式拟各县区的数；查合计，不改文件。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from miaopu.allocation.cohort_model import ALL, LEAST, MOST, Candidate, Limit
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

FILE, TARGETS = "library.yaml", "targets"
COUNTY = "county"
DIMENSIONS = {COUNTY: "县区", "section": "行业门类", "chain": "产业链", "held": "已有称号", "size": "规模"}
"""可以限制的方面。"""
STATED, PROPOSED, NONE = "stated", "proposed", "none"
_KEYS = frozenset(("code", "title", "tier", "region", "from", "target", "years_note", "county", "reason", "mix"))
_MIX = frozenset(("dimension", "value", "title", "least_percent", "reason"))


@dataclass(frozen=True)
class Line:
    """一条名额：方面、取值、名称，至少与至多（没有为 None）。"""

    dimension: str
    value: str
    title: str
    least: int | None
    most: int | None


@dataclass(frozen=True)
class Mix:
    """一条构成的要求：总数的百分之几。"""

    dimension: str
    value: str
    title: str
    least_percent: int


@dataclass(frozen=True)
class Quota:
    """目录里的一份名额。total 是总数；stated 是文件写明的各县区（按名称）；percent 是拟分的份额，按公式拟的才有。"""

    code: str
    title: str
    tier: str
    region: str
    since: int
    until: int | None
    target: str
    years_note: str
    county: str
    total: int
    stated: Mapping[str, int]
    percent: int
    reason: str
    mix: tuple[Mix, ...]

    def of(self, year: int) -> bool:
        """管不管这一年度。"""
        return self.since <= year and (self.until is None or year <= self.until)


@dataclass(frozen=True)
class Quotas:
    """全部名额与选配分值；libraries 有库的层级、without 没有库的层级 → 一句缘由。"""

    quotas: tuple[Quota, ...]
    weights: Mapping[str, Fraction]
    weights_reason: str
    hopeless: Fraction
    libraries: Mapping[str, str]
    without: Mapping[str, str]

    def find(self, tier: str, region: str, year: int) -> Quota | None:
        """这座城这一年度这一层级的名额；有几份的取起始年度最近的，没有为 None。"""
        found = [one for one in self.quotas if (one.tier, one.region) == (tier, region) and one.of(year)]
        return max(found, key=lambda one: one.since, default=None)


def load_quotas(catalog: Catalog) -> Quotas:
    """读名额与分值；写错即报文件与行号。"""
    path, data = catalog.file(FILE), catalog.read(FILE)
    stated = _targets(catalog)
    weights = {name: _share(text, data["weights"], path) for name, text in data["weights"]["bands"].items()}
    quotas = tuple(_quota(one, stated, path) for one in data["quotas"])
    return Quotas(
        quotas, weights, data["weights"]["reason"], _share(data["weights"]["hopeless"], data["weights"], path),
        {one["tier"]: _library(one, quotas, path) for one in data["libraries"]},
        {one["tier"]: one["told"] for one in data["without"]},
    )  # fmt: skip


def _library(item: Any, quotas: Sequence[Quota], path: Path) -> str:
    """一个层级的库：所列的名额正是这一层级的全部。"""
    own = [one.code for one in quotas if one.tier == item["tier"]]
    if sorted(item["quota"]) != sorted(own):
        told = f"层级“{item['tier']}”的名额有 {'、'.join(own) or '零份'}，与这里写的对不上"
        raise CatalogError(path, line_of(item), told)
    return item["told"]


def _share(text: Any, node: Any, path: Path) -> Fraction:
    try:
        value = Fraction(str(text))
    except (ValueError, ZeroDivisionError) as error:
        raise CatalogError(path, line_of(node), f"分值“{text}”应是 9/10 这样的分数") from error
    if not 0 <= value <= 1:
        raise CatalogError(path, line_of(node), f"分值“{text}”应在 0 与 1 之间")
    return value


def _targets(catalog: Catalog) -> dict[str, Any]:
    return {item["code"]: item for path in catalog.files(TARGETS) for item in yaml_lines.read(path)["targets"]}


def _quota(item: Any, stated: Mapping[str, Any], path: Path) -> Quota:
    _keys(item, path)
    if item["target"] not in stated:
        raise CatalogError(path, line_of(item, "target"), f"没有目标“{item['target']}”；应是 catalog/targets 里的代码")
    goal = stated[item["target"]]
    parts = {name: int(count) for name, count in goal.get("parts", {}).items()}
    if (item["county"] == STATED) != bool(parts):
        raise CatalogError(
            path,
            line_of(item, "county"),
            f"目标 {item['target']} {'有' if parts else '没有'}分县区的数，与“county”对不上",
        )
    total = goal.get("stated", {}).get("at_least", sum(parts.values()))
    return Quota(
        item["code"], item["title"], item["tier"], str(item["region"]), item["from"], item.get("to"), item["target"],
        item["years_note"], item["county"], total, parts, item.get("percent", 0), item["reason"],
        tuple(_mix(one, path) for one in item["mix"]),
    )  # fmt: skip


def _keys(item: Any, path: Path) -> None:
    for key in sorted(_KEYS - set(item)):
        raise CatalogError(path, line_of(item), f"名额缺少“{key}”")
    for key in sorted(set(item) - _KEYS - {"to", "percent"}):
        raise CatalogError(path, line_of(item, key), f"名额里不认识“{key}”")
    if item["county"] not in (STATED, PROPOSED, NONE):
        raise CatalogError(path, line_of(item, "county"), f"“county”应是 {STATED}、{PROPOSED}、{NONE} 之一")
    if item["county"] == PROPOSED and not 0 < item.get("percent", 0) <= 100:
        raise CatalogError(path, line_of(item), "按公式拟的要写 percent，1 至 100")


def _mix(item: Any, path: Path) -> Mix:
    if set(item) != _MIX or item["dimension"] not in DIMENSIONS:
        raise CatalogError(
            path, line_of(item), f"构成要写 {'、'.join(sorted(_MIX))}；方面是 {'、'.join(DIMENSIONS)} 之一"
        )
    return Mix(item["dimension"], item["value"], item["title"], int(item["least_percent"]))


def proposal(total: int, percent: int, candidates: Mapping[str, int]) -> dict[str, int]:
    """按公式拟各县区至少几家：总数的 percent% 按候选家数分，最大余数取整（余数相同的按代码），不多于候选。"""
    every = sum(candidates.values())
    pool = min(total * percent // 100, every)
    if not pool:
        return dict.fromkeys(candidates, 0)
    exact = {code: Fraction(pool * count, every) for code, count in candidates.items()}
    given = {code: int(share) for code, share in exact.items()}
    order = sorted(exact, key=lambda code: (given[code] - exact[code], code))
    for code in order[: pool - sum(given.values())]:
        given[code] += 1
    return given


def lines_of(quota: Quota, counties: Mapping[str, str], candidates: Mapping[str, int]) -> list[Line]:
    """一份名额 → 各条：counties 是区划代码 → 名称，candidates 是代码 → 名单上的候选家数。文件写明而对不上县区的抛 ValueError。"""
    if quota.county == STATED:
        names = {name: code for code, name in counties.items()}
        if unknown := [name for name in quota.stated if name not in names]:
            raise ValueError(f"名额写的“{unknown[0]}”不是本市的县区")
        least = {names[name]: count for name, count in quota.stated.items()}
    elif quota.county == PROPOSED:
        least = proposal(quota.total, quota.percent, {code: candidates.get(code, 0) for code in counties})
    else:
        least = {}
    own = [Line(COUNTY, code, name, least[code], None) for code, name in counties.items() if code in least]
    return own + [
        Line(one.dimension, one.value, one.title, -(-quota.total * one.least_percent // 100), None) for one in quota.mix
    ]


def candidates_of(
    rows: Iterable[Mapping[str, Any]], weights: Mapping[str, Fraction], own: Mapping[str, Fraction] | None = None
) -> list[Candidate]:
    """名单的行（screening.rank.LIST_COLUMNS 加 district）→ 候选；分值按分档（own 里另有的照 own），不知道的取值算空。"""
    columns = {COUNTY: "district", "section": "section", "chain": "chain", "held": "held", "size": "size"}
    return [
        Candidate(
            one["enterprise"],
            (own or {}).get(one["enterprise"], weights[one["band"]]),
            one["rank"],
            {key: one[name] or "" for key, name in columns.items()},
        )
        for one in rows
    ]


def faults(total: int, lines: Sequence[Line]) -> list[str]:
    """合计对不上的话，一条一句；都对得上为空。"""
    out = [f"{one.title}至少{one.least}家多于至多{one.most}家" for one in lines if _crossed(one)]
    for dimension, word in DIMENSIONS.items():
        own = [one for one in lines if one.dimension == dimension]
        if len({one.value for one in own}) != len(own):
            out.append(f"{word}里有重复的")
        floor = sum(one.least or 0 for one in own)
        if floor > total:
            out.append(f"各{word}至少之和{floor}家，多于总数{total}家")
    return out


def _crossed(one: Line) -> bool:
    return one.least is not None and one.most is not None and one.least > one.most


def limits_of(total: int, lines: Sequence[Line]) -> list[Limit]:
    """总数正好 total 家与各条 → 选配的限制；至少0家的不必写。"""
    out = [Limit(LEAST, ALL, "", total, f"总数至少{total}家"), Limit(MOST, ALL, "", total, f"总数至多{total}家")]
    for one in lines:
        if one.least:
            out.append(Limit(LEAST, one.dimension, one.value, one.least, f"{one.title}至少{one.least}家"))
        if one.most is not None:
            out.append(Limit(MOST, one.dimension, one.value, one.most, f"{one.title}至多{one.most}家"))
    return out
