"""同行位置与对标：从一轮评估里取一家与它的同行、与称号持有企业，给各个数的位置；只读用得着的列。"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from miaopu.profile.holders import HolderRules, Mark, load_holders, marks, wanted
from miaopu.profile.peers import PeerRules, Standing, load_rules, needed, standings
from miaopu.standards.run import WIDE, Run
from miaopu.terms.catalog import Catalog


def peers_of(run: Run, values: Mapping[str, Any], catalog: Catalog) -> tuple[PeerRules, tuple[Standing, ...]]:
    """（口径，各个数的位置）；values 是这家的宽表行。"""
    rules = load_rules(catalog)
    scan = pl.scan_parquet(run.folder / WIDE)
    names = [name for name in scan.collect_schema().names() if name in needed(rules)]
    return rules, standings(scan.select(names).collect(), values, rules)


def benchmark_of(run: Run, values: Mapping[str, Any], catalog: Catalog) -> tuple[HolderRules, tuple[Mark, ...]]:
    """（跟谁比，各个数的对标）；values 是这家的宽表行。"""
    rules, holders = load_rules(catalog), load_holders(catalog)
    scan = pl.scan_parquet(run.folder / WIDE)
    names = [name for name in scan.collect_schema().names() if name in wanted(holders, rules)]
    return holders, marks(scan.select(names).collect(), values, rules, holders)
