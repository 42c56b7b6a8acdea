"""对文字：名称、曾用名、信用代码、拼音首字母 → 各家对得有多好；只看字，不管范围与分面。"""

from __future__ import annotations

import re
from collections.abc import Iterator

import numpy as np
import polars as pl

from miaopu.selection.screening.firms.roll import Numbers, Roll
from miaopu.terms.names import fold

NONE = 99
"""没有对上。"""

EXACT, FIRST, LETTERS_FIRST, NAME, FORMER, CODE, LETTERS = range(7)
"""对得有多好，小的在前：全同、名称开头、首字母开头、名称里、曾用名里、代码、首字母里。"""

TERMS = 5
"""空格隔开的词，最多看几个；要都对上。"""

TAIL, PART = 4, 6
"""信用代码：末尾至少几位、中间至少几位才查；再短几乎家家都有。"""

BROAD = 8
"""对上的超过八分之一时不另抄一份：抄文字比多看几眼还慢。"""

COLUMNS = ("enterprise", "uscc", "folded", "core", "former", "initials", "core_initials")

_LATIN = re.compile(r"[0-9A-Z]+")


def terms(text: str) -> list[str]:
    """一句查找内容里的词，归一写法。"""
    return [one for one in (fold(part) for part in text.split()) if one][:TERMS]


def ranks(roll: Roll, text: str) -> Numbers:
    """各家对得有多好；几个词取最差的，有一个词没对上就是 NONE。"""
    found = [_rank(roll, one) for one in terms(text)]
    return np.maximum.reduce(found) if found else np.full(roll.size, NONE, np.uint8)


def _rank(roll: Roll, term: str) -> Numbers:
    """先筛出对得上的，再只对它们逐层定级：由差到好记，好的盖过差的。"""
    out = np.full(roll.size, NONE, np.uint8)
    places = np.flatnonzero(_matching(roll, term).fill_null(False).to_numpy())
    broad = len(places) * BROAD > roll.size
    few = roll.table if broad else roll.table.select(COLUMNS)[places]
    level = np.full(few.height, LETTERS, np.uint8)
    for better, hit in _steps(few, term, roll.bare(term)):
        level[hit.fill_null(False).to_numpy()] = better
    out[places] = level[places] if broad else level
    return out


def _matching(roll: Roll, term: str) -> pl.Series:
    """哪些家对得上；不分好坏。"""
    column, bare = roll.table.get_column, roll.bare(term)
    found = column("folded").str.contains(term, literal=True)
    found |= column("former").str.contains(term, literal=True).fill_null(False)
    if bare != term:
        found |= column("core").str.starts_with(bare)
    if _LATIN.fullmatch(term):
        small = term.lower()
        letters = column("initials")
        found |= letters.str.contains(small, literal=True) if len(term) >= 2 else letters.str.starts_with(small)
        found |= column("core_initials").str.starts_with(small)
    if _LATIN.fullmatch(term) and len(term) >= TAIL:
        found |= _coded(column("uscc"), term).fill_null(False)
        found |= column("enterprise") == term
    return found


def _coded(uscc: pl.Series, term: str) -> pl.Series:
    """信用代码里有；短的只看末尾。"""
    return uscc.str.contains(term, literal=True) if len(term) >= PART else uscc.str.ends_with(term)


def _steps(few: pl.DataFrame, term: str, bare: str) -> Iterator[tuple[int, pl.Series]]:
    """由差到好的各级；首字母里的已是垫底。"""
    column, latin = few.get_column, bool(_LATIN.fullmatch(term))
    if latin and len(term) >= TAIL:
        yield CODE, _coded(column("uscc"), term)
    yield FORMER, column("former").str.contains(term, literal=True)
    yield NAME, column("folded").str.contains(term, literal=True)
    if latin:
        small = term.lower()
        yield LETTERS_FIRST, column("initials").str.starts_with(small) | column("core_initials").str.starts_with(small)
    yield FIRST, column("folded").str.starts_with(term) | column("core").str.starts_with(bare)
    yield EXACT, (column("folded") == term) | (column("core") == bare)
    yield EXACT, (column("uscc") == term) | (column("enterprise") == term)
