"""行业匹配的基准：先标好的虚构经营范围，看第一名与前三名对了多少；标注早于匹配器，不拿来调参。

用法：python -m bench.industry [说明文件.csv]；给了说明文件则同时打印加用说明的结果。
"""

import argparse
import csv
import time
from pathlib import Path

from miaopu.profile.industry import Matcher
from miaopu.terms.catalog import Catalog

LABELS = Path(__file__).parent / "data" / "industry_scopes.csv"


def report(title: str, matcher: Matcher, labels: list[dict[str, str]], *, misses: bool) -> None:
    """小类、中类、大类三级的第一名与前三名正确率。"""
    begun = time.perf_counter()
    found = [[code for code, _, _ in matcher.match(row["scope"])] for row in labels]
    each = 1000 * (time.perf_counter() - begun) / len(labels)
    print(f"{title}：{len(labels)} 条，{each:.1f} 毫秒/条")
    for digits, level in ((4, "小类"), (3, "中类"), (2, "大类")):
        first = sum(
            codes[:1] != [] and codes[0][:digits] == row["code"][:digits]
            for codes, row in zip(found, labels, strict=True)
        )
        three = sum(
            row["code"][:digits] in {one[:digits] for one in codes} for codes, row in zip(found, labels, strict=True)
        )
        print(f"  {level}：第一名 {first / len(labels):.3f}，前三名 {three / len(labels):.3f}")
    for codes, row in zip(found, labels, strict=True) if misses else ():
        if row["code"] not in codes:
            print(f"    {row['code']} {row['scope'][:30]} → {'、'.join(codes)}")


def main(argv: list[str] | None = None) -> None:
    """读参数，打印结果。"""
    parser = argparse.ArgumentParser(description="行业匹配基准")
    parser.add_argument("notes", nargs="?", type=Path)
    parser.add_argument("--misses", action="store_true", help="列出前三名都没有对的")
    given = parser.parse_args(argv)
    with LABELS.open(encoding="utf-8", newline="") as file:
        labels = list(csv.DictReader(file))
    catalog = Catalog.default()
    report("只用名称", Matcher.read(catalog), labels, misses=given.misses)
    if given.notes:
        report("加用说明", Matcher.read(catalog, given.notes), labels, misses=given.misses)


if __name__ == "__main__":
    main()
