"""近选名单：一个层级差几项以内的企业，按条件收窄；条件来自网址参数，给名单的行与各条件可选的值。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from urllib.parse import urlencode

import polars as pl

from miaopu.access.act import Wrong
from miaopu.access.actor import Reach
from miaopu.access.text import clean
from miaopu.selection.screening.rounds.kept import LIST, Kept

BANDS = ("满足", "须人工", "待核", "差一项", "差两项")
UNKNOWN = "未知"
"""网址里表示“县区、门类、规模不知道”的值。"""

SEPARATOR, COMMA = "；", "、"
WORDS = {
    "band": "分档", "clause": "不满足的要求", "pending": "待核的要求", "department": "缺哪个部门的数", "county": "县区",
    "section": "行业门类", "size": "规模", "q": "名称或代码",
}  # fmt: skip


@dataclass(frozen=True)
class Filters:
    """名单的条件；空串是不限。clause、pending 是要求的编号，county 是区划代码，section 是门类字母。"""

    tier: str
    band: str = ""
    clause: str = ""
    pending: str = ""
    department: str = ""
    county: str = ""
    section: str = ""
    size: str = ""
    q: str = ""

    def but(self, **changes: str) -> Filters:
        """换几项条件。"""
        return replace(self, **changes)

    def query(self, **also: str) -> str:
        """网址参数；also 是另加的几项。"""
        own = [(one.name, value) for one in fields(self) if (value := getattr(self, one.name))]
        return urlencode([*own, *also.items()])


@dataclass(frozen=True)
class Option:
    """一项可选的值：网址写法、名称、名单里的家数。"""

    value: str
    title: str
    firms: int


def parse(held: Kept, given: Mapping[str, str]) -> Filters:
    """网址参数 → 条件；没有这个层级的名单抛 Wrong。"""
    told = {one.name: clean(given.get(one.name, ""), one.name) for one in fields(Filters)}
    told["tier"] = told["tier"] or next(iter(held.lists), "")
    if told["tier"] not in held.lists:
        raise Wrong(f"这一轮没有层级“{told['tier']}”的名单；请从筛选首页进入")
    return Filters(**told)


def listed(held: Kept, reach: Reach, wanted: Filters) -> pl.DataFrame:
    """看得到的、合条件的名单行，按名次（LIST_COLUMNS 加 district）。"""
    rows = held.seen(LIST, reach).filter(pl.col("tier") == wanted.tier, *conditions(wanted))
    return rows.sort("rank", "enterprise").collect()


def conditions(wanted: Filters) -> list[pl.Expr]:
    """条件 → 算式；没有条件为空。"""
    given = {
        "band": lambda text: pl.col("band") == text,
        "clause": lambda text: _has_clause("short_titles", text),
        "pending": lambda text: _has_clause("unknown_titles", text),
        "department": lambda text: _holds("departments", COMMA, text),
        "county": lambda text: _is("district", text),
        "section": lambda text: _is("section", text),
        "size": lambda text: _is("size", text),
        "q": _named,
    }
    return [rule(value) for name, rule in given.items() if (value := getattr(wanted, name))]


def _is(column: str, text: str) -> pl.Expr:
    return pl.col(column).is_null() if text == UNKNOWN else pl.col(column) == text


def _named(text: str) -> pl.Expr:
    upper = text.upper()
    return pl.col("name").str.contains(text, literal=True) | pl.col("uscc").str.contains(upper, literal=True)


def _has_clause(column: str, clause: str) -> pl.Expr:
    """要求的短名是“编号 标题”，各项以分号相连。"""
    padded = SEPARATOR + pl.col(column).fill_null("").str.replace_all(SEPARATOR, f" {SEPARATOR}", literal=True) + " "
    return padded.str.contains(f"{SEPARATOR}{clause} ", literal=True)


def _holds(column: str, separator: str, text: str) -> pl.Expr:
    return (separator + pl.col(column).fill_null("") + separator).str.contains(
        f"{separator}{text}{separator}", literal=True
    )


def options(held: Kept, reach: Reach, tier: str) -> dict[str, list[Option]]:
    """各条件可选的值与家数（看得到的、这个层级的全部名单里）。"""
    rows = held.seen(LIST, reach).filter(pl.col("tier") == tier).select(
        "band", "short_titles", "unknown_titles", "departments", "district", "section", "section_title", "size"
    ).collect()  # fmt: skip
    sections = dict(rows.select("section", "section_title").drop_nulls().unique().iter_rows())
    return {
        "band": _counted(rows["band"], {one: one for one in BANDS}),
        "clause": _clauses(held, tier, rows["short_titles"]),
        "pending": _clauses(held, tier, rows["unknown_titles"]),
        "department": _counted(_parts(rows["departments"], COMMA), {}),
        "county": _counted(rows["district"], held.counties),
        "section": _counted(rows["section"], sections),
        "size": _counted(rows["size"], {}),
    }


def _parts(column: pl.Series, separator: str) -> pl.Series:
    return column.replace("", None).drop_nulls().str.split(separator).explode()


def _clauses(held: Kept, tier: str, column: pl.Series) -> list[Option]:
    counts = dict(_parts(column, SEPARATOR).value_counts().iter_rows())
    shown = ((clause, f"{clause} {title}".strip()) for _, clause, title in held.tiers[tier]["requirements"])
    return [Option(clause, title, counts[title]) for clause, title in shown if counts.get(title)]


def _counted(column: pl.Series, titles: Mapping[str, str]) -> list[Option]:
    """已知次序的按次序，其余按家数；不知道的在最后。"""
    counts = dict(column.value_counts(sort=True).iter_rows())
    blank = counts.pop(None, 0)
    known = [one for one in titles if one in counts]
    order = known + [one for one in counts if one not in titles]
    return [
        *(Option(one, titles.get(one, one), counts[one]) for one in order),
        *([Option(UNKNOWN, UNKNOWN, blank)] if blank else []),
    ]


def words(held: Kept, wanted: Filters) -> str:
    """条件的一句话，写在材料与日志里。"""
    titles = {clause: f"{clause} {title}".strip() for _, clause, title in held.tiers[wanted.tier]["requirements"]}
    shown = {"clause": titles, "pending": titles, "county": held.counties}
    parts = [
        f"{title}：{shown.get(name, {}).get(value, value)}"
        for name, title in WORDS.items()
        if (value := getattr(wanted, name))
    ]
    return SEPARATOR.join(parts) or "不限"


def recount(held: Kept, row: Mapping[str, object]) -> tuple[str, int]:
    """一家的排序分复算：算式与得数；与名单上的分应相同。"""
    base, parts = held.about["rank"]["base"], held.about["rank"]["parts"]
    total, said = base, [str(base)]
    for part in parts:
        size = int(row[part["key"]])  # type: ignore[call-overload]
        total += size * part["weight"]
        sign = "＋" if part["weight"] > 0 else "－"
        said.append(f"{sign}{abs(part['weight'])}×{size}（{part['title'].partition('（')[0]}）")
    return "".join(said), total
