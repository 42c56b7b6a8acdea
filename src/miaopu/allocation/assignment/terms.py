"""分工的口径：读 catalog/service.yaml 与县区小图；写错的报文件与行号。"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from miaopu.allocation.assignment.shape import Terms
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError

FILE, TILES = "service.yaml", "districts/tiles.yaml"
SECTOR = ("division", "section", "general", "other", "unknown")


def load_terms(catalog: Catalog, city: str, *, most_counties: int | None = None, cross: str = "") -> Terms:
    """一个城市的口径；most_counties、cross 是本次另定的（不给照目录）。花费须是不小于 0 的整数。"""
    told = catalog.read(FILE)["assignment"]
    county, travel = told["county"], told["travel"]
    crossing = cross or county["cross"]
    if crossing not in ("penalised", "forbidden"):
        raise CatalogError(catalog.file(FILE), county.line, f"跨县区应是 penalised 或 forbidden，发现“{crossing}”")
    numbers = [county["cost"], county["unknown"], county["most"], *travel.values(), *told["sector"].values()]
    numbers += [told["topic"], told["change"], *told["weights"].values()]
    if not all(isinstance(one, int) and one >= 0 for one in numbers):
        raise CatalogError(catalog.file(FILE), told.line, "分工的花费、权重应都是不小于 0 的整数")
    return Terms(
        cross_forbidden=crossing == "forbidden",
        cross_cost=county["cost"],
        county_unknown=county["unknown"],
        most_counties=county["most"] if most_counties is None else most_counties,
        step=travel["step"],
        step_unknown=travel["unknown"],
        sector={one: told["sector"][one] for one in SECTOR},
        topic=told["topic"],
        change=told["change"],
        even=bool(told["even"]),
        seconds=float(told["seconds"]),
        weights=dict(told["weights"]),
        places=places(catalog, city),
    )


def places(catalog: Catalog, city: str) -> Mapping[str, tuple[int, int]]:
    """县区 →（行，列）的示意格；没有写的城市为空（远近都算不详）。"""
    rows: list[Any] = catalog.read(TILES)["cities"]
    found = next((one["tiles"] for one in rows if str(one["city"]) == city), {})
    return {str(code): (int(place[0]), int(place[1])) for code, place in found.items()}
