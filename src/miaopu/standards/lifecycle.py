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

    def versions(self, tier: str = "") -> list[Any]:
        """一个层级的各版办法，先旧后新；写明 tiers 的只管那些层级，其余层级用没有写的。"""
        own = [item for item in self.data["versions"] if tier in item.get("tiers", ())]
        return own or [item for item in self.data["versions"] if "tiers" not in item]

    def version(self, on: date, tier: str = "") -> Any:
        """某日适用的办法；施行以前取最早一版。"""
        found = self.versions(tier)
        return next((item for item in reversed(found) if item["from"] <= on), found[0])

    def valid_until(
        self, recognised: date, tier: str = "", province: str = "", announced: date | None = None
    ) -> date | None:
        """有效期最后一天：公告写明的从公告，否则三年后的对日当天仍有效（AMB-06）；按自身年度规则的层级为 None。"""
        if announced:
            return announced
        if tier in self.data["own_rules"]:
            return None
        for item in self.data["announced_expiry"]:
            if (item["tier"], item["province"], item["recognised"]) == (tier, province, recognised):
                return item["expires"]
        return months_later(recognised, 12 * self.version(recognised, tier)["valid_years"])

    def report_deadline(self, changed: date) -> date:
        """重大变化报告的最后一天（含当天）。"""
        return months_later(changed, self.version(changed)["report_months"])

    def reported_in_time(self, changed: date, reported: date) -> bool:
        """是否按期报告。"""
        return reported <= self.report_deadline(changed)

    def update_deadline(self, year: int, tier: str = "") -> date:
        """某年度信息更新截止日（含当天）；取截止日当天已施行的办法，2026 年起按 2 号文。"""
        found = self.versions(tier)
        item = next((i for i in reversed(found) if i["from"].year <= year), found[0])
        month, day = map(int, str(item["update_deadline"]).split("-"))
        return date(year, month, day)

    def update_consequence(self, missed: int, on: date) -> str:
        """未更新次数达到办法规定次数时的后果；未达到为空串。"""
        rule = self.version(on)["missed_update"]
        return rule["consequence"] if missed >= rule["times"] else ""

    def review_year(self, batch: int) -> int:
        """小巨人某批次首次参加复核的年份；没有这一批抛 KeyError（中文）。"""
        years = {str(number): year for number, year in self.data["little_giant_batches"].items()}
        if str(batch) not in years:
            raise KeyError(f"没有小巨人第 {batch} 批；现有第 {'、'.join(years)} 批")
        return years[str(batch)] + self.data["review_every_years"]

    def cohort(self, year: int) -> tuple[int, ...]:
        """某年应复核的批次：三年前新认定的，以及三年前复核通过的，依次类推，由近及远。"""
        first = {int(number): first for number, first in self.data["little_giant_batches"].items()}
        every = self.data["review_every_years"]
        return tuple(n for n, y in sorted(first.items(), reverse=True) if y < year and (year - y) % every == 0)
