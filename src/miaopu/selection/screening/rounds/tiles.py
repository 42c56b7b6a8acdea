"""县区小图：一县区一格的示意图，位置照目录 districts/tiles.yaml，不画边界；没有写的城市按行政次序排。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from miaopu.selection.city import city
from miaopu.selection.screening.rounds.counts import Row
from miaopu.selection.screening.rounds.kept import Kept
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

FILE = "districts/tiles.yaml"
ACROSS = 4
"""没有写位置的城市，一行几格。"""

WIDEST = 6
SHADES = 5
"""由浅到深几级，按家数占最多县区的比例分。"""


@dataclass(frozen=True)
class Tile:
    """一格：第几行第几列（从 1 起）、深浅（0 没有，至 SHADES-1）、这个县区的家数。"""

    row: int
    column: int
    shade: int
    counted: Row


def tiles(held: Kept, rows: Sequence[Row]) -> list[Tile]:
    """各县区的格；县区不详的不在图上（表里有）。"""
    known = [one for one in rows if one.value in held.counties]
    places = positions(city().catalog, held.about["place"]["code"], list(held.counties))
    most = max((one.total for one in known), default=0)
    return [Tile(*places[one.value], shade(one.total, most), one) for one in known]


def positions(catalog: Catalog, code: str, counties: Sequence[str]) -> Mapping[str, tuple[int, int]]:
    """县区代码 → （行，列）；写的位置不全、重叠或超出的报文件与行号。"""
    path, data = catalog.file(FILE), catalog.read(FILE)
    own = next((one for one in data["cities"] if str(one["city"]) == code), None)
    if own is None:
        return {one: (at // ACROSS + 1, at % ACROSS + 1) for at, one in enumerate(counties)}
    places = {str(one): (int(row), int(column)) for one, (row, column) in own["tiles"].items()}
    lacking = [one for one in counties if one not in places]
    outside = [one for one, (row, column) in places.items() if not (1 <= row <= WIDEST and 1 <= column <= WIDEST)]
    if lacking or outside or len(set(places.values())) < len(places):
        raise CatalogError(path, line_of(own), f"城市 {code} 的格有缺的{lacking}、超出的{outside}或重叠的")
    return places


def shade(firms: int, most: int) -> int:
    """深浅：没有为 0，其余按占最多的比例。"""
    return 0 if not firms else 1 + (firms * (SHADES - 1) - 1) // most
