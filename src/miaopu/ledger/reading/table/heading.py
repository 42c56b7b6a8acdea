"""表头：把“2025年营业收入（元）”一类表头拆成用词、年、月、单位；取文字，不猜含义。"""

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from miaopu.terms.indicator import fold
from miaopu.terms.quantity import unit_named

YEAR = re.compile(r"(?:截至|截止)?((?:19|20)\d{2})(?:年度?|(?=$|[^\d]))(?:(\d{1,2})月份?)?(?:末|底|期末)?")
BRACKET = re.compile(r"[（(\[【]([^（）()\[\]【】]*)[）)\]】]")
STATED = re.compile(r"单位(?:均?为|[:：])\s*([^\s，,；;。）)]+)")
TRAIL = re.compile(r"[/／]([^/／]{1,4})$")
FILLER = re.compile(r"(企业填写|单位填写|必填|选填|\*+)$")


@dataclass(frozen=True)
class Heading:
    """一列的表头：raw 原文各层；words 去掉年、月、单位后的各层用词（归一，可为空串）；year、month、unit 没有为空串。"""

    column: int
    raw: tuple[str, ...]
    words: tuple[str, ...] = ()
    year: str = ""
    month: str = ""
    unit: str = ""
    clash: str = ""

    @property
    def shown(self) -> str:
        """给人看的表头。"""
        return " / ".join(dict.fromkeys(" ".join(part.split()) for part in self.raw if part))

    def candidates(self) -> tuple[str, ...]:
        """用来对照别名的写法：整串在前，末层在后；末层只有年或单位的，取上一层。"""
        parts = [part for part in self.words if part]
        tails = ["".join(parts[index:]) for index in range(len(parts))]
        bare = [BRACKET.sub("", tail) for tail in tails]
        return tuple(dict.fromkeys([*tails, *(one for one in bare if one)]))


def heading(column: int, raw: tuple[str, ...]) -> Heading:
    """由各层原文得出表头。"""
    out = Heading(column, raw)
    words = []
    for part in dict.fromkeys(raw):
        word, year, month, unit = _part(part)
        words.append(word)
        clash = "、".join({unit, out.unit}) if unit and out.unit and unit != out.unit else out.clash
        out = replace(out, year=year or out.year, month=month or out.month, unit=unit or out.unit, clash=clash)
    if not any(words) and not out.year:  # “名次”“年”这样的表头本身就是用词，不是单位
        return Heading(column, raw, tuple(fold(part) for part in dict.fromkeys(raw) if part))
    return replace(out, words=tuple(words))


@lru_cache(maxsize=4096)  # 认来源时同一张表要按各来源各看一遍
def _part(raw: str) -> tuple[str, str, str, str]:
    text = FILLER.sub("", unicodedata.normalize("NFKC", "".join(raw.split())).replace("‰", "‰"))
    year = month = unit = ""
    if match := YEAR.search(text):
        year, month = match[1], match[2] or ""
        text = text[: match.start()] + text[match.end() :]
    for match in reversed(list(BRACKET.finditer(text))):
        kept, found = _bracket(match[1])
        unit = found or unit
        if found or not kept:
            text = text[: match.start()] + (f"({kept})" if kept else "") + text[match.end() :]
    if (match := TRAIL.search(text)) and (found := unit_named(match[1])):
        text, unit = text[: match.start()], found
    if not unit and (found := unit_named(text)):
        text, unit = "", found
    word = fold(text)
    return (re.sub(r"^[年度、,:]+|[、,:]+$", "", word) if year else word), year, month, unit


def _bracket(inside: str) -> tuple[str, str]:
    """括号里的字分成留下的与单位。"""
    pieces = [piece for piece in re.split(r"[,，、;；]", re.sub(r"^单位[:：]", "", inside)) if piece]
    unit = next((found for piece in pieces if (found := unit_named(re.sub(r"^单位[:：]", "", piece)))), "")
    kept = [piece for piece in pieces if unit_named(re.sub(r"^单位[:：]", "", piece)) is None]
    return "、".join(kept), unit


def stated_unit(text: str) -> str:
    """“单位：万元”里的单位；没有为空串。"""
    for match in STATED.finditer(unicodedata.normalize("NFKC", text)):
        if found := unit_named(match[1]):
            return found
    return ""


def stated_year(text: str) -> str:
    """题目里唯一的年份；没有或不止一个为空串。"""
    years = set(re.findall(r"((?:19|20)\d{2})\s*年", unicodedata.normalize("NFKC", text)))
    return years.pop() if len(years) == 1 else ""
