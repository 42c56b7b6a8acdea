"""条款与标准的数据形状：一份标准 = 条款树 + 评分表 + 合计 + 报告项；只有数据，没有计算。"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from miaopu.standards.tree.node import Num, Truth

SOURCES = {
    "primary": "已核原文",
    "restated": "未核原文",
    "memory": "未核原文（凭记忆）",
    "inferred": "未核原文（推断）",
}
"""依据的可信程度 → 显示文字；只有 primary 可以不写“未核原文”。"""


@dataclass(frozen=True)
class Ambiguity:
    """歧义旗标；when 确实成立时挂在结果上；when 为空是恒为说明：不挂在结果上，说理时写在条款旁。"""

    code: str
    when: Truth | None


@dataclass(frozen=True)
class Clause:
    """一个条款节点：叶子有 body；组有 children 与 combine（all、any 或至少几项的数字）。"""

    id: str
    title: str
    text: str
    cite: str
    source: str
    body: Truth | None = None
    combine: str = ""
    children: tuple[Clause, ...] = ()
    when: Truth | None = None
    kinds: tuple[str, ...] = ()
    exempts: bool = False
    evidence: str = ""
    flags: tuple[Ambiguity, ...] = ()
    line: int = 0

    def walk(self) -> Iterator[Clause]:
        """自己与全部下级，先上后下。"""
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True)
class Band:
    """一档：条件成立得 low 至 high 分（法规未给分值的档两者不同）。"""

    test: Truth
    low: int
    high: int


@dataclass(frozen=True)
class Bands:
    """分档，从高分到低分，先中先得；都不中得 default。"""

    bands: tuple[Band, ...]
    default: int = 0


@dataclass(frozen=True)
class Tally:
    """每符合一项得 each 分，封顶 cap。"""

    tests: tuple[Truth, ...]
    each: int
    cap: int


@dataclass(frozen=True)
class Steps:
    """每满 per（自然单位）得 1 分，封顶 cap。"""

    number: Num
    per: int
    cap: int


Rule = Bands | Tally | Steps


@dataclass(frozen=True)
class Score:
    """一个评分项。"""

    id: str
    title: str
    text: str
    cite: str
    source: str
    maximum: int
    rule: Rule
    given: str = ""


@dataclass(frozen=True)
class Total:
    """若干评分项（或合计）之和；given 是事实里可直接给出的名字。"""

    id: str
    title: str
    parts: tuple[str, ...]
    maximum: int
    given: str = ""


@dataclass(frozen=True)
class Report:
    """附带报告的数，不参与判定。"""

    name: str
    title: str
    number: Num


@dataclass(frozen=True)
class Published:
    """本地版本的来历：谁提出、谁核对、谁批准、各在何日、为何、依据什么文件、由哪一版改来。"""

    proposer: str
    checker: str
    approver: str
    proposed: date
    checked: date
    approved: date
    reason: str
    basis: str
    base: str


@dataclass(frozen=True)
class Standard:
    """一份标准的一个版本。effective 起、until 止（含当日），None 为不限。

    published 只有经批准发布的本地版本才有；它不算在 fingerprint 里，所以核对时与发布后的指纹相同。
    """

    code: str
    title: str
    short: str
    tier: str
    version: str
    name: str
    document: str
    effective: date | None
    until: date | None
    clauses: tuple[Clause, ...]
    scores: tuple[Score, ...]
    totals: tuple[Total, ...]
    reports: tuple[Report, ...]
    notes: tuple[str, ...]
    flags: tuple[Ambiguity, ...]
    presumes: tuple[str, ...]
    recorded_only: bool
    fingerprint: str
    path: str
    local: bool
    published: Published | None = None

    def walk(self) -> Iterator[Clause]:
        """全部条款节点。"""
        for clause in self.clauses:
            yield from clause.walk()

    @property
    def unchecked(self) -> bool:
        """有条款未核原文。"""
        return any(clause.source != "primary" for clause in self.walk())


@dataclass(frozen=True)
class Notice:
    """年度通知：叠加在某标准上，按评估日与事项生效。"""

    code: str
    standard: str
    document: str
    effective: date
    until: date
    kinds: tuple[str, ...]
    clauses: tuple[Clause, ...]
    waives: tuple[str, ...]
    flags: tuple[Ambiguity, ...]

    def applies(self, standard: str, assessed_on: date, kind: str) -> bool:
        """是否叠加。"""
        in_force = self.effective <= assessed_on <= self.until
        return self.standard == standard and in_force and (not self.kinds or kind in self.kinds)
