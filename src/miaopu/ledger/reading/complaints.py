"""收退数：一份来件收多少、退多少、冲突多少，哪些行要重报；只数，不写（写在 write_back）。"""

from dataclasses import dataclass

import polars as pl

from miaopu.ledger.record import Outcome, Reading
from miaopu.terms.complaint import Severity


@dataclass(frozen=True)
class Counts:
    """一份来件的收退数：rows 企业行，clean 无退格的行，faulty 有退格的行（含无名无代码的行），
    facts 入账的事实，rejected 退回的意见，conflicts 冲突（同一企业两个数，或对主体冲突），review 待人工的行，
    warned 提示。
    """

    rows: int
    clean: int
    faulty: int
    facts: int
    rejected: int
    conflicts: int
    review: int
    warned: int

    def lines(self) -> list[tuple[str, int]]:
        """给人看的各项名称与数。"""
        return [
            ("企业行", self.rows),
            ("全部入账的行", self.clean),
            ("有退回的行（只需重报这些行）", self.faulty),
            ("入账的数据项", self.facts),
            ("退回的意见", self.rejected),
            ("冲突", self.conflicts),
            ("待人工认定的行", self.review),
            ("入账但请核对", self.warned),
        ]


def count(reading: Reading, resolution: pl.DataFrame | None = None) -> Counts:
    """收退数；给了对主体结果（record.RESOLUTION_SCHEMA）就连同冲突与待人工的行一起数。"""
    bad = bad_rows(reading, resolution)
    outcomes = {} if resolution is None else dict(resolution.group_by("outcome").len().iter_rows())
    listed = pl.DataFrame(list(bad), schema={"sheet": pl.String, "row": pl.UInt32}, orient="row")
    kept = reading.rows.join(listed, on=["sheet", "row"], how="anti")
    rejected = [one for one in reading.complaints if one.severity in (Severity.REJECT, Severity.REFUSE)]
    clashing = sum(one.count for one in rejected if one.code == "conflict")
    return Counts(
        rows=reading.rows.height,
        clean=kept.height,
        faulty=len(bad),
        facts=reading.facts.height,
        rejected=sum(one.count for one in rejected),
        conflicts=clashing + outcomes.get(Outcome.CONFLICT, 0),
        review=outcomes.get(Outcome.REVIEW, 0),
        warned=sum(one.count for one in reading.complaints if one.severity is Severity.WARN),
    )


def bad_rows(reading: Reading, resolution: pl.DataFrame | None = None) -> set[tuple[str, int]]:
    """要重报的行：（工作表、行号）。整列的意见不算在行里。"""
    whole = {"column", "table"}
    bad = {
        (one.sheet, row)
        for one in reading.complaints
        if one.severity is Severity.REJECT and one.row and one.code not in whole
        for row in one.rows()
    }
    if resolution is not None:
        stuck = resolution.filter(pl.col("outcome") == Outcome.CONFLICT).select("row_id")
        bad |= set(reading.rows.join(stuck, on="row_id", how="semi").select("sheet", "row").iter_rows())
    return bad
