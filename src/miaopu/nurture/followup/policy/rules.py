"""跟进的口径：读 catalog/followup.yaml（诉求种类、去处、灯、非请勿扰、方案评审）；只读目录，写错报文件与行号。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from miaopu.selection.library.states import flow
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

FILE = "followup.yaml"
BUREAU, COUNTY, SPECIALIST = "bureau", "county", "specialist"
GREEN, YELLOW, RED, GREY = "green", "yellow", "red", "grey"


@dataclass(frozen=True)
class Light:
    """一盏灯：文字、颜色、图形、定义。"""

    code: str
    word: str
    colour: str
    sign: str
    told: str


@dataclass(frozen=True)
class Kind:
    """一种诉求：几个工作日答复，建议转给谁。"""

    code: str
    title: str
    days: int
    to: tuple[str, ...]


@dataclass(frozen=True)
class Requests:
    """诉求的口径；days 都是工作日。"""

    kinds: Mapping[str, Kind]
    route_days: int
    soon_days: int
    unrated_days: int
    reopen_most: int
    solved_score: int
    goal: int
    goal_cite: str


@dataclass(frozen=True)
class Visits:
    """走访的口径：一个月、一个季度至多几次未经邀请的走访；补记与提前登记的天数；照片的上限。"""

    month: int
    quarter: int
    rest_days: bool
    plan_days: int
    back_days: int
    photos: int
    photo_bytes: int
    photo_side: int
    pixels: int
    quiet_reason: str


@dataclass(frozen=True)
class Plans:
    """方案的口径：几个月评审一次，离完成日几天亮黄灯。"""

    review_months: int
    soon_days: int


@dataclass(frozen=True)
class Diagnoses:
    """专家诊断的口径：申报企业是库里哪些状态的，怎样做、谁来改（代码 → 名称），缺省几天改好，离期限几天亮黄灯。"""

    states: tuple[str, ...]
    ways: Mapping[str, str]
    parties: Mapping[str, str]
    due_days: int
    soon_days: int


@dataclass(frozen=True)
class Rules:
    """全部口径。targets 是转办去处：代码 → 名称。"""

    requests: Requests
    visits: Visits
    plans: Plans
    diagnoses: Diagnoses
    lights: Mapping[str, Light]
    targets: Mapping[str, str]


@cache
def rules() -> Rules:
    """读口径；数不是不小于 0 的整数、是否不是 true 或 false、去处不认得的报文件与行号。"""
    catalog = Catalog.default()
    data, path = catalog.read(FILE), catalog.file(FILE)
    targets = _targets(catalog, data["requests"])
    kinds = {one["code"]: _kind(one, targets, path) for one in data["requests"]["kinds"]}
    lights = {one["code"]: Light(**one) for one in data["lights"]}
    asked, seen, plans = data["requests"], data["visits"], data["plans"]
    return Rules(
        Requests(kinds, **_numbers(asked, path, "route_days soon_days unrated_days reopen_most solved_score goal"),
                 goal_cite=asked["goal_cite"]),
        Visits(**_numbers(seen, path, "month quarter plan_days back_days photos photo_bytes photo_side pixels"),
               rest_days=_flag(seen, path, "rest_days"), quiet_reason=seen["quiet_reason"]),
        Plans(**_numbers(plans, path, "review_months soon_days")),
        _diagnoses(data["diagnoses"], path),
        lights,
        targets,
    )  # fmt: skip


def _diagnoses(data: Any, path: Any) -> Diagnoses:
    unknown = [one for one in data["states"] if one not in flow().states]
    if unknown:
        raise CatalogError(
            path, line_of(data, "states"), f"培育库没有状态“{unknown[0]}”；有 {'、'.join(flow().states)}"
        )
    days = _numbers(data, path, "due_days soon_days")
    return Diagnoses(tuple(data["states"]), data["ways"], data["parties"], **days)


def _numbers(data: Any, path: Any, names: str) -> dict[str, int]:
    for name in names.split():
        if type(data.get(name)) is not int or data[name] < 0:
            raise CatalogError(path, line_of(data, name), f"“{name}”应是不小于 0 的整数")
    return {name: data[name] for name in names.split()}


def _flag(data: Any, path: Any, name: str) -> bool:
    if not isinstance(data.get(name), bool):
        raise CatalogError(path, line_of(data, name), f"“{name}”应是 true 或 false")
    return bool(data[name])


def _targets(catalog: Catalog, data: Any) -> dict[str, str]:
    """市局、县区、专员，与供数的各部门。"""
    found = {one["code"]: one["title"] for one in data["offices"]}
    sources = [yaml_lines.read(path) for path in catalog.files("sources", "source.yaml")]
    skip = {*data["not_offices"], *found}
    return found | {one["code"]: one["department"] for one in sources if one["code"] not in skip}


def _kind(one: Any, targets: Mapping[str, str], path: Any) -> Kind:
    unknown = [code for code in one["to"] if code not in targets]
    if unknown or not isinstance(one["days"], int) or one["days"] < 1:
        raise CatalogError(path, line_of(one), f"诉求种类“{one['code']}”的 to 不认得（{unknown}），或 days 不是正整数")
    return Kind(one["code"], one["title"], one["days"], tuple(one["to"]))
