"""对文字：名称、曾用名、信用代码、拼音首字母 → 各家对得有多好；只看字，不管范围与分面。"""

from __future__ import annotations

import re
from collections.abc import Callable

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

_LATIN = re.compile(r"[0-9A-Z]+")


def terms(text: str) -> list[str]:
    """一句查找内容里的词，归一写法。"""
    return [one for one in (fold(part) for part in text.split()) if one][:TERMS]


def ranks(roll: Roll, text: str) -> Numbers:
    """各家对得有多好；几个词取最差的，有一个词没对上就是 NONE。"""
    found = [_rank(roll, one) for one in terms(text)]
    return np.maximum.reduce(found) if found else np.full(roll.size, NONE, np.uint8)


def _rank(roll: Roll, term: str) -> Numbers:
    """由差到好逐层记，好的盖过差的。"""
    out = np.full(roll.size, NONE, np.uint8)
    for level, found in _steps(roll, term):
        hit = found().fill_null(False).to_numpy()
        out[hit] = np.minimum(out[hit], level)
    return out


def _steps(roll: Roll, term: str) -> list[tuple[int, Callable[[], pl.Series]]]:
    column, bare = roll.table.get_column, roll.bare(term)
    steps: list[tuple[int, Callable[[], pl.Series]]] = [
        (FORMER, lambda: column("former").str.contains(term, literal=True)),
        (NAME, lambda: column("folded").str.contains(term, literal=True)),
        (FIRST, lambda: column("folded").str.starts_with(term) | column("core").str.starts_with(bare)),
        (EXACT, lambda: (column("folded") == term) | (column("core") == bare)),
    ]
    if _LATIN.fullmatch(term):
        steps += _latin(roll, term)
    return steps


def _latin(roll: Roll, term: str) -> list[tuple[int, Callable[[], pl.Series]]]:
    column, small = roll.table.get_column, term.lower()
    steps: list[tuple[int, Callable[[], pl.Series]]] = [
        (LETTERS_FIRST, lambda: column("initials").str.starts_with(small)),
        (LETTERS_FIRST, lambda: column("core_initials").str.starts_with(small)),
    ]
    if len(term) >= 2:
        steps.append((LETTERS, lambda: column("initials").str.contains(small, literal=True)))
    if len(term) >= TAIL:
        steps.append((CODE, lambda: column("uscc").str.ends_with(term)))
    if len(term) >= PART:
        steps.append((CODE, lambda: column("uscc").str.contains(term, literal=True)))
        steps.append((EXACT, lambda: (column("uscc") == term) | (column("enterprise") == term)))
    return steps
