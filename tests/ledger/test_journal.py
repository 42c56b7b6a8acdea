"""账页：逐行相扣，改一处即断；写了半截的末行视为未发生；同一时间只有一个写者。"""

import json
from datetime import date

import pytest
from filelock import FileLock
from firms import A, book, journal_lines, registered

from miaopu.ledger.journal import Entry, open_ledger, verify
from miaopu.ledger.post import batches
from miaopu.terms.complaint import Refusal

DAY = date(2026, 3, 1)
REVENUE = {"firm": A, "indicator": "revenue", "value": 100, "period": "2025"}


@pytest.fixture
def ledger(tmp_path):
    found = open_ledger(tmp_path / "台账")
    registered(found)
    book(found, "tax", [REVENUE], DAY)
    return found


def _rewrite(ledger, lines):
    ledger.journal.write_bytes(b"".join(line + b"\n" for line in lines))


def test_each_line_holds_the_digest_of_the_one_before(ledger):
    first, second = (json.loads(line) for line in journal_lines(ledger.root))
    assert second["prev"] == first["hash"]
    assert first["hash"].partition(":")[0] in ("sm3", "sha256")
    assert verify(ledger) is None


def test_an_edited_line_is_the_first_broken_link(ledger):
    lines = journal_lines(ledger.root)
    _rewrite(ledger, [lines[0].replace("张三".encode(), "李四".encode()), lines[1]])
    found = verify(ledger)
    assert found.file == "journal.jsonl" and found.row == 1
    with pytest.raises(Refusal, match="第1行"):
        batches(ledger, DAY)


def test_a_line_rewritten_with_a_fresh_digest_is_betrayed_by_the_next(ledger):
    first, second = ledger.entries()
    forged = Entry(**{**first.__dict__, "by": "李四"}).sealed()
    _rewrite(ledger, [forged.line().rstrip(b"\n"), second.line().rstrip(b"\n")])
    assert verify(ledger).row == 2


def test_a_removed_line_breaks_the_chain(ledger):
    _rewrite(ledger, journal_lines(ledger.root)[1:])
    assert verify(ledger).row == 1


def test_an_edited_fact_file_is_found(ledger):
    path = next((ledger.root / "batches").glob("*tax*/facts.parquet"))
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    assert "facts.parquet" in verify(ledger).file


def test_a_missing_fact_file_is_found(ledger):
    next((ledger.root / "batches").glob("*tax*/facts.parquet")).unlink()
    assert "不见了" in verify(ledger).found


@pytest.mark.parametrize("tail", [b'{"seq":3,"kind"', b"\0\0\0\0", b'{"seq":3}\n', b"\0\0\n"])
def test_a_torn_last_line_is_ignored_then_set_aside_with_a_message(ledger, tail):
    whole = ledger.journal.read_bytes()
    ledger.journal.write_bytes(whole + tail)
    assert len(batches(ledger, DAY)) == 2
    again = open_ledger(ledger.root)
    assert "只写了一半" in again.messages[0]
    assert ledger.journal.read_bytes() == whole
    assert tail in (ledger.root / "journal.torn").read_bytes()


def test_a_shortened_journal_does_not_sweep_batches_away(ledger):
    _rewrite(ledger, [])
    with pytest.raises(Refusal, match="没有账"):
        open_ledger(ledger.root)
    assert len(list((ledger.root / "batches").iterdir())) == 2


def test_a_lost_journal_is_not_replaced_by_an_empty_one(ledger):
    ledger.journal.unlink()
    with pytest.raises(Refusal, match="没有账页"):
        open_ledger(ledger.root)


def test_a_second_writer_waits_and_then_says_why(ledger):
    with FileLock(ledger.root / ".lock"), pytest.raises(Refusal, match="别的程序正在写"), ledger.writing(wait=0.05):
        pass


def test_opening_while_another_writes_reads_and_sweeps_nothing(ledger):
    half = ledger.root / "staging" / "半截"
    half.mkdir(parents=True)
    with FileLock(ledger.root / ".lock"):
        assert len(batches(open_ledger(ledger.root), DAY)) == 2
    assert half.exists()
    assert "半截" in open_ledger(ledger.root).messages[0]
    assert not half.exists()
