"""账页的一行与它们的链：每行含上一行的摘要；读出时逐行核对，断链即报，写了半截的末行单独交出。"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from miaopu.terms.complaint import Complaint, Refusal, Severity

ALGORITHM = "sm3" if "sm3" in hashlib.algorithms_available else "sha256"
START = "0" * 64


@dataclass(frozen=True)
class Entry:
    """账页的一行。kind 为 open 建账、batch 入账、decision 决定、withdraw 撤回；day 是这件事生效的日期。"""

    seq: int
    kind: str
    id: str
    day: date
    at: str
    by: str
    note: str
    body: dict[str, Any] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    prev: str = START
    hash: str = ""

    def sealed(self) -> "Entry":
        """算好本行摘要的同一行。"""
        return Entry(**{**self.__dict__, "hash": digest(self._content(), ALGORITHM)})

    def line(self) -> bytes:
        """写进账页的一行（含换行）。"""
        return (_canonical({**self._plain(), "hash": self.hash}) + "\n").encode()

    def intact(self) -> bool:
        """本行内容与摘要是否相符。"""
        return self.hash == digest(self._content(), self.hash.partition(":")[0])

    def _plain(self) -> dict[str, Any]:
        return {**self.__dict__, "day": self.day.isoformat()}

    def _content(self) -> bytes:
        return _canonical({key: value for key, value in self._plain().items() if key != "hash"}).encode()


def _canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest(content: bytes, algorithm: str = ALGORITHM) -> str:
    """带算法名的摘要，如 sm3:1ab21d83…；本机没有该算法时报 Refusal。"""
    try:
        return f"{algorithm}:{hashlib.new(algorithm, content).hexdigest()}"
    except ValueError:
        raise broken("journal.jsonl", 0, f"摘要算法“{algorithm}”本机没有", "本机支持的算法") from None


def file_digest(path: Path, algorithm: str = ALGORITHM) -> str:
    """文件的摘要，写法同 digest。"""
    with path.open("rb") as stream:
        return f"{algorithm}:{hashlib.file_digest(stream, algorithm).hexdigest()}"


def broken(file: str, row: int, found: str, expected: str) -> Refusal:
    """账页或文件与记载不符。"""
    remedy = "停止写入，用备份恢复该文件后再用 verify 核对"
    return Refusal(Complaint("ledger-broken", Severity.REFUSE, file, found, expected, remedy, row=row))


def parse(content: bytes) -> tuple[list[Entry], bytes]:
    """账页全文 → (完好的各行, 写了半截的末尾)；中间断链抛 Refusal，说明第几行。"""
    lines = content.split(b"\n")
    torn = lines.pop()
    entries: list[Entry] = []
    for number, raw in enumerate(lines, 1):
        entry = _decode(raw)
        if entry is None and number == len(lines) and not torn:
            return entries, raw + b"\n"
        _check(entry, entries, number)
        entries.append(entry)
    return entries, torn


def _decode(raw: bytes) -> Entry | None:
    try:
        fields = json.loads(raw)
        return Entry(**{**fields, "day": date.fromisoformat(fields["day"])})
    except (ValueError, TypeError, KeyError):
        return None


def _check(entry: Entry | None, before: list[Entry], number: int) -> None:
    if entry is None:
        raise broken("journal.jsonl", number, "这一行不是合法的账页记录", "完整的一行记录")
    expected = before[-1].hash if before else START
    if entry.prev != expected or entry.seq != number:
        raise broken("journal.jsonl", number, "这一行与上一行接不上", "上一行的摘要与连续的序号")
    if not entry.intact():
        raise broken("journal.jsonl", number, "这一行的内容与其摘要不符", "入账时的原文")
