"""年度评价比的数：都是宽表里有的列；只数得出下限的，名称写明是确有的。"""

import polars as pl
import pytest

from miaopu.selection.library.watch.gauge import gauges
from miaopu.selection.screening.queries import current, opened
from miaopu.standards.run import WIDE

pytestmark = pytest.mark.django_db


def test_every_gauge_is_a_column_and_a_lower_bound_says_so():
    columns = pl.read_parquet_schema(opened(current()).folder / WIDE)
    assert gauges() and {one.column for one in gauges()} <= set(columns)
    bounds = {one.title for one in gauges() if one.column.endswith("_low")}
    assert bounds and all("确有" in title for title in bounds)
