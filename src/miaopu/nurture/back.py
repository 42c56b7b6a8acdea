"""导出的登记表交回：按表头认列、逐行读回文字，导入的结果；demands、registers 共用。不改数据库。"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from python_calamine import CalamineError, CalamineWorkbook

from miaopu.terms.complaint import Complaint, Refusal, Severity

SEARCHED = 20
"""表头在前几行里找。"""
NUMBER = "编号"
"""已登记的一行才有的列。"""
BESIDE = {"序号", "备注"}
"""写出时自动加的列，读回不看。"""


@dataclass(frozen=True)
class Imported:
    """导入的结果：新增、改动、没有变的行数与意见；有意见时一行也没有导入。unit 是量词。"""

    fresh: int
    changed: int
    same: int
    complaints: tuple[str, ...] = ()
    unit: str = "项"

    def sentence(self) -> str:
        """一句话。"""
        if self.complaints:
            return f"有 {len(self.complaints)} 处不对，一行也没有导入；请照意见改好再传"
        fresh, changed, same = (f"{count} {self.unit}" for count in (self.fresh, self.changed, self.same))
        return f"已导入：新增 {fresh}，改动 {changed}，没有变的 {same}"


class Undone(Exception):
    """有意见，全部退回。"""


@dataclass(frozen=True)
class Form:
    """一种登记表：意见的代码、叫什么、必有的表头、认得的表头 → 字段；beside 是认得而不读的表头。"""

    code: str
    title: str
    needed: Iterable[str]
    heads: Mapping[str, str]
    beside: frozenset[str] = frozenset(BESIDE)

    def read(self, path: Path, name: str) -> list[tuple[int, dict[str, str]]]:
        """（第几行，各列的文字）；不是这种登记表的抛 Refusal。name 是给人看的文件名。"""
        try:
            rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
        except (CalamineError, BadZipFile, ValueError, IndexError, OSError) as error:
            raise self._refused(name, "不是 Excel 工作簿，或已损坏", "另存为 .xlsx 再传") from error
        needed = set(self.needed)
        top = next((at for at, row in enumerate(rows[:SEARCHED]) if needed <= {text_of(one) for one in row}), None)
        if top is None:
            told = "".join(f"“{one}”" for one in self.needed)
            raise self._refused(name, f"前 {SEARCHED} 行没有找到{told}的表头", f"用导出的{self.title}改")
        titles = [text_of(one) for one in rows[top]]
        unknown = [one for one in titles if one and one not in {*self.heads, *self.beside}]
        if unknown:
            raise self._refused(name, f"有不认得的列“{unknown[0]}”", "删去这一列再传")
        twice = [one for one in titles if one in self.heads and titles.count(one) > 1]
        if twice:
            raise self._refused(name, f"列“{twice[0]}”有 {titles.count(twice[0])} 列，不知道以哪列为准", "只留一列再传")
        found = [(top + 2 + at, row) for at, row in enumerate(rows[top + 1 :]) if not _noted(row)]
        told_rows = [
            (at, {self.heads[head]: text_of(value) for head, value in zip(titles, row) if head in self.heads})
            for at, row in found
        ]
        told_rows = [(at, given) for at, given in told_rows if any(given.values())]
        absent = [one for one in self.heads if one not in titles]
        if absent and any(given.get(self.heads[NUMBER]) for _, given in told_rows):
            remedy = f"用导出的{self.title}改；要清空的留着列、清空格子"
            raise self._refused(name, f"少了列“{absent[0]}”，有编号的各行会当作清空", remedy)
        return told_rows

    def _refused(self, name: str, found: str, remedy: str) -> Refusal:
        return Refusal(Complaint(self.code, Severity.REFUSE, name, found, f"导出的{self.title}", remedy))


def _noted(row: Sequence[Any]) -> bool:
    """表下的说明：只有头一格有字，以“说明：”打头。"""
    first, *rest = map(text_of, row)
    return first.startswith("说明：") and not any(rest)


def text_of(value: Any) -> str:
    """一格的文字：日期写 ISO，整数不带小数点。"""
    if isinstance(value, datetime | date):
        return value.isoformat()[:10]
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value).strip()
