"""测试共用的指标表；PLAIN 不含派生条目的指标，不测派生的用例用它，快一倍。"""

from miaopu.terms.catalog import Catalog
from miaopu.terms.indicator import load_indicators

INDICATORS = load_indicators(Catalog.default())
PLAIN = {key: one for key, one in INDICATORS.items() if "items" not in one.extra}
