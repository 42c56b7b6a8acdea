"""对列：把一张表的表头逐列对上来源声明的列，算出单位与年度；对不上的列报告，从不猜。"""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass

from miaopu.ledger.reading.table.heading import Heading
from miaopu.ledger.reading.table.region import Region
from miaopu.ledger.source import IDENTITY_ROLES, Column, Source, Table
from miaopu.terms.indicator import fold
from miaopu.terms.quantity import scale_of

MEASURED = frozenset({"money", "percent", "count", "decimal"})


@dataclass(frozen=True)
class Matched:
    """对上的一列。problem 非空时整列不读（单位、年度不明）。"""

    column: Column
    heading: Heading
    unit: str = ""
    period: str = ""
    problem: str = ""

    @property
    def index(self) -> int:
        """列号，从 1 起。"""
        return self.heading.column


@dataclass(frozen=True)
class Fit:
    """一张表按某来源某表去读：matched 对上的列，unknown 不认得的列，personal 不入账的个人信息列。"""

    region: Region
    source: Source
    table: Table
    matched: tuple[Matched, ...]
    unknown: tuple[Heading, ...]
    personal: tuple[Heading, ...]
    ignored: tuple[Heading, ...]
    score: float

    def role(self, role: str) -> Matched | None:
        """某角色的列；没有为 None。"""
        return next((one for one in self.matched if one.column.role == role), None)

    @property
    def keys(self) -> list[int]:
        """名称列与代码列的列号。"""
        return [one.index for one in self.matched if one.column.role in ("uscc", "name")]

    @property
    def useful(self) -> int:
        """名称、代码之外对上的列数。"""
        return sum(one.column.role not in IDENTITY_ROLES for one in self.matched)


def anchors(sources: Iterable[Source]) -> dict[str, str]:
    """各来源名称列、代码列的表头（归一）→ 身份（name、uscc）。"""
    return {
        alias: column.role
        for source in sources
        for table in source.tables
        for column in table.columns
        if column.role in ("uscc", "name")
        for alias in column.aliases
    }


def fits(region: Region, source: Source, hint: str) -> list[Fit]:
    """该来源各表对这张表的读法，得分高的在前；没有名称与代码列、或没有一列有用的不算。"""
    tried = [_fit(region, source, table, hint) for table in source.tables if table.shape == "list"]
    good = [one for one in tried if one.keys and one.useful]
    return sorted(good, key=lambda one: -one.score)


def _fit(region: Region, source: Source, table: Table, hint: str) -> Fit:
    aliases = {alias: column for column in reversed(table.columns) for alias in column.aliases}
    matched: list[Matched] = []
    unknown, personal, ignored = [], [], []
    taken: set[tuple[str, str, str]] = set()
    for one in region.headings:
        words = one.candidates()
        column = next((aliases[word] for word in words if word in aliases), None)
        if column is not None:
            found = _by_region(one, column, region, table)
            slot = (found.column.role, found.column.indicator, found.period)
            matched.append(_twice(found) if slot in taken and not found.problem else found)
            taken.add(slot)
        elif any(word in source.personal for word in words) or fold("".join(one.raw)) in source.personal:
            personal.append(one)
        elif not words or any(word in table.ignore for word in words):
            ignored.append(one)
        else:
            unknown.append(one)
    fit = Fit(region, source, table, tuple(matched), tuple(unknown), tuple(personal), tuple(ignored), 0.0)
    return _scored(fit, hint)


def _twice(found: Matched) -> Matched:
    return Matched(found.column, found.heading, found.unit, found.period, "与前面一列重复（同一指标、同一年度）")


def _scored(fit: Fit, hint: str) -> Fit:
    """对上的列加分，不认得的列减分，表名、题目、文件名提到这张表的加分，取值认得的加分。"""
    identity = sum(one.column.role in IDENTITY_ROLES for one in fit.matched)
    titled = max((len(word) for word in fit.table.titles if word in hint), default=0)
    named = fit.source.title in hint
    score = fit.useful + 0.3 * identity - 0.5 * len(fit.unknown) + (0.7 if titled else 0) + 0.05 * titled + 0.4 * named
    return Fit(**{**fit.__dict__, "score": score + _recognised(fit)})


def _recognised(fit: Fit) -> float:
    """称号列的取值有几成认得：称号表的列都一样，只有取值能分出是哪个部门的。"""
    title = fit.role("title")
    if title is None:
        return 0.0
    low, high = fit.region.rows
    sample = fit.region.grid.frame[str(title.index)].slice(low - 1, min(high - low + 1, 2000)).drop_nulls().unique()
    known = sum(fold(text) in title.column.values for text in sample)
    return 2.0 * known / max(len(sample), 1) - 1.0


def _by_region(one: Heading, column: Column, region: Region, table: Table) -> Matched:
    year = table.with_role("year")
    yearly = year is not None and any(word in year.aliases for other in region.headings for word in other.candidates())
    return measured(one, column, region.unit, region.year, yearly)


def measured(one: Heading, column: Column, unit: str, year: str, yearly: bool) -> Matched:
    """定出单位与期间。unit、year 是题目里写明的；yearly 表示表里有年度列。"""
    found_unit, problem = _unit(one, column, unit)
    period, late = _period(one, column, year, yearly)
    return Matched(column, one, found_unit, period, problem or late)


def _unit(one: Heading, column: Column, stated: str) -> tuple[str, str]:
    """列头写明的单位在先，其次题目里的“单位：”（金额），再次声明的默认单位；金额没有写明即是问题。"""
    if column.kind not in MEASURED:
        return "", ""
    if one.clash:
        return "", f"表头里有两个不同的单位（{one.clash}）"
    if one.unit:
        fits = scale_of(column.kind, one.unit) is not None
        return (one.unit, "") if fits else ("", f"单位“{one.unit}”与该指标不合")
    if stated and column.kind == "money" and scale_of("money", stated):
        return stated, ""
    if column.unit or column.kind != "money":
        return column.unit or {"percent": "%"}.get(column.kind, ""), ""
    return "", "没有写明单位（元、万元还是亿元）"


def _period(one: Heading, column: Column, year: str, yearly: bool) -> tuple[str, str]:
    """期间：按声明的次序取自表头、年度列（记作 column）、题目。"""
    dated = bool(column.period) and column.period[-1] == "none"
    for step in column.period:
        if step == "header" and one.year:
            return (_day(one) if dated else one.year), ""
        if step == "column" and yearly:
            return "column", ""
        if step == "title" and year:
            return year, ""
    if not column.indicator or dated or not column.period:
        return "", ""
    return "", "分不清是哪一年的数（表头、年度列、题目都没有年份）"


def _day(one: Heading) -> str:
    """时点指标写了年份的：当年（当月）最后一天。"""
    if not one.month:
        return f"{one.year}-12-31"
    return f"{one.year}-{int(one.month):02d}-{monthrange(int(one.year), int(one.month))[1]:02d}"
