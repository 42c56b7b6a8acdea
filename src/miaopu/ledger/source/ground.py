"""不得作为依据的来源（may_ground: false）：哪些来源、哪些指标只有它们提供；读目录，不读台账。

统计的单个调查对象资料即是这样的来源：只供范围与划型参考，不作认定或奖励的依据。
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set

from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.indicator import Indicator

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_YEAR = re.compile(r"_t\d$")


def barred_sources(catalog: Catalog) -> frozenset[str]:
    """声明了 may_ground: false 的来源代码；只看这一项，不校验其余。"""
    every = (yaml_lines.read(path) for path in catalog.files("sources", "source.yaml"))
    return frozenset(str(one["code"]) for one in every if one.get("may_ground", True) is False)


def ungrounded(indicators: Mapping[str, Indicator], barred: Set[str]) -> frozenset[str]:
    """没有一个可作依据的来源的指标：提供者全是 barred，或由这样的指标按公式、条目得出。"""
    found = {key for key, one in indicators.items() if one.suppliers and set(one.suppliers) <= barred}
    while more := {key for key, one in indicators.items() if key not in found and not found.isdisjoint(_used(one))}:
        found |= more
    return frozenset(found)


def _used(one: Indicator) -> set[str]:
    names = {_YEAR.sub("", name) for name in _NAME.findall(one.formula)}
    return names | {str(one.extra["items"])} if "items" in one.extra else names
