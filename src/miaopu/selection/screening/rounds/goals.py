"""目标推导：公式、基数、除数、取整与原文的表，由核心算；并记下另一列：现在实有几家。"""

from __future__ import annotations

import polars as pl

from miaopu.screening import targets
from miaopu.selection.city import city


def rows() -> pl.DataFrame:
    """全部目标（screening.target.SCHEMA）。"""
    return targets(city().catalog)
