"""筛选：站位、一项要求只计一次、差几项只数确定的、距离、排序可复算、分面对得上总数。"""

from datetime import date

import polars as pl
import pytest
from tests.screening.city import (
    CATALOG,
    COUNTIES,
    DEPARTMENTS,
    LIBRARY,
    ON,
    PERCENT,
    SECTIONS,
    WAN,
    firm,
    programs,
    screened,
)

from miaopu.screening import load_settings, screen
from miaopu.screening.distance import shortfalls
from miaopu.screening.facet import Unreconciled, reconcile
from miaopu.screening.standing import tiers
from miaopu.standards.explain import plain
from miaopu.standards.judge import Judge
from miaopu.standards.tree.state import State

ROWS = [
    firm(1),
    firm(2, market_share=5 * PERCENT, domestic_rank=9),
    firm(3, rd_t1=None),
    firm(4, srdi=0, revenue_t1=1400 * WAN, main_revenue_t1=1390 * WAN),
    firm(5, status="cancelled"),
    firm(6, entity_type="branch"),
    firm(7, little_giant=1),
    firm(8, status=None),
    firm(9, reviewed_chain_role=None),
    firm(10, srdi=None, region="371581"),
    firm(11, industry="5199", revenue_t1=1600 * WAN, main_revenue_t1=None, above_scale_t1=0, srdi=0, innovative=0,
         tech_sme=0, municipal_srdi=0, hte=0, chain=None),
    firm(12, rd_t1=200 * WAN, rd_t2=150 * WAN),
    firm(13, market_share=5 * PERCENT, domestic_rank=9, eval_score_t0=None),
    firm(14, abnormal_list=1, market_share=5 * PERCENT, domestic_rank=9),
    firm(15, employees_t1=5000, revenue_t1=90_000 * WAN, main_revenue_t1=89_000 * WAN),
    firm(16, srdi=0, innovative=1, municipal_srdi=0, region=None),
]  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return screened(ROWS)


def one(table, number):
    return table.row(by_predicate=pl.col("name") == f"虚构{number}号有限公司", named=True)


def test_each_firm_stands_on_its_rung_and_looks_at_the_next(found):
    firms = found[0].firms
    seen = {number: (one(firms, number)["held"], one(firms, number)["next_tier"]) for number in (1, 4, 7, 11, 16)}
    assert seen[1] == ("SRDI", "LG")
    assert seen[4] == ("MUNI", "SRDI")
    assert seen[7] == ("LG", "KEYLG")
    assert seen[11][0] == "NONE" and seen[11][1] in ("INNOV", "TECHSME")
    assert seen[16] == ("BASE", "SRDI"), "没有市级标准时跳过市级"


def test_a_higher_title_that_is_unknown_is_said(found):
    row = one(found[0].firms, 10)
    assert row["held"] == "MUNI" and row["held_unknown"] == "专精特新中小企业"


def test_who_is_no_candidate_and_why(found):
    firms = found[0].firms
    seen = {
        number: (one(firms, number)["candidate"], one(firms, number)["not_candidate"]) for number in (1, 5, 6, 8, 15)
    }
    assert seen == {
        1: ("是", ""),
        5: ("否", "已注销"),
        6: ("否", "分支机构，不是独立法人"),
        8: ("待核", "登记状态未知"),
        15: ("否", "大型企业，不属中小企业"),
    }


def test_one_requirement_counts_once(found):
    """研发强度两年都不够是一项（B3b），与研发费用合计（B3a）共两项；门槛里的各项分开数。"""
    firms = found[0].firms
    assert one(firms, 12)["LG.short"] == 2
    assert one(firms, 2)["LG.short"] == 1
    assert one(firms, 14)["LG.short"] == 2, "列入异常（G3）与市场地位（B5）各一项"


def test_unknown_and_person_stand_beside_not_among_the_short(found):
    firms = found[0].firms
    assert {key: one(firms, 13)[f"LG.{key}"] for key in ("short", "unknown", "manual")} == {
        "short": 1, "unknown": 1, "manual": 0}  # fmt: skip
    assert {key: one(firms, 9)[f"LG.{key}"] for key in ("verdict", "short", "unknown", "manual")} == {
        "verdict": 2, "short": 0, "unknown": 0, "manual": 1}  # fmt: skip
    assert {key: one(firms, 3)[f"LG.{key}"] for key in ("verdict", "short", "unknown")} == {
        "verdict": 1, "short": 0, "unknown": 2}  # fmt: skip


def test_counts_are_those_of_the_row_form(found):
    """与逐家判定对照：每层级每家的三种计数，都等于行式里要求状态的个数。"""
    result, frame, _, every = found
    judge = Judge(LIBRARY)
    for code, tier in tiers(every, load_settings(CATALOG)).items():
        for values in frame.iter_rows(named=True):
            told = judge.judge(tier.program.standard, values, ON)
            states = [told.states[item.id] for item in tier.requirements]
            row = result.firms.row(by_predicate=pl.col("enterprise") == values["enterprise"], named=True)
            counted = tuple(row[f"{code}.{key}"] for key in ("verdict", "short", "unknown", "manual"))
            wanted = tuple(states.count(state) for state in (State.fail_, State.unknown, State.manual))
            assert counted == (int(told.verdict), *wanted), (code, values["name"])


def test_the_list_tells_distance_and_what_is_missing(found):
    table = found[0].lists["LG"].table
    row = one(table, 2)
    assert row["band"] == "差一项" and row["short_titles"] == "B5 市场地位"
    assert row["distance"] == "B5a 市场占有率：还差5个百分点；B5b 国内排名：超出6名"
    assert row["shortfall"] == 50, "可选的两条取近的：差5个百分点，占界线一半"
    blank = one(table, 3)
    assert (blank["band"], blank["missing"], blank["departments"]) == ("待核", "研发费用（审计）（上年）", "企业")
    money = one(table, 12)
    assert "B3a 研发费用合计：还差850万元" in money["distance"]


def test_distances_are_exact_and_signed(found):
    table = found[0].lists["LG"].distances
    mine = table.filter(pl.col("enterprise") == firm(12)["enterprise"], pl.col("clause") == "B3a")
    assert mine.select("distance", "unit", "actual", "mark").row(0) == ("-850", "万元", "350万元", "未核原文")


def test_distances_are_those_of_the_row_form(found):
    """逐条与逐家判定对照：距离同是一个精确数。"""
    result, frame, _, every = found
    judge, checked = Judge(LIBRARY), 0
    for code, listed in result.lists.items():
        for row in listed.distances.drop_nulls("distance").iter_rows(named=True):
            values = frame.row(by_predicate=pl.col("enterprise") == row["enterprise"], named=True)
            told = judge.judge(every[code].standard, values, ON)
            assert told.states[row["clause"]] is State.fail_
            assert plain(told.distances[row["clause"]].distance) == row["distance"]
            checked += 1
    assert checked > 5


def test_the_rank_can_be_recomputed_from_its_columns(found):
    settings = load_settings(CATALOG)
    for listed in found[0].lists.values():
        for row in listed.table.iter_rows(named=True):
            score = settings.rank_base + sum(part.weight * row[part.key] for part in settings.rank_parts)
            assert score == row["score"]
        scores = listed.table["score"].to_list()
        assert scores == sorted(scores, reverse=True)
        ranks = [1 + sum(other > mine for other in scores) for mine in scores]
        assert listed.table["rank"].to_list() == ranks, "同分同名次"


def test_a_list_holds_only_candidates_without_the_title(found):
    names = set(found[0].lists["LG"].table["name"])
    absent = {f"虚构{number}号有限公司" for number in (5, 6, 7, 15)}
    assert not names & absent
    assert {f"虚构{number}号有限公司" for number in (1, 2, 3, 8, 9, 13)} <= names


def test_every_facet_adds_up_to_every_firm(found):
    facets = found[0].facets
    assert set(facets["facet"]) == {"county", "section_title", "chain", "size", "held_title", "next_title"}
    assert facets.group_by("facet").agg(pl.col("firms").sum())["firms"].unique().to_list() == [len(ROWS)]
    county = facets.filter(pl.col("facet") == "county")
    assert county["value"].to_list() == ["东昌府区", "临清市", "未知"], "按行政次序，未知在最后"
    assert county.filter(pl.col("value") == "未知")["firms"].item() == 1


def test_a_facet_that_does_not_add_up_is_refused(found):
    facets = found[0].facets
    with pytest.raises(Unreconciled, match="对不上"):
        reconcile(facets.with_columns(pl.col("firms") + 1), len(ROWS))
    with pytest.raises(Unreconciled, match="对不上"):
        reconcile(facets, len(ROWS) + 1)


def test_bands_of_a_tier_add_up_to_every_firm(found):
    sums = found[0].bands.group_by("tier").agg(pl.col("firms").sum())
    assert sums["firms"].unique().to_list() == [len(ROWS)]
    held = found[0].bands.filter(pl.col("tier") == "LG", pl.col("band") == "已持有")
    assert held["firms"].item() == 1


def test_the_ladder_counts_holders_and_leaves_unknown_unknown(found):
    ladder = {row["code"]: row for row in found[0].ladder.iter_rows(named=True)}
    assert ladder["LG"]["holders"] == 1 and ladder["SRDI"]["unknown"] == 1
    assert ladder["UNICORN"]["holders"] is None, "没有称号名单的级不写零"
    assert sum(row["highest"] for row in ladder.values() if row["highest"] is not None) == len(ROWS)


def test_shorts_count_only_this_one(found):
    table = found[0].shorts.filter(pl.col("tier") == "LG")
    row = table.row(by_predicate=pl.col("clause") == "B5", named=True)
    assert (row["failed"], row["only_this"]) == (3, 2)
    assert row["mark"] == "未核原文"


def test_gap_counts_name_the_department(found):
    table = found[0].gap_counts.filter(pl.col("tier") == "LG", pl.col("input") == "eval_score_t0")
    assert table.select("title", "department", "firms", "pending", "listed").row(0) == (
        "专精特新发展评价得分（本年）", "本局", 1, 0, 1)  # fmt: skip


def test_the_scale_watch_takes_its_lines_from_the_standard(found):
    watch = found[0].scale_up
    row = one(watch, 11)
    assert row["line"] == 2000 * WAN and row["to_line"] == -400 * WAN and row["percent"] == 80
    assert row["stand_in"] == "是" and row["state"].startswith("代看")
    assert watch.height == 1, "在规上名录里的不再关注"


def test_focus_lists_keep_everyone_and_leave_contact_blank(found):
    settings = load_settings(CATALOG)
    table = found[0].focus["C"]
    assert table.height == 15 and set(settings.contact) <= set(table.columns)
    assert table.select(settings.contact).null_count().row(0) == (15,) * len(settings.contact)
    assert table["candidate"].to_list()[-3:] == ["否"] * 3, "不是候选的在后，但都在"


def test_two_tables_of_different_firms_are_refused(found):
    _, frame, verdicts, every = found
    given = {"departments": DEPARTMENTS, "sections": SECTIONS, "counties": COUNTIES}
    with pytest.raises(ValueError, match="一一对应"):
        screen(frame, verdicts.head(3), every, load_settings(CATALOG), LIBRARY.vocabulary, **given)
    with pytest.raises(ValueError, match="重复"):
        screen(pl.concat([frame, frame]), verdicts, every, load_settings(CATALOG), LIBRARY.vocabulary, **given)


def test_a_day_before_the_2026_rules_uses_the_older_standard():
    every = programs(("LG",), date(2026, 3, 31))
    assert every["LG"].standard.code == "LG-63"


@pytest.fixture(scope="module")
def corners():
    return screened(
        [
            firm(1, abnormal_list=1, incident_3y_data_fraud=1),
            firm(2, employees_t1=None, revenue_t1=90_000 * WAN, main_revenue_t1=89_000 * WAN),
            firm(3, industry=None),
        ]
    )


def test_gates_joined_in_one_clause_are_counted_one_by_one(corners):
    row = one(corners[0].firms, 1)
    assert row["LG.short"] == 2
    assert one(corners[0].lists["LG"].table, 1)["short_titles"] == "G3 未列异常与失信名单；G5 近三年无事故违法"


def test_what_is_missing_is_the_stem_not_the_derived_flag(corners):
    """划型定不了，是因为缺从业人员，不是缺“属中小企业”，也不是缺已有的营收、资产。"""
    gaps = corners[0].lists["LG"].gaps
    mine = gaps.filter(pl.col("enterprise") == firm(2)["enterprise"])
    assert mine.select("input", "department").rows() == [("employees_t1", "市场监管年报或企业")]
    blank = gaps.filter(pl.col("enterprise") == firm(3)["enterprise"])
    assert "industry" in blank["input"].to_list()


def test_the_shortfall_follows_any_and_all(corners):
    tier = tiers(corners[3], load_settings(CATALOG))["LG"]

    def largest(**sizes):
        table = pl.DataFrame({"enterprise": "甲", "clause": list(sizes), "shortfall": list(sizes.values())})
        return shortfalls(table, tier)["shortfall"].item()

    assert largest(B3b1=4, B3b2=67) == 67, "两年都要达到，取差得远的"
    assert largest(B5a=50, B5b=100) == 50, "任选其一，取差得近的"
    assert largest(B5a=50, B5b=100, B2b=3) == 50, "几项要求之间取差得远的"
