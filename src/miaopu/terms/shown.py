"""显示：内部值写成人读的样子（万元两位小数带千分位、百分数、件、人、是否、2026年11月20日）；外来的文字写成文件名；只管写法，不改值。"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import PurePath

from miaopu.terms.indicator import NUMERIC_KINDS
from miaopu.terms.quantity import display

UNKNOWN = "—"
ISO = re.compile(r"(\d{4})(?:-(\d{2}))?(?:-(\d{2}))?")
NOTHING: Mapping[str, Sequence[str]] = {}

BYTES, LETTERS = 240, 120
"""文件名的字节、字数上限：多数系统 255 字节，留出编号；存名字的列 120 字起。"""

NAME_BYTES = 150
"""企业名称在文件名里至多占的字节：后面还有代码与材料名。"""

SUFFIX = 10
_UNSAFE = re.compile(r'[\\/:*?"<>|\r\n\t\u202a-\u202e\u2066-\u2069]')
"""各系统不许的，与改变书写方向的：看着是 .xlsx 的可能是别的。"""
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def shown(
    value: int | str | None, kind: str, unit: str = "", words: Mapping[str, str | Sequence[str]] = NOTHING
) -> str:
    """一个内部值的写法，带单位；words 类别代码→中文（或同义词，取第一个）。缺失为“—”。"""
    if value is None:
        return UNKNOWN
    if kind == "flag":
        return "是" if int(value) else "否"
    if kind in NUMERIC_KINDS:
        text = display(int(value), kind, unit)
        return text if kind == "percent" else text + unit
    if kind == "date":
        return day(str(value))
    found = words.get(str(value), "") if kind == "category" else ""
    return (found if isinstance(found, str) else next(iter(found), "")) or str(value)


def day(value: date | str) -> str:
    """2026年11月20日：月、日不补零；只到月、年的照写；不是日期的原样。"""
    found = ISO.fullmatch(value if isinstance(value, str) else value.isoformat())
    if found is None:
        return str(value)
    parts = [f"{int(part)}{word}" for part, word in zip(found.groups(), "年月日", strict=True) if part]
    return "".join(parts)


def legal(text: str) -> str:
    """去掉 XML（docx、xlsx）不许的字符；换行、制表照留。"""
    return _ILLEGAL.sub("", text)


def safe_name(text: str, otherwise: str = "未命名", most: int = BYTES) -> str:
    """一段文字 → 文件名：路径分隔与各系统不许的字换成“_”，控制字符去掉，太长的截短而留住后缀；去完没有了用 otherwise。"""
    safe = _UNSAFE.sub("_", legal(unicodedata.normalize("NFC", text))).strip(" .")
    tail = PurePath(safe).suffix
    tail = tail if len(tail.encode()) <= SUFFIX else ""
    stem = safe.removesuffix(tail)[: LETTERS - len(tail)]
    stem = stem.encode()[: most - len(tail.encode())].decode(errors="ignore")
    return (stem.rstrip(" .") + tail) or otherwise
