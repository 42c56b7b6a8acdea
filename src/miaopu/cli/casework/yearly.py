"""培育库命令里的年度评价：与页面同一查询；给合计与逐家，可写工作簿。"""

from __future__ import annotations

import argparse
from typing import Any


def evaluate(actor: Any, given: argparse.Namespace) -> tuple[str, Any]:
    """年度评价：各县区的合计；--out 写工作簿。"""
    from miaopu.nurture.followup.ledgers.yearbook import export, summary, told  # 要等 django.setup() 之后
    from miaopu.nurture.followup.queries.yearly import by_county, evaluations  # 同上
    from miaopu.selection.library.watch.yearly import broken, year_of  # 同上

    wanted = {name: getattr(given, name) for name in ("year", "tier", "state", "county")}
    found, rows = evaluations(actor, wanted)
    counties = by_county(actor, rows)
    data: dict[str, Any] = {"year": year_of(given.year), "round": found.code if found else None}
    data |= {"counties": [summary(one) for one in counties], "firms": [told(one) for one in rows]}
    data["broken"] = broken(one.told for one in rows)
    lines = [
        f"{data['year']} 年，轮次 {data['round'] or '还没有'}，{counties[-1].firms if counties else 0} 家",
        *data["broken"],
    ]
    lines += [
        f"　{one.title}：{one.firms} 家，通过 {one.passed}，有好了的 {one.better}，有坏了的 {one.worse}，"
        f"有新知道的 {one.known}，有变待核的 {one.lost}，变动 {one.moves}，办成诉求 {one.solved}，走访 {one.visits}"
        for one in counties
    ]
    if given.out:
        data["file"] = str(export(actor, wanted, given.out))
        lines.append(f"已写 {data['file']}")
    return "\n".join(lines), data
