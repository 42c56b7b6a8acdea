"""一家快照与全市快照那几行逐行相同：宽表、出处、冲突、条目、核定。"""

import polars as pl
from polars.testing import assert_frame_equal

from miaopu.ledger.snapshot import Snapshot


def _rows(frame: pl.DataFrame, firms: list[str]) -> pl.DataFrame:
    """这几家的行，排成一样的次序；ent 是各自快照里的行号，不比。"""
    mine = frame.filter(pl.col("enterprise").is_in(firms)).drop("ent", strict=False)
    plain = mine.with_columns(pl.col(pl.Categorical).cast(pl.String))
    return plain.sort([name for name, kind in plain.schema.items() if not kind.is_nested()], nulls_last=True)


def same_rows(one: Snapshot, full: Snapshot, firms: list[str]) -> None:
    """one 只取了 firms；与 full 的限制逐行比，列与类型也要同。"""
    assert_frame_equal(one.frame, full.frame.filter(pl.col("enterprise").is_in(firms)))
    for name in ("origin", "conflicts", "judgements"):
        whole = getattr(one, name)
        assert_frame_equal(_rows(whole, firms), _rows(getattr(full, name), firms))
        assert set(whole["enterprise"]) <= set(firms), name
    assert one.items.keys() == full.items.keys()
    for key, table in one.items.items():
        assert set(table["enterprise"]) <= set(firms), key
        assert_frame_equal(_rows(table, firms), _rows(full.items[key], firms))
        assert table["enterprise"].to_list() == one.frame["enterprise"].gather(table["ent"]).to_list()
    assert (one.messages, one.fingerprint) == (full.messages, full.fingerprint)
