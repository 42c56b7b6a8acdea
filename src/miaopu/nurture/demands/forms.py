"""填的内容 → 要存的值：需求、成果、每一步要填的；写错的抛 Wrong，说清发现什么、应是什么。不读写数据库。"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from miaopu.access.act import Wrong
from miaopu.access.text import clean
from miaopu.nurture.demands.states import choices
from miaopu.nurture.typed import day, money

TITLES = {
    "title": "需求名称", "field": "领域", "problem": "要解决的问题", "targets": "技术指标", "existing": "已有的基础",
    "budget": "预算", "form": "合作方式", "deadline": "希望完成", "contact": "联系人", "phone": "联系电话",
    "batch": "推荐批次", "recommended_on": "推荐日期", "number": "入库编号", "entered_on": "入库日期",
    "met_on": "对接日期", "minutes": "会议纪要", "contract_number": "合同编号", "amount": "合同金额",
    "signed_on": "签约日期",
}  # fmt: skip
NEEDED = ("title", "field", "problem", "targets", "form", "deadline", "contact", "phone")
"""提交时要有的；草稿只要有名称。预算、已有的基础可以空着。"""
LONGEST = {"title": 80, "contact": 30, "phone": 20, "batch": 60, "number": 60, "contract_number": 60}
LONG = 3000
_PHONE = re.compile(r"[0-9+][0-9\- ]{5,18}[0-9]")


def _listed(name: str) -> Callable[[str, str], str]:
    def check(text: str, what: str) -> str:
        known: Mapping[str, str] = getattr(choices(), name)
        if text not in known:
            raise Wrong(f"{what}“{text}”不在单子里；应是{'、'.join(known.values())}之一")
        return text

    return check


def _phone(text: str, what: str) -> str:
    if not _PHONE.fullmatch(text):
        raise Wrong(f"{what}“{text}”不像电话号码；请写手机号，或带区号的座机")
    return text


READERS: Mapping[str, Callable[[str, str], Any]] = {
    "field": _listed("fields"), "form": _listed("forms"), "budget": money, "amount": money, "phone": _phone,
    "deadline": day, "recommended_on": day, "entered_on": day, "met_on": day, "signed_on": day,
}  # fmt: skip
CONTENT = ("title", "field", "problem", "targets", "existing", "budget", "form", "deadline", "contact", "phone")


def content(typed: Mapping[str, str]) -> dict[str, Any]:
    """需求的各项；没有填的为 None。名称必有。"""
    found = {name: read(typed, name) for name in CONTENT}
    if not found["title"]:
        raise Wrong("需求名称还没有填；草稿也要有个名称")
    return found


def read(typed: Mapping[str, str], name: str) -> Any:
    """一格的值；空着为 None。"""
    text = clean(typed.get(name) or "", TITLES[name], LONGEST.get(name, LONG))
    if not text:
        return None
    return READERS[name](text, TITLES[name]) if name in READERS else text


def lacking(found: Mapping[str, Any]) -> str:
    """提交还缺什么，一句话；不缺为空串。"""
    missing = [TITLES[name] for name in NEEDED if found.get(name) in (None, "")]
    return f"还没有填：{'、'.join(missing)}；补齐再提交，或先存草稿" if missing else ""


def needed(typed: Mapping[str, str], names: tuple[str, ...], today: date) -> dict[str, Any]:
    """一步要填的；空着的、日期在今天以后的抛 Wrong。"""
    found = {name: read(typed, name) for name in names}
    for name, value in found.items():
        if value is None:
            raise Wrong(f"{TITLES[name]}还没有填")
        if isinstance(value, date) and value > today:
            raise Wrong(f"{TITLES[name]}“{value.isoformat()}”在今天（{today.isoformat()}）以后；请写已经发生的日期")
    return found


def words(given: Mapping[str, object]) -> str | None:
    """所填的几项连成一句；没有为 None。"""
    return "；".join(f"{TITLES[name]}：{_written(value)}" for name, value in given.items()) or None


def _written(value: object) -> str:
    return f"{value.year}年{value.month}月{value.day}日" if isinstance(value, date) else str(value)
