"""数量：把“1,234.5万”“约3000”“35‰”一类文字换成 data.md 约定的整数内部单位，并按单位显示。

全程 Decimal 与整数，不用浮点；缺失（“—”“无”“未统计”）不是零；认不出就说明白，从不猜。
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from types import MappingProxyType

LIMIT = 10**15
"""内部整数的绝对值上限：金额即 10 万亿元（以分计）。"""

COUNT_WORDS = ["人", "件", "个", "家", "项", "名", "级", "户", "台", "套", "位", "次", "种", "条", "期", "天"]
SCALES: Mapping[str, Mapping[str, int]] = MappingProxyType(
    {
        "money": {"分": 1, "元": 10**2, "千元": 10**5, "万元": 10**6, "百万元": 10**8, "千万元": 10**9, "亿元": 10**10},
        "count": {**dict.fromkeys(COUNT_WORDS, 1), "": 1, "万人": 10**4, "万件": 10**4, "万个": 10**4},
        "percent": {"%": 10**4, "‰": 10**3, "百分点": 10**4, "比值": 10**6},
        "decimal": {"年": 10**4, "分": 10**4, "": 10**4, "倍": 10**4, "亿元": 10**4, "万元": 10**4},
    }
)
"""类别 → 单位 → 换成内部整数要乘的数（data.md 第 1 节）。"""

UNITS = tuple(sorted({unit for scales in SCALES.values() for unit in scales if unit}, key=len, reverse=True))
MISSING = frozenset(
    ["", "-", "--", "---", "—", "——", "－", "–", "/", "//", "\\", "*", "…", "……", "n/a", "na", "null", "none", "nan",
     "无", "未统计", "未填", "未填报", "未报", "暂无", "无数据", "没有", "不详", "未知", "空", "缺", "缺失", "未提供",
     "不适用", "待补"]
)  # fmt: skip
ALIASES = {"%": "%", "％": "%", "percent": "%", "人民币元": "元", "元人民币": "元", "万元人民币": "万元",
           "万人民币": "万元", "亿人民币": "亿元", "万元人民币元": "万元", "亿元人民币": "亿元", "人民币": "元",
           "元整": "元", "万": "万", "亿": "亿", "人民币万元": "万元", "人次": "人", "名次": "名", "(元)": "元"}  # fmt: skip
MULTIPLES = {"十": 10, "百": 100, "千": 1000, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8}
NUMBER = re.compile(
    r"(?P<sign>[+-]?)(?P<digits>\d{1,3}(?:,\d{3})+|\d+)?(?P<dot>\.\d*)?(?P<exp>e[+-]?\d{1,3})?", re.IGNORECASE
)
APPROXIMATE_BEFORE = re.compile(r"^(大约|约为|约|近|将近|≈|~|～|大概)")
APPROXIMATE_AFTER = re.compile(r"(左右|上下|余|多)$")


@dataclass(frozen=True)
class Parsed:
    """一格解析的结果：value 内部整数；missing 缺失；problem 认不出的原因（此时 value 为 None）。"""

    value: int | None = None
    missing: bool = False
    approximate: bool = False
    rounded: bool = False
    problem: str = ""


ABSENT = Parsed(missing=True)


def plain(text: str) -> str:
    """全角转半角，去空白。"""
    return "".join(unicodedata.normalize("NFKC", text).split())


def is_missing(text: str) -> bool:
    """是否表示“没有这个数”的写法；空白也算。"""
    return plain(text).lower() in MISSING


def unit_named(text: str) -> str | None:
    """单位的规范写法；不认得为 None。"""
    name = plain(text) if text != "‰" else text
    name = ALIASES.get(name, name)
    return name if name in UNITS else None


def scale_of(kind: str, unit: str) -> int | None:
    """某类别下某单位换成内部整数要乘的数；单位与类别不合为 None。"""
    return SCALES.get(kind, {}).get(unit)


def parse(text: str, kind: str, unit: str) -> Parsed:
    """把一格文字换成内部整数；unit 是列上声明的单位，格内自带单位时以格内为准。"""
    bare = plain(text)
    if bare.lower() in MISSING:
        return ABSENT
    bare, approximate = _without_approximation(bare)
    number, rest, problem = _number(bare)
    if problem:
        return Parsed(problem=problem)
    if rest[:1] in {"余", "多"}:
        rest, approximate = rest[1:], True
    scale = _scale(rest, kind, unit)
    if scale is None:
        return Parsed(
            problem=f"“{rest}”不是{_kind_words(kind)}的单位" if rest else f"单位“{unit}”与{_kind_words(kind)}不合"
        )
    return _scaled(number * scale, kind, approximate)


def _kind_words(kind: str) -> str:
    return {"money": "金额", "count": "个数", "percent": "百分比", "decimal": "数值"}.get(kind, kind)


def _without_approximation(bare: str) -> tuple[str, bool]:
    before = APPROXIMATE_BEFORE.sub("", bare)
    after = APPROXIMATE_AFTER.sub("", before)
    return after, after != bare


def _number(bare: str) -> tuple[Decimal, str, str]:
    """数、剩下的文字、认不出的原因。会计写法 (1,234) 是负数。"""
    negative = bare.startswith("(") and ")" in bare
    body = bare.replace("(", "", 1).replace(")", "", 1) if negative else bare
    body = body.lstrip("¥￥")
    match = NUMBER.match(body)
    if not match or not (match["digits"] or len(match["dot"] or "") > 1):
        return Decimal(0), "", "不是数"
    rest = body[match.end() :]
    if rest[:1] in {",", ".", "-"} or rest[:1].isdigit():
        return Decimal(0), "", "数字写法不合（千分位或小数点）"
    number = Decimal(match.group().replace(",", "").rstrip("."))
    return (-number if negative else number), rest, ""


def _scale(rest: str, kind: str, unit: str) -> int | None:
    scales = SCALES.get(kind, {})
    bare = rest.strip("()")
    name = ALIASES.get(bare, bare)
    if not name:
        return scales.get(unit)
    if name in scales:
        return scales[name]
    if kind == "money" and name in MULTIPLES:
        return MULTIPLES[name] * scales["元"]
    if kind == "count":
        return next((MULTIPLES[head] for head in MULTIPLES if name == head or (name[len(head) :] in COUNT_WORDS
                     and name.startswith(head))), None)  # fmt: skip
    return None


def _scaled(amount: Decimal, kind: str, approximate: bool) -> Parsed:
    if abs(amount) > LIMIT:
        return Parsed(problem="超过上限（金额 10 万亿元）" if kind == "money" else "超过上限")
    whole = amount.to_integral_value(ROUND_HALF_EVEN)
    if kind == "count" and (whole != amount or whole < 0):
        return Parsed(problem="个数应是非负整数")
    return Parsed(int(whole), approximate=approximate, rounded=whole != amount)


def display(value: int | None, kind: str, unit: str, places: int = 2) -> str:
    """内部整数的显示文字；缺失显示为“—”。只在显示时四舍五入，不是零的不写成零；金额带千分位。"""
    if value is None:
        return "—"
    if kind == "count":
        return f"{value:,}"
    scale = SCALES[kind].get(unit) or SCALES[kind]["%" if kind == "percent" else ""]
    whole = Decimal(value) / scale
    shown = whole.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
    return f"{shown if shown or not value else whole.normalize():,f}" + (unit if kind == "percent" else "")


def exact(value: int, kind: str, unit: str) -> Decimal:
    """内部整数在该单位下的精确十进制数。"""
    return Decimal(value) / SCALES[kind][unit]
