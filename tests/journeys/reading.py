"""读页面：没有 A、AA 级的无障碍问题；键盘走得到；手机上不横滚。各浏览器测试共用。"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import axe_playwright_python

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
"""visit 的选项：手机的屏幕。"""

CHECK = "levels => axe.run({runOnly: {type: 'tag', values: levels}, resultTypes: ['violations']}).then(one => one.violations)"


@cache
def _engine() -> str:
    """检查无障碍的脚本。"""
    return (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")


def faults(page: Any) -> list[str]:
    """A、AA 级的问题，逐个说出规则、元素与怎么改。"""
    if page.evaluate("typeof axe === 'undefined'"):
        page.evaluate(_engine())
    return [
        f"{one['id']}（{one['impact']}）：{node['html'][:160]}｜{node['failureSummary'].splitlines()[-1].strip()}"
        for one in page.evaluate(CHECK, LEVELS)
        for node in one["nodes"]
    ]


def width(page: Any) -> list[str]:
    """整页横滚的毛病：内容比屏幕宽多少；表格在自己的框里滚。"""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [f"比屏幕（{page.viewport_size['width']}）宽 {wide} 像素"] if wide > 0 else []


def assert_accessible(page: Any) -> None:
    """页面没有 A、AA 级的问题。"""
    told = faults(page)
    assert not told, f"{page.url} 有 {len(told)} 处无障碍问题：\n" + "\n".join(told)


def assert_fits(page: Any) -> None:
    """整页不横滚。"""
    assert not width(page), f"{page.url} {width(page)}"


def tab_to(page: Any, selector: str, most: int = 120) -> None:
    """只用 Tab 键走到 selector；most 次还到不了就是键盘走不到。焦点须看得见。"""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("chosen => document.activeElement.matches(chosen)", selector):
            return
    raise AssertionError(f"{page.url} 用键盘走不到 {selector}")
