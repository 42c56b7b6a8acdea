"""测试共用的指标表；PLAIN 不含派生条目的指标，也不带指标自己的来源先后（各用例自己声明），不测派生的用例用它，快一倍。"""

from dataclasses import replace

from miaopu.terms.catalog import Catalog
from miaopu.terms.indicator import Indicator, load_indicators

INDICATORS = load_indicators(Catalog.default())


def unranked(one: Indicator) -> Indicator:
    return replace(one, extra={key: value for key, value in one.extra.items() if key != "precedence"})


PLAIN = {key: unranked(one) for key, one in INDICATORS.items() if "items" not in one.extra}
