"""筛选条件：网址参数 ⇄ 条件 ⇄ 一句话；认不得的略去并说明，从不报程序错。"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.http import QueryDict

from miaopu.access.act import Wrong
from miaopu.access.text import clean
from miaopu.selection.screening.firms.facets import FACETS
from miaopu.selection.screening.firms.match import TERMS
from miaopu.selection.screening.firms.roll import Roll

LONGEST = 60
"""查找内容最多几个字；最长的企业名称也够。"""

SORTS = {"name": "企业名称", "county": "县区", "short": "不满足项数", "score": "排序分"}
"""可以按哪几列排；前面加“-”倒序。"""

LOST = "分面"
"""略去认不得的分面取值时，说明以此开头。"""

DEFAULT = "name"
DOWN_FIRST = frozenset({"score"})
"""第一次点就从大到小的列。"""


@dataclass(frozen=True)
class Filters:
    """一组条件：查找内容、各分面选中的取值（同一面内任一、各面都要）、排法（空为缺省）。"""

    text: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""

    def __bool__(self) -> bool:
        return bool(self.text or self.chosen)

    def pairs(self) -> list[tuple[str, str]]:
        """网址参数，次序固定。"""
        named = [(one.name, value) for one in FACETS for value in self.chosen.get(one.name, ())]
        return [*([("q", self.text)] if self.text else []), *named, *([("sort", self.sort)] if self.sort else [])]

    def query(self) -> str:
        """网址里问号之后的一段；没有条件为空串。"""
        return urlencode(self.pairs())

    def without(self, name: str, value: str = "") -> Filters:
        """去掉一个取值，或整句查找内容（name 为 q）。"""
        if name == "q":
            return replace(self, text="")
        left = {one: tuple(v for v in kept if (one, v) != (name, value)) for one, kept in self.chosen.items()}
        return replace(self, chosen={one: kept for one, kept in left.items() if kept})


def exact(roll: Roll, given: QueryDict) -> Filters:
    """一个条件也不能略去的（导出、常用筛选）：有认不得的取值抛 Wrong，从不放宽成全部。"""
    filters, told = parse(roll, given)
    lost = [one for one in told if one.startswith(LOST)]
    if lost:
        raise Wrong(f"{'；'.join(one.partition('，')[0] for one in lost)}；读表已换新，请按现在的取值重新选")
    return filters


def parse(roll: Roll, given: QueryDict) -> tuple[Filters, list[str]]:
    """网址参数 → 条件，与略去了什么的说明；有控制字符或太长抛 Wrong。"""
    told: list[str] = []
    text = " ".join(clean(given.get("q", ""), longest=LONGEST).split())
    if len(text.split()) > TERMS:
        told.append(f"查找内容有 {len(text.split())} 个词，只看前 {TERMS} 个")
    chosen: dict[str, tuple[str, ...]] = {}
    for facet in FACETS:
        asked = dict.fromkeys(clean(one, facet.title) for one in given.getlist(facet.name) if one)
        known = {one.code: None for one in roll.values[facet.name]}
        told += [f"{LOST}“{facet.title}”里没有“{one[:20]}”，这一条已略去" for one in asked if one not in known][:3]
        kept = tuple(one for one in known if one in asked)
        if kept:
            chosen[facet.name] = kept
    sort = clean(given.get("sort", ""), "排序")
    if sort and sort.removeprefix("-") not in SORTS:
        told.append(f"不能按“{sort[:20]}”排序，已按缺省次序")
        sort = ""
    return Filters(text, chosen, sort), told


def words(roll: Roll, filters: Filters) -> str:
    """条件写成一句话，放在导出的表上、日志里与常用筛选的清单里。"""
    parts = [f"查找“{filters.text}”"] if filters.text else []
    for facet in FACETS:
        titles = {one.code: one.title for one in roll.values[facet.name]}
        kept = [titles[one] for one in filters.chosen.get(facet.name, ())]
        parts += [f"{facet.title}：{'、'.join(kept)}"] if kept else []
    return "；".join(parts) or "全部企业"
