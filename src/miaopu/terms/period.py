"""期间：把“2024.3”“2024年3月”“20240301”、Excel 序号等写法换成 ISO 日期，以及年度、有效期。

取文字，给 ISO 文字与精度（day、month、year）；认不出给原因，从不猜。
"""

import re
import unicodedata
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from miaopu.terms.quantity import MISSING

OPEN_END = frozenset({"长期", "长期有效", "永久", "永久有效", "无固定期限", "长期固定"})
SERIAL_FROM, SERIAL_TO = 10_000, 80_000
"""Excel 序号的可信范围：1927 年至 2119 年（1900 纪元）。"""

WRITTEN = re.compile(
    r"(\d{4})[年./-](\d{1,2})(?:[月./-]?(?:(\d{1,2})日?)?)?(?:[t ]?\d{1,2}:\d{2}(?::\d{2})?(?:\.\d+)?)?", re.IGNORECASE
)
COMPACT = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})?")
YEAR = re.compile(r"((?:19|20)\d{2})(?:年度?|\.0)?(?:末|底)?")


@dataclass(frozen=True)
class Day:
    """一个日期：iso 为 YYYY-MM-DD；precision 为 day 或 month；open_end 表示长期有效。"""

    iso: str = ""
    precision: str = "day"
    missing: bool = False
    open_end: bool = False
    problem: str = ""


def bare(text: str) -> str:
    """全角转半角，去空白。"""
    return "".join(unicodedata.normalize("NFKC", text).split())


def parse_date(text: str, epoch: int = 1900, number: bool = False, end: bool = False) -> Day:
    """一格日期。epoch 为 1900 或 1904；number 表示该格在表中是数而非文字；end 为真时只到月的取月末。"""
    word = bare(text)
    if word.lower() in MISSING:
        return Day(missing=True)
    if word in OPEN_END:
        return Day(open_end=True)
    if number and re.fullmatch(r"(?:19|20)\d{2}\.\d{1,2}", word):
        return Day(problem=f"“{word}”是数，末位的零可能已丢失，分不清一月与十月")
    match = COMPACT.fullmatch(word) or WRITTEN.fullmatch(word)
    if match:
        return _from_parts(*match.groups(), end=end)
    return _from_serial(word, epoch)


def _from_parts(year: str, month: str, day: str | None, end: bool) -> Day:
    y, m = int(year), int(month)
    if not (1900 <= y <= 2200 and 1 <= m <= 12):
        return Day(problem="不是存在的日期")
    last = monthrange(y, m)[1]
    d = int(day) if day else (last if end else 1)
    if not 1 <= d <= last:
        return Day(problem="不是存在的日期")
    return Day(date(y, m, d).isoformat(), "day" if day else "month")


def _from_serial(word: str, epoch: int) -> Day:
    if re.fullmatch(r"\d{5}(\.\d+)?", word) and SERIAL_FROM <= int(word[:5]) <= SERIAL_TO:
        return Day(from_serial(int(word[:5]), epoch))
    if YEAR.fullmatch(word):
        return Day(problem="只有年份，没有月份")
    return Day(problem="不是日期")


def from_serial(serial: int, epoch: int = 1900) -> str:
    """Excel 序号的 ISO 日期；1900 纪元含不存在的 1900-02-29，故自 1899-12-30 起算。"""
    start = date(1904, 1, 1) if epoch == 1904 else date(1899, 12, 30)
    return (start + timedelta(days=serial)).isoformat()


def parse_year(text: str) -> str | None:
    """“2025”“2025年”“2025年度”的年；不是则为 None。"""
    match = YEAR.fullmatch(bare(text))
    return match[1] if match else None


def validity(start: str, until: str) -> str:
    """有效期 起/止；长期或不知的一端留空。"""
    return f"{start}/{until}"
