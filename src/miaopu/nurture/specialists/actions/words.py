"""动作共用的核对：理由、日期、版本、县区名称；不写数据库。"""

from __future__ import annotations

from datetime import date

from django.utils import timezone

from miaopu.access.act import Wrong
from miaopu.access.text import clean
from miaopu.nurture.specialists.models import Person
from miaopu.selection.city import city

LONGEST = 2000


def reasoned(text: str, what: str) -> str:
    """理由，必填。"""
    told = clean(text, "理由", 300)
    if not told:
        raise Wrong(f"{what}要写明理由；没有理由不能办")
    return told


def day_of(text: str, what: str, required: bool = False) -> date | None:
    """日期；空着为 None。"""
    given = clean(text, what, 10)
    if not given and required:
        raise Wrong(f"{what}没有填；请填日期")
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise Wrong(f"{what}应是 2026-11-20 这样的日期，现在是“{given}”") from error


def whole_of(text: str, what: str, most: int) -> int:
    """0 至 most 的整数。"""
    given = clean(text, what, 9)
    if not given.isdecimal() or int(given) > most:
        raise Wrong(f"{what}应是 0 至 {most} 的整数，现在是“{given or '空的'}”")
    return int(given)


def county_of(code: str) -> str | None:
    """县区代码 → 名称；不认得的抛 Wrong。空着为 None。"""
    if not code:
        return None
    found = city().districts.current(code)
    if found is None or found.level != "county":
        raise Wrong(f"没有县区“{code}”；请从下拉里选")
    return found.name


def locked(number: int, version: int | None = None) -> Person:
    """锁住名册的一行；没有的、别人改过的抛 Wrong。"""
    found = Person.objects.select_for_update(of=("self",)).filter(pk=number).first()
    if found is None:
        raise Wrong("名册里没有这一行；请从名册重新进入")
    if version is not None and found.version != version:
        when = f"{timezone.localtime(found.updated):%Y-%m-%d %H:%M}"
        raise Wrong(f"{found.updated_by}在 {when} 改过“{found.name}”这一行；您填的还在下面，请核对最新情况后再提交")
    return found
