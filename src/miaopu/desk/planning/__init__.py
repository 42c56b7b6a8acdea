"""方案的接头：台账与一轮评估 → 记录 → 方案、差距、预计、假如；页面、命令、作业共用，不写台账。"""

from miaopu.desk.planning.firm import forecast_of, gap_of, plan_firm, plan_many, what_if_of
from miaopu.desk.planning.next_datum import NextData, next_data_for, next_datum_for

__all__ = [
    "NextData",
    "forecast_of",
    "gap_of",
    "next_data_for",
    "next_datum_for",
    "plan_firm",
    "plan_many",
    "what_if_of",
]
