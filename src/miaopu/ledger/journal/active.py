"""某日所知：到 known_on 为止收到、且到那天尚未撤回的批次与决定。"""

from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path

from miaopu.ledger.journal.chain import Entry
from miaopu.ledger.journal.store import Ledger


@dataclass(frozen=True)
class Active:
    """known_on 那天有效的批次与决定，按（收到日期、账页次序）排列，后者更正前者。"""

    ledger: Ledger
    known_on: date
    batches: tuple[Entry, ...]
    decisions: tuple[Entry, ...]

    def files(self, name: str) -> list[Path]:
        """各批次与决定所附的同名文件，先后有序。"""
        every = (self.ledger.file(entry, name) for entry in (*self.batches, *self.decisions))
        return [path for path in every if path is not None]

    def sealed(self, name: str) -> tuple[tuple[Path, str], ...]:
        """各批次与决定所附的同名文件与其摘要；附件只增不改，所以可作缓存的键。"""
        return self._sealed.get(name, ())

    @cached_property
    def _sealed(self) -> dict[str, tuple[tuple[Path, str], ...]]:
        found: dict[str, list[tuple[Path, str]]] = {}
        for entry in (*self.batches, *self.decisions):
            folder = self.ledger.folder(entry)
            for name, digest in entry.files.items():
                found.setdefault(name, []).append((folder / name, digest))
        return {name: tuple(files) for name, files in found.items()}

    def order(self) -> dict[str, int]:
        """批次号、决定号 → 先后次序（从 0 起），先比日期，再比账页次序。"""
        every = sorted((*self.batches, *self.decisions), key=lambda entry: (entry.day, entry.seq))
        return {entry.id: place for place, entry in enumerate(every)}

    def seals(self) -> list[str]:
        """每个有效条目的编号与附件摘要，供快照指纹用；不含写入时刻。"""
        return [f"{one.id} {sorted(one.files.items())}" for one in (*self.batches, *self.decisions)]


def active(ledger: Ledger, known_on: date) -> Active:
    """known_on 那天有效的批次与决定；撤回自其日期起生效，此前仍看得见。"""
    known = [entry for entry in ledger.entries() if entry.day <= known_on]
    gone = {entry.body["target"] for entry in known if entry.kind == "withdraw"}
    live = sorted((one for one in known if one.id not in gone), key=lambda one: (one.day, one.seq))
    return Active(
        ledger,
        known_on,
        tuple(one for one in live if one.kind == "batch"),
        tuple(one for one in live if one.kind == "decision"),
    )
