"""书架：网页看标准要的东西——目录行、逐条读法、用到的指标、歧义说明、原文；都从本城的目录现读。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from miaopu.access.act import Wrong
from miaopu.desk.rules.draft import case_files
from miaopu.desk.workspace import Workspace
from miaopu.selection.city import city
from miaopu.standards.applicability import Choice, Rule, choose, load_rules, tiers
from miaopu.standards.load import UnknownStandard
from miaopu.standards.register import Ambiguous, Modelled, coverage
from miaopu.standards.tree.clause import Notice, Standard
from miaopu.standards.tree.reading import KINDS, Line, read_clauses, read_flags, read_notice, read_scores
from miaopu.standards.tree.source import Excerpt, excerpts
from miaopu.terms import yaml_lines

PROVINCIAL = ("鲁", "山东", "年山东省")


@dataclass(frozen=True)
class Row:
    """目录的一行。"""

    standard: Standard
    origin: str
    covered: Modelled | None
    clauses: int
    cases: int
    current: tuple[str, ...]


@dataclass(frozen=True)
class Figure:
    """用到的一个指标：名称、口径、单位、提供部门。"""

    key: str
    title: str
    definition: str
    unit: str
    suppliers: tuple[str, ...]


@dataclass(frozen=True)
class Day:
    """某层级、事项在某天用哪一版。"""

    tier: str
    title: str
    kind: str
    choice: Choice
    standard: Standard | None
    notices: tuple[Notice, ...]
    explained: tuple[tuple[str, Ambiguous | None], ...]


def standard_of(code: str) -> Standard:
    """按代码找标准；没有抛 Wrong。"""
    try:
        return city().library.find(code)
    except UnknownStandard as error:
        raise Wrong(str(error.args[0])) from error


def origin(standard: Standard) -> str:
    """国家、省、本地；一份里两级的文件都有的写“国家、省”。"""
    if standard.local:
        return "本地"
    parts = standard.document.split("；")
    found = ["省" if any(word in part for word in PROVINCIAL) else "国家" for part in parts]
    return "、".join(dict.fromkeys(found))


def rows(on: date) -> list[Row]:
    """目录：按层级的次序，同层级新的在前。"""
    space = city()
    rules, covered = load_rules(space.catalog), {one.standard: one for one in coverage(space.catalog).titles}
    order = {tier: at for at, tier in enumerate((*tiers(rules), *tiers(rules, "platform")))}
    found = sorted(
        space.library.standards.values(),
        key=lambda one: (order.get(one.tier, 99), -(one.effective or date.min).toordinal(), one.code),
    )
    return [
        Row(
            one,
            origin(one),
            covered.get(one.code),
            sum(1 for _ in one.walk()),
            case_count(space, one),
            tuple(word for kind, word in KINDS.items() if _chosen(rules, one, on, kind)),
        )
        for one in found
    ]


def special_rows() -> list[tuple[Modelled, int]]:
    """不是条款树的：划型、信用代码、动态管理；各有几条判例。"""
    space = city()
    known = set(space.library.standards)
    counts: dict[str, int] = {}
    for path in space.catalog.files("standards", "*.cases.yaml"):
        for case in yaml_lines.read(path)["cases"]:
            counts[case["standard"]] = counts.get(case["standard"], 0) + 1
    return [(one, counts.get(one.standard, 0)) for one in coverage(space.catalog).titles if one.standard not in known]


def case_count(space: Workspace, standard: Standard) -> int:
    """有几条判例。"""
    return sum(len(yaml_lines.read(path)["cases"]) for path in case_files(space.catalog, standard))


def _chosen(rules: tuple[Rule, ...], standard: Standard, on: date, kind: str) -> bool:
    found = choose(rules, standard.tier, on, kind)
    return found is not None and found.standard == standard.code


def lines(standard: Standard) -> tuple[tuple[Line, ...], tuple[Line, ...]]:
    """（条款，评分项与合计）的读法。"""
    vocabulary = city().library.vocabulary
    return read_clauses(standard, vocabulary), read_scores(standard, vocabulary)


def ambiguities(standard: Standard) -> list[tuple[str, str, Ambiguous | None]]:
    """整份标准的旗标：代码、何时成立、问题与缺省。"""
    told = explained()
    return [(code, when, told.get(code)) for code, when in read_flags(standard, city().library.vocabulary)]


def explained() -> Mapping[str, Ambiguous]:
    """歧义代码 → 问题与缺省。"""
    return coverage(city().catalog).explained


def figures(found: tuple[Line, ...]) -> list[Figure]:
    """这些条用到的指标，按名称的次序不重复。"""
    space = city()
    keys: dict[str, Figure] = {}
    for name in dict.fromkeys(name for line in found for name in line.inputs):
        indicator = space.library.vocabulary.indicator(name)
        if indicator is None or indicator.key in keys:
            continue
        base = space.indicators.get(str(indicator.extra.get("items", "")))
        suppliers = indicator.suppliers or (base.suppliers if base else ())
        titles = tuple(space.sources[one].title for one in suppliers if one in space.sources)
        keys[indicator.key] = Figure(indicator.key, indicator.title, indicator.definition, indicator.unit, titles)
    return list(keys.values())


def sources(standard: Standard) -> dict[str, tuple[str, Excerpt]]:
    """编号 →（文件名，原文与行号）；门槛在另一个文件里。"""
    catalog, out = city().catalog, {}
    main = catalog.file(f"standards/{standard.name}/{standard.path}")
    gate = yaml_lines.read(main).get("gates")
    paths = [main] + ([catalog.file(f"standards/gates/{gate}.yaml")] if gate else [])
    for path in paths:
        for name, one in excerpts(path.read_text(encoding="utf-8")).items():
            out[name] = (f"{path.parent.name}/{path.name}", one)
    return out


def calendar(on: date, province: str = "山东") -> list[Day]:
    """某天各层级、事项用哪一版。"""
    space, told, out = city(), explained(), []
    rules = load_rules(space.catalog)
    for tier in (*tiers(rules), *tiers(rules, "platform")):
        for kind, word in KINDS.items():
            found = choose(rules, tier, on, kind, province)
            if found is not None:
                standard = space.library.standards.get(found.standard)
                notices = space.library.notices_for(found.standard, on, kind)
                flags = tuple((code, told.get(code)) for code in found.flags)
                out.append(Day(tier, tier_title(tier), word, found, standard, notices, flags))
    return out


def periods(tier: str) -> list[Rule]:
    """一个层级的全部适用规则，先命中的在前。"""
    return [rule for rule in load_rules(city().catalog) if rule.tier == tier]


def notices(year: int | None = None) -> list[tuple[Notice, tuple[Line, ...]]]:
    """年度通知与它另加的条款；year 给出时只看那一年用得着的。"""
    space = city()
    found = [one for one in space.library.notices if year is None or one.effective.year <= year <= one.until.year]
    return [(one, read_notice(one, space.library.vocabulary)) for one in found]


def tier_title(tier: str) -> str:
    """层级的名称：取这一级最新一版的简称，去掉年份。"""
    found = [one for one in city().library.standards.values() if one.tier == tier]
    newest = max(found, key=lambda one: (one.effective or date.min, not one.local), default=None)
    return newest.short.partition("（")[0] if newest else tier
