"""读两张表：企业表与名册（xlsx，表头在前 20 行里）→ 企业与专员；写错的说到格，整份不收。不写文件。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from python_calamine import CalamineError, CalamineWorkbook

from miaopu.allocation.assignment.shape import Client, Helper
from miaopu.terms.complaint import Complaint, Refusal, Severity
from miaopu.terms.district import Districts

TOP = 20
MARKS = "，,；;　 "
FIRM = {"needed": ("企业名称",), "code": ("企业号", "统一社会信用代码", "企业名称")}
ROSTER = {"needed": ("姓名", "最多服务几家"), "code": ("编号", "姓名")}


def read_clients(path: Path, districts: Districts) -> list[Client]:
    """企业表：企业名称必有；企业号或统一社会信用代码、县区、行业（如 C34、34）、议题、权重、现专员可以没有。"""
    found = []
    for at, row, heads in _rows(path, FIRM["needed"]):
        section, division = _industry(row.get("行业", ""))
        topics = frozenset(split(row.get("议题", "")))
        found.append(
            Client(
                _first(row, FIRM["code"]), row["企业名称"], _county(path, at, row, heads, districts), section, division,
                topics, max(1, _whole(path, at, row, heads, "权重", 1)), row.get("现专员", ""),
            )
        )  # fmt: skip
    return found


def read_helpers(path: Path, districts: Districts) -> list[Helper]:
    """名册：姓名、最多服务几家必有；编号、种类、县区、行业专长、议题专长、回避企业可以没有。只取服务专员（没有种类列的全取）。"""
    found = []
    for at, row, heads in _rows(path, ROSTER["needed"]):
        if row.get("种类", "服务专员") != "服务专员" or row.get("状态", "在册") != "在册":
            continue
        sectors = frozenset(_industry(one)[1] or _industry(one)[0] for one in split(row.get("行业专长", "")))
        barred, topics = frozenset(split(row.get("回避企业", ""))), frozenset(split(row.get("议题专长", "")))
        room = _whole(path, at, row, heads, "最多服务几家", 0)
        county = _county(path, at, row, heads, districts)
        found.append(Helper(_first(row, ROSTER["code"]), row["姓名"], county, room, sectors, topics, barred))
    return found


def split(text: str) -> list[str]:
    """顿号、逗号、分号、空格隔开的几项。"""
    for mark in MARKS:
        text = text.replace(mark, "、")
    return [one for one in text.split("、") if one]


def _rows(path: Path, needed: Sequence[str]) -> list[tuple[int, dict[str, str], list[str]]]:
    """（第几行，各列的文字，表头）；空行、说明行不算。"""
    try:
        rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python(skip_empty_area=False)
    except (CalamineError, BadZipFile, ValueError, IndexError, OSError) as error:
        raise _refusal(path, 0, 0, "不是 Excel 工作簿，或打不开", "一份 .xlsx", "核对路径，另存为 .xlsx") from error
    top = next((at for at, row in enumerate(rows[:TOP]) if set(needed) <= {_text(one) for one in row}), None)
    if top is None:
        raise _refusal(path, 0, 0, f"前 {TOP} 行没有找到表头", f"有“{'”“'.join(needed)}”的表头", "补上这几列")
    heads = [_text(one) for one in rows[top]]
    found = []
    for at, row in enumerate(rows[top + 1 :], top + 2):
        told = {head: _text(value) for head, value in zip(heads, row) if head}
        if told.get(needed[0]) and not _text(row[0]).startswith("说明："):
            found.append((at, told, heads))
    return found


def _first(row: Mapping[str, str], names: Sequence[str]) -> str:
    return next(row[one] for one in names if row.get(one))


def _industry(text: str) -> tuple[str, str]:
    """“C34”“34”“C”“3411” → （门类，大类）；没有写为空串。"""
    section = text[:1].upper() if text[:1].isalpha() and text[:1].isascii() else ""
    digits = text[1:] if section else text
    return section, digits[:2] if digits[:2].isdigit() else ""


def _county(path: Path, at: int, row: Mapping[str, str], heads: list[str], districts: Districts) -> str:
    text = row.get("县区", "")
    found = districts.find(text) if text else None
    if text and (found is None or found.level != "county"):
        raise _refusal(path, at, heads.index("县区") + 1, f"没有县区“{text}”", "县区的全称或代码", "改好，不详的空着")
    return found.code if found else ""


def _whole(path: Path, at: int, row: Mapping[str, str], heads: list[str], head: str, otherwise: int) -> int:
    text = row.get(head, "")
    if not text:
        return otherwise
    if not text.isdecimal():
        raise _refusal(path, at, heads.index(head) + 1, f"“{head}”是“{text}”", "不小于 0 的整数", "改成整数")
    return int(text)


def _refusal(path: Path, row: int, column: int, found: str, expected: str, remedy: str) -> Refusal:
    return Refusal(Complaint("PAIRS", Severity.REFUSE, path.name, found, expected, remedy, "", row, column))


def _text(value: Any) -> str:
    whole = isinstance(value, float) and value.is_integer()
    return str(int(value) if whole else value).strip()
