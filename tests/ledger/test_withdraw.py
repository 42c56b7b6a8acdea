"""撤回：是一行账，自其日期起算；此前的快照仍看得见。"""

from datetime import date

import pytest
from firms import RULES, A, book
from words import PLAIN

from miaopu.ledger.post import batches
from miaopu.ledger.snapshot import snapshot
from miaopu.ledger.withdraw import withdraw
from miaopu.terms.complaint import Refusal

DAY = date(2026, 3, 1)
REVENUE = {"firm": A, "indicator": "revenue", "value": 100, "period": "2025"}


def _revenue(ledger, known_on):
    taken = snapshot(ledger, known_on=known_on, assessed_on=date(2026, 11, 20), indicators=PLAIN, sources=RULES)
    return taken.frame["revenue_t1"][0]


def test_snapshots_known_before_the_withdrawal_still_show_the_batch(ledger):
    batch = book(ledger, "tax", [REVENUE], DAY)
    withdraw(ledger, batch.id, by="李四", reason="报错年份", on=date(2026, 4, 1))
    assert _revenue(ledger, date(2026, 3, 31)) == 100
    assert _revenue(ledger, date(2026, 4, 1)) is None
    assert (ledger.root / "batches" / batch.id / "facts.parquet").exists()


def test_a_withdrawn_file_may_be_posted_again(ledger):
    first = book(ledger, "tax", [REVENUE], DAY)
    withdraw(ledger, first.id, by="李四", reason="误报", on=DAY)
    again = book(ledger, "tax", [REVENUE], DAY)
    assert not again.repeated and again.id == f"{first.id}-2"
    assert [one.id for one in batches(ledger, DAY)][-1] == again.id


@pytest.mark.parametrize(
    ("target", "reason", "on", "told"),
    [
        ("没有的批次", "误报", DAY, "没有这个批次"),
        (None, " ", DAY, "没有写撤回理由"),
        (None, "误报", date(2026, 2, 28), "早于"),
    ],
)
def test_a_withdrawal_that_cannot_stand_is_refused(ledger, target, reason, on, told):
    batch = book(ledger, "tax", [REVENUE], DAY)
    with pytest.raises(Refusal, match=told):
        withdraw(ledger, target or batch.id, by="李四", reason=reason, on=on)
    assert len(batches(ledger, DAY)) == 2


def test_a_batch_is_withdrawn_only_once(ledger):
    batch = book(ledger, "tax", [REVENUE], DAY)
    withdraw(ledger, batch.id, by="李四", reason="误报", on=DAY)
    with pytest.raises(Refusal, match="已经撤回"):
        withdraw(ledger, batch.id, by="李四", reason="误报", on=DAY)
