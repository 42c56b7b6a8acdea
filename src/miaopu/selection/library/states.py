"""培育库的状态与变动：读 catalog/library.yaml，写错即报文件与行号；谁能动、要不要依据都写在那里，理由一律必填。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from miaopu.allocation.quota import FILE
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

REQUIRED, OPTIONAL = "required", "optional"
UNDO = "undo"
_STATE = ("code", "title", "open", "inside", "colour")
_MOVE = ("code", "title", "from", "to", "operation", "evidence")


@dataclass(frozen=True)
class State:
    """一个状态：open 还算数的（同一企业同一层级至多一件），inside 在库的。"""

    code: str
    title: str
    open: bool
    inside: bool
    colour: str


@dataclass(frozen=True)
class Step:
    """一种变动：从哪些状态（空为新进）、到哪个状态、要的操作权限、依据是不是必填。"""

    code: str
    title: str
    before: tuple[str, ...]
    after: str
    operation: str
    needs_evidence: bool


@dataclass(frozen=True)
class Flow:
    """全部状态与变动；published 是名单发布时的变动；days、soon_days 是下发的期限与提前多少标黄，都是工作日。"""

    states: Mapping[str, State]
    steps: Mapping[str, Step]
    undo: Step
    published: Step
    days: int
    soon_days: int

    def after(self, state: str) -> list[Step]:
        """从一个状态能办的变动。"""
        return [one for one in self.steps.values() if state in one.before]

    @property
    def inside(self) -> list[str]:
        """在库的状态。"""
        return [code for code, one in self.states.items() if one.inside]


@cache
def flow() -> Flow:
    """随软件发布的状态与变动。"""
    return load_flow(Catalog.default())


def load_flow(catalog: Catalog) -> Flow:
    """读状态与变动。"""
    path, data = catalog.file(FILE), catalog.read(FILE)
    states = {one["code"]: _state(one, path) for one in data["states"]}
    steps = {one["code"]: _step(one, states, path) for one in data["moves"]}
    undo = Step(UNDO, data["undo"]["title"], (), "", data["undo"]["operation"], False)
    issue, limits = data["issue"], data["dispatch"]
    if issue["move"] not in steps or issue["from"] not in steps[issue["move"]].before:
        raise CatalogError(path, line_of(issue), f"发布的变动“{issue['move']}”不能从“{issue['from']}”出发")
    return Flow(states, steps, undo, steps[issue["move"]], int(limits["days"]), int(limits["soon_days"]))


def _keys(item: Any, known: tuple[str, ...], path: Path) -> None:
    if set(item) != set(known):
        wrong = sorted(set(item) ^ set(known))
        raise CatalogError(path, line_of(item), f"应正好写 {'、'.join(known)}；多或少了 {'、'.join(wrong)}")


def _state(item: Any, path: Path) -> State:
    _keys(item, _STATE, path)
    if item["inside"] and not item["open"]:
        raise CatalogError(path, line_of(item), f"状态“{item['title']}”在库就应算数（open: true）")
    return State(*(item[key] for key in _STATE))


def _step(item: Any, states: Mapping[str, State], path: Path) -> Step:
    _keys(item, _MOVE, path)
    for code in (*item["from"], item["to"]):
        if code not in states:
            raise CatalogError(path, line_of(item), f"变动“{item['title']}”里没有状态“{code}”；有 {'、'.join(states)}")
    if item["evidence"] not in (REQUIRED, OPTIONAL):
        raise CatalogError(path, line_of(item, "evidence"), f"“evidence”应是 {REQUIRED} 或 {OPTIONAL}")
    needed = item["evidence"] == REQUIRED
    return Step(item["code"], item["title"], tuple(item["from"]), item["to"], item["operation"], needed)
