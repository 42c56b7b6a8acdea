"""档案的工作簿：一家档案页面上的全部内容，一段一张表，每个数旁边写明出自哪一格；由报表层写出，不另算。"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from miaopu.desk.figure import Figures, clauses, masked
from miaopu.ledger.trace import Cell, Trace
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import INVENTED, Marks, standard_marks
from miaopu.papers.sheet import write_book
from miaopu.terms.shown import day

Rows = Iterable[Sequence[str]]
PLACE = ("文件", "工作表", "格", "批次", "收到日期", "入账人")
IDENTITY = (
    "name", "uscc", "status", "entity_type", "established", "registered_capital", "region", "address", "industry",
    "chain", "size_low", "size_high", "employees_t1", "revenue_t1", "assets_t1",
)  # fmt: skip


def write_dossier(path: Path, figures: Figures, city: str) -> Path:
    """写一家的档案；city 是城市名（填报单位）。"""
    run, name = figures.dossier.reading.run, figures.file.name
    marks = Marks(
        filled_by=f"{city}工业和信息化局",
        filled_on=run.known_on,
        known_on=run.known_on,
        assessed_on=run.assessed_on,
        snapshot=figures.dossier.snapshot.fingerprint,
        standards=standard_marks(run.programs),
        invented=INVENTED in name,
    )
    made = [_sheet(title, f"{name}：{title}", heads, rows(figures), marks) for title, heads, rows in SHEETS]
    return write_book(path, made, marks, "企业档案")


def _sheet(name: str, title: str, heads: Sequence[tuple[str, int]], rows: Rows, marks: Marks) -> Sheet:
    names = [head for head, _ in heads]
    table = pl.DataFrame(
        [tuple(map(masked, row)) for row in rows], schema=dict.fromkeys(names, pl.String), orient="row"
    )
    fields = tuple(Field((head,), head, width=width) for head, width in heads)
    return Sheet(name, title, fields, table, "见各格", marks.lines(), names[0])


def _place(cell: Cell | None) -> tuple[str, ...]:
    if cell is None:
        return ("",) * len(PLACE)
    return cell.file, cell.sheet, cell.cell, cell.batch, cell.received.isoformat(), cell.posted_by


def _number(found: Trace) -> tuple[str, ...]:
    """名目、写法、来历一句、取用的第一格。"""
    cell = next(iter(found.facts), None)
    return found.title, found.shown, found.reason, cell.department if cell else "", *_place(cell)


def _identity(figures: Figures) -> Rows:
    yield from (_number(figures.trace(column)) for column in IDENTITY)
    for one in figures.file.names:
        if not one.current:
            yield (
                "曾用名",
                one.name,
                f"至{day(one.until)}" if one.until else "",
                "",
                one.file,
                "",
                one.cell,
                one.batch,
                "",
                "",
            )


def _verdicts(figures: Figures) -> Rows:
    for one in figures.dossier.assessed:
        standard = one.judgement.standard
        head = (standard.code, standard.title, one.judgement.verdict.word)
        yield *head, "", "结论", "", "", "", one.selected.choice.basis, "", "", "、".join(one.judgement.flags)
        for _, reason in clauses(one):
            yield (
                *head, reason.id, f"{reason.title}：{reason.requirement}", reason.state.word, reason.actual, reason.gap,
                reason.cite, reason.mark, reason.why, "、".join(reason.flags),
            )  # fmt: skip


def _tags(figures: Figures) -> Rows:
    row = figures.dossier.row
    for one in figures.dossier.tags:
        proof = [
            f"{figures.title(name)} {figures.shown(name)}" for name in one.tag.evidence if row.get(name) is not None
        ]
        until = day(one.until) if one.until else ""
        yield one.tag.title, one.tag.group, one.tag.definition, until, "；".join(proof)


def _facts(figures: Figures) -> Rows:
    for one in figures.file.facts:
        for used, cells in (("取用", one.taken), ("未取用", one.others)):
            for cell in cells:
                yield one.title, cell.period, used, cell.shown, cell.basis, cell.department, *_place(cell)


def _panel(figures: Figures) -> Rows:
    panel = figures.dossier.panel
    for row in panel.values().to_dicts():
        column = f"{row['indicator']}_t{panel.last_year + 1 - row['year']}"
        yield row["title"], str(row["year"]), figures.shown(column), ""
    for row in panel.findings.to_dicts():
        yield row["title"], str(row["year"]), row["sentence"], f"{row['severity']}；{row['advice']}"


def _titles(figures: Figures) -> Rows:
    for one in figures.file.titles:
        since, until = (day(text) if text else "不限" for text in (one.since, one.until))
        yield one.title, since, until, "有效" if one.current else "不在有效期", one.cell.department, *_place(one.cell)


def _items(figures: Figures) -> Rows:
    for one in figures.file.items:
        told = "；".join(f"{title} {shown}" for _, title, _, shown in one.fields)
        yield one.title, one.item, told, "是" if one.listed else "否或不详", *_place(next(iter(one.cells), None))


def _conflicts(figures: Figures) -> Rows:
    for one in figures.file.conflicts:
        said = "；".join(f"{who} {shown}（{basis}，批次 {batch}）" for who, shown, basis, batch in one.values)
        yield one.title, one.item, "已取定" if one.resolved else "未决", one.rule, said
    for ruling in figures.file.decisions:
        told = f"{ruling.by} {day(ruling.day)}：{ruling.reason}（依据 {ruling.evidence}）"
        yield f"决定·{ruling.kind}", ruling.decision, "", ruling.what, told


def _events(figures: Figures) -> Rows:
    for one in figures.file.events:
        yield one.shown, one.what, "在评估日之后" if one.future else "", *_place(one.cell)


def _batches(figures: Figures) -> Rows:
    for one in figures.file.batches:
        yield one.department, one.file, day(one.received), one.posted_by, str(one.facts), one.batch


WHERE = (("文件", 28), ("工作表", 10), ("格", 8), ("批次", 26), ("收到日期", 12), ("入账人", 10))
SHEETS = (
    ("基本情况", (("名目", 18), ("内容", 30), ("来历", 24), ("部门", 10), *WHERE), _identity),
    ("对照标准", (("标准", 16), ("标准名称", 24), ("标准结论", 10), ("条款", 8), ("要求", 48), ("状态", 8), ("实际", 14),
               ("距离", 16), ("依据", 20), ("可信程度", 12), ("为何未定", 24), ("歧义", 12)), _verdicts),
    ("标签", (("标签", 20), ("组", 10), ("定义", 40), ("有效期至", 14), ("依据", 60)), _tags),
    ("三年数据", (("指标", 22), ("年度", 8), ("数或发现", 50), ("轻重与怎么办", 40)), _panel),
    ("各来源的数", (("指标", 22), ("期间", 20), ("取用", 8), ("内容", 24), ("口径", 8), ("部门", 10), *WHERE), _facts),
    ("称号", (("称号", 24), ("起", 14), ("止", 14), ("评估日", 12), ("部门", 10), *WHERE), _titles),
    ("条目", (("种类", 16), ("编号", 24), ("内容", 60), ("在完整名单上", 12), *WHERE), _items),
    ("分歧与决定", (("名目", 20), ("条目", 20), ("状态", 10), ("规则或结论", 30), ("各方说法或理由", 70)), _conflicts),
    ("大事", (("日期", 16), ("事项", 50), ("说明", 14), *WHERE), _events),
    ("来件", (("部门", 14), ("文件", 36), ("收到日期", 14), ("入账人", 10), ("条数", 8), ("批次", 28)), _batches),
)  # fmt: skip
