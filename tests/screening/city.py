"""测试用的小城：几家手写的企业，走真的属性、真的标准、真的判定。"""

from datetime import date

import polars as pl

from miaopu.screening import load_settings, screen
from miaopu.standards.applicability import choose, load_rules
from miaopu.standards.attributes import AttributeRules, with_attributes
from miaopu.standards.engine.bind import bind
from miaopu.standards.engine.column import evaluate
from miaopu.standards.load import load_library
from miaopu.terms.catalog import Catalog

ON = date(2026, 11, 20)
WAN = 1_000_000
PERCENT = 10_000
CATALOG = Catalog.default()
LIBRARY = load_library(CATALOG)
TIERS = ("INNOV", "TECHSME", "SRDI", "LG", "KEYLG", "GAZELLE", "UNICORN", "CHAMPION", "CHAMPION-SD", "SCALEUP")
COUNTIES = {"371502": "东昌府区", "371503": "茌平区", "371581": "临清市"}
SECTIONS = {"C": "制造业", "I": "信息传输、软件和信息技术服务业", "F": "批发和零售业"}
DEPARTMENTS = {"firm": "企业", "tax": "税务", "miit": "本局", "registry_report": "市场监管年报", "ip": "知识产权",
               "registration": "行政审批", "science": "科技", "county": "县区", "market": "市场监管", "hrss": "人社",
               "statistics": "统计", "credit": "信用", "sasac": "国资"}  # fmt: skip

STRONG = {
    "region": "371502", "industry": "3451", "entity_type": "company", "status": "active", "established": "2012-03-01",
    "revenue_t1": 9000 * WAN, "revenue_t2": 8200 * WAN, "revenue_t3": 7500 * WAN,
    "main_revenue_t1": 8800 * WAN, "main_revenue_t2": 8000 * WAN, "main_revenue_t3": 7300 * WAN,
    "assets_t1": 10000 * WAN, "liabilities_t1": 4000 * WAN, "net_profit_t1": 700 * WAN,
    "rd_t1": 700 * WAN, "rd_t2": 650 * WAN, "rd_t3": 400 * WAN, "employees_t1": 120, "rd_staff_t1": 20,
    "segment_years": 120_000, "market_share": 12 * PERCENT, "domestic_rank": 2, "eval_score_t0": 720_000,
    "class1_ip_2026_low": 6, "class1_ip_2026_high": 6, "class1_ip_63_low": 6, "class1_ip_63_high": 6,
    "innovative": 1, "tech_sme": 1, "municipal_srdi": 1, "srdi": 1, "little_giant": 0, "gazelle": 0,
    "single_champion": 0, "hte": 1, "abnormal_list": 0, "dishonest_list": 0, "prohibited_product": 0,
    "controlled_by_existing_lg": 0, "same_group_similar_product": 0, "national_award_top3_3y": 0,
    "provincial_award_top3_3y": 0, "chain": "轴承", "above_scale_t1": 1, "lead_product": "虚构轴承",
    "reviewed_chain_role": 1, "reviewed_reputation": 1, "tax_credit_good": 1, "supported_before": 0,
}  # fmt: skip
INCIDENTS = ("larger_safety_accident", "major_safety_accident", "major_data_incident", "serious_environment",
             "serious_quality", "serious_industry_rules", "data_fraud", "tax_evasion")  # fmt: skip
STRONG |= {f"incident_3y_{name}": 0 for name in INCIDENTS}


def firm(number: int, **changes):
    """一家企业的快照行；number 定企业号与名称。"""
    code = f"91371500MA{number:08d}"
    return {"enterprise": code, "uscc": code, "name": f"虚构{number}号有限公司", **STRONG, **changes}


def attributed(rows):
    """快照行 → 加过属性的宽表。"""
    frame = pl.DataFrame(rows, infer_schema_length=None)
    return with_attributes(frame.lazy(), AttributeRules.load(CATALOG), ON).collect()


def programs(tiers=TIERS, on=ON):
    """层级 → 当日适用标准的程序。"""
    rules = load_rules(CATALOG)
    chosen = {tier: choose(rules, tier, on) for tier in tiers}
    found = {tier: LIBRARY.find(choice.standard) for tier, choice in chosen.items()}
    return {tier: bind(one, on, "new", LIBRARY.notices_for(one.code, on, "new")) for tier, one in found.items()}


def screened(rows, settings=None):
    """筛选结果、宽表、判定表、程序。"""
    frame, every = attributed(rows), programs()
    verdicts = evaluate(frame.lazy(), every.values()).collect()
    found = screen(
        frame, verdicts, every, settings or load_settings(CATALOG), LIBRARY.vocabulary,
        departments=DEPARTMENTS, sections=SECTIONS, counties=COUNTIES,
    )  # fmt: skip
    return found, frame, verdicts, every
