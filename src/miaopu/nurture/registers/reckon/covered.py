"""覆盖率：分母、分子里的企业从这一轮的数里取；只读。"""

from __future__ import annotations

from functools import lru_cache

import polars as pl

from miaopu.access.actor import Actor
from miaopu.nurture.registers.queries import coverage
from miaopu.nurture.registers.reckon.figures import Rate
from miaopu.nurture.registers.shapes import Register
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.queries import current, opened
from miaopu.standards.run import WIDE


def rates(actor: Actor, book: Register) -> list[Rate]:
    """各县区与合计；没有这种口径、还没有评估过的为空。"""
    now, told = current(), book.coverage
    if not told or now is None:
        return []
    return coverage(actor, book, *_facts(now.folder, told["base"], told["fact"]))


@lru_cache(maxsize=4)
def _facts(folder: str, base: str, fact: str) -> tuple[frozenset[str], frozenset[str]]:
    """一轮里 base 为是的、fact 为是的企业。"""
    table = pl.scan_parquet(opened(Round(folder=folder)).folder / WIDE)
    picked = [table.filter(pl.col(name).cast(pl.Int8) == 1).select("enterprise").collect() for name in (base, fact)]
    return frozenset(picked[0]["enterprise"]), frozenset(picked[1]["enterprise"])
