"""状态与变动：照 catalog/demands.yaml；给名称、颜色、哪一步从哪到哪、要什么权限、要填什么。只读目录。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from miaopu.terms.catalog import Catalog

FILE = "demands.yaml"
DRAFT, SUBMITTED, VETTED, RECOMMENDED, ENTERED = "draft", "submitted", "vetted", "recommended", "entered"
MET, SIGNED, FAILED = "met", "signed", "failed"


@dataclass(frozen=True)
class State:
    """一个状态。"""

    code: str
    title: str
    colour: str


@dataclass(frozen=True)
class Step:
    """一种变动：从哪些状态、到哪个、要的操作、办时要填的。"""

    code: str
    title: str
    before: tuple[str, ...]
    after: str
    operation: str
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Choices:
    """目录里的全部：领域、合作方式、成熟度（代码 → 名称），状态与变动，专家看得到的与可改的状态，目标。"""

    fields: Mapping[str, str]
    forms: Mapping[str, str]
    maturity: Mapping[str, str]
    states: Mapping[str, State]
    steps: Mapping[str, Step]
    match_states: Mapping[str, State]
    match_steps: Mapping[str, Step]
    visible: tuple[str, ...]
    editable: tuple[str, ...]
    goals: Mapping[str, str]
    shown: int


@lru_cache(maxsize=1)
def choices() -> Choices:
    """读目录，进程里只读一回。"""
    told = Catalog.default().read(FILE)
    titles = {name: {one["code"]: one["title"] for one in told[name]} for name in ("fields", "forms", "maturity")}
    return Choices(
        **titles,
        states=_states(told["states"]),
        steps=_steps(told["steps"]),
        match_states=_states(told["match_states"]),
        match_steps=_steps(told["match_steps"]),
        visible=tuple(told["visible"]),
        editable=tuple(told["editable"]),
        goals=dict(told["goals"]),
        shown=told["matching"]["shown"],
    )


def _states(rows: Any) -> dict[str, State]:
    return {one["code"]: State(one["code"], one["title"], one["colour"]) for one in rows}


def _steps(rows: Any) -> dict[str, Step]:
    found = (
        Step(one["code"], one["title"], tuple(one["before"]), one["after"], one["operation"], tuple(one["needs"]))
        for one in rows
    )
    return {one.code: one for one in found}
