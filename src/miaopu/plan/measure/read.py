"""读措施：catalog/measures/*.yaml → 冻结的措施；写错、或要动得分、核定、条目本身的，报文件与行号。不看哪一家。"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from miaopu.plan.measure.shape import ADD, DAY, SET, YEAR, Change, Measure, Measures, Most
from miaopu.plan.rules import Planning, share
from miaopu.standards.load import Library
from miaopu.standards.tree.clause import Steps
from miaopu.standards.tree.node import inputs
from miaopu.standards.tree.vocabulary import PER, Vocabulary
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

FOLDER = "measures"
KEYS = frozenset(
    "code title about effects step most cost fixed lead_days counts requires excludes title_of supplies"  # noqa: SIM905
    " owner helper policy evidence cite basis remark whenever_assumed".split()
)
NEEDED = ("code", "title", "about", "lead_days", "cost", "owner", "helper", "policy", "evidence", "basis")
UNITS = {"元": 100, "万元": 1_000_000, "亿元": 10_000_000_000}


def load_measures(catalog: Catalog, library: Library, planning: Planning) -> dict[str, Measure]:
    """全部措施，以代码为键；重名、指到没有的措施或层级、先办绕成圈、同一输入一处加一处定都报错。"""
    found: dict[str, Measure] = {}
    rules = _Rules(
        library.vocabulary, planning, _stepped(library), frozenset(s.tier for s in library.standards.values())
    )
    for path in catalog.files(FOLDER):
        for entry in yaml_lines.read(path) or ():
            one = _Reader(path, entry, rules).measure()
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
        late = next((name for name in one.requires if found[name].counts == YEAR or found[name].title_of), "")
        if late or (one.requires and (one.counts == YEAR or one.title_of)):
            told = (
                f"“{one.code}”的 requires 写了“{late or one.requires[0]}”：先办、后办都只能是按申报日计、不是称号的措施"
            )
            raise CatalogError(one.path, one.line, f"{told}；按年度计的、称号各按自己的年度与窗口")
        if one.code in _first_of(one, found):
            raise CatalogError(one.path, one.line, f"“{one.code}”的 requires 绕回了它自己，哪一项也办不成")


def _first_of(one: Measure, found: Measures) -> set[str]:
    """要先办成的全部措施：逐级往前。"""
    seen: set[str] = set()
    pending = list(one.requires)
    while pending:
        name = pending.pop()
        if name not in seen:
            seen.add(name)
            pending += found[name].requires if name in found else ()
    return seen


def _stepped(library: Library) -> frozenset[str]:
    """按“每满多少得一分”算分的指标：求解把这种分当作不变，措施不得动它。"""
    scores = [score.rule for standard in library.standards.values() for score in standard.scores]
    found = [one for rule in scores if isinstance(rule, Steps) for one in inputs(rule.number)]
    keys = (library.vocabulary.indicator(one.name) for one in found)
    return frozenset(one.key for one in keys if one is not None)


def _one_mode(found: Measures) -> None:
    modes: dict[str, str] = {}
    for one in found.values():
        for change in one.changes:
            if modes.setdefault(change.input, change.mode) != change.mode:
                raise CatalogError(one.path, one.line, f"“{change.input}”别处写的是 {modes[change.input]}，不得混写")


@dataclass(frozen=True)
class _Rules:
    """读措施要对照的：词汇、口径、按年得分的指标、有哪些层级。"""

    vocabulary: Vocabulary
    planning: Planning
    stepped: frozenset[str]
    tiers: frozenset[str]


@dataclass(frozen=True)
class _Reader:
    """读一项。"""

    path: Path
    entry: Any
    rules: _Rules

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
        changes = self.changes(counts)
        step, unit = self.step()
        words = {name: str(entry.get(name, "")) for name in ("cite", "remark")}
        words |= {name: str(entry[name]) for name in ("code", "title", "about", *NEEDED[5:])}
        return Measure(
            changes=changes, step=step, unit=unit, most=self.most(), cost=self.cost("cost"), fixed=self.cost("fixed"),
            lead_days=self.number(entry["lead_days"], "lead_days"), counts=counts, requires=tuple(entry.get("requires", ())),
            excludes=tuple(entry.get("excludes", ())), title_of=self.title_of(),
            supplies=tuple(entry.get("supplies", ())), whenever_assumed=bool(entry.get("whenever_assumed", False)),
            path=str(self.path), line=line_of(entry), **words,
        )  # fmt: skip

    def choice(self, key: str, allowed: tuple[str, ...], default: str) -> str:
        value = self.entry.get(key, default)
        if value not in allowed:
            raise self.fail(key, f"“{key}”应是 {'、'.join(allowed)} 之一，发现“{value}”")
        return value

    def changes(self, counts: str) -> tuple[Change, ...]:
        """各处改动；同一个输入只写一处，写两处（定成两样、加两回）不知道听哪个。"""
        written = self.entry.get("effects", ())
        if not isinstance(written, list | tuple) or not all(isinstance(one, Mapping) for one in written):
            raise self.fail("effects", f"“effects”应是 [{{input: …, add 或 set: …}}] 的列表，发现“{written}”")
        made = tuple(self.change(one, counts) for one in written)
        names = [one.input for one in made]
        for name in names:
            if names.count(name) > 1:
                said = "、".join(str(one.value) for one in made if one.input == name)
                raise self.fail(
                    "effects", f"“effects”里“{name}”写了 {names.count(name)} 处（{said}）；一项措施对一个输入只写一处"
                )
        return made

    def title_of(self) -> str:
        tier = str(self.entry.get("title_of", ""))
        if tier and tier not in self.rules.tiers:
            raise self.fail(
                "title_of", f"“title_of”写了“{tier}”，没有这个层级；有 {'、'.join(sorted(self.rules.tiers))}"
            )
        return tier

    def number(self, written: Any, key: str) -> int:
        """不小于一的整数。"""
        if isinstance(written, bool) or not isinstance(written, int) or written < 1:
            raise self.fail(key, f"“{key}”应是不小于 1 的整数，发现“{written}”")
        return written

    def exact(self, value: Fraction, key: str, written: Any) -> int:
        """内部数须是整数：写得太细的不舍入。"""
        if value.denominator != 1:
            raise self.fail(key, f"“{written}”小数位太多，存不下；金额至分，比例与小数至万分之一")
        return int(value)

    def change(self, one: Any, counts: str) -> Change:
        mode = ADD if ADD in one else SET
        name = str(one.get("input"))
        indicator = self.rules.vocabulary.indicators.get(name)
        if indicator is None or indicator.formula or indicator.kind in ("item", "text", "date"):
            raise self.fail("effects", f"“{name}”不是可以改的输入；派生的、条目的要改它所依据的指标")
        if indicator.extra.get("judged") or name in self.rules.planning.scores:
            raise self.fail("effects", f"“{name}”是人工核定或平台得分，措施不得动它")
        if name in self.rules.planning.elapse | self.rules.stepped:
            raise self.fail("effects", f"“{name}”只随年头长（或按年头得分），措施不得动它")
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
            return self.exact(share(written, self.path, line_of(self.entry, "effects")) * PER[kind], "effects", written)
        if kind == "flag":
            return int(written)
        if not re.fullmatch(r"-?\d+(\.\d+)?", str(written)):
            raise self.fail("effects", f"“{name}”应写数，发现“{written}”")
        return self.exact(Fraction(str(written)) * PER.get(kind, 1), "effects", written)

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
        if not isinstance(given, Mapping):
            raise self.fail("most", f"“most”应写成 {{count: 3}} 的样子，发现“{given}”")
        if "count" in given:
            return Most(count=self.number(given["count"], "most"), again=bool(given.get("again", False)))
        if given.get("of") not in self.rules.vocabulary.indicators:
            raise self.fail("most", "“most”应写 count，或 share 与 of（某个年度金额指标）")
        rate = share(given.get("share"), self.path, line_of(self.entry, "most"))
        return Most(share=rate, of=given["of"], prorated=bool(given.get("prorated", False)))

    def cost(self, key: str) -> tuple[int, int]:
        given = self.entry.get(key)
        if given is None:
            return 0, 0
        if not isinstance(given, Mapping):
            raise self.fail(key, f"“{key}”应写成 {{low: 1万元, high: 2万元}} 的样子，发现“{given}”")
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
        return self.exact(Fraction(found[1]) * UNITS[found[2]], key, text)
