"""台账文件夹：单写者锁、先写旁边再改名、最后落一行账；被打断只会停在事前或事后。"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from miaopu.ledger.journal.chain import START, Entry, broken, file_digest, parse
from miaopu.terms.complaint import Complaint, Refusal, Severity

FOLDERS = {"batch": "batches", "decision": "decisions"}
Write = Callable[[Path], None]


@dataclass(frozen=True)
class Ledger:
    """一本台账（一个文件夹）。messages 是打开时修复了什么，说给人听。"""

    root: Path
    messages: tuple[str, ...] = ()

    @property
    def journal(self) -> Path:
        """账页文件。"""
        return self.root / "journal.jsonl"

    def entries(self) -> list[Entry]:
        """账页各行；末尾写了半截的一行视为未发生；断链抛 Refusal。"""
        return list(_parsed(self.journal.read_bytes()))

    def folder(self, entry: Entry) -> Path:
        """该行所附文件的文件夹。"""
        return self.root / FOLDERS[entry.kind] / entry.id

    def file(self, entry: Entry, name: str) -> Path | None:
        """该行所附的一个文件；没有为 None。"""
        return self.folder(entry) / name if name in entry.files else None

    @contextmanager
    def holding(self, wait: float = 60) -> Iterator[None]:
        """先占住单写者锁，里面再写：同时要用别的锁（案件库）的先占这里，等着时不占着别处。等太久抛 Refusal。"""
        with _locked(self.root, wait):
            yield

    @contextmanager
    def writing(self, wait: float = 60) -> Iterator["Writer"]:
        """取得单写者锁后写；别人占着超过 wait 秒即抛 Refusal。"""
        with _locked(self.root, wait):
            repair(self)
            yield Writer(self, self.entries())


@lru_cache(maxsize=4)
def _parsed(content: bytes) -> tuple[Entry, ...]:
    """同样的字节只逐行核对一次：网上一家一页要看几回账页；字节有一点不同就重新核对。"""
    return tuple(parse(content)[0])


@dataclass
class Writer:
    """持锁期间的写者；只能用 commit 加一行。"""

    ledger: Ledger
    entries: list[Entry]

    def free_id(self, wanted: str) -> str:
        """未用过的编号：重名时加 -2、-3。"""
        used, number = {entry.id for entry in self.entries}, 1
        while (name := wanted if number == 1 else f"{wanted}-{number}") in used:
            number += 1
        return name

    def commit(
        self, kind: str, id: str, day: date, by: str, note: str, body: Mapping[str, Any], files: Mapping[str, Write]
    ) -> Entry:
        """写好附件、改名到位、落一行账；返回这一行。附件由各 Write 写到给它的路径。"""
        digests = _place(self.ledger.root, FOLDERS[kind], id, files) if files else {}
        last = self.entries[-1].hash if self.entries else START
        at = datetime.now(UTC).isoformat(timespec="seconds")
        entry = Entry(len(self.entries) + 1, kind, id, day, at, by, note, dict(body), digests, last).sealed()
        _append(self.ledger.journal, entry.line())
        self.entries.append(entry)
        return entry


def open_ledger(root: Path) -> Ledger:
    """打开（没有则新建）一本台账，清掉被打断留下的半截；别人正在写时不清。断链抛 Refusal。"""
    root.mkdir(parents=True, exist_ok=True)
    ledger = Ledger(root)
    try:
        with _locked(root, 0 if ledger.journal.exists() else 60):
            _create(ledger)
            return Ledger(root, tuple(repair(ledger)))
    except Refusal as refusal:
        if refusal.complaint.code != "ledger-busy":
            raise
        return ledger


def repair(ledger: Ledger) -> list[str]:
    """持锁时调用：截去写了半截的末行、清掉没有账的文件夹；返回做了什么。"""
    content = ledger.journal.read_bytes()
    entries, torn = parse(content)
    messages = []
    if torn:
        with (ledger.root / "journal.torn").open("ab") as aside:
            aside.write(torn + b"\n")
            _sync(aside.fileno())
        with ledger.journal.open("rb+") as stream:
            stream.truncate(len(content) - len(torn))
            _sync(stream.fileno())
        messages.append(f"账页末行只写了一半（{len(torn)} 字节），视为未发生，已移到 journal.torn")
    return messages + _sweep(ledger, {entry.id for entry in entries})


def _sweep(ledger: Ledger, known: set[str]) -> list[str]:
    staging = ledger.root / "staging"
    halves = sorted(staging.iterdir()) if staging.is_dir() else []
    found = [path for name in FOLDERS.values() for path in sorted((ledger.root / name).glob("*"))]
    orphans = [path for path in found if path.name not in known]
    if len(orphans) > 1:
        raise broken(
            "journal.jsonl", len(known), f"有 {len(orphans)} 个批次文件夹没有账", "每批都有一行账（账页可能被截短）"
        )
    for path in halves + orphans:
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return [f"清除上次被打断、未入账的 {path.name}" for path in halves + orphans]


@contextmanager
def _locked(root: Path, wait: float) -> Iterator[None]:
    lock = FileLock(root / ".lock", is_singleton=True)  # 同一线程里占着再占不算别人
    try:
        lock.acquire(timeout=wait)
    except Timeout:
        complaint = Complaint(
            "ledger-busy", Severity.REFUSE, root.name, "别的程序正在写这本台账", "同一时间只有一个写者", "稍后再试"
        )
        raise Refusal(complaint) from None
    try:
        yield
    finally:
        lock.release()


def _create(ledger: Ledger) -> None:
    if ledger.journal.exists():
        return
    if any((ledger.root / name).is_dir() for name in FOLDERS.values()):
        raise broken("journal.jsonl", 0, "有批次文件夹而没有账页", "与批次相符的账页")
    _append(ledger.journal, b"")
    _sync_folder(ledger.root)


def _place(root: Path, folder: str, id: str, files: Mapping[str, Write]) -> dict[str, str]:
    stage, home = root / "staging" / id, root / folder
    stage.mkdir(parents=True)
    home.mkdir(exist_ok=True)
    digests = {}
    for name, write in files.items():
        write(stage / name)
        with (stage / name).open("rb+") as stream:
            _sync(stream.fileno())
        digests[name] = file_digest(stage / name)
    _sync_folder(stage)
    os.rename(stage, home / id)
    _sync_folder(home)
    _sync_folder(root)
    return digests


def _append(path: Path, line: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
    try:
        while line:
            line = line[os.write(handle, line) :]
        _sync(handle)
    finally:
        os.close(handle)


def _sync(handle: int) -> None:
    os.fsync(handle)


def _sync_folder(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
