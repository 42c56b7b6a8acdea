"""本层测试共用的一家虚构企业、门槛默认与评估日。"""

from datetime import date

GATES = {
    "registered_in_china": True,
    "legal_person": True,
    "is_sme": True,
    "abnormal_list": False,
    "dishonest_list": False,
    "prohibited_product": False,
    "incident_3y": "none",
}
DAY = date(2026, 5, 10)
FIRM = {
    "srdi_valid": True,
    "segment_years": 6,
    "revenue_t1": 20000,
    "revenue_t2": 17000,
    "revenue_t3": 15000,
    "main_revenue_t1": 19000,
    "liabilities_t1": 5000,
    "assets_t1": 10000,
    "rd_t1": 1000,
    "rd_t2": 900,
    "class1_ip_counted": 6,
    "market_share": 20,
    "reviewed": {"chain_role": True, "reputation": True},
    "eval_score_current": 75,
}
