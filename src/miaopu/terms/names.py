"""企业名称：归一（全半角、括号、空白、简繁）、核心名（去地区与组织形式）、分支机构识别。

归一名相同才算同一名称；核心名只用来提候选，从不作为合并的依据。
"""

import re
import unicodedata
from functools import cache

import polars as pl
from opencc import OpenCC

from miaopu.terms.district import Districts

FORMS = (
    "股份有限公司", "有限责任公司", "集团有限公司", "有限公司", "总公司", "集团公司", "分公司", "公司",
    "农民专业合作社联合社", "农民专业合作社", "专业合作社联合社", "专业合作社", "供销合作社", "供销社", "合作社",
    "个人独资企业", "(有限合伙)", "(普通合伙)", "(特殊普通合伙)", "(个人独资)",
)  # fmt: skip
"""组织形式，长的先去。"""

NOTES = r"\((?:盖章|公章|已更名|已注销|曾用名[^)]*|原[^)]*|更名[^)]*|本部)\)"
VENUES = "店|站|部|厅|所|柜|场|厂|院|处|室|点|库|馆|园|楼|大厦|茶庄|超市|商行|中心|支局|支行|分行|网点|基地|项目"
BRANCH = (
    r"(?:分公司|支公司|分公司[0-9一二三四五六七八九十]+[部店站]|分行|支行|分理处|储蓄所|分社|分店|分厂|分部|分校|分院|支局|办事处|代表处"
    r"|第[0-9一二三四五六七八九十百]+(?:分?店|门市部|营业部|经营部|项目部|加油站))$"
    rf"|(?:公司|合作社|供销社|联社|信用社|联合社|中心社|总站)[^()]*[^()社](?:{VENUES})$"
    rf"|公司\([^()]+\)[^()]*(?:{VENUES})$"
)
"""分支机构的名称样式（可用于 Python 与 Polars）。"""

_BRANCH = re.compile(BRANCH)
_PUNCTUATION = r"[()\-—_·.,、;:'\"“”‘’《》!?*#&+/\\|~]+"
_FORM = "(?:" + "|".join(re.escape(one) for one in FORMS) + ")+$"


@cache
def _table() -> dict[int, str | None]:
    """逐字的归一表：繁体到简体、各种括号到半角圆括号、间隔号归一、空白与不可见字符删去。"""
    letters = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000), *range(0xF900, 0xFB00))]
    simple = OpenCC("t2s").convert("\n".join(letters)).split("\n")
    table: dict[int, str | None] = {ord(a): b for a, b in zip(letters, simple, strict=True) if a != b}
    table |= {ord(one): "(" for one in "【〔[{〖「『<〈《"} | {ord(one): ")" for one in "】〕]}〗」』>〉》"}
    table |= {ord(one): "·" for one in "•・‧∙⋅●"}
    invisible = [0xAD, 0x180E, 0xFEFF, *range(0x2000, 0x2010), *range(0x2028, 0x2030), *range(0x205F, 0x2065)]
    table |= dict.fromkeys([*range(0x0A), *range(0x0B, 0x21), 0x7F, 0xA0, 0x1680, 0x3000, *invisible])
    return table


def fold(name: str | None) -> str:
    """归一名：全半角、括号、空白、不可见字符、简繁、字母大小写；其余一字不改。"""
    return _fold((name or "").replace("\n", ""))


def _fold(text: str) -> str:
    """归一，留着换行；删去空白后再合成一次，归一两次与一次相同。"""
    wide, table = unicodedata.normalize("NFKC", text).upper(), _table()
    if not table.keys().isdisjoint(map(ord, set(wide))):  # 多数文字无一字要改；逐字翻译是整列归一最慢的一步
        wide = wide.translate(table)
    return unicodedata.normalize("NFKC", wide)


def fold_column(names: pl.Series) -> pl.Series:
    """整列归一，行序不变；空白与 null 都给 null。"""
    if names.is_empty():
        return names.cast(pl.String)
    flat = names.cast(pl.String).fill_null("").str.replace_all("\n", "", literal=True)
    folded = pl.Series(names.name, _fold("\n".join(flat)).split("\n"), dtype=pl.String)
    return folded.set(folded == "", None)


def is_branch(folded: str) -> bool:
    """归一名看上去是分支机构（分公司、支行、门市部、第几分店……）。"""
    return bool(_BRANCH.search(folded))


def branch_column(folded: pl.Series) -> pl.Series:
    """整列判断是否分支机构。"""
    return folded.str.contains(BRANCH).fill_null(False)


ORDINALS = r"[0-9零一二三四五六七八九十百甲乙丙丁东西南北]"


def ordinals(column: str) -> pl.Expr:
    """核心名里的序数与方位字，依次相连：第一分店与第二分店、东站与西站不是一家，差的正是这些字。

    用在去掉地区词之后：“山东”的东不算。
    """
    return pl.col(column).str.extract_all(ORDINALS).list.join("")


class Cores:
    """去地区词与组织形式；地区词取自区划表，连去数次（省、市、县、开发区）。"""

    def __init__(self, districts: Districts) -> None:
        words = {word for row in districts.rows for word in (row.name, row.short, *row.aliases)} | {"中国"}
        either = "|".join(re.escape(one) for one in sorted(words, key=lambda one: (-len(one), one)))
        self._front = rf"^(?:\(?(?:{either})\)?)+"
        self._inside = rf"\((?:{either})+\)"

    def core(self, name: str) -> str:
        """一个名称的核心名；去后不足两字时退回只去组织形式的写法。"""
        return self.column(pl.Series([fold(name)]))[0]

    def column(self, folded: pl.Series) -> pl.Series:
        """整列归一名的核心名；null 给 null。"""
        text = folded.str.replace_all(NOTES, "").str.replace_all(self._inside, "")
        bare = text.str.replace(_FORM, "")
        bare = text.zip_with((bare == "").fill_null(False), bare)
        short = bare.str.replace(self._front, "").str.replace_all(_PUNCTUATION, "")
        enough = (short.str.len_chars() >= 2).fill_null(True)
        return short.zip_with(enough, bare.str.replace_all(_PUNCTUATION, "")).alias("core")

    def places(self, addresses: pl.Series) -> pl.Series:
        """整列住所去掉开头的省市县与标点，供比较是否同一处；null 给 null。"""
        return fold_column(addresses).str.replace(self._front, "").str.replace_all(_PUNCTUATION, "").alias("place")


def core(name: str, districts: Districts) -> str:
    """一个名称的核心名；成批时用 Cores。"""
    return Cores(districts).core(name)
