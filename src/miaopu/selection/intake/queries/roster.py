"""当前一轮的企业名册：企业号、名称、县区；一轮不变，只读一次。"""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from miaopu.selection.screening.models import Firm

COLUMNS = ("enterprise", "name", "district", "county")


@lru_cache(maxsize=2)
def roster(code: str) -> pl.DataFrame:
    """code 是轮次；全市二十万家约一秒、二十兆。"""
    rows = list(Firm.objects.values_list(*COLUMNS))
    return pl.DataFrame(rows, schema=dict.fromkeys(COLUMNS, pl.String), orient="row")
