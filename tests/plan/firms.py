"""造数全的企业：各数随机，都够得着或够不着线，给先补哪个数的测试用。"""

from datetime import date
from random import Random
from typing import Any

DAY = date(2026, 11, 20)
CLEAR = ("abnormal_list", "dishonest_list", "single_champion", "controlled_by_existing_lg")
CLEAR += (
    "same_group_similar_product",
    "national_award_top3_3y",
    "provincial_award_top3_3y",
    "rd_institution_provincial",
)
INCIDENTS = ("larger_safety_accident", "major_safety_accident", "major_data_incident", "serious_environment")
INCIDENTS += ("serious_quality", "serious_industry_rules", "data_fraud", "tax_evasion")
WAN = 1_000_000


def complete(count: int, seed: int = 7) -> list[dict[str, Any]]:
    """count 家，什么都知道。"""
    draw = Random(seed)
    return [_firm(draw, at) for at in range(count)]


def _firm(draw: Random, at: int) -> dict[str, Any]:
    revenue = draw.randint(1200, 20000) * WAN
    earlier = revenue * draw.randint(70, 110) // 100
    ip, equity = draw.randint(0, 9), draw.choice((0, 0, 0, 3000)) * WAN
    known = dict.fromkeys(CLEAR, 0) | {f"incident_3y_{name}": 0 for name in INCIDENTS}
    return known | {
        "enterprise": f"E{at:04}", "industry_section": "C", "size_high": draw.choice((1, 2)), "srdi": 1,
        "registered_in_china": 1, "legal_person": 1, "is_sme": 1, "prohibited_product": int(draw.random() < 0.03),
        "innovative": 1, "tech_sme": 0, "segment_years": draw.randint(1, 15) * 10_000, "revenue_t1": revenue,
        "revenue_t2": earlier, "revenue_t3": earlier * draw.randint(70, 110) // 100,
        "main_revenue_t1": revenue * draw.randint(75, 100) // 100, "assets_t1": revenue,
        "liabilities_t1": revenue * draw.randint(20, 90) // 100, "rd_t1": revenue * draw.randint(10, 90) // 1000,
        "rd_t2": earlier * draw.randint(10, 90) // 1000, "class1_ip_2026_low": ip, "class1_ip_2026_high": ip,
        "equity_2y_low": equity, "equity_2y_high": equity, "market_share": draw.randint(1, 30) * 10_000,
        "domestic_rank": draw.randint(1, 20), "eval_score_t0": draw.randint(35, 85) * 10_000,
        "reviewed_reputation": 1, "reviewed_chain_role": 1, "reviewed_market_position": 1,
    }  # fmt: skip
