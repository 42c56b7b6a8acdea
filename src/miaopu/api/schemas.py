"""接口给出与收下的形状；金额的单位是万元，比例是百分数值，缺的为 null。"""

from __future__ import annotations

from datetime import date
from typing import Any

from ninja import Schema
from pydantic import Field

from miaopu.api.door import Text


class Page(Schema):
    """一页：count 是总数。"""

    count: int
    limit: int
    offset: int


class FirmOut(Schema):
    """企业的概要。verdict：下一级的结论 0 不满足、1 待核、2 须人工、3 满足。"""

    enterprise: str
    uscc: str | None
    name: str
    district: str | None
    county: str | None
    section: str | None
    industry: str | None
    chain: str | None
    size: str | None
    candidate: str
    held: str
    held_title: str
    next_tier: str | None
    verdict: int | None
    short: int | None
    unknown: int | None
    manual: int | None


class FirmPage(Page):
    """一页企业。"""

    items: list[FirmOut]


class NumberOut(Schema):
    """一个数的来历：shown 是给人看的值（带单位），lines 逐行写明口径与出处。"""

    enterprise: str
    column: str
    title: str
    shown: str
    lines: list[str]


class ListedOut(Schema):
    """名单的一行。"""

    tier: str
    rank: int
    county_rank: int
    enterprise: str
    verdict: int
    band: str
    short: int
    unknown: int
    manual: int
    score: int
    short_titles: str | None
    unknown_titles: str | None
    distance: str | None
    departments: str | None


class ListedPage(Page):
    """一页名单。"""

    items: list[ListedOut]


class MemberOut(Schema):
    """培育库里的一件。state 见 catalog/library.yaml；entered 是入库日期，office、person 是责任科室与责任人。"""

    enterprise: str
    uscc: str | None
    name: str
    district: str | None
    county: str | None
    tier: str
    year: int
    state: str
    band: str
    rank: int
    entered: date | None
    office: str | None
    person: str | None
    version: int


class MemberPage(Page):
    """一页培育库。"""

    items: list[MemberOut]


class RoundOut(Schema):
    """当前一轮评估的标记。"""

    code: str
    known_on: date
    assessed_on: date
    snapshot: str
    enterprises: int
    city: str


class StandardOut(Schema):
    """一份标准。unchecked 为真：没有与原文核对过。"""

    code: str
    title: str
    version: str
    tier: str
    document: str
    effective: date
    fingerprint: str
    unchecked: bool


class JudgeIn(Schema):
    """判一家：facts 的键、单位、写法同 judge 命令的事实文件。"""

    standard: Text
    facts: dict[str, Any] = Field(max_length=400)
    assessed_on: date | None = Field(None, ge=date(2020, 1, 1), le=date(2099, 12, 31))


class RowsIn(Schema):
    """代替文件送来的行：table 是来源里的表，title 是题目（写明年度，如“2025年企业营业收入”），每行是“表头 → 值”。"""

    table: Text
    title: Text = Field(min_length=1)
    rows: list[dict[str, str | int | float | None]] = Field(min_length=1, max_length=5000)


class TableOut(Schema):
    """一张可以送的表。"""

    source: str
    title: str
    table: str
    table_title: str
    headings: list[dict[str, str]]


class UploadOut(Schema):
    """送来的一份数：state 为 received、reading、previewed、posting、posted、repeated、refused、dropped；word 是中文。"""

    number: int
    name: str
    source: str | None
    digest: str
    state: str
    word: str
    told: str | None
    job: int | None
    batch: str | None
    rows: int | None
    facts: int | None
    complaints: int | None
    repeated: bool = False


class JobOut(Schema):
    """作业。state：waiting、running、done、failed、cancelled。"""

    number: int
    kind: str
    title: str
    state: str
    total: int | None
    done: int
    message: str | None
    error: str | None
    result: dict[str, Any]
