"""行业匹配：从经营范围给出国民经济行业分类（GB/T 4754）小类，按相近程度排列，供人选定，从不自行改写行业代码。

只凭代码与名称即可用；部署单位另有分类说明文件时加用它（说明文字不随软件发布，也不显示）。
"""

import csv
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.feature_extraction.text import TfidfVectorizer

from miaopu.terms.catalog import Catalog

TABLE = "industries/gbt4754_2017.csv"
DECAY = 0.75
"""经营范围按主次书写：后一分句的分量是前一分句的这么多。"""
CLAUSES = 12
"""只看前这么多个分句。"""
LEVELS = {4: 1.0, 3: 0.35, 2: 0.15}
"""小类、中类、大类名称相近各占的分量。"""
NOTE_SHARE = 0.8
"""说明文字相近的分量（名称为 1）。"""
ACTIVITY_GAIN = 2.0
"""分句里的动作（生产、销售、施工……）与门类相符时的加成。"""
RESIDUAL_LOSS = 0.9
"""“其他……”“未列明……”是兜底类，同等相近时排在后。"""

BOILERPLATE = re.compile(
    r"\((?:依法须经批准|除依法须经批准|有效期|凭许可证|凭资质|以上|上述|涉及|不含|不得|需经|国家|法律|未经)[^()]*\)"
    r"|(?:除)?依法须经批准的项目[^。；;]*|(?:凭|持)[^，。；;]*(?:许可证|执照|资质证书?)[^，。；;]*"
    r"|具体经营项目以[^。；;]*|(?:法律|国家)[^，。；;]*(?:禁止|限制|限定)[^。；;]*|(?:一般|许可)(?:经营)?项目[:：]"
    r"|有效期(?:限)?[^，。；;]*|以[^，。；;]*(?:许可证|批准文件|审批)[^，。；;]*为准|(?:本企业|公司)?自(?:营|产)[^，。；;]*进出口[^，。；;]*|(?:货物|技术)进出口"
)
"""审批、许可、进出口等套话，不说明行业。"""

ACTIVITIES = (
    ("A", r"种植|栽培|养殖|饲养|繁育|育苗|捕捞|植保"),
    ("B", r"开采|采选|洗选|采矿"),
    ("C", r"制造|生产|加工|酿造|组装|冶炼|铸造|锻造|纺织|织造|印染|印刷|屠宰|压延|轧制|精炼|灌装|制作|拆解"),
    ("D", r"发电|供热|供电|供水|供气|售电|污水处理"),
    ("E", r"施工|工程承包|总承包|装修|装饰工程|安装"),
    ("G", r"运输|货运|客运|仓储|快递|装卸|搬运"),
    ("H", r"住宿|餐饮|酒店|宾馆"),
    ("I", r"软件|系统集成|互联网|数据处理|信息系统"),
    ("J", r"贷款|保险|证券|存款|基金|信托"),
    ("K", r"房地产|物业|房屋"),
    ("L", r"租赁|广告|劳务|代理|咨询|旅行|旅游|法律|会计|审计|记账"),
    ("M", r"检测|检验|监理|设计|勘察|测绘|研究|试验|专利|商标"),
    ("N", r"清扫|清运|环卫|养护|处置|治理"),
    ("O", r"维修|美容|美发|洗浴|家政|保洁|殡葬"),
    ("P", r"培训|教育|教学"),
    ("Q", r"诊疗|医院|医疗服务|养老|护理|照料"),
    ("R", r"娱乐|健身|演出|影视|节目|体育"),
    ("51", r"批发|收购|贸易|销售|经销|购销"),
    ("52", r"零售|销售|经销|购销"),
)
"""动作词指向的门类（批发、零售指向大类 51、52）；生产兼销售的以生产为主，所以批发零售只在没有别的动作时算。"""

_VERBS = re.compile("|".join(pattern for _, pattern in ACTIVITIES))
_DEEDS = re.compile(
    r"制造|生产|加工|批发|零售|销售|收购|经销|购销|研发|开发|经营|服务|活动|业务|从事|组织|成员|开展|进行|提供|相关|的$|^其他|未列明"
)
"""比文字时略去的词：动作另由门类加成，剩下的才是做什么东西。"""

_SPLIT = re.compile(r"[；;。，,\n]+")
_ITEMS = re.compile(r"[、/:和及与]+")
_WORDS = re.compile(r"[^一-龥A-Z0-9]+")


@dataclass(frozen=True)
class Industry:
    """一个行业代码。code 是文本，前导零不可丢；level 1 门类、2 大类、3 中类、4 小类。"""

    code: str
    level: int
    section: str
    parent: str
    name: str


class Matcher:
    """建好索引的行业表；notes 是代码到说明文字的对应，没有时为空。"""

    def __init__(self, industries: Sequence[Industry], notes: dict[str, str] | None = None) -> None:
        self.classes = tuple(one for one in industries if one.level == 4)
        by_code = {one.code: one for one in industries}
        lineages = [_lineage(one, by_code) for one in self.classes]
        self._names = _Index(lineages, {one.code: one.name for one in industries})
        self._notes = _Index(lineages, notes) if notes else None
        self._sections = np.array([one.code[:2] if one.section == "F" else one.section for one in self.classes])
        residual = [one.name.startswith("其他") or "未列明" in one.name for one in self.classes]
        self._loss = np.where(residual, RESIDUAL_LOSS, 1.0)

    @classmethod
    def read(cls, catalog: Catalog, notes: Path | None = None) -> "Matcher":
        """读目录里的代码与名称；notes 是部署单位另备的说明文件（code,note）。"""
        rows = _rows(catalog.file(TABLE))
        industries = [Industry(r["code"], int(r["level"]), r["section"], r["parent"], r["name"]) for r in rows]
        return cls(industries, {r["code"]: r["note"] for r in _rows(notes)} if notes else None)

    def match(self, scope: str, top: int = 3) -> list[tuple[str, str, float]]:
        """一段经营范围最相近的小类：代码、名称、得分（0—1，只供排序）；没有可用文字时为空表。"""
        parts = clauses(scope)
        if not parts or top < 1:
            return []
        weights = DECAY ** np.arange(len(parts))
        scores = np.stack([self._clause(one) for one in parts])
        total = (weights @ scores) / weights.sum() * self._loss
        best = np.argsort(-total, kind="stable")[:top]
        return [
            (self.classes[at].code, self.classes[at].name, round(float(total[at]), 4)) for at in best if total[at] > 0
        ]

    def _clause(self, clause: str) -> np.ndarray:
        """一个分句对各小类的得分：整句与最像的一项各半，再看动作。"""
        texts = [clause, *items(clause)]
        scores = self._names.scores(texts)
        if self._notes is not None:
            scores = (scores + NOTE_SHARE * self._notes.scores(texts)) / (1 + NOTE_SHARE)
        score = 0.5 * scores[0] + 0.5 * scores[1:].max(axis=0)
        return score * np.where(np.isin(self._sections, list(sections(clause))), ACTIVITY_GAIN, 1.0) / ACTIVITY_GAIN


class _Index:
    """各级文字的字元 TF-IDF；小类得分是本级与上级相近程度的加权。"""

    def __init__(self, lineages: list[dict[int, str]], texts: dict[str, str]) -> None:
        codes = sorted({code for line in lineages for code in line.values()})
        at = {code: place for place, code in enumerate(codes)}
        self._vectorizer = TfidfVectorizer(analyzer="char", ngram_range=(1, 3), sublinear_tf=True)
        self._documents = self._vectorizer.fit_transform([_content(texts.get(code, "")) for code in codes]).T.tocsr()
        places = [(at[line[level]], column, LEVELS[level]) for column, line in enumerate(lineages) for level in line]
        rows, columns, weights = zip(*places, strict=True)
        self._spread = csr_matrix((weights, (rows, columns)), shape=(len(codes), len(lineages))) / sum(LEVELS.values())

    def scores(self, texts: list[str]) -> np.ndarray:
        """每段文字对每个小类的得分。"""
        alike = self._vectorizer.transform([_content(one) for one in texts]) @ self._documents
        return (alike @ self._spread).toarray()


def match(scope_text: str, *, notes: Path | None = None, top: int = 3) -> list[tuple[str, str, float]]:
    """经营范围 → 至多 top 个（小类代码, 名称, 得分）；notes 是说明文件的路径。用随软件发布的行业表。"""
    return _packaged(notes).match(scope_text, top)


@cache
def _packaged(notes: Path | None) -> Matcher:
    return Matcher.read(Catalog.default(), notes)


def clauses(scope: str) -> list[str]:
    """去掉套话后的分句，主营在前。"""
    text = unicodedata.normalize("NFKC", scope or "").upper()
    for _ in range(2):  # 括号可能套一层
        text = BOILERPLATE.sub(lambda found: "" if found[0].startswith("(") else "；", text)
    return [one.strip() for one in _SPLIT.split(text) if len(_plain(one)) >= 2][:CLAUSES]


def items(clause: str) -> list[str]:
    """分句里并列的各项；只有动作而没有东西的项不算。"""
    parts = [one for one in _ITEMS.split(clause) if _plain(_VERBS.sub("", one)).strip("的")]
    return parts or [clause]


def sections(clause: str) -> set[str]:
    """分句里的动作指向的门类；批发、零售是大类 51、52。"""
    found = {section for section, pattern in ACTIVITIES if re.search(pattern, clause)}
    return found - {"51", "52"} or found


def _content(text: str) -> str:
    """去掉动作与套词后的文字；什么也不剩时用原文。"""
    plain = _plain(text)
    return _DEEDS.sub("", plain) or plain


def _plain(text: str) -> str:
    return _WORDS.sub("", unicodedata.normalize("NFKC", text).upper())


def _lineage(one: Industry, by_code: dict[str, Industry]) -> dict[int, str]:
    line = {}
    while one.level >= 2:
        line[one.level] = one.code
        one = by_code[one.parent]
    return line


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
