"""动态管理：有效期最后一天、年度更新截止、重大变化报告期限、小巨人复核队列；数字在 catalog/lifecycle.yaml。"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import Any

from miaopu.terms.catalog import Catalog

FILE = "lifecycle.yaml"


def months_later(day: date, months: int) -> date:
    """自然月对日；没有对应日取当月末日。"""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


@dataclass(frozen=True)
class Lifecycle:
    """一套动态管理规则。"""

    data: Any

    @classmethod
    def load(cls, catalog: Catalog) -> Lifecycle:
        """读目录。"""
        return cls(catalog.read(FILE))

    def version(self, on: date) -> Any:
        """某日适用的办法；施行以前取最早一版。"""
        for item in reversed(self.data["versions"]):
            if item["from"] <= on:
                return item
        return self.data["versions"][0]

    def valid_until(self, recognised: date, tier: str = "", province: str = "", announced: date | None = None) -> date:
        """有效期最后一天：公告写明的从公告，否则三年后的对日当天仍有效（AMB-06）。"""
        if announced:
            return announced
        for item in self.data["announced_expiry"]:
            if (item["tier"], item["province"], item["recognised"]) == (tier, province, recognised):
                return item["expires"]
        return months_later(recognised, 12 * self.version(recognised)["valid_years"])

    def is_valid(self, recognised: date, on: date, announced: date | None = None) -> bool:
        """某日是否在有效期内（含首尾两天）。"""
        return recognised <= on <= self.valid_until(recognised, announced=announced)

    def report_deadline(self, changed: date) -> date:
        """重大变化报告的最后一天（含当天）。"""
        return months_later(changed, self.version(changed)["report_months"])

    def reported_in_time(self, changed: date, reported: date) -> bool:
        """是否按期报告。"""
        return reported <= self.report_deadline(changed)

    def update_deadline(self, year: int) -> date:
        """某年度信息更新截止日（含当天）；2026 年起按 2 号文。"""
        item = next(
            i for i in reversed(self.data["versions"]) if i["from"].year <= year or i is self.data["versions"][0]
        )
        month, day = map(int, str(item["update_deadline"]).split("-"))
        return date(year, month, day)

    def update_consequence(self, missed: int, on: date) -> str:
        """未更新次数达到办法规定次数时的后果；未达到为空串。"""
        rule = self.version(on)["missed_update"]
        return rule["consequence"] if missed >= rule["times"] else ""

    def review_year(self, batch: int) -> int:
        """小巨人某批次首次参加复核的年份。"""
        return self.data["little_giant_batches"][batch] + self.data["review_every_years"]
