"""标记：每份材料都要带的话：数据到哪天、按哪天判、快照与标准的指纹、是否核过原文、谁有权认定。"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from miaopu.standards.engine.bind import Program

STANDING_NOTE = "本材料是工作测算，认定、推荐、支持以主管部门和官方平台的结论为准。"
UNCHECKED = "未核原文"
INVENTED = "虚构"
"""企业名里有这两个字的，是演示城市。"""


@dataclass(frozen=True)
class StandardMark:
    """一份标准的标记：label 是 名字@版本；unchecked 为真即有条款未核原文。"""

    code: str
    title: str
    label: str
    document: str
    fingerprint: str
    unchecked: bool

    def sentence(self) -> str:
        """一句话。"""
        note = f"，{UNCHECKED}" if self.unchecked else ""
        return f"{self.code}（{self.label}，指纹 {self.fingerprint[:12]}{note}）"


@dataclass(frozen=True)
class Marks:
    """一份材料的标记。filled_by 填报单位；snapshot 快照指纹，没有用台账的为空串；invented 为真即企业均为虚构（演示）。"""

    filled_by: str
    filled_on: date
    known_on: date
    assessed_on: date
    snapshot: str
    standards: tuple[StandardMark, ...] = ()
    invented: bool = False

    @property
    def unchecked(self) -> bool:
        """所依据的标准里有没有未核原文的。"""
        return any(one.unchecked for one in self.standards)

    def lines(self, population: str = "") -> tuple[str, ...]:
        """附在表下、文末的几句话；population 是范围说明。"""
        rules = f"按{day(self.assessed_on)}适用的标准测算"
        dates = f"数据截至{day(self.known_on)}，{rules}；快照指纹 {self.snapshot[:16]}。"
        dates = dates if self.snapshot else f"{rules}；数出自所填的表，没有用台账。"
        basis = "依据：" + "；".join(one.sentence() for one in self.standards) + "。"
        caution = f"标有“{UNCHECKED}”的，条款系转述，尚未逐字核对文件原文，使用前请核对。"
        told = [f"范围：{population}。" if population else "", dates, basis if self.standards else ""]
        told += [caution if self.unchecked else "", STANDING_NOTE, "企业均为虚构，仅供演示。" if self.invented else ""]
        return tuple(line for line in told if line)


def registered(filled_by: str, on: date) -> Marks:
    """登记类的清单（不用台账、不判标准）的标记：填报单位与日期。"""
    return Marks(filled_by, on, on, on, "")


def standard_marks(programs: Iterable[Program]) -> tuple[StandardMark, ...]:
    """由绑定好的标准得出标记，重复的只留一个。"""
    found = {one.standard.code: one.standard for one in programs}
    return tuple(
        StandardMark(one.code, one.title, f"{one.name}@{one.version}", one.document, one.fingerprint, one.unchecked)
        for one in found.values()
    )


def day(value: date) -> str:
    """2026年11月20日：月、日不补零。"""
    return f"{value.year}年{value.month}月{value.day}日"
