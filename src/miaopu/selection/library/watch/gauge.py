"""年度评价比哪些数：读 catalog/library.yaml 的 yearly；只读目录，写错报文件与行号。"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from miaopu.papers.layout import KINDS
from miaopu.terms.catalog import Catalog
from miaopu.terms.quantity import display
from miaopu.terms.yaml_lines import CatalogError, line_of

FILE = "library.yaml"
YEARLY = "_t1"
"""按会计年度报的列：两头是同一年的不算增长。"""


@dataclass(frozen=True)
class Gauge:
    """一个数：快照的列、名称、单位、类别（money 以分计，count 照数）。"""

    column: str
    title: str
    unit: str
    kind: str

    @property
    def yearly(self) -> bool:
        """按会计年度报的。"""
        return self.column.endswith(YEARLY)

    def shown(self, value: int | None) -> str:
        """给人看的写法，不带单位；不知道为“—”。"""
        return "—" if value is None else display(value, self.kind, self.unit)


@cache
def gauges() -> tuple[Gauge, ...]:
    """全部，照目录的次序。"""
    catalog = Catalog.default()
    path, rows = catalog.file(FILE), catalog.read(FILE)["yearly"]["numbers"]
    for one in rows:
        if set(one) != {"column", "title", "unit", "kind"} or one["kind"] not in KINDS:
            raise CatalogError(
                path, line_of(one), f"应正好写 column、title、unit、kind，kind 是 {'、'.join(KINDS)} 之一"
            )
    return tuple(Gauge(**one) for one in rows)
