"""调研报告前半：底数、梯队、重点行业摸排。"""

from __future__ import annotations

from typing import Any

import polars as pl

from miaopu.papers.word.chart import Picture
from miaopu.papers.word.document import Writer

COUNT_HEADS = ("企业", "候选", "候选待核", "非候选")
COUNT_KEYS = ("firms", "candidates", "candidates_open", "not_candidates")


def share(part: int, whole: int) -> str:
    """百分比，一位小数，四舍五入（整数运算）；总数为零写“—”。"""
    if whole <= 0:
        return "—"
    tenths = (part * 2000 + whole) // (2 * whole)
    return f"{tenths // 10}.{tenths % 10}%"


def stock(pen: Writer, survey: Any) -> None:
    """一、底数。"""
    total = survey.total
    county, section, size = (survey.facet(name) for name in ("county", "section_title", "size"))
    pen.one("全市企业底数")
    members, unsure, outside = (int(county[key].sum()) for key in COUNT_KEYS[1:])
    pen.body(
        f"{survey.city}纳入测算的登记企业{total}家。其中可作培育对象（在营的独立法人、属中小微型）的{members}家，"
        f"登记状态或主体类型待核的{unsure}家，已注销、吊销、迁出、分支机构、非法人以及大型企业等不作培育对象的{outside}家，"
        f"三类合计{members + unsure + outside}家，与总数一致。"
    )
    pen.two("按县区")
    pen.table("各县区企业数", ("县区", *COUNT_HEADS), _rows(county, total), (56, 26, 26, 24, 24), "单位：家")
    pen.chart(Picture("各县区企业数（家）", "bar", county["value"].to_list(), {"企业": county["firms"].to_list()}))
    pen.two("按行业")
    top = section.filter(pl.col("value") != "未知").head(3)
    named = "、".join(
        f"{name}{firms}家（{share(firms, total)}）" for name, firms in top.select("value", "firms").rows()
    )
    if named:
        pen.body(f"按行业门类，企业数居前的是{named}。")
    pen.table(
        "各行业门类企业数",
        ("行业门类", *COUNT_HEADS),
        _rows(section, total),
        (56, 26, 26, 24, 24),
        "单位：家；未知为没有行业代码或代码不认得",
    )
    pen.two("按规模")
    pen.body(f"按中小企业划型标准，{_listing(size)}。缺从业人员、资产等数而定不了档的写“某型至某型”或“未知”。")


def _rows(table: pl.DataFrame, total: int) -> list[tuple[Any, ...]]:
    rows = list(table.select("value", *COUNT_KEYS).iter_rows())
    return [*rows, ("合计", *(int(table[key].sum()) for key in COUNT_KEYS))]


def _listing(table: pl.DataFrame) -> str:
    return "、".join(f"{value}{firms}家" for value, firms in table.select("value", "firms").iter_rows())


def ladder(pen: Writer, survey: Any) -> None:
    """二、梯队。"""
    main = survey.ladder.filter(~pl.col("side"))
    side = survey.ladder.filter(pl.col("side"), pl.col("holders") > 0)
    pen.one("梯队现状")
    held = main.filter(pl.col("holders").is_not_null())
    said = "、".join(f"{title}{holders}家" for title, holders in held.select("title", "holders").iter_rows())
    pen.body(f"按有效期内的称号计（同一企业可有几个称号），{survey.city}现有{said}。")
    if side.height:
        more = "、".join(f"{title}{holders}家" for title, holders in side.select("title", "holders").iter_rows())
        pen.body(f"梯次之外，另有{more}。")
    rows = [
        (title, holders, highest) for title, holders, highest in main.select("title", "holders", "highest").iter_rows()
    ]
    rows.append(("合计", None, int(main["highest"].sum())))
    pen.table(
        "梯队分布", ("梯次", "持有称号的企业", "以此为最高一级的企业"), rows, (70, 42, 46),
        "单位：家；最高一级各行之和等于全部企业；“—”为没有数据或不计",
    )  # fmt: skip
    climbing = main.filter(pl.col("code") != "NONE", pl.col("holders").is_not_null())
    pen.chart(
        Picture(
            "各梯次持有称号的企业（家）", "bar", climbing["title"].to_list(), {"企业": climbing["holders"].to_list()}
        )
    )


def focus(pen: Writer, survey: Any) -> None:
    """三、重点行业摸排。"""
    pen.one("重点行业摸排")
    for section in survey.focus_counts["section"].unique(maintain_order=True):
        table = survey.focus_counts.filter(pl.col("section") == section)
        title = table["section_title"][0]
        firms, members, met, near, two = (
            int(table[key].sum()) for key in ("firms", "candidates", "met", "one_short", "two_short")
        )
        pen.two(title)
        pen.body(
            f"{survey.city}{title}企业{firms}家，可作培育对象的{members}家。对照各自下一级的标准（已持有省级专精特新的对照小巨人，"
            f"其余类推），已满足的{met}家，差一项的{near}家，差两项的{two}家；名单另附，县区逐家联系后回填进度。"
        )
        keys = ("value", "firms", "candidates", "met", "person", "pending", "one_short", "two_short")
        rows = [*table.select(keys).iter_rows(), ("合计", *(int(table[key].sum()) for key in keys[1:]))]
        heads = ("县区", "企业", "候选", "满足", "须人工", "待核", "差一项", "差两项")
        pen.table(
            f"{title}摸排情况",
            heads,
            rows,
            (46, 18, 18, 15, 15, 18, 15, 15),
            "单位：家；对照的是各家的下一级，差几项只数确定不满足的",
        )
