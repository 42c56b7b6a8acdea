"""核对：账页逐行相扣，每个附件的摘要与账页记载一致；给出第一处不符。"""

from miaopu.ledger.journal.chain import Entry, broken, file_digest
from miaopu.ledger.journal.store import Ledger
from miaopu.terms.complaint import Complaint, Refusal


def verify(ledger: Ledger) -> Complaint | None:
    """整本核对；完好为 None，否则是第一处不符（账页第几行、哪个文件）。"""
    try:
        for entry in ledger.entries():
            for name, recorded in entry.files.items():
                _check_file(ledger, entry, name, recorded)
    except Refusal as refusal:
        return refusal.complaint
    return None


def _check_file(ledger: Ledger, entry: Entry, name: str, recorded: str) -> None:
    path = ledger.folder(entry) / name
    place = path.relative_to(ledger.root).as_posix()
    if not path.is_file():
        raise broken(place, 0, f"账页第 {entry.seq} 行所附的文件不见了", "入账时的文件")
    if file_digest(path, recorded.partition(":")[0]) != recorded:
        raise broken(place, 0, f"文件内容与账页第 {entry.seq} 行的摘要不符", "入账时的原文件")
