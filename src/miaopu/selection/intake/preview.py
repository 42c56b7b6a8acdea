"""预览：试收一份文件，把“是什么、怎样入账、有何意见、与台账有何不同”写成给人看的数据；不入账。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import polars as pl

from miaopu.desk.workspace import Workspace
from miaopu.ledger.intake import Receipt, held_back
from miaopu.ledger.journal import Active
from miaopu.ledger.post import HELD
from miaopu.ledger.reading.complaints import count
from miaopu.ledger.reading.differences import differences
from miaopu.ledger.reading.fact.doubt import WHOLE
from miaopu.ledger.reading.write_back import COLOURS, WORDS
from miaopu.ledger.record import Outcome, Reading
from miaopu.selection.intake.left_out import left_out
from miaopu.terms.complaint import Complaint, Severity
from miaopu.terms.indicator import Indicator
from miaopu.terms.quantity import display

EXAMPLES, COMPLAINTS = 5, 30
"""每列列几条事实，每种意见列几条。"""

DOUBTS = (WHOLE, "unit_doubt", HELD)
OUTCOMES = {Outcome.MATCHED: "已对上", Outcome.NEW: "新主体", Outcome.CONFLICT: "冲突", Outcome.REVIEW: "待人工"}
KINDS = {
    "conflict": "同一企业两个数", "cell": "格里的内容认不出", "note": "入账时作了处理", "blank_key": "没有名称也没有代码",
    "column": "整列没有入账", "unknown_column": "不认得的列", "personal": "个人信息", "hidden": "隐藏的内容",
    "skipped": "略过的行", "repeat": "重复的行", "row_count": "行数不合常情", "formula": "公式没有结果", "error": "错误值",
    "category": "取值不认得", "item": "缺编号", "year": "年度不认得", "table": "不认得的表", "template": "模板", "macros": "宏",
    WHOLE: "整列疑单位写错", "unit_doubt": "疑单位或数写错", HELD: "暂扣的金额", "merged": "竖向合并的数",
}  # fmt: skip


def build(space: Workspace, receipt: Receipt, now: Active) -> dict[str, Any]:
    """receipt 是确认单位（accept_units）的试收；暂扣的另数出来。整份拒收的只有意见。"""
    whole = receipt.reading
    assert whole is not None  # 试收总是真读
    told: dict[str, Any] = {"refused": whole.refused, "file": whole.file, "complaints": _complaints(whole.complaints)}
    if whole.refused:
        return told
    kept, source = held_back(whole, space.sources), space.sources[whole.source]
    owned = kept.facts.join(receipt.resolution.select("row_id", "enterprise"), on="row_id").drop_nulls("enterprise")
    tables = [source.table(code.partition(".")[2]).title for code in dict.fromkeys(whole.tables)]
    return told | {
        "complaints": _complaints(kept.complaints),
        "source": source.code,
        "title": source.title,
        "department": source.department,
        "sharing_basis": source.sharing_basis,
        "purpose": source.purpose,
        "tables": tables,
        "rows": whole.rows.height,
        "facts": owned.height,
        "held": whole.facts.height - kept.facts.height,
        "outcomes": [(word, receipt.outcomes[key]) for key, word in OUTCOMES.items()],
        "counts": count(kept, receipt.resolution).lines(),
        "columns": _columns(space, kept, owned),
        "doubts": [f"{one.sheet} {one.cell}：{sentence(one)}" for one in kept.complaints if one.code in DOUBTS],
        "differences": _differences(space, kept, owned, now),
        "left_out": [
            {**one, "title": title_of(space, one["indicator"])} for one in left_out(space, source.code, owned, now)
        ],
    }


def _complaints(every: Iterable[Complaint]) -> list[dict[str, Any]]:
    """按工作表与种类合起来，重的在前。"""
    groups: dict[tuple[str, str, Severity], list[Complaint]] = {}
    for one in every:
        groups.setdefault((one.sheet, one.code, one.severity), []).append(one)
    ordered = sorted(groups.items(), key=lambda item: (list(COLOURS).index(item[0][2]), item[0][0]))
    return [
        {
            "sheet": sheet,
            "kind": KINDS.get(code, "其他") if severity is not Severity.REFUSE else "整份拒收",
            "severity": severity.value,
            "word": WORDS[severity],
            "count": sum(one.count for one in told),
            "examples": [{"cell": one.cell, "sentence": sentence(one)} for one in told[:COMPLAINTS]],
        }
        for (sheet, code, severity), told in ordered
    ]


def sentence(one: Complaint) -> str:
    """不带文件与格的一句：那两样在旁边另写着。"""
    remedy = "改正单位后重报；核对无误的，在接收处勾“单位无误”并写明依据" if one.code == HELD else one.remedy
    return f"{one.found}；应为{one.expected}；请{remedy}。"


def _columns(space: Workspace, kept: Reading, owned: pl.DataFrame) -> list[dict[str, Any]]:
    """每张表每列的前几条，照入账的样子：企业、期间、显示单位的值、在哪一格。"""
    if owned.is_empty():
        return []
    named = owned.join(kept.rows.select("row_id", "name_raw", "uscc_raw"), on="row_id", how="left")
    parts = named.partition_by("sheet", "column", "indicator", as_dict=True, maintain_order=True)
    return [
        {
            "sheet": sheet,
            "indicator": title_of(space, indicator),
            "count": part.height,
            "examples": [_shown(space, row) for row in part.head(EXAMPLES).to_dicts()],
        }
        for (sheet, _, indicator), part in parts.items()
    ]


def _shown(space: Workspace, row: Mapping[str, Any]) -> dict[str, Any]:
    name = row.get("name_raw") or row.get("uscc_raw") or row["enterprise"]
    return {
        "firm": name,
        "enterprise": row["enterprise"],
        "indicator": title_of(space, row["indicator"]),
        "period": row["period"],
        "item": row["item"],
        "value": value_of(space, row["indicator"], row["value"], row["text"]),
        "cell": cell_of(row["row"], row["column"]),
        "sheet": row["sheet"],
    }


def _differences(space: Workspace, kept: Reading, owned: pl.DataFrame, now: Active) -> dict[str, Any]:
    found = differences(now, owned, kept.source)
    names = dict(kept.rows.select("row_id", "name_raw").iter_rows())

    def listed(rows: pl.DataFrame) -> list[dict[str, Any]]:
        return [_against(space, {**row, "name_raw": names.get(row["row_id"])}) for row in rows.to_dicts()]

    return {
        "new": found.new,
        "changed": found.changed,
        "same": found.same,
        "apart": found.apart,
        "new_rows": [_shown(space, {**row, "name_raw": names.get(row["row_id"])}) for row in found.new_rows.to_dicts()],
        "changed_rows": listed(found.changed_rows),
        "apart_rows": listed(found.apart_rows),
    }


def _against(space: Workspace, row: Mapping[str, Any]) -> dict[str, Any]:
    source = space.sources.get(row["was_source"])
    was = value_of(space, row["indicator"], row["was_value"], row["was_text"])
    received = row["was_received"].isoformat() if row["was_received"] else ""
    told = {"was": was, "was_source": source.title if source else row["was_source"], "was_received": received}
    return {**_shown(space, row), **told}


def indicator_of(space: Workspace, key: str) -> Indicator | None:
    """列名、指标或条目字段 → 指标。"""
    return space.library.vocabulary.indicator(key) or space.indicators.get(key.partition(".")[0])


def title_of(space: Workspace, key: str) -> str:
    """给人看的名称；条目字段用来源表里的表头，如“专利号”。"""
    if "." not in key:
        return space.library.vocabulary.title(key)
    every = (column for source in space.sources.values() for table in source.tables for column in table.columns)
    named = next((one.aliases[0] for one in every if one.indicator == key or key in one.sets), "")
    family = space.indicators.get(key.partition(".")[0])
    return "·".join(filter(None, (family.title if family else "", named)))


def value_of(space: Workspace, key: str, value: int | None, text: str | None) -> str:
    """内部值 → 显示单位的文字；代码换成名称。"""
    one = indicator_of(space, key)
    kind = one.kind_of(key.partition(".")[2]) if one and "." in key else one.kind if one else "text"
    if value is None:
        return _worded(space, one, key, text or "")
    if kind not in ("money", "count", "percent", "decimal"):
        return {1: "是", 0: "否"}.get(value, str(value))
    unit = one.unit if one and "." not in key else {"money": "万元", "percent": "%"}.get(kind, "")
    shown = display(value, kind, unit)
    return shown if kind == "percent" else shown + unit


def _worded(space: Workspace, one: Indicator | None, key: str, text: str) -> str:
    """类别的代码换成第一个写法，区划、行业代码换成名称。"""
    if key == "region":
        found = space.districts.current(text[:6])
        return found.name if found else text
    if key == "industry":
        return f"{text} {space.sources.industries.get(text, '')}".strip()
    words = one.values.get(text) if one is not None else None
    return words[0] if words else text


def cell_of(row: int | None, column: int | None) -> str:
    """A1 写法。"""
    return Complaint("", Severity.INFO, "", "", "", "", row=row or 0, column=column or 0).cell
