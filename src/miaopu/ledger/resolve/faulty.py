"""对上了、而代码写坏的行：认作了哪一家、凭什么，说给报送人听。"""

from collections.abc import Iterator

import polars as pl

from miaopu.ledger.record import Outcome, Reading
from miaopu.terms import uscc
from miaopu.terms.complaint import Complaint, Severity


def broken_codes(reading: Reading, resolution: pl.DataFrame) -> Iterator[Complaint]:
    """每行一条提示；resolution 见 record.RESOLUTION_SCHEMA。对不上的行另有复核清单，不在这里说。"""
    found = resolution.filter(pl.col("outcome") == Outcome.MATCHED).select("row_id", "enterprise", "reason")
    rows = reading.rows.filter(pl.col("uscc_raw").is_not_null()).join(found, on="row_id", maintain_order="left")
    wrong = uscc.check_column(rows["uscc_raw"])["reason"].rename("wrong")
    for one in rows.with_columns(wrong).filter(pl.col("wrong").is_in(uscc.BROKEN)).iter_rows(named=True):
        told = f"“{one['uscc_raw']}”{uscc.SENTENCES[one['wrong']]}；{one['reason']}，认作 {one['enterprise']}"
        expected, remedy = "18 位、校验相符的统一社会信用代码", "核对证照；不是这一家的，改正后重报这一行"
        yield Complaint(
            "broken_code", Severity.WARN, reading.file, told, expected, remedy, str(one["sheet"]), int(one["row"])
        )
