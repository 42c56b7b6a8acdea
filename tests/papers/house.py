"""测试材料用的小筛选：真的筛选结果、标记与报告用表。"""

from datetime import date

from tests.screening.city import CATALOG, COUNTIES, ON, PERCENT, WAN, firm, screened

from miaopu.papers import Marks, standard_marks
from miaopu.papers.report import Survey
from miaopu.papers.roster import RankNote
from miaopu.screening import load_settings, targets

SETTINGS = load_settings(CATALOG)
NOTE = RankNote(SETTINGS.rank_base, tuple((part.key, part.title, part.weight) for part in SETTINGS.rank_parts))
ORDER = tuple(COUNTIES.values())
ROWS = [
    firm(1, lead_product="=HYPERLINK(虚构)", chain="+轴承", revenue_t1=9000 * WAN + 12_345),
    firm(2, market_share=5 * PERCENT + 1, domestic_rank=9, region="371581", liabilities_t1=None),
    firm(3, rd_t1=None, region="371503"),
    firm(4, srdi=0, revenue_t1=1400 * WAN, main_revenue_t1=1390 * WAN, net_profit_t1=-35 * WAN),
    firm(5, status="cancelled"),
    firm(6, region=None, reviewed_chain_role=None, segment_years=35_000),
    firm(7, industry="6513", market_share=5 * PERCENT, domestic_rank=9),
    firm(8, industry="5199", revenue_t1=1600 * WAN, main_revenue_t1=None, above_scale_t1=0, srdi=0, innovative=0),
]
FOUND, FRAME, VERDICTS, PROGRAMS = screened(ROWS)
MARKS = Marks(
    "某市工业和信息化局", date(2026, 11, 20), date(2026, 11, 20), ON, "ab12" * 16,
    standard_marks([PROGRAMS["LG"], PROGRAMS["SRDI"]]), True,
)  # fmt: skip


def survey(**changes):
    """报告用表。"""
    given = {
        "facets": FOUND.facets, "ladder": FOUND.ladder, "focus_counts": FOUND.focus_counts, "bands": FOUND.bands,
        "shorts": FOUND.shorts, "gap_counts": FOUND.gap_counts, "scale_up": FOUND.scale_up,
        "lists": {tier: one.table for tier, one in FOUND.lists.items()}, "targets": targets(CATALOG),
        "standards": FOUND.standards, "city": "某市",
    }  # fmt: skip
    return Survey(**{**given, **changes})
