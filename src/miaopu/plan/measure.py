"""措施：读 catalog/measures/*.yaml，给出冻结的措施；写错、或要动得分、核定、条目本身的，报文件与行号。不看哪一家。"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

from miaopu.plan.rules import Planning, share
from miaopu.standards.tree.vocabulary import PER, Vocabulary
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

FOLDER = "measures"
ADD, SET = "add", "set"
YEAR, DAY = "year", "day"
"""计入哪里：某个会计年度的数，或申报日的情形。"""
KEYS = frozenset(
    "code title about effects step most cost fixed lead_days counts requires excludes title_of supplies"  # noqa: SIM905
    " owner helper policy evidence cite basis remark whenever_assumed".split()
)
NEEDED = ("code", "title", "about", "lead_days", "cost", "owner", "helper", "policy", "evidence", "basis")
UNITS = {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}


@dataclass(frozen=True)
class Change:
    """办一级（一个 step）改什么：input 是指标，mode 为 add 或 set，value 是内部值（类别为代码）。

    stays 为真的是存量，改了以后各年都在（负债、资产）；否则只在当年。
    """

    input: str
    mode: str
    value: Any
    stays: bool = False


@dataclass(frozen=True)
class Most:
    """至多做多少：count 是级数，again 为真时每过一个办理期可以再做这么多；

    share 是占当年某指标的比例，prorated 为真时按当年剩下的天数折算。"""

    count: int | None = None
    share: Fraction | None = None
    of: str = ""
    prorated: bool = False
    again: bool = False


@dataclass(frozen=True)
class Measure:
    """一项措施。

    step、unit：一级是多少（显示单位；没有数量的 step 为 None）；cost、fixed：每一级与不论多少都要的（低，高），分；
    title_of：办成即得某层级称号，须那个标准的数值条款到它自己的窗口时都成立；supplies：只补依据，不改任何数。
    """

    code: str
    title: str
    about: str
    changes: tuple[Change, ...]
    step: Fraction | None
    unit: str
    most: Most
    cost: tuple[int, int]
    fixed: tuple[int, int]
    lead_days: int
    counts: str
    requires: tuple[str, ...]
    excludes: tuple[str, ...]
    title_of: str
    supplies: tuple[str, ...]
    whenever_assumed: bool
    owner: str
    helper: str
    policy: str
    evidence: str
    cite: str
    basis: str
    remark: str
    path: str = ""
    line: int = 0

    @cached_property
    def inputs(self) -> frozenset[str]:
        """改哪些指标。"""
        return frozenset(one.input for one in self.changes)

    @property
    def evidence_only(self) -> bool:
        """只补依据的措施：不进求解，由方案末尾按缺什么补上。"""
        return bool(self.supplies) or self.whenever_assumed


Measures = Mapping[str, Measure]


def load_measures(catalog: Catalog, vocabulary: Vocabulary, planning: Planning) -> dict[str, Measure]:
    """全部措施，以代码为键；重名、指到没有的措施、同一输入一处加一处定都报错。"""
    found: dict[str, Measure] = {}
    for path in catalog.files(FOLDER):
        for entry in yaml_lines.read(path) or ():
            one = _Reader(path, entry, vocabulary, planning).measure()
            if one.code in found:
                raise CatalogError(path, one.line, f"措施“{one.code}”已在 {found[one.code].path} 写过")
            found[one.code] = one
    _linked(found)
    _one_mode(found)
    return found


def _linked(found: Measures) -> None:
    for one in found.values():
        for name in (*one.requires, *one.excludes):
            if name not in found or name == one.code:
                raise CatalogError(one.path, one.line, f"“{one.code}”的先办或互斥写了“{name}”，没有这项措施")


def _one_mode(found: Measures) -> None:
    modes: dict[str, str] = {}
    for one in found.values():
        for change in one.changes:
            if modes.setdefault(change.input, change.mode) != change.mode:
                raise CatalogError(one.path, one.line, f"“{change.input}”别处写的是 {modes[change.input]}，不得混写")


@dataclass(frozen=True)
class _Reader:
    """读一项。"""

    path: Path
    entry: Any
    vocabulary: Vocabulary
    planning: Planning

    def fail(self, key: str | None, message: str) -> CatalogError:
        return CatalogError(self.path, line_of(self.entry, key), message)

    def measure(self) -> Measure:
        entry = self.entry
        if not isinstance(entry, Mapping):
            raise CatalogError(self.path, line_of(entry), f"应是一项措施的映射，发现 {entry!r}")
        for key in entry:
            if key not in KEYS:
                raise self.fail(key, f"不认得“{key}”；可写 {'、'.join(sorted(KEYS))}")
        for key in NEEDED:
            if entry.get(key) in (None, ""):
                raise self.fail(None, f"措施“{entry.get('code', '')}”缺“{key}”")
        counts = self.choice("counts", (YEAR, DAY), DAY)
        changes = tuple(self.change(one, counts) for one in entry.get("effects", ()))
        step, unit = self.step()
        words = {name: str(entry.get(name, "")) for name in ("cite", "remark")}
        words |= {name: str(entry[name]) for name in ("code", "title", "about", *NEEDED[5:])}
        return Measure(
            changes=changes, step=step, unit=unit, most=self.most(), cost=self.cost("cost"), fixed=self.cost("fixed"),
            lead_days=int(entry["lead_days"]), counts=counts, requires=tuple(entry.get("requires", ())),
            excludes=tuple(entry.get("excludes", ())), title_of=str(entry.get("title_of", "")),
            supplies=tuple(entry.get("supplies", ())), whenever_assumed=bool(entry.get("whenever_assumed", False)),
            path=str(self.path), line=line_of(entry), **words,
        )  # fmt: skip

    def choice(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.entry.get(key, default)
        if value not in allowed:
            raise self.fail(key, f"“{key}”应是 {'、'.join(allowed)} 之一，发现“{value}”")
        return value

    def change(self, one: Any, counts: str) -> Change:
        mode = ADD if ADD in one else SET
        name = str(one.get("input"))
        indicator = self.vocabulary.indicators.get(name)
        if indicator is None or indicator.formula or indicator.kind in ("item", "text", "date"):
            raise self.fail("effects", f"“{name}”不是可以改的输入；派生的、条目的要改它所依据的指标")
        if indicator.extra.get("judged") or name in self.planning.scores:
            raise self.fail("effects", f"“{name}”是人工核定或平台得分，措施不得动它")
        if (indicator.period == "year") != (counts == YEAR):
            raise self.fail(
                "effects", f"“{name}”按{'年度' if indicator.period == 'year' else '申报日'}计，与 counts 不合"
            )
        if mode not in one:
            raise self.fail("effects", f"“{name}”应写 add 或 set")
        value = self.value(name, indicator.kind, indicator.values, one[mode], mode)
        return Change(name, mode, value, bool(one.get("stays", False)))

    def value(self, name: str, kind: str, values: Any, written: Any, mode: str) -> Any:
        if kind == "money":
            return self.money(written, "effects")
        if kind == "category":
            if mode == ADD or written not in values:
                raise self.fail("effects", f"“{name}”只能 set 为 {'、'.join(values)} 之一")
            return written
        if kind == "flag" and (mode == ADD or written not in (True, False)):
            raise self.fail("effects", f"“{name}”是否类，只能 set: true 或 false")
        if kind == "percent":
            return int(share(written, self.path, line_of(self.entry, "effects")) * PER["percent"])
        return int(Fraction(str(written)) * PER.get(kind, 1)) if kind != "flag" else int(written)

    def step(self) -> tuple[Fraction | None, str]:
        text = self.entry.get("step")
        if text is None:
            return None, ""
        found = re.fullmatch(r"(-?\d+(?:\.\d+)?)\s*(\S+)", str(text))
        if not found:
            raise self.fail("step", f"“step”应写成 10万元、1件 的样子，发现“{text}”")
        return Fraction(found[1]), found[2]

    def most(self) -> Most:
        given = self.entry.get("most", {"count": 1})
        if "count" in given:
            return Most(count=int(given["count"]), again=bool(given.get("again", False)))
        if given.get("of") not in self.vocabulary.indicators:
            raise self.fail("most", "“most”应写 count，或 share 与 of（某个年度金额指标）")
        rate = share(given.get("share"), self.path, line_of(self.entry, "most"))
        return Most(share=rate, of=given["of"], prorated=bool(given.get("prorated", False)))

    def cost(self, key: str) -> tuple[int, int]:
        given = self.entry.get(key)
        if given is None:
            return 0, 0
        low, high = (self.amount(given.get(end), key) for end in ("low", "high"))
        if not 0 <= low <= high:
            raise self.fail(key, f"“{key}”应是 0 ≤ low ≤ high")
        return low, high

    def amount(self, text: Any, key: str) -> int:
        """金额；写百分数的是占一级金额的比例。"""
        if str(text).endswith("%"):
            size, unit = self.step()
            if size is None or unit not in UNITS:
                raise self.fail(key, "写百分数的花费，step 须是金额")
            return int(share(text, self.path, line_of(self.entry, key)) * size * UNITS[unit])
        return self.money(text, key)

    def money(self, text: Any, key: str) -> int:
        found = re.fullmatch(r"(-?\d+(?:\.\d+)?)(元|万元|亿元)", str(text))
        if not found:
            raise self.fail(key, f"金额应写成 10万元 的样子，发现“{text}”")
        return int(Fraction(found[1]) * UNITS[found[2]])
