"""脱敏：手机、证件号、人名只露该露的；只管样子，不改数据。"""

from __future__ import annotations

from django import template

from miaopu.access.text import masked

register = template.Library()


@register.filter
def mask_phone(value: str | None) -> str:
    """手机、座机：留前三后四（不足十位的留后两位）。"""
    text = value or ""
    return masked(text, 3, 4) if len(text) >= 10 else masked(text, 0, 2)


@register.filter
def mask_id(value: str | None) -> str:
    """居民身份证号等证件号：留前六后四（不足十四位的留后两位）。"""
    text = value or ""
    return masked(text, 6, 4) if len(text) >= 14 else masked(text, 0, 2)


@register.filter
def mask_name(value: str | None) -> str:
    """人名：留姓（第一个字）。"""
    return masked(value or "", 1, 0)
