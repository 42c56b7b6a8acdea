"""占有率核算表：把读进来的表（YAML 或 xlsx 同一形状）读成核算用的形状；写错即一句话说清哪里，币种、年度不合的不收。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from miaopu.profile.share_case import Basis, Case, Demand, Range, Rank, Size
from miaopu.terms.complaint import Complaint, Refusal, Severity

TOP = ("市场", "本企业", "规模来源", "下游", "行业销量", "名次")
MARKET = ("企业", "统一社会信用代码", "产品", "范围", "地域", "年度", "币种")
OWN = ("引用", "年度", "依据", "可信", "币种", "销售额", "销量", "单位")
BASIS = ("名称", "引用", "年度", "依据", "可信", "年度折算", "年度折算说明")
MONEY = ("币种", "汇率", "汇率说明")
ROWS = {
    "规模来源": (*BASIS, *MONEY, "地域", "规模"),
    "下游": (*BASIS, *MONEY, "装机量", "单位", "单耗", "单价"),
    "行业销量": (*BASIS, "单位", "地域", "总销量"),
    "名次": (*BASIS, "国内名次"),
}
"""各表的列；金额万元（单价元），范围写 [低, 高] 或“低~高”。"""


class ShareForm:
    """一份核算表的读法；file 是文件名，confidence 是可信程度的写法。"""

    def __init__(self, file: str, data: Mapping[str, Any], confidence: Sequence[str]) -> None:
        self.file, self.data, self.confidence = file, data, tuple(confidence)

    def read(self) -> Case:
        """读成核算用的形状；有一处不对就抛 Refusal。"""
        self._only("文件", self.data, TOP)
        market, own = self._part("市场", MARKET), self._part("本企业", OWN)
        self.year, self.region = self._year("市场", market), self._text("市场", market, "地域")
        self.currency, self.unit = self._text("市场", market, "币种"), str(own.get("单位") or "")
        basis = self._basis("本企业", {"名称": "本企业", **own})
        self._same("本企业", "币种", own.get("币种", self.currency), self.currency)
        self._same("本企业", "年度", basis.year, str(self.year))
        return Case(
            firm=self._text("市场", market, "企业"),
            uscc=str(market.get("统一社会信用代码") or ""),
            product=self._text("市场", market, "产品"),
            scope=self._text("市场", market, "范围"),
            region=self.region,
            year=self.year,
            currency=self.currency,
            volume_unit=self.unit,
            own=basis,
            sales=self._range("本企业", own, "销售额", zero=True),
            volume=self._range("本企业", own, "销量", zero=True),
            sizes=tuple(self._size(at, one, "规模") for at, one in self._rows("规模来源")),
            demands=tuple(self._demand(at, one) for at, one in self._rows("下游")),
            shipments=tuple(self._shipment(at, one) for at, one in self._rows("行业销量")),
            ranks=tuple(self._rank(at, one) for at, one in self._rows("名次")),
        )

    def _size(self, place: str, row: Mapping[str, Any], key: str) -> Size:
        self._same(place, "地域", row.get("地域", self.region), self.region)
        return Size(self._basis(place, row), self._scaled(place, row, self._needed(place, row, key), True))

    def _shipment(self, place: str, row: Mapping[str, Any]) -> Size:
        self._same(place, "地域", row.get("地域", self.region), self.region)
        self._same(place, "单位", row.get("单位", ""), self.unit)
        return Size(self._basis(place, row), self._scaled(place, row, self._needed(place, row, "总销量"), False))

    def _demand(self, place: str, row: Mapping[str, Any]) -> Demand:
        installed = self._scaled(place, row, self._needed(place, row, "装机量"), False)
        price = self._exchanged(place, row, self._needed(place, row, "单价"))
        each, unit = self._needed(place, row, "单耗"), str(row.get("单位") or "")
        return Demand(self._basis(place, row), installed, each, price, unit)

    def _rank(self, place: str, row: Mapping[str, Any]) -> Rank:
        found = self._needed(place, row, "国内名次")
        if found.low != found.high or found.low.denominator != 1:
            raise self._wrong(place, f"国内名次“{row['国内名次']}”", "一个正整数")
        basis = self._basis(place, row)
        if basis.year != self.year:
            raise self._wrong(place, f"{basis.year} 年的名次", f"与核算年度相同的 {self.year} 年，名次不能折算")
        return Rank(basis, int(found.low))

    def _basis(self, place: str, row: Mapping[str, Any]) -> Basis:
        year = self._year(place, row)
        sure = str(row.get("可信") or self.confidence[-1])
        if sure not in self.confidence:
            raise self._wrong(place, f"可信“{sure}”", "、".join(self.confidence) + " 之一")
        bridges = [str(row[key]) for key in ("年度折算说明", "汇率说明") if row.get(key)]
        told = (self._text(place, row, "名称"), str(row.get("引用") or ""), year, str(row.get("依据") or ""), sure)
        return Basis(*told, "；".join(bridges))

    def _scaled(self, place: str, row: Mapping[str, Any], value: Range, money: bool) -> Range:
        """折到核算的年度与币种；年度、币种不同而没有写折算的不收。"""
        year = self._year(place, row)
        if year != self.year:
            value = self._times(place, row, value, "年度折算", f"{year} 年的数与核算年度 {self.year} 年不同")
        return self._exchanged(place, row, value) if money else value

    def _exchanged(self, place: str, row: Mapping[str, Any], value: Range) -> Range:
        currency = str(row.get("币种") or self.currency)
        if currency == self.currency:
            return value
        return self._times(place, row, value, "汇率", f"币种“{currency}”与核算的“{self.currency}”不同")

    def _times(self, place: str, row: Mapping[str, Any], value: Range, key: str, found: str) -> Range:
        """折算要写系数，也要写说明。"""
        by, note = self._range(place, row, key), "年度折算说明" if key == "年度折算" else "汇率说明"
        if by is None or not row.get(note):
            raise self._wrong(place, found, f"同年同币种的数；要折算的写“{key}”（系数）与“{note}”（依据）")
        return Range(value.low * by.low, value.high * by.high)

    def _same(self, place: str, key: str, found: Any, wanted: str) -> None:
        if str(found or "") != wanted:
            raise self._wrong(place, f"{key}“{found or ''}”", f"与市场界定相同的“{wanted}”；不同的不能混算")

    def _part(self, name: str, allowed: Sequence[str]) -> Mapping[str, Any]:
        found = self.data.get(name)
        if not isinstance(found, Mapping):
            raise self._wrong(name, "没有这一段" if found is None else "不是“名目: 值”的写法", "、".join(allowed))
        self._only(name, found, allowed)
        return found

    def _rows(self, name: str) -> list[tuple[str, Mapping[str, Any]]]:
        found = self.data.get(name) or []
        if not isinstance(found, list) or not all(isinstance(one, Mapping) for one in found):
            raise self._wrong(name, "不是清单", "一行一个来源")
        out = [(f"{name}第{at}行", one) for at, one in enumerate(found, 1)]
        for place, one in out:
            self._only(place, one, ROWS[name])
        return out

    def _only(self, place: str, row: Mapping[str, Any], allowed: Sequence[str]) -> None:
        for key in row:
            if str(key) not in allowed:
                raise self._wrong(place, f"不认识“{key}”", "、".join(allowed))

    def _text(self, place: str, row: Mapping[str, Any], key: str) -> str:
        value = row.get(key)
        if value is None or not str(value).strip():
            raise self._wrong(place, f"没有写“{key}”", "一句话写明")
        return str(value).strip()

    def _year(self, place: str, row: Mapping[str, Any]) -> int:
        text = self._text(place, row, "年度").removesuffix("年").removesuffix(".0")
        if not (text.isascii() and text.isdigit() and len(text) == 4):
            raise self._wrong(place, f"年度“{text}”", "四位数的年份，如 2025")
        return int(text)

    def _needed(self, place: str, row: Mapping[str, Any], key: str) -> Range:
        found = self._range(place, row, key)
        if found is None:
            raise self._wrong(place, f"没有写“{key}”", "一个数，或“低~高”")
        return found

    def _range(self, place: str, row: Mapping[str, Any], key: str, zero: bool = False) -> Range | None:
        """一个数或 [低, 高]、“低~高”；没有写的为 None。"""
        value = row.get(key)
        if value is None or value == "":
            return None
        ends = value if isinstance(value, list | tuple) else str(value).replace("～", "~").split("~")
        numbers = [self._number(place, key, one) for one in ends]
        if len(numbers) not in (1, 2) or numbers[0] > numbers[-1]:
            raise self._wrong(place, f"{key}“{value}”", "一个数，或低在前、高在后的两个数")
        if numbers[0] < 0 or (numbers[0] == 0 and not zero):
            raise self._wrong(place, f"{key}“{value}”", "大于零的数")
        return Range(numbers[0], numbers[-1])

    def _number(self, place: str, key: str, value: Any) -> Fraction:
        try:
            found = Decimal(str(value).strip().replace(",", ""))
        except InvalidOperation:
            found = Decimal("NaN")
        if not found.is_finite():
            raise self._wrong(place, f"{key}“{value}”", "一个数（金额万元、单价元），不带单位与文字")
        return Fraction(found)

    def _wrong(self, place: str, found: str, wanted: str) -> Refusal:
        remedy = "改好再核算；这一次什么也没有写"
        return Refusal(Complaint("share-form", Severity.REFUSE, self.file, found, wanted, remedy, sheet=place))
