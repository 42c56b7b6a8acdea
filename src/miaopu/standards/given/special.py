"""非条款类标准：划型、信用代码、动态管理与版本选择；输入与判例文件同键，输出名值对。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from typing import Any

from miaopu.standards.applicability import choose, load_rules
from miaopu.standards.given.facts import FactsError
from miaopu.standards.given.file import day_of
from miaopu.standards.lifecycle import Lifecycle
from miaopu.standards.size import SizeStandard
from miaopu.terms import uscc
from miaopu.terms.catalog import Catalog

RECOGNISED = (
    "recognised_on",
    "recognized_on",
    "certified_on",
    "certificate_on",
    "issued_on",
    "granted_on",
    "awarded_on",
    "announced_on",
    "valid_from",
)
ANNOUNCED = ("announced_expiry", "announced_until", "valid_until", "expires_on")
CHECKED = ("on", "checked_on", "as_of")


class Special:
    """SIZE-300、USCC、LIFECYCLE 三份。"""

    def __init__(self, catalog: Catalog) -> None:
        self.size, self.rules, self.lifecycle = SizeStandard.load(catalog), load_rules(catalog), Lifecycle.load(catalog)
        self.methods: Mapping[str, Callable[[Mapping[str, Any], date], dict[str, Any]]] = {
            "SIZE-300": self.sized,
            "USCC": self.coded,
            "LIFECYCLE": self.cycled,
        }

    def evaluate(self, code: str, facts: Mapping[str, Any], on: date) -> dict[str, Any]:
        """按代码计算。"""
        return self.methods[code](facts, on)

    def sized(self, facts: Mapping[str, Any], on: date) -> dict[str, Any]:
        """group 或 industry（行业代码）＋ x 人数、y 营收、z 资产（万元）→ size；未定时 size 为两端。"""
        industry = str(facts.get("industry", facts.get("code", "")))
        group = facts.get("group") or self.size.group_of(industry, facts.get("section"))
        if group is None:
            return {"size": None, "group": None, "note": f"行业“{industry}”不在 300 号文的行业组内或不能确定"}
        names = {"x": ("x", "employees"), "y": ("y", "revenue"), "z": ("z", "assets")}
        values = {key: next((facts[n] for n in keys if facts.get(n) is not None), None) for key, keys in names.items()}
        try:
            low, high = self.size.classify(str(group), **values)
        except (KeyError, ValueError) as error:
            raise FactsError(str(error.args[0])) from error
        flags = ["AMB-23"] if low == high == "large" and self._on_line(str(group), values) else []
        return {"size": low if low == high else [low, high], "group": group, "flags": flags}

    def _on_line(self, group: str, values: Mapping[str, Any]) -> bool:
        limits = next(item for item in self.size.groups if item.name == group).limits["large"]
        known = {metric: values[metric] for metric in limits if values[metric] is not None}
        return any(Fraction(str(value)) == limits[metric] for metric, value in known.items())

    def coded(self, facts: Mapping[str, Any], on: date) -> dict[str, Any]:
        """code → valid、reason、region、normalized。"""
        found = uscc.check(str(facts.get("code", facts.get("uscc", ""))))
        out = {"valid": found.valid, "reason": found.reason, "normalized": found.normalized, "region": found.region}
        return out | {"warnings": list(found.warnings)}

    def cycled(self, facts: Mapping[str, Any], on: date) -> dict[str, Any]:
        """版本选择（tier）、重大变化报告、有效期、年度更新、复核年份：给什么算什么。"""
        out: dict[str, Any] = {}
        if "tier" in facts and not any(key in facts for key in RECOGNISED):
            kind = str(facts.get("type", facts.get("application_type", "new")))
            found = choose(
                self.rules, str(facts["tier"]), day_of(facts.get("as_of")) or on, kind, facts.get("province", "山东")
            )
            out |= (
                {"standard": found.standard, "flags": list(found.flags), "basis": found.basis}
                if found
                else {"standard": None}
            )
        if "changed_on" in facts:
            changed, reported = day_of(facts["changed_on"]), day_of(facts.get("reported_on")) or on
            out |= {"report": _passed(self.lifecycle.reported_in_time(changed, reported))}
            out["report_deadline"] = self.lifecycle.report_deadline(changed).isoformat()
        return out | self._validity(facts, on) | self._update(facts, on)

    def _validity(self, facts: Mapping[str, Any], on: date) -> dict[str, Any]:
        start = next((day_of(facts[key]) for key in RECOGNISED if key in facts), None)
        if start is None:
            return {"review_year": self.lifecycle.review_year(int(facts["batch"]))} if "batch" in facts else {}
        announced = next((day_of(facts[key]) for key in ANNOUNCED if facts.get(key)), None)
        end = self.lifecycle.valid_until(start, str(facts.get("tier", "")), str(facts.get("province", "")), announced)
        checked = next((day_of(facts[key]) for key in CHECKED if facts.get(key)), on)
        return {
            "valid": None if end is None else start <= checked <= end,
            "valid_until": end.isoformat() if end else None,
            "flags": [] if announced else ["AMB-06"],
        }

    def _update(self, facts: Mapping[str, Any], on: date) -> dict[str, Any]:
        out: dict[str, Any] = {}
        if "updated_on" in facts:
            updated = day_of(facts["updated_on"])
            deadline = self.lifecycle.update_deadline(int(facts.get("year", updated.year)), str(facts.get("tier", "")))
            out = {"update": _passed(updated <= deadline), "update_deadline": deadline.isoformat()}
        if "missed_updates" in facts:
            out["consequence"] = self.lifecycle.update_consequence(
                int(facts["missed_updates"]), day_of(facts.get("as_of")) or on
            )
        return out


def _passed(value: bool) -> str:
    return "pass" if value else "fail"
