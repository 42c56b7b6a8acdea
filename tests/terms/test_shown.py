"""显示：内部值写成人读的样子。"""

from datetime import date

import pytest

from miaopu.terms.catalog import Catalog
from miaopu.terms.indicator import load_indicators
from miaopu.terms.shown import day, shown

INDICATORS = load_indicators(Catalog.default())


@pytest.mark.parametrize(
    ("value", "kind", "unit", "told"),
    [
        (123_456_789_000, "money", "万元", "123,456.79万元"),
        (-5_000_000, "money", "万元", "-5.00万元"),
        (699_950, "percent", "%", "70.00%"),
        (12, "count", "件", "12件"),
        (1_234, "count", "人", "1,234人"),
        (39_900, "decimal", "年", "3.99年"),
        (1, "flag", "", "是"),
        (0, "flag", "", "否"),
        ("2026-11-20", "date", "", "2026年11月20日"),
        ("2024-03", "date", "", "2024年3月"),
        ("没有格式", "date", "", "没有格式"),
        ("虚构文字", "text", "", "虚构文字"),
        (None, "money", "万元", "—"),
        (0, "money", "万元", "0.00万元"),
    ],
)
def test_each_kind_reads_as_people_write_it(value, kind, unit, told):
    assert shown(value, kind, unit) == told


def test_a_day_reads_without_leading_zeros():
    assert (day(date(2026, 3, 1)), day("2025")) == ("2026年3月1日", "2025年")
