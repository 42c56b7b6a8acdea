"""方案：读 catalog/plans/*.yaml，给出阶段、任务、责任单位、周期与可计数的目标；写错即报文件与行号。

不查数据库，不改目录；目标能连到 catalog/targets 的就连，不另写数。
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from miaopu.screening.target import targets
from miaopu.supervision.tasks.periods import MONTHS
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

FOLDER = "plans"
CADENCES = {
    "once": "一次性",
    "monthly": "每月",
    "quarterly": "每季",
    "half": "每半年",
    "yearly": "每年",
    "regular": "定期（原文没有写周期）",
    "ongoing": "持续",
}
SOURCES = {"primary": "原文", "inferred": "推测"}
KINDS = {"stages": "阶段", "actions": "行动", "tasks": "任务组", "projects": "工程"}
LONGEST_QUOTE = 60
LONGEST_TEXT = 80
_PLAN = ("code", "title", "short", "document", "source", "region", "kind", "running", "stages", "tasks")
_TASK = ("code", "stage", "title", "text", "quote", "place", "cadence")
_GOAL = ("title", "value", "unit", "word", "quote")


@dataclass(frozen=True)
class Goal:
    """可计数的目标。value 是整数；per 为空是整个窗口，否则每期各算；target 是 catalog/targets 的代码。"""

    title: str
    value: int
    unit: str
    word: str
    quote: str
    per: str = ""
    target: str = ""
    reason: str = ""


@dataclass(frozen=True)
class Stage:
    """一个阶段（或行动组、工程）：起止日与原文短句。"""

    code: str
    title: str
    since: date
    due: date
    quote: str


@dataclass(frozen=True)
class PlanTask:
    """一项任务。lead 牵头，support 配合；bodies_inferred 为真即牵头配合的分法是推测。"""

    code: str
    stage: Stage
    title: str
    text: str
    quote: str
    place: str
    lead: tuple[str, ...]
    support: tuple[str, ...]
    bodies_note: str
    cadence: str
    since: date
    due: date
    counties: bool
    goals: tuple[Goal, ...]

    @property
    def cadence_word(self) -> str:
        """周期的说法。"""
        return CADENCES[self.cadence]


@dataclass(frozen=True)
class Plan:
    """一份方案。region 是所属省市的区划代码；shift_years 是启用时各日期顺延几年，理由在 shift_reason。"""

    code: str
    title: str
    short: str
    document: str
    source: str
    region: str
    kind: str
    running: bool
    shift_years: int
    shift_reason: str
    stages: tuple[Stage, ...]
    tasks: tuple[PlanTask, ...]

    @property
    def kind_word(self) -> str:
        """这份方案把任务分成什么：阶段、行动、工程。"""
        return KINDS[self.kind]


@lru_cache(maxsize=4)
def load_plans(catalog: Catalog) -> Mapping[str, Plan]:
    """全部方案，按代码；任务代码全局不得重复。开站时装入，读一次。"""
    known = {row["code"]: row for row in targets(catalog).iter_rows(named=True)}
    found: dict[str, Plan] = {}
    codes: set[str] = set()
    for path in catalog.files(FOLDER):
        data = yaml_lines.read(path)
        _need(data, _PLAN, path)
        plan = _plan(data, path, known)
        if plan.code in found:
            raise CatalogError(path, line_of(data, "code"), f"方案代码 {plan.code} 重复")
        for one in plan.tasks:
            if one.code in codes:
                raise CatalogError(path, line_of(data, "tasks"), f"任务代码 {one.code} 重复")
            codes.add(one.code)
        found[plan.code] = plan
    return found


def _plan(data: Any, path: Path, known: Mapping[str, Any]) -> Plan:
    _choice(data, "source", SOURCES, path)
    _choice(data, "kind", KINDS, path)
    stages = {one["code"]: _stage(one, path) for one in data["stages"]}
    if len(stages) != len(data["stages"]):
        raise CatalogError(path, line_of(data, "stages"), "阶段代码重复")
    shift = int(data.get("shift_years", 0))
    if shift and not data.get("shift_reason"):
        raise CatalogError(path, line_of(data, "shift_years"), "写了 shift_years 就要写 shift_reason：为什么顺延")
    return Plan(
        **{name: data[name] for name in ("code", "title", "short", "document", "source", "region", "kind")},
        running=bool(data["running"]),
        shift_years=shift,
        shift_reason=data.get("shift_reason", ""),
        stages=tuple(stages.values()),
        tasks=tuple(_task(one, data, stages, path, known) for one in data["tasks"]),
    )


def _stage(item: Any, path: Path) -> Stage:
    _need(item, ("code", "title", "since", "due", "quote"), path)
    _dates(item, path)
    return Stage(item["code"], item["title"], item["since"], item["due"], _short(item, "quote", LONGEST_QUOTE, path))


def _task(item: Any, data: Any, stages: Mapping[str, Stage], path: Path, known: Mapping[str, Any]) -> PlanTask:
    _need(item, _TASK, path)
    _choice(item, "stage", stages, path)
    _choice(item, "cadence", CADENCES, path)
    stage, whole = stages[item["stage"]], data.get("bodies", {})
    lead = tuple(item.get("lead") or whole.get("lead", ()))
    if not lead or not all(lead):
        raise CatalogError(path, line_of(item), f"{item['code']} 没有责任单位：写 lead，或在方案里写 bodies")
    own = {"since": item.get("since", stage.since), "due": item.get("due", stage.due)}
    _dates(own, path, line_of(item))
    return PlanTask(
        code=item["code"],
        stage=stage,
        title=item["title"],
        text=_short(item, "text", LONGEST_TEXT, path),
        quote=_short(item, "quote", LONGEST_QUOTE, path),
        place=item["place"],
        lead=lead,
        support=tuple(item.get("support") or (() if "lead" in item else whole.get("support", ()))),
        bodies_note=whole.get("reason", "") if "lead" not in item else data.get("lead_reason", ""),
        cadence=item["cadence"],
        counties=bool(item.get("counties", False)),
        goals=tuple(_goal(one, path, known, item["cadence"]) for one in item.get("goals", ())),
        **own,
    )


def _goal(item: Any, path: Path, known: Mapping[str, Any], cadence: str) -> Goal:
    if item.get("per"):
        _choice(item, "per", CADENCES, path)
        if MONTHS.get(item["per"], 0) < MONTHS.get(cadence, 0):
            raise CatalogError(path, line_of(item, "per"), "目标的期比任务的周期还短，各期分不开；把任务的周期改短")
    if "target" not in item and not (isinstance(item.get("value"), int) and item["value"] > 0):
        raise CatalogError(path, line_of(item, "value"), f"“value”应是大于 0 的整数，现在是“{item.get('value')}”")
    extra = {"per": item.get("per", ""), "reason": item.get("reason", "")}
    if "target" not in item:
        _need(item, _GOAL, path)
        quote = _short(item, "quote", LONGEST_QUOTE, path)
        return Goal(item["title"], int(item["value"]), item["unit"], item["word"], quote, **extra)
    row = known.get(item["target"])
    if row is None:
        raise CatalogError(path, line_of(item, "target"), f"catalog/targets 里没有目标 {item['target']}")
    value = row["stated"] if row["stated"] is not None else row["result_ceiling"]
    word = row["stated_word"] or row["expression"]
    return Goal(row["title"], value, row["unit"], word, row["quote"], target=row["code"], **extra)


def _need(item: Any, names: tuple[str, ...], path: Path) -> None:
    for name in names:
        if not isinstance(item, Mapping) or item.get(name) in (None, "", []):
            raise CatalogError(path, line_of(item), f"缺少“{name}”")


def _choice(item: Any, name: str, allowed: Mapping[str, Any], path: Path) -> None:
    if item[name] not in allowed:
        raise CatalogError(path, line_of(item, name), f"“{name}”不认得“{item[name]}”，可用：{'、'.join(allowed)}")


def _dates(item: Any, path: Path, line: int = 0) -> None:
    if not isinstance(item["since"], date) or not isinstance(item["due"], date) or item["since"] > item["due"]:
        raise CatalogError(path, line or line_of(item), "since、due 应是日期，且 since 不晚于 due")


def _short(item: Any, name: str, longest: int, path: Path) -> str:
    text = str(item[name])
    if len(text) > longest:
        raise CatalogError(path, line_of(item, name), f"“{name}”有 {len(text)} 个字，最多 {longest} 个；只留短句")
    return text
