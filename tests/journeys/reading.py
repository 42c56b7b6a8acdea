"""读页面：没有 A、AA 级的无障碍问题；键盘走得到；手机上不横滚。各浏览器测试共用。"""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe

LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
"""visit 的选项：手机的屏幕。"""


def assert_accessible(page: Any) -> None:
    """页面没有 A、AA 级的问题；有就逐个说出规则、元素与怎么改。"""
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": LEVELS}}).response["violations"]
    told = [
        f"{one['id']}（{one['impact']}）：{node['html'][:160]}｜{node['failureSummary'].splitlines()[-1].strip()}"
        for one in found
        for node in one["nodes"]
    ]
    assert not told, f"{page.url} 有 {len(told)} 处无障碍问题：\n" + "\n".join(told)


def assert_fits(page: Any) -> None:
    """整页不横滚：内容不比屏幕宽；表格在自己的框里滚。"""
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0, f"{page.url} 比屏幕宽 {wide} 像素"


def tab_to(page: Any, selector: str, most: int = 120) -> None:
    """只用 Tab 键走到 selector；most 次还到不了就是键盘走不到。焦点须看得见。"""
    for _ in range(most):
        page.keyboard.press("Tab")
        if page.evaluate("chosen => document.activeElement.matches(chosen)", selector):
            return
    raise AssertionError(f"{page.url} 用键盘走不到 {selector}")
