"""调研报告后半：小巨人潜力、短板分布、数据缺口、目标对照、建议下一步。"""

from __future__ import annotations

from typing import Any

import polars as pl

from miaopu.papers.report.stock import share
from miaopu.papers.word.chart import Picture
from miaopu.papers.word.document import Writer

BANDS = ("满足", "须人工", "待核", "差一项", "差两项", "差三项以上")
SHORT_KEYS = ("failed", "unknown", "manual", "only_listed")
SHOWN_GAPS = 12
SHOWN_ADVICE = 3


def potential(pen: Writer, survey: Any) -> None:
    """四、小巨人潜力。"""
    code = survey.standards.get(survey.tier, "")
    counts = {word: survey.band(word) for word in BANDS}
    total = sum(counts.values())
    pen.one("“小巨人”潜力")
    pen.body(
        f"对照{survey.tier_title}标准（{code}），在全部可作培育对象、尚未持有该称号的{total}家企业中："
        f"满足的{counts['满足']}家；只差人工核定的{counts['须人工']}家；没有确定不满足、但缺数待核的{counts['待核']}家；"
        f"确定差一项的{counts['差一项']}家，差两项的{counts['差两项']}家，差三项以上的{counts['差三项以上']}家。"
    )
    pen.body("待核不等于不行，也不等于行：补齐数据以前不作结论。差几项的企业里也可能另有待核、须人工的要求，见名单。")
    _listed(pen, survey, counts)
    pen.table(
        "“小巨人”标准测算分档",
        ("分档", "企业", "占比"),
        [*((word, counts[word], share(counts[word], total)) for word in BANDS), ("合计", total, share(total, total))],
        (50, 40, 40),
        "单位：家；占比按四舍五入显示",
    )
    table = survey.lists.get(survey.tier)
    if table is None or not table.height:
        pen.body("目前没有差两项以内的企业进入名单。")
        return
    counties = table.group_by("county", maintain_order=True).agg(
        [(pl.col("band") == word).sum().alias(word) for word in BANDS[:5]] + [pl.len().alias("firms")]
    )
    counties = _in_order(counties, survey)
    rows = [*counties.select("county", "firms", *BANDS[:5]).iter_rows()]
    rows.append(("合计", table.height, *(int(counties[word].sum()) for word in BANDS[:5])))
    pen.table(
        "差两项以内企业的县区分布",
        ("县区", "企业", *BANDS[:5]),
        rows,
        (50, 20, 18, 18, 18, 18, 18),
        "单位：家；逐家名单另附",
    )
    near = {
        word: counties[word].to_list()
        for word in ("满足", "须人工", "待核", "差一项", "差两项")
        if counties[word].sum()
    }
    pen.chart(
        Picture("差两项以内企业的县区分布（家）", "stacked", [name or "未知" for name in counties["county"]], near)
    )


def _listed(pen: Writer, survey: Any, counts: dict[str, int]) -> None:
    """差几项的企业里，真正进名单的有几家：待核太多的不列。"""
    table = survey.lists.get(survey.tier)
    if table is None:
        return
    listed = {word: int((table["band"] == word).sum()) for word in BANDS}
    some = [word for word in ("待核", "差一项", "差两项") if listed[word] < counts[word]]
    if some:
        said = "；".join(f"{word}的{counts[word]}家中列入{listed[word]}家" for word in some)
        pen.body(f"待核项太多的企业几乎只有登记信息，谈不上差几项，先补数、不列入名单：{said}。")


def _in_order(table: pl.DataFrame, survey: Any) -> pl.DataFrame:
    order = {name: at for at, name in enumerate(survey.facet("county")["value"])}
    return table.sort(
        pl.col("county").fill_null("未知").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    )


def shortfall(pen: Writer, survey: Any) -> None:
    """五、短板分布。"""
    pen.one("短板分布")
    table = survey.shorts.filter(pl.col("tier") == survey.tier)
    near = survey.listed("差一项")
    only = table.filter(pl.col("only_listed") > 0).sort("only_listed", descending=True)
    if only.height:
        said = "、".join(
            f"{row['title']}（{row['clause']}）{row['only_listed']}家" for row in only.head(5).iter_rows(named=True)
        )
        pen.body(f"名单内差一项的{near}家企业，所差的依次是：{said}。")
    else:
        pen.body("名单内没有只差一项的企业。")
    heads = ("要求", "内容", "不满足", "待核", "须人工", "名单内只差这项", "依据")
    rows = [
        (f"{row['clause']} {row['title']}", row["text"], *(row[key] for key in SHORT_KEYS), row["mark"])
        for row in table.iter_rows(named=True)
    ]  # fmt: skip
    pen.table(
        f"对照{survey.standards.get(survey.tier, '')}逐项短板", heads, rows, (26, 46, 16, 16, 16, 17, 19),
        "单位：家；范围为全部可作培育对象、尚未持有该称号的企业；一家可有几项；名单不含待核太多的",
    )  # fmt: skip
    if only.height:
        shown = only.head(8)
        pen.chart(
            Picture(
                "名单内只差一项的企业差在哪里（家）",
                "bar",
                shown["title"].to_list(),
                {"企业": shown["only_listed"].to_list()},
            )
        )


def missing(pen: Writer, survey: Any) -> None:
    """六、数据缺口。"""
    pen.one("数据缺口")
    table = survey.gap_counts.filter(pl.col("tier") == survey.tier).sort("firms", descending=True)
    if not table.height:
        pen.body("没有因缺数而待核的要求。")
        return
    pen.body(
        f"还没有{survey.tier_title}称号、可作培育对象的企业中，因缺下列数据而有要求待核的家数如下；"
        f"其中没有确定不满足、只是待核的{survey.band('待核')}家和名单内的企业，应先补。一家可缺几项，各行不能相加。"
    )
    rows = [
        (row["title"], row["department"], row["firms"], row["pending"], row["listed"])
        for row in table.head(SHOWN_GAPS).iter_rows(named=True)
    ]
    note = f"单位：家；列缺得最多的{min(SHOWN_GAPS, table.height)}项，共{table.height}项"
    heads = ("缺的数据", "提供部门", "缺的企业", "其中待核", "其中在名单内")
    pen.table("缺的数据与提供部门", heads, rows, (56, 40, 20, 20, 22), note)
    by = table.group_by("department").agg(pl.len().alias("items"), pl.col("firms").max(), pl.col("listed").max())
    rows = list(
        by.sort("listed", "firms", descending=True).select("department", "items", "firms", "listed").iter_rows()
    )
    heads = ("提供部门", "缺的数据项数", "缺得最多一项的企业", "名单内缺得最多一项的企业")
    pen.table("按提供部门归总", heads, rows, (44, 32, 38, 44), "单位：项、家；部门写“或”的，任何一方补齐即可")


def goals(pen: Writer, survey: Any) -> None:
    """七、目标对照。"""
    pen.one("目标对照")
    sure, person, pending = (survey.band(word) for word in ("满足", "须人工", "待核"))
    most = sure + person + pending
    pen.body(reach(survey, sure, person, pending, most))
    listed = survey.lists.get(survey.tier)
    library = survey.target(survey.library)
    if library and listed is not None:
        goal = int(library["stated"])
        verb = "达到" if listed.height >= goal else "未达到"
        pen.body(
            f"培育库目标{library['stated_word']}；差两项以内的企业{listed.height}家，{verb}{goal}家。"
            "入库与否由市局研究确定，本表只提供人选。"
        )
    rows = [
        (row["title"], row["expression"], row["stated_word"] or "（未写合计）", row["gap_word"], row["quote"])
        for row in survey.targets.iter_rows(named=True)
    ]
    pen.table(
        "目标推导与文件所写目标", ("目标", "公式与得数", "文件所写", "差距", "原文"), rows, (24, 34, 24, 30, 48),
        "公式得数按精确分数计算，不作取整；与文件所写不一致的照原样列出",
    )  # fmt: skip
    for row in survey.targets.filter((pl.col("cross") != "") | (pl.col("remark") != "")).iter_rows(named=True):
        said = "；".join(part for part in (row["cross"], row["remark"]) if part)
        pen.note(f"注：{row['title']}：{said}。")


def reach(survey: Any, sure: int, person: int, pending: int, most: int) -> str:
    """推荐目标够不够的一段话：最多能有多少家，够不够照实说。"""
    row = survey.target(survey.goal)
    counts = (
        f"按现有数据，对照{survey.standards.get(survey.tier, '')}，满足的{sure}家，须人工核定的{person}家，"
        f"待核的{pending}家；"
        f"即使须人工、待核的全部成立，可申报的至多{most}家。"
    )
    if not row:
        return counts
    goal = int(row["stated"])
    if most < goal:
        one, two = survey.listed("差一项"), survey.listed("差两项")
        lift = f"须靠名单内差一项（{one}家）、差两项（{two}家）的企业补差提升。"
        tail = f"少于推荐目标{goal}家，缺口至少{goal - most}家，{lift}"
    elif sure < goal:
        tail = f"推荐目标{goal}家：确定满足的还少{goal - sure}家，能不能达到取决于须人工与待核的结果。"
    else:
        tail = f"确定满足的已不少于推荐目标{goal}家。"
    return counts + tail


def advice(pen: Writer, survey: Any) -> None:
    """八、建议下一步。"""
    pen.one("建议下一步")
    gaps = survey.gap_counts.filter(pl.col("tier") == survey.tier, pl.col("listed") + pl.col("pending") > 0)
    gaps = gaps.sort("listed", "pending", descending=True).head(SHOWN_ADVICE)
    if gaps.height:
        asked = "；".join(
            f"请{row['department']}补{row['title']}（名单内{row['listed']}家缺）" for row in gaps.iter_rows(named=True)
        )
        pen.three(f"先补数。{asked}。")
    only = survey.shorts.filter(pl.col("tier") == survey.tier, pl.col("only_listed") > 0)
    only = only.sort("only_listed", descending=True).head(SHOWN_ADVICE)
    if only.height:
        named = "、".join(f"{row['title']}（{row['only_listed']}家）" for row in only.iter_rows(named=True))
        pen.three(f"再补差。对名单内只差一项的{survey.listed('差一项')}家一企一策，重点是{named}。")
    if person := survey.band("须人工"):
        pen.three(f"组织核定。只差人工核定的{person}家，请组织专家就产业链作用等逐家出具意见，意见写明依据和期限。")
    if survey.scale_up.height:
        pen.three(
            f"抓小升规。规模线附近及已过线未入库的企业{survey.scale_up.height}家，名单转县区核实，是否纳统由统计部门依法认定。"
        )
    pen.three("名单下发。拟培育企业名单按县区下发，明确科室、责任到人，县区对名单有异议的随文反馈。")
