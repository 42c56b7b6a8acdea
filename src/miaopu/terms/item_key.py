"""条目键：同一件专利、同一项标准的不同写法归成一个键；取文字与写法种类，给键，从不改动原文。"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

import polars as pl

APPLICATION = re.compile(r"(?:ZL|CN)?((?:19|20)\d{2}[12389]\d{7})([\dX]?)")
"""2003 年 10 月以后的专利申请号（授权后前加 ZL）：年四位、种类一位、流水七位，另有一位校验码。"""
OLD = re.compile(r"(ZL)?(\d{2}[12389]\d{5})(\.?)([\dX])")
"""以前的：年两位、种类一位、流水五位、校验码一位。"""
DASHES = re.compile(r"[‐‑‒–—―−－-]+")
LEAD = re.compile(r"^(?:专利号|申请号|登记号|证书号)[:]?")


def wording(text: str) -> str:
    """名称、编号等一般写法：全角半角、空白、大小写不分。"""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def patent_number(text: str) -> str:
    """专利号：ZL、CN、点、连字符与核对无误的校验码都不计；校验码不对的照写，免得两件并成一件。"""
    plain = LEAD.sub("", wording(text))
    tight = re.sub(r"[.·\-]", "", plain)
    if match := APPLICATION.fullmatch(tight):
        number, check = match.groups()
        return number if check in ("", _check(number)) else number + check
    old = OLD.fullmatch(plain)
    if old and (old[1] or old[3]) and old[4] == _check(old[2]):
        return old[2]
    return tight


def standard_number(text: str) -> str:
    """标准编号：各种连接号不分。"""
    return DASHES.sub("-", wording(text))


def _check(number: str) -> str:
    """专利申请号的校验码：各位依次乘 2 至 9 循环，和除以 11 的余数，10 写作 X。"""
    left = sum(int(digit) * (place % 8 + 2) for place, digit in enumerate(number)) % 11
    return "X" if left == 10 else str(left)


FORMS: dict[str, Callable[[str], str]] = {
    "wording": wording,
    "patent_number": patent_number,
    "standard_number": standard_number,
}
"""指标文件里 key_form 的取值；不写为 wording。"""


def keys(texts: pl.Series, form: str) -> pl.Series:
    """一列原文 → 一列键，行数不变，空的仍空；每种写法只算一次。"""
    known = {text: FORMS[form](text) for text in texts.drop_nulls().unique()}
    return texts.replace_strict(known, default=None, return_dtype=pl.String)
