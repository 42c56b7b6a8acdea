"""筛选页面的显示：千分位、分换万元；只管样子。"""

from __future__ import annotations

from django import template

from miaopu.terms.quantity import display

register = template.Library()


@register.filter
def wan(value: int | None) -> str:
    """分 → 万元，两位小数、千分位；没有为空。"""
    return "" if value is None else display(int(value), "money", "万元")


@register.filter
def thousands(value: int | None) -> str:
    """家数加千分位；没有为空。"""
    return "" if value is None else f"{int(value):,}"
