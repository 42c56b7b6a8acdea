"""拼音首字母：企业名称 → 小写首字母串，供快速查找；多音字按目录里的词定音，其余取常用音；不作他用。"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache

import polars as pl

from miaopu.terms.catalog import Catalog

FILE = "pinyin.yaml"


def phrases(catalog: Catalog) -> Mapping[str, str]:
    """目录里定了音的词。"""
    return dict(catalog.read(FILE)["phrases"])


def initials(text: str, known: Mapping[str, str]) -> str:
    """一个名称的首字母；标点与空白略去，字母数字照原样小写。"""
    folded = unicodedata.normalize("NFKC", text).lower()
    for word, letters in known.items():
        folded = folded.replace(word, letters)
    return "".join(_letter(one) for one in folded)


def initials_column(names: pl.Series, known: Mapping[str, str]) -> pl.Series:
    """整列名称的首字母；空名为空串。"""
    return pl.Series([initials(name or "", known) for name in names], dtype=pl.String)


@cache
def _letter(one: str) -> str:
    if re.fullmatch(r"[a-z0-9]", one):
        return one
    from pypinyin import Style, pinyin  # 字典大：量得 0.6 秒，只有换新读表时要，网站各进程起动不必等

    found = pinyin(one, style=Style.FIRST_LETTER, errors="ignore")
    return found[0][0][:1] if found else ""
