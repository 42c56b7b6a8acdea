"""规则的工作簿：一份标准的条款表；一份新版的影响名单。表由各层给，这里只排版。"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import polars as pl

from miaopu.desk.rules.effect import Effect, word
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import Marks, StandardMark, day
from miaopu.papers.sheet import write_book
from miaopu.standards.tree.clause import Standard
from miaopu.standards.tree.reading import Line

CLAUSES = (
    Field(("编号",), "id", width=12),
    Field(("名称",), "title", width=18),
    Field(("条文（转述）",), "text", width=44),
    Field(("判定读法",), "plain", width=44),
    Field(("适用与附注",), "notes", width=24),
    Field(("依据",), "cite", width=20),
    Field(("可信",), "mark", width=12),
    Field(("佐证",), "evidence", width=16),
    Field(("歧义",), "flags", width=12),
)
CHANGED = (
    Field(("事项",), "kind", width=10),
    Field(("县区",), "county", width=14),
    Field(("企业名称",), "name", width=32),
    Field(("统一社会信用代码",), "uscc", "code", 21),
    Field(("结论", "原版"), "before", width=10),
    Field(("结论", "新版"), "after", width=10),
    Field(("使它变的条款",), "clauses", width=50),
)
COUNTS = (
    Field(("原版结论",), "before", width=14),
    Field(("新版结论",), "after", width=14),
    Field(("企业数",), "firms", "count", 12, True),
)
COUNTIES = (
    Field(("县区",), "county", width=24),
    Field(("变好（家）",), "better", "count", 12, True),
    Field(("变差（家）",), "worse", "count", 12, True),
    Field(("共变（家）",), "firms", "count", 12, True),
)
MOVED = (
    Field(("条款",), "clause", width=14),
    Field(("名称",), "title", width=24),
    Field(("新满足（家）",), "gained", "count", 14),
    Field(("不再满足（家）",), "lost", "count", 14),
    Field(("其他变化（家）",), "other", "count", 14),
)


def clause_table(lines: tuple[Line, ...]) -> pl.DataFrame:
    """逐条读法 → 一行一条；下级的名称前缩进。"""
    rows = [
        {
            "id": one.id,
            "title": "　" * one.depth + one.title,
            "text": one.text,
            "plain": one.plain,
            "notes": "；".join(one.notes),
            "cite": one.cite,
            "mark": one.mark,
            "evidence": one.evidence,
            "flags": "、".join(code for code, _ in one.flags),
        }
        for one in lines
    ]
    return pl.DataFrame(rows, schema={field.column: pl.String for field in CLAUSES})


def write_clauses(path: Path, standard: Standard, lines: tuple[Line, ...], filled_by: str, on: date) -> Path:
    """一份标准的条款表。"""
    mark = StandardMark(
        standard.code,
        standard.title,
        f"{standard.name}@{standard.version}",
        standard.document,
        standard.fingerprint,
        standard.unchecked,
    )
    marks = Marks(filled_by, on, on, on, standard.fingerprint, (mark,))
    notes = [f"文件：{standard.document}；施行：{day(standard.effective) if standard.effective else '不限'}。"]
    notes += [f"依据：{mark.sentence()}。", *standard.notes]
    notes += ["标有“未核原文”的，条款系转述，使用前请核对文件原文。"] if standard.unchecked else []
    sheet = Sheet(
        "条款", f"{standard.title}（{standard.code}）条款表", CLAUSES, clause_table(lines), "条", tuple(notes), "名称"
    )
    return write_book(path, [sheet], marks, "标准条款表")


def write_effect(
    path: Path, parts: Sequence[tuple[str, Standard, Effect]], changed: pl.DataFrame, proposed: Standard, marks: Marks
) -> Path:
    """影响名单：变了的企业、从什么到什么、各县区、各条款；parts 是各事项的（叫法，比的哪一版，影响）。"""
    words = pl.col("before", "after").map_elements(word, return_dtype=pl.String)
    title = f"{parts[0][1].code} 改为 {proposed.code} 的影响"
    whole = "；".join(f"{kind}判了 {told.firms} 家，与 {base.code} 比" for kind, base, told in parts)
    notes = (f"新版 {proposed.code}（尚未批准的提案，只作测算）：{whole}。", *marks.lines("结论有变的企业"))
    sheets = [Sheet("结论有变的企业", title, CHANGED, changed.with_columns(words), "家", notes)]
    for kind, _, told in parts:
        of, counts = f"{title}（{kind}）", told.counts.with_columns(words)
        sheets += [
            Sheet(f"结论对照·{kind}", f"{of}：结论对照", COUNTS, counts, "家", notes, "原版结论", True),
            Sheet(f"各县区·{kind}", f"{of}：各县区", COUNTIES, told.counties, "家", notes, "县区", True),
            Sheet(f"各条款·{kind}", f"{of}：各条款", MOVED, told.moved, "家", notes, "名称"),
        ]
    return write_book(path, sheets, marks, "规则影响名单")


def write_changed(path: Path, changed: pl.DataFrame, base: str, code: str, judged: str, marks: Marks) -> Path:
    """变了的企业（筛选后的）；judged 是各事项判了几家的说法。"""
    words = pl.col("before", "after").map_elements(word, return_dtype=pl.String)
    notes = (
        f"原版 {base}，新版 {code}；{judged}，本表是筛选后的 {changed.height} 家。",
        *marks.lines("结论有变的企业"),
    )
    title = f"{base} 改为 {code}：结论有变的企业"
    sheet = Sheet("结论有变的企业", title, CHANGED, changed.with_columns(words), "家", notes)
    return write_book(path, [sheet], marks, "规则影响名单")
