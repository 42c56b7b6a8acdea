"""口径条件：目录里的一句话（如 holder_rank <= 3）变成对条目表的三值判断；缺字段即未知。"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

SCALES = {"": {"count": 1}, "%": {"percent": 10_000}, "万元": {"money": 1_000_000}, "元": {"money": 100}}
NAME = r"(?P<field>[a-z_]+)"
NUMBER = r"(?P<number>\d+(?:\.\d+)?)\s*(?P<unit>%|万元|元|)"
FORMS = {
    "flag": re.compile(rf"(?P<no>not )?{NAME}"),
    "equal": re.compile(rf"{NAME} == (?P<words>[a-z0-9_]+)"),
    "one_of": re.compile(rf"{NAME} in (?P<words>[a-z0-9_]+(?:\s*,\s*[a-z0-9_]+)*)"),
    "compare": re.compile(rf"{NAME} (?P<op><=|>=|<|>) {NUMBER}"),
    "calendar": re.compile(rf"{NAME} within (?P<years>\d+) calendar years?"),
    "within": re.compile(rf"{NAME} within (?P<years>\d+) years?"),
    "ago": re.compile(rf"{NAME} (?P<op>at least|more than) (?P<years>\d+) years? ago"),
    "not_after": re.compile(rf"{NAME} not after assessment"),
    "not_before": re.compile(rf"{NAME} not before assessment"),
}
KINDS = {"flag": "flag", "equal": "category", "one_of": "category", "compare": ""} | dict.fromkeys(
    ("calendar", "within", "ago", "not_after", "not_before"), "date"
)
OPERATORS: dict[str, Callable[[pl.Expr, int], pl.Expr]] = {
    "<=": lambda left, right: left <= right,
    ">=": lambda left, right: left >= right,
    "<": lambda left, right: left < right,
    ">": lambda left, right: left > right,
}


@dataclass(frozen=True)
class Atom:
    """一个判断：form 形式、field 字段、parts 其余各节。"""

    form: str
    field: str
    parts: Mapping[str, str]
    scale: int = 1

    def truth(self, assessed_on: date) -> pl.Expr:
        """对条目表每行给真、假或 null。"""
        return _TRUTH[self.form](self, assessed_on)


@dataclass(frozen=True)
class Condition:
    """几个判断满足其一（or）；text 是目录原文。"""

    text: str
    atoms: tuple[Atom, ...]

    def truth(self, assessed_on: date) -> pl.Expr:
        """三值“或”：有一支为真即真，全假才假。"""
        return pl.any_horizontal([one.truth(assessed_on) for one in self.atoms])


def parse(text: str, fields: Mapping[str, str], values: Mapping[str, object]) -> Condition:
    """目录里的一句条件 → Condition；看不懂、字段不存在、类别不合抛 ValueError（中文）。"""
    return Condition(text, tuple(_atom(part.strip(), fields, values) for part in text.split(" or ")))


def every(conditions: tuple[Condition, ...], assessed_on: date) -> pl.Expr:
    """全部满足（三值“且”）：有一条为假即假；没有条件为真。条目不在完整名单上也算未知。"""
    return pl.all_horizontal([pl.col("listed"), *(one.truth(assessed_on) for one in conditions)])


def years_before(day: date, years: int) -> date:
    """years 年前的同月同日；二月二十九日取二十八日。"""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _atom(text: str, fields: Mapping[str, str], values: Mapping[str, object]) -> Atom:
    for form, pattern in FORMS.items():
        found = pattern.fullmatch(text)
        if found:
            return _checked(form, found, fields, text)
    raise ValueError(f"看不懂条件“{text}”；可写 {'、'.join(FORMS)} 各式")


def _checked(form: str, found: re.Match[str], fields: Mapping[str, str], text: str) -> Atom:
    name = found["field"]
    if name not in fields:
        raise ValueError(f"条件“{text}”里的字段“{name}”不在条目里，应为 {'、'.join(fields)} 之一")
    expected = KINDS[form]
    if expected and fields[name] != expected:
        raise ValueError(f"条件“{text}”：字段“{name}”是 {fields[name]}，这种写法要求 {expected}")
    scale = _scale(found, fields[name], text) if form == "compare" else 1
    return Atom(form, name, {key: value or "" for key, value in found.groupdict().items()}, scale)


def _scale(found: re.Match[str], kind: str, text: str) -> int:
    scale = SCALES[found["unit"]].get(kind)
    if scale is None:
        raise ValueError(f"条件“{text}”的单位“{found['unit']}”与字段类别 {kind} 不合")
    return scale


def _flag(atom: Atom, assessed_on: date) -> pl.Expr:
    return pl.col(atom.field) == (0 if atom.parts["no"] else 1)


def _one_of(atom: Atom, assessed_on: date) -> pl.Expr:
    return pl.col(atom.field).is_in([word.strip() for word in atom.parts["words"].split(",")])


def _compare(atom: Atom, assessed_on: date) -> pl.Expr:
    whole, _, part = atom.parts["number"].partition(".")
    limit = int(whole + part) * atom.scale
    if limit % 10 ** len(part):
        raise ValueError(f"“{atom.parts['number']}{atom.parts['unit']}”小数位太多")
    return OPERATORS[atom.parts["op"]](pl.col(atom.field), limit // 10 ** len(part))


def _calendar(atom: Atom, assessed_on: date) -> pl.Expr:
    year, years = pl.col(atom.field).str.head(4).cast(pl.Int32, strict=False), int(atom.parts["years"])
    return (year > assessed_on.year - years) & _no_later(pl.col(atom.field), assessed_on)


def _within(atom: Atom, assessed_on: date) -> pl.Expr:
    start = years_before(assessed_on, int(atom.parts["years"]))
    return ~_no_later(pl.col(atom.field), start) & _no_later(pl.col(atom.field), assessed_on)


def _ago(atom: Atom, assessed_on: date) -> pl.Expr:
    line = years_before(assessed_on, int(atom.parts["years"]))
    if atom.parts["op"] == "more than":
        return ~_no_earlier(pl.col(atom.field), line)
    return _no_later(pl.col(atom.field), line)


def _not_after(atom: Atom, assessed_on: date) -> pl.Expr:
    told = _no_later(pl.col(atom.field), assessed_on)
    return pl.when(pl.col(atom.field).is_null() & (pl.col("first_known") <= assessed_on)).then(True).otherwise(told)


def _not_before(atom: Atom, assessed_on: date) -> pl.Expr:
    return pl.col(atom.field).is_null() | _no_earlier(pl.col(atom.field), assessed_on)


def _no_later(day: pl.Expr, line: date) -> pl.Expr:
    """日期不晚于 line；只知年或年月、两可时为 null。"""
    first, last = _ends(day)
    limit = line.isoformat()
    return pl.when(last <= limit).then(True).when(first > limit).then(False)


def _no_earlier(day: pl.Expr, line: date) -> pl.Expr:
    first, last = _ends(day)
    limit = line.isoformat()
    return pl.when(first >= limit).then(True).when(last < limit).then(False)


def _ends(day: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    return day + pl.lit("0000-01-01").str.slice(day.str.len_chars()), day + pl.lit("0000-12-31").str.slice(
        day.str.len_chars()
    )


_TRUTH: dict[str, Callable[[Atom, date], pl.Expr]] = {
    "flag": _flag,
    "equal": _one_of,
    "one_of": _one_of,
    "compare": _compare,
    "calendar": _calendar,
    "within": _within,
    "ago": _ago,
    "not_after": _not_after,
    "not_before": _not_before,
}
