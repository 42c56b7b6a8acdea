"""页面：表头都写明管行还是管列，读屏才念得对；去重的写法两种数据库都认。"""

import re
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[2] / "src" / "miaopu"
HEADER = re.compile(r"<th\b(?![^>]*\bscope=\"(?:col|row|colgroup|rowgroup)\")[^>]*>")
EMPTY = re.compile(r"<th\b[^>]*></th>")


def test_every_table_header_has_a_scope_and_words() -> None:
    pages = sorted(PACKAGE.rglob("templates/**/*.html"))
    assert len(pages) > 100
    bare = [
        f"{path.relative_to(PACKAGE)}：{found[0]}"
        for path in pages
        for found in HEADER.finditer(path.read_text("utf-8"))
    ]
    assert not bare, f"表头写上 scope=col 或 scope=row：{bare}"
    empty = [str(path.relative_to(PACKAGE)) for path in pages if EMPTY.search(path.read_text("utf-8"))]
    assert not empty, f"空的表头写上给读屏念的字（visually-hidden）：{empty}"


def test_distinct_is_the_portable_one() -> None:
    vendor = [
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if re.search(r"\.distinct\([^)]", path.read_text("utf-8"))
    ]
    assert not vendor, f"distinct(字段) 只有一种数据库有；用 values(...).distinct()：{vendor}"
