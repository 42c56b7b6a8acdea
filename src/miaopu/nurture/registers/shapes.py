"""专项登记有哪几本：照 catalog/registers.yaml，各本的列、状态与变动、对应的措施与指标；写错的报文件与行号。只读目录。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from miaopu.desk.workspace import Workspace
from miaopu.nurture.back import BESIDE
from miaopu.selection.city import city
from miaopu.terms.yaml_lines import CatalogError, line_of

FILE = "registers.yaml"
OPEN, DONE, VOID = "open", "done", "void"
KINDS = ("text", "long", "choice", "date", "money", "count", "year")
FIRM, OUTSIDE = "firm", "outside"
LISTED = 5
TAKEN = {*BESIDE, "编号", "版本", "状态", "县区", "企业名称", "统一社会信用代码"}
"""登记表自带的表头：各列不能再叫这些，不然导出的交不回来。"""

OWN = {"key", "version", "reason", "enterprise", "district", "step"}
"""表单自己的各项：各列的代码不能再叫这些，不然填的互相盖掉；市外企业的还有 name。"""


@dataclass(frozen=True)
class Column:
    """一列。"""

    code: str
    title: str
    kind: str
    required: bool
    values: tuple[str, ...]

    @property
    def head(self) -> str:
        """表头：金额写明单位。"""
        return f"{self.title}（万元）" if self.kind == "money" else self.title


@dataclass(frozen=True)
class State:
    """一个状态；kind 是 open 在办、done 办成、void 不算。"""

    code: str
    title: str
    colour: str
    kind: str


@dataclass(frozen=True)
class Step:
    """一种变动：从哪些状态、到哪个、要的操作、办时要填的列。"""

    code: str
    title: str
    before: tuple[str, ...]
    after: str
    operation: str
    needs: tuple[str, ...]


@dataclass(frozen=True)
class Realised:
    """办成以后等于措施目录里的哪一项：where 全部对上的才算（None 是没有填）；on 办成日、estimate 预计日、since 起算日各是哪一列。"""

    measure: str
    where: Mapping[str, tuple[str | None, ...]]
    on: str
    estimate: str
    since: str


@dataclass(frozen=True)
class Expected:
    """哪些在库企业应当有一件：哪一层级、哪些状态；back 是按会计年度的看往前几年的（不按年度的为 None）。"""

    tier: str
    states: tuple[str, ...]
    word: str
    back: int | None


@dataclass(frozen=True)
class Register:
    """一本。named 是作名称的一列（市外企业的为空串，名称另填）；most 几项没有写的为空。"""

    code: str
    title: str
    about: str
    cite: str
    whose: str
    columns: tuple[Column, ...]
    states: Mapping[str, State]
    steps: Mapping[str, Step]
    named: str
    due: str
    sums: tuple[str, ...]
    realises: tuple[Realised, ...]
    books: Mapping[str, str]
    expected: Expected | None
    coverage: Mapping[str, Any]
    numbers: Mapping[str, Any]
    reports: Mapping[str, Any]
    deadlines: tuple[Mapping[str, Any], ...]
    deadline_note: str

    @property
    def outside(self) -> bool:
        """登记的是市外企业。"""
        return self.whose == OUTSIDE

    @property
    def first(self) -> State:
        """新登记的状态。"""
        return next(iter(self.states.values()))

    @property
    def listed(self) -> tuple[Column, ...]:
        """清单上给的几列：名称以外的前几列，长文字打开看。"""
        return tuple(one for one in self.columns if one.code != self.named and one.kind != "long")[:LISTED]

    @property
    def year(self) -> str:
        """会计年度的列；不按年度的为空串。"""
        return next((one.code for one in self.columns if one.kind == "year"), "")

    def column(self, code: str) -> Column:
        """一列。"""
        return next(one for one in self.columns if one.code == code)

    def of_kind(self, *kinds: str) -> tuple[str, ...]:
        """这几类状态的代码。"""
        return tuple(one.code for one in self.states.values() if one.kind in kinds)


def registers() -> Mapping[str, Register]:
    """全部，以代码为键。"""
    return _read(city())


@lru_cache(maxsize=2)
def _read(space: Workspace) -> Mapping[str, Register]:
    """一个工作间只读一回；目录改了，工作间重新打开。"""
    path = space.catalog.file(FILE)
    found = [register_of(path, one) for one in space.catalog.read(FILE)["registers"]]
    return {one.code: one for one in found}


def register_of(path: Any, told: Any) -> Register:
    """目录里的一本；写错的抛 CatalogError，说到哪一行。"""
    return _Reader(path, told).register()


@dataclass(frozen=True)
class _Reader:
    """读一本。"""

    path: Any
    told: Any

    def register(self) -> Register:
        told = self.told
        columns = tuple(self.column(one) for one in told["fields"])
        known = {one.code for one in columns}
        titles = [one.title for one in columns]
        twice = {one for one in titles if titles.count(one) > 1 or one in TAKEN}
        self.expect(not twice, f"的列名重了，或与登记表自带的列同名：{'、'.join(sorted(twice))}")
        own = known & (OWN | ({"name"} if told["whose"] == OUTSIDE else set()))
        self.expect(not own, f"的列的代码与表单自己的同名：{'、'.join(sorted(own))}")
        states = {one["code"]: self.state(one) for one in told["states"]}
        steps = {one["code"]: self.step(one, states, known) for one in told["steps"]}
        named = next((one["code"] for one in told["fields"] if one.get("title_of")), "")
        self.expect(bool(named) != (told["whose"] == OUTSIDE), "本市企业的要有一列 title_of，市外企业的不要")
        made = Register(
            told["code"], told["title"], told["about"], told["cite"], told["whose"], columns, states, steps, named,
            told.get("due", ""), tuple(told.get("sums", ())), tuple(self.realised(one) for one in told.get("realises", ())),
            told.get("books", {}), self.expected(told.get("expected"), columns), told.get("coverage", {}),
            told.get("numbers", {}), told.get("reports", {}), tuple(told.get("deadlines", ())), told.get("deadline_note", ""),
        )  # fmt: skip
        used = {made.due, *made.sums, made.books.get("sum"), made.books.get("year"), made.numbers.get("field")}
        used |= set(made.numbers.get("where", ()))
        used |= {name for one in made.realises for name in (*one.where, one.on, one.estimate, one.since)}
        used |= {*made.reports.get("columns", {}).values(), made.coverage.get("until")}
        self.expect(used - {"", None} <= known, f"用到了没有的列：{'、'.join(sorted(used - {'', None} - known))}")
        return made

    def expect(self, fine: bool, told: str) -> None:
        if not fine:
            raise CatalogError(self.path, line_of(self.told), f"“{self.told.get('code')}”{told}")

    def column(self, one: Any) -> Column:
        self.expect(one["kind"] in KINDS, f"的列“{one['code']}”kind 应是 {'、'.join(KINDS)} 之一，发现“{one['kind']}”")
        values = tuple(str(value) for value in one.get("values", ()))
        self.expect(bool(values) == (one["kind"] == "choice"), f"的列“{one['code']}”单选的才写 values，也一定要写")
        return Column(one["code"], one["title"], one["kind"], bool(one.get("required")), values)

    def state(self, one: Any) -> State:
        self.expect(one["kind"] in (OPEN, DONE, VOID), f"的状态“{one['code']}”kind 应是 open、done、void 之一")
        return State(one["code"], one["title"], one["colour"], one["kind"])

    def step(self, one: Any, states: Mapping[str, State], known: set[str]) -> Step:
        self.expect({*one["before"], one["after"]} <= set(states), f"的变动“{one['code']}”写了没有的状态")
        self.expect(set(one["needs"]) <= known, f"的变动“{one['code']}”写了没有的列")
        return Step(
            one["code"], one["title"], tuple(one["before"]), one["after"], one["operation"], tuple(one["needs"])
        )

    def realised(self, one: Any) -> Realised:
        where = {name: tuple(values) for name, values in one["where"].items()}
        return Realised(one["measure"], where, one["finished"], one["estimate"], one["from"])

    def expected(self, one: Any, columns: tuple[Column, ...]) -> Expected | None:
        if one is None:
            return None
        yearly = any(each.kind == "year" for each in columns)
        self.expect(yearly == ("years_back" in one), "的 expected：按会计年度的才写 years_back，也一定要写")
        return Expected(one["tier"], tuple(one["states"]), one["word"], one.get("years_back"))
