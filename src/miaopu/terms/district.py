"""行政区划（GB/T 2260）与市属功能区：按代码、名称或住所文字找到现行区划，给出一市各县区的通报次序。

功能区没有国标代码，用本系统自定的扩展码（如 3715K1）；找不到或有歧义时给 None，从不猜。
"""

import csv
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError

COLUMNS = ("code", "level", "name", "parent", "status", "successor", "aliases")
_CODE = re.compile(r"\d{4}[0-9K]\d(\d{3}|\d{6})?")
_BLANK = re.compile(r"\s+")


@dataclass(frozen=True)
class District:
    """一个区划。level 是 province/city/county；status 是 current 现行、retired 已撤、extension 自定扩展码。"""

    code: str
    level: str
    name: str
    parent: str
    status: str = "current"
    successor: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def extension(self) -> bool:
        """是否本系统自定的扩展码（无国标代码）。"""
        return self.status == "extension"

    @property
    def short(self) -> str:
        """去掉省、市、区、县后的简称；不足两字时用全称。"""
        cut = re.sub(r"(特别行政区|[一-龥]{0,3}自治区|省|市|区|县)$", "", self.name)
        return cut if len(cut) >= 2 and not self.extension else self.name


@dataclass(frozen=True)
class Districts:
    """全部区划；rows 按代码排序，即行政次序（功能区列在各县区之后）。"""

    rows: tuple[District, ...]

    @classmethod
    def read(cls, catalog: Catalog) -> "Districts":
        """读目录 districts/ 下的全部 CSV；列名不符或代码重复时报 CatalogError。"""
        rows = [row for path in catalog.files("districts", "*.csv") for row in _read(path)]
        by_code: dict[str, District] = {}
        for path_line, row in rows:
            known = by_code.get(row.code)
            if known and (known.name, known.parent) != (row.name, row.parent):
                raise CatalogError(*path_line, f"区划代码重复：{row.code} 既是{known.name}又是{row.name}")
            by_code.setdefault(row.code, row)
        return cls(tuple(sorted(by_code.values(), key=lambda one: one.code)))

    def find(self, text_or_code: str | None, within: str | None = None) -> District | None:
        """代码（6、9、12 位或扩展码）或名称对应的现行区划；within 是上级代码，用来分辨同名。"""
        text = fold(text_or_code)
        if _CODE.fullmatch(text):
            return self.current(text[:6])
        found = self._named(text, within)
        if found is None and (above := self._prefix(text)):
            city, rest = above
            found = self._named(rest, city.code) or self._named("市" + rest, city.code)  # “枣庄市中区”省了一个“市”
        return found

    def current(self, code: str) -> District | None:
        """代码对应的现行区划；已撤的沿继承关系走到现行的；没有这个代码时为 None。"""
        row = self._by_code.get(code)
        while row is not None and row.successor:
            row = self._by_code.get(row.successor)
        return row

    def counties(self, city: str) -> tuple[District, ...]:
        """一市现行县级区划，按行政次序，功能区在后。"""
        return tuple(row for row in self.rows if row.parent == city and row.status != "retired")

    def city_of(self, code: str | None) -> District | None:
        """区划所在的设区市；省级为 None。"""
        row = self.current(code or "")
        while row is not None and row.level == "county":
            row = self._by_code.get(row.parent)
        return row if row is not None and row.level == "city" else None

    def in_address(self, address: str | None, within: str | None = None) -> District | None:
        """住所文字里的区划：先认紧跟市名的功能区，再认县级全称，再认开头的简称，最后只认到市。"""
        text = fold(address)
        above = self._prefix(text)
        city, rest = above if above else (self.current(within or ""), text)
        scope = city.code if city is not None and city.level == "city" else None
        return self._zone_at(rest, scope) or self._county_in(text, scope) or self._short_at(rest, scope) or city

    def is_within(self, code: str, above: str) -> bool:
        """code 是否就是 above 或在其辖内。"""
        row = self._by_code.get(code)
        while row is not None and row.code != above:
            row = self._by_code.get(row.parent)
        return row is not None

    @cached_property
    def _by_code(self) -> dict[str, District]:
        return {row.code: row for row in self.rows}

    @cached_property
    def _by_name(self) -> dict[str, tuple[District, ...]]:
        names: dict[str, list[District]] = defaultdict(list)
        for row in self.rows:
            for name in dict.fromkeys((row.name, row.short, *row.aliases)):
                names[name].append(row)
        return {name: tuple(rows) for name, rows in names.items()}

    def _named(self, text: str, within: str | None) -> District | None:
        hits = [row for row in self._by_name.get(text, ()) if not within or self.is_within(row.code, within)]
        live = {self.current(row.code).code for row in hits}
        return self.current(live.pop()) if len(live) == 1 else None

    @cached_property
    def _above(self) -> re.Pattern[str]:
        """开头的省与市；省可略，市可略“市”字。"""
        provinces = _either(name for row in self.rows if row.level == "province" for name in (row.name, row.short))
        cities = _either(name for row in self.rows if row.level == "city" for name in (row.name, row.short))
        return re.compile(rf"(?:中国)?(?:{provinces})?(?P<city>{cities})")

    def _prefix(self, text: str) -> tuple[District, str] | None:
        found = self._above.match(text)
        if not found:
            return None
        city = self._named(found["city"], None)
        return (city, text[found.end() :]) if city is not None else None

    @cached_property
    def _county_names(self) -> re.Pattern[str]:
        rows = (row for row in self.rows if row.level == "county" and not row.extension)
        return re.compile(f"(?=({_either(row.name for row in rows)}))")

    def _county_in(self, text: str, within: str | None) -> District | None:
        for found in self._county_names.finditer(text):
            if county := self._named(found[1], within):
                return county
        return None

    @cached_property
    def _zone_names(self) -> re.Pattern[str]:
        zones = (row for row in self.rows if row.extension)
        return re.compile(_either(name for row in zones for name in (row.name, *row.aliases)))

    def _zone_at(self, rest: str, within: str | None) -> District | None:
        found = self._zone_names.match(rest)
        return self._named(found[0], within) if found and within else None

    @cached_property
    def _short_names(self) -> re.Pattern[str]:
        return re.compile(_either(row.short for row in self.rows if row.level == "county" and not row.extension))

    def _short_at(self, rest: str, within: str | None) -> District | None:
        province = re.match("山东省?", rest)
        found = self._short_names.match(rest, province.end() if province else 0)
        return self._named(found[0], within) if found else None


def fold(text: str | None) -> str:
    """全角转半角并去空白。"""
    return _BLANK.sub("", unicodedata.normalize("NFKC", text or ""))


def _either(names) -> str:
    """长的在前的并列模式。"""
    return "|".join(re.escape(name) for name in sorted(set(names), key=lambda one: (-len(one), one))) or r"(?!)"


def _read(path: Path) -> list[tuple[tuple[Path, int], District]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        table = csv.DictReader(file)
        if tuple(table.fieldnames or ()) != COLUMNS:
            raise CatalogError(path, 1, f"表头应为 {','.join(COLUMNS)}")
        return [((path, table.line_num), _district(row)) for row in table]


def _district(row: dict[str, str]) -> District:
    aliases = tuple(filter(None, row["aliases"].split("|")))
    return District(row["code"], row["level"], row["name"], row["parent"], row["status"], row["successor"], aliases)
