"""名单：拟培育企业名单（每县区一张表加汇总）、重点行业摸排名单、小升规关注名单（xlsx）。"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import Marks
from miaopu.papers.sheet import sheet_name, write_book

UNKNOWN_COUNTY = "县区未知"
RANKING = "排序复算"
BANDS = ("满足", "须人工", "待核", "差一项", "差两项", "差三项以上")
BASIC = ("region", "lead_product", "revenue_t1", "rd_t1")
"""名单里从快照取来一并列出的列。"""


@dataclass(frozen=True)
class RankNote:
    """排序分的说明：base 满分，parts（列名，标题，权重）。"""

    base: int
    parts: tuple[tuple[str, str, int], ...]

    def sentence(self) -> str:
        """公式一句话，官员可以照算。"""
        terms = "".join(
            f"{'＋' if weight > 0 else '－'}{abs(weight)}×{title.partition('（')[0]}" for _, title, weight in self.parts
        )
        return f"排序分＝{self.base}{terms}；同分同名次，同名次按统一社会信用代码排列"


def roster_fields(year: int) -> tuple[Field, ...]:
    """拟培育名单的列；year 是上年。可以再导入的列用来源声明认得的表头。"""
    return (
        Field(("县区",), "county", width=10),
        Field(("企业名称",), "name", width=26, required=True),
        Field(("统一社会信用代码",), "uscc", "code", 20, required=True),
        Field(("行业门类",), "section_title", width=12),
        Field(("重点产业链",), "chain", width=10),
        Field(("规模",), "size", width=7),
        Field(("主导产品",), "lead_product", width=12),
        Field(("上年数据", f"{year}年营业收入（万元）"), "revenue_t1", "money", 13, total=True),
        Field(("上年数据", f"{year}年研发费用（万元）"), "rd_t1", "money", 12, total=True),
        Field(("梯次", "现有称号"), "held_title", width=17),
        Field(("梯次", "候选资格"), "candidate", width=6),
        Field(("对照标准", "结论"), "verdict_word", width=8),
        Field(("对照标准", "分档"), "band", width=8),
        Field(("对照标准", "不满足项数"), "short", "count", 6),
        Field(("对照标准", "待核项数"), "unknown", "count", 6),
        Field(("对照标准", "须人工项数"), "manual", "count", 6),
        Field(("逐项说明", "不满足的要求"), "short_titles", width=18),
        Field(("逐项说明", "差距"), "distance", width=30),
        Field(("逐项说明", "待核的要求"), "unknown_titles", width=20),
        Field(("逐项说明", "须人工的要求"), "manual_titles", width=14),
        Field(("逐项说明", "缺的数据"), "missing", width=22),
        Field(("逐项说明", "请哪个部门补"), "departments", width=12),
        Field(("排序", "得分"), "score", "count", 6),
        Field(("排序", "全市名次"), "rank", "count", 6),
        Field(("排序", "县区名次"), "county_rank", "count", 6),
        Field(("责任落实", "责任科室"), "", width=10),
        Field(("责任落实", "责任人员"), "", width=10),
    )


def rank_fields(note: RankNote) -> tuple[Field, ...]:
    """排序复算表的列：每个分量一列，得分列可以照公式复算。"""
    parts = tuple(Field((f"{title}\n权重{weight:+d}",), key, "count", 16) for key, title, weight in note.parts)
    return (
        Field(("县区",), "county", width=14),
        Field(("企业名称",), "name", width=30),
        Field(("统一社会信用代码",), "uscc", "code", 20),
        *parts,
        Field(("得分",), "score", "count", 9),
        Field(("全市名次",), "rank", "count", 9),
    )


def roster_sheets(
    table: pl.DataFrame, snapshot: pl.DataFrame, title: str, marks: Marks, note: RankNote, counties: Iterable[str] = ()
) -> list[Sheet]:
    """table：筛选名单（screening 的 LIST_COLUMNS）；snapshot：快照宽表；counties：县区的行政次序。

    第一张是汇总，其后每个县区一张（没有名单企业的县区也有一张空表），再是县区未知的，最后是排序复算。
    """
    fields = roster_fields(marks.assessed_on.year - 1)
    joined = table.join(
        snapshot.select("enterprise", *(name for name in BASIC if name in snapshot.columns)),
        on="enterprise", how="left", maintain_order="left",
    )  # fmt: skip
    notes = (
        *marks.lines(f"{title}，共{joined.height}家"),
        "“差几项”只数确定不满足的，待核与须人工另列",
        note.sentence(),
    )
    order = [*dict.fromkeys(counties)]
    order += sorted(set(joined["county"].fill_null(UNKNOWN_COUNTY)) - set(order))
    blank = Sheet("", "", fields, joined, notes=notes, total=True)
    parts = [
        replace(blank, name=county, title=f"{county}{title}", frame=_of(joined, county)) for county in order
    ]  # fmt: skip
    ranked = Sheet(RANKING, f"{title}排序复算", rank_fields(note), joined, "分", notes[-1:])
    return [_summary(joined, order, title, notes), *parts, ranked]


def _of(table: pl.DataFrame, county: str) -> pl.DataFrame:
    return table.filter(pl.col("county").fill_null(UNKNOWN_COUNTY) == county).sort("county_rank", "enterprise")


def _summary(table: pl.DataFrame, order: Sequence[str], title: str, notes: tuple[str, ...]) -> Sheet:
    counted = pl.DataFrame({"county": list(order)}, schema={"county": pl.String}).join(
        table.group_by(pl.col("county").fill_null(UNKNOWN_COUNTY)).agg(
            pl.len().cast(pl.Int64).alias("firms"), *((pl.col("band") == word).sum().alias(word) for word in BANDS)
        ),
        on="county", how="left", maintain_order="left",
    ).with_columns(pl.exclude("county").fill_null(0))  # fmt: skip
    bands = tuple(Field(("其中", word), word, "count", 11, total=True) for word in BANDS)
    fields = (Field(("县区",), "county", width=28), Field(("名单企业",), "firms", "count", 11, total=True), *bands)
    return Sheet("汇总", f"{title}汇总", fields, counted, "家", notes, "县区", total=True)


def write_rosters(
    folder: Path, table: pl.DataFrame, snapshot: pl.DataFrame, title: str, marks: Marks, note: RankNote,
    counties: Iterable[str] = (), split: bool = True,
) -> list[Path]:  # fmt: skip
    """写全市一个工作簿（汇总加每县区一张）；split 时再给每个县区单独一个文件。给出写下的路径。"""
    folder.mkdir(parents=True, exist_ok=True)
    sheets = roster_sheets(table, snapshot, title, marks, note, counties)
    out = [write_book(folder / f"{title}.xlsx", sheets, marks, "拟培育企业名单")]
    if split:
        below = folder / f"{title}（分县区）"
        below.mkdir(exist_ok=True)
        filled = [one for one in sheets[1:-1] if one.frame.height]
        out += [write_book(below / f"{sheet_name(one.name)}.xlsx", [one], marks, "拟培育企业名单") for one in filled]
    return out


FOCUS = (
    Field(("县区",), "county", width=14),
    Field(("企业名称",), "name", width=32, required=True),
    Field(("统一社会信用代码",), "uscc", "code", 21, required=True),
    Field(("行业代码",), "industry", "text", 9),
    Field(("重点产业链",), "chain", width=12),
    Field(("规模",), "size", width=10),
    Field(("梯次", "候选资格"), "candidate", width=8),
    Field(("梯次", "不是候选的原因"), "not_candidate", width=18),
    Field(("梯次", "现有称号"), "held_title", width=22),
    Field(("梯次", "下一级"), "next_title", width=22),
    Field(("对照下一级", "结论"), "verdict_word", width=8),
    Field(("对照下一级", "不满足项数"), "short", "count", 8),
    Field(("对照下一级", "待核项数"), "unknown", "count", 8),
    Field(("对照下一级", "须人工项数"), "manual", "count", 8),
)
PROGRESS = ("未联系", "已联系", "已走访", "已建档", "不再跟进")
"""联系进度的可选值。"""


def write_focus(path: Path, table: pl.DataFrame, section: str, marks: Marks, contact: Iterable[str]) -> Path:
    """重点行业摸排名单：table 是 screening.focus；contact 是留空待填的联系进度各列。"""
    asked = tuple(
        Field(("联系进度（县区填写）", name), name, width=12, choices=PROGRESS if name == "进度" else ())
        for name in contact
    )
    title = f"{section}企业摸排名单"
    notes = marks.lines(f"{section}全部登记企业{table.height}家，含不是候选的（原因写明）")
    sheet = Sheet(section[:20], title, (*FOCUS, *asked), table, "家", notes)
    return write_book(path, [sheet], marks, "重点行业摸排名单")


WATCH = (
    Field(("县区",), "county", width=14),
    Field(("企业名称",), "name", width=32, required=True),
    Field(("统一社会信用代码",), "uscc", "code", 21, required=True),
    Field(("行业门类",), "section_title", width=22),
    Field(("规模线", "所看收入（万元）"), "value", "money", 15),
    Field(("规模线", "线（万元）"), "line", "money", 13),
    Field(("规模线", "距线（万元，负为还差）"), "to_line", "money", 15),
    Field(("规模线", "占线（%，去尾）"), "percent", "count", 9),
    Field(("规模线", "是否代看"), "stand_in", width=8),
    Field(("状态",), "state", width=22),
)


def write_scale_up(path: Path, table: pl.DataFrame, marks: Marks) -> Path:
    """小升规关注名单：table 是 screening.scale_watch。"""
    notes = (
        *marks.lines(f"不在规上名录、收入接近或已过规模线的候选企业{table.height}家"),
        "代看的以营业收入代替主营业务收入，只作线索，不作结论；是否纳统由统计部门依法认定",
    )
    return write_book(path, [Sheet("小升规", "小升规关注名单", WATCH, table, "万元", notes)], marks, "小升规关注名单")
