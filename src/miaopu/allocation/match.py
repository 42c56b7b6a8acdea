"""撮合：一项技术需求与登记的成果，按领域、文字、成熟度、远近、合作过没有打分排先后，各项与理由逐一列出。

收需求、成果与口径，给候选；不读台账，不知道网站，也不替人决定。
"""

from __future__ import annotations

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError

FILE = "demands.yaml"
FULL = 100
"""各项满分之和，也是百分数的满值。"""
STEPS = 10_000
"""文字相似取到万分之一：不比浮点算得准，也免得末位的差别改变先后。"""
SHARED = 3
PARTS = {"field": "领域", "text": "文字", "maturity": "成熟度", "travel": "远近", "earlier": "合作"}


@dataclass(frozen=True)
class Need:
    """一项需求。text 是题目、问题与指标连在一起；place 是六位区划代码（不详为 None）；partners 是签过约的院所。"""

    field: str
    text: str
    place: str | None = None
    partners: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Offer:
    """一项成果。code 唯一；text 是名称与关键词；maturity 是成熟度代码；place 是省或市的区划代码（不详为 None）。"""

    code: str
    institute: str
    field: str
    text: str
    maturity: str
    place: str | None = None


@dataclass(frozen=True)
class Terms:
    """口径。weights 各项满分；shares 是各档得几成（0 至 1 的分数）；titles 是代码的叫法；related 是相近领域的两两。"""

    weights: Mapping[str, int]
    related: frozenset[frozenset[str]]
    related_share: Fraction
    maturity: Mapping[str, Fraction]
    travel: Mapping[str, Fraction]
    titles: Mapping[str, str]
    grams: tuple[int, int]


@dataclass(frozen=True)
class Part:
    """一项得分：名称、得几分、满几分、为什么。"""

    code: str
    title: str
    points: Fraction
    most: int
    told: str


@dataclass(frozen=True)
class Candidate:
    """一个候选：成果编号、总分（0 至 100 的精确分数）、各项、一句理由。"""

    code: str
    score: Fraction
    parts: tuple[Part, ...]
    sentence: str


Vector = Mapping[str, float]


def load_terms(catalog: Catalog) -> Terms:
    """读 catalog/demands.yaml；各项满分之和不是 100、领域写错的，报文件与行号。"""
    told = catalog.read(FILE)
    own, path = told["matching"], catalog.file(FILE)
    if set(own["weights"]) != set(PARTS) or sum(own["weights"].values()) != FULL:
        raise CatalogError(path, own.line, f"撮合的各项应是 {'、'.join(PARTS)}，满分之和应为 {FULL}")
    known = {one["code"] for one in told["fields"]}
    pairs = [(one["code"], other) for one in told["fields"] for other in one["related"]]
    strange = sorted({other for _, other in pairs} - known)
    if strange:
        raise CatalogError(path, told.line, f"相近的领域里有不认得的“{strange[0]}”；应是 fields 里的代码")
    return Terms(
        weights=dict(own["weights"]),
        related=frozenset(frozenset(one) for one in pairs),
        related_share=Fraction(own["related"], FULL),
        maturity={one["code"]: Fraction(one["points"], FULL) for one in told["maturity"]},
        travel={name: Fraction(share, FULL) for name, share in own["travel"].items()},
        titles=_titles(told),
        grams=(own["grams"][0], own["grams"][1]),
    )


def _titles(told: Mapping[str, Any]) -> dict[str, str]:
    return {one["code"]: one["title"] for group in ("fields", "maturity") for one in told[group]}


def rank(need: Need, offers: Sequence[Offer], terms: Terms) -> tuple[Candidate, ...]:
    """全部成果的候选，分高的在前，同分按编号；成果的次序不影响结果。没有成果给空。"""
    likes = likenesses(need.text, [one.text for one in offers], terms.grams)
    found = [_candidate(need, offer, like, terms) for offer, like in zip(offers, likes, strict=True)]
    return tuple(sorted(found, key=lambda one: (-one.score, one.code)))


def _candidate(need: Need, offer: Offer, like: Likeness, terms: Terms) -> Candidate:
    judged = {
        "field": _field(need, offer, terms),
        "text": (like.share, f"文字相似 {percent(like.share)}" + (f"，都有{like.words}" if like.words else "")),
        "maturity": (terms.maturity.get(offer.maturity, Fraction()), _named(terms, offer.maturity, "成熟度")),
        "travel": _travel(need.place, offer.place, terms),
        "earlier": _earlier(need, offer),
    }
    parts = tuple(
        Part(code, title, judged[code][0] * terms.weights[code], terms.weights[code], judged[code][1])
        for code, title in PARTS.items()
    )
    score = sum((one.points for one in parts), Fraction())
    return Candidate(offer.code, score, parts, "；".join(one.told for one in parts) + "。")


def _named(terms: Terms, code: str, what: str) -> str:
    return f"{what}{terms.titles[code]}" if code in terms.titles else f"{what}不详"


def _field(need: Need, offer: Offer, terms: Terms) -> tuple[Fraction, str]:
    if not need.field or not offer.field:
        return Fraction(), "领域不详"
    if need.field == offer.field:
        return Fraction(1), _named(terms, offer.field, "同一领域：")
    if frozenset((need.field, offer.field)) in terms.related:
        return terms.related_share, _named(terms, offer.field, "相近领域：")
    return Fraction(), _named(terms, offer.field, "领域不同：")


def _travel(need: str | None, offer: str | None, terms: Terms) -> tuple[Fraction, str]:
    """区划代码前四位同为同市，前两位同为同省；只写到省的成果至多同省。"""
    if not need or not offer:
        return Fraction(), "地点不详"
    if need[:4] == offer[:4]:
        return terms.travel["city"], "同市"
    same = need[:2] == offer[:2]
    return terms.travel["province" if same else "elsewhere"], "同省" if same else "省外"


def _earlier(need: Need, offer: Offer) -> tuple[Fraction, str]:
    known = offer.institute in need.partners
    return Fraction(int(known)), f"与{offer.institute}签过约" if known else "没有同这家院所签约的记录"


@dataclass(frozen=True)
class Likeness:
    """文字相似：余弦（万分之一的精确分数）与共有的片段。"""

    share: Fraction
    words: str


def likenesses(text: str, others: Sequence[str], grams: tuple[int, int]) -> list[Likeness]:
    """一段文字与各段的相似：字的片段的 TF-IDF 余弦，平滑的逆文档频率，与 scikit-learn 的 char 口径一致。

    自己写：各项用 fsum 精确求和，与次序无关；网站不必为此装 scikit-learn。
    """
    counts = [Counter(pieces(one, grams)) for one in (text, *others)]
    spread = Counter(piece for one in counts for piece in one)
    rarity = {piece: math.log((1 + len(counts)) / (1 + seen)) + 1 for piece, seen in spread.items()}
    vectors = [_unit(one, rarity) for one in counts]
    return [_likeness(vectors[0], one) for one in vectors[1:]]


def pieces(text: str, grams: tuple[int, int]) -> Iterable[str]:
    """相连的几个字；全角半角、大小写不分，标点与空白不算。"""
    folded = "".join(char for char in unicodedata.normalize("NFKC", text).lower() if char.isalnum())
    low, high = grams
    return (folded[at : at + size] for size in range(low, high + 1) for at in range(len(folded) - size + 1))


def _unit(count: Mapping[str, int], rarity: Mapping[str, float]) -> Vector:
    raw = {piece: times * rarity[piece] for piece, times in count.items()}
    length = math.sqrt(math.fsum(value * value for value in raw.values()))
    return {piece: value / length for piece, value in raw.items()} if length else {}


def _likeness(one: Vector, other: Vector) -> Likeness:
    shared = {piece: one[piece] * other[piece] for piece in one.keys() & other.keys()}
    share = Fraction(min(round(math.fsum(shared.values()) * STEPS), STEPS), STEPS)
    return Likeness(share, "".join(f"“{piece}”" for piece in _telling(shared)))


def _telling(shared: Mapping[str, float]) -> list[str]:
    """共有的片段里最说明问题的几个：长的在前，分量重的在前，互相不搭界。"""
    found: list[str] = []
    for piece in sorted(shared, key=lambda piece: (-len(piece), -shared[piece], piece)):
        if len(found) < SHARED and not any(set(piece) & set(one) for one in found):
            found.append(piece)
    return found


def percent(share: Fraction) -> str:
    """百分数文字，一位小数，四舍五入。"""
    tenths = math.floor(share * 1000 + Fraction(1, 2))
    return f"{tenths // 10}.{tenths % 10}%"
