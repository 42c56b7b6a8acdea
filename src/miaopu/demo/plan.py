"""演示计划：把 catalog/demo 的分布读成参数；取目录，给计划，不抽样。"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from miaopu.terms.catalog import Catalog


@dataclass(frozen=True)
class Plan:
    """firms 户数；其余是目录原样；数值用到时再转。"""

    firms: int
    seed: int
    city: dict[str, Any]
    names: dict[str, Any]
    innovation: dict[str, Any]
    industries: list[dict[str, Any]]
    survey: dict[str, Any]
    reported: dict[str, Any]

    @property
    def today(self) -> date:
        """演示日期：一切文件的“现在”。"""
        return self.city["as_of"]

    @property
    def whole(self) -> int:
        """整座城市的户数。"""
        return self.city["totals"]["firms"]

    def scaled(self, count: int, minimum: int = 1) -> int:
        """整城的个数按户数折算，至少 minimum 个。"""
        return max(minimum, (count * self.firms * 2 + self.whole) // (2 * self.whole))

    def economy(self, section: str) -> dict[str, float]:
        """某门类的规模参数；没有单列的用缺省。"""
        table = self.city["economy"]
        return {key: float(value) for key, value in table.get(section, table["default"]).items()}


def load(catalog: Catalog, firms: int, seed: int) -> Plan:
    """读 catalog/demo 下各文件。"""
    names = ("city", "names", "innovation", "industries", "survey", "reported")
    read = {name: catalog.read(f"demo/{name}.yaml") for name in names}
    return Plan(firms, seed, **read)
