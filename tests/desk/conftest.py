"""小城的一轮评估与数最全的两家。"""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from tests.desk.subjects import KNOWN

from miaopu.desk.dossier import Reading
from miaopu.desk.workspace import Workspace
from miaopu.standards.judge import Judge


@pytest.fixture(scope="session")
def reading(small_city: Path) -> Reading:
    space = Workspace(small_city / "ledger" / "2000-2026")
    return Reading(space, space.assess(KNOWN, KNOWN), Judge(space.library))


@pytest.fixture(scope="session")
def firms(reading: Reading) -> list[str]:
    """数最全的两家。"""
    wide = pl.read_parquet(reading.run.folder / "wide.parquet").filter(pl.col("revenue_t1").is_not_null())
    known = pl.sum_horizontal(pl.all().is_not_null().cast(pl.Int32))
    found = wide.sort(known, "enterprise", descending=[True, False])["enterprise"].to_list()[:2]
    assert len(found) == 2
    return found
