"""备份：案件库（逐表逐行的文本，与数据库种类无关）、台账、上传件、本地目录，连同摘要装进一个文件。

不停站也能备：案件库在一个事务里读，台账只增、照账页抄。读表与评估结果能由台账重建，不装。
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from miaopu.ledger.journal import Ledger, open_ledger
from miaopu.ledger.journal.chain import ALGORITHM, digest
from miaopu.selection.intake.files import WAITING

Tell = Callable[[str], None]
FORM = 2
"""备份文件的形状。"""
MANIFEST = "manifest.json"
REBUILT = frozenset({"screening.firm", "screening.firmcolumns", "screening.listing"})
"""由台账重建、不进备份的表；轮次不在内：换看的记录与入库的依据都指着它。"""
PASSING = frozenset({
    "sessions.session", "django_tasks_database.dbtaskresult", "axes.accessattempt", "axes.accessattemptexpiration",
    "axes.accessfailurelog", "axes.accesslog",
})  # fmt: skip
"""过后就没用的表：会话、队列、登录尝试。"""


@dataclass
class Told:
    """备份的清单：各文件的摘要、各表的行数。"""

    digests: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)


def kept_models() -> list[type[Model]]:
    """进备份的表，被引用的在前；多对多的中间表也各是一张，排在最后。"""
    every = serializers.sort_dependencies([(config, None) for config in apps.get_app_configs()])
    kept = [one for one in every if one._meta.managed and one._meta.label_lower not in REBUILT | PASSING]
    links = [field.remote_field.through for one in kept for field in one._meta.local_many_to_many]
    return [*kept, *(one for one in links if one._meta.auto_created)]


def backup(target: Path, tell: Tell = lambda step: None) -> Told:
    """写一个备份文件；先写旁边再改名，写不完就没有这个文件。"""
    target.parent.mkdir(parents=True, exist_ok=True)
    told, aside = Told(), target.with_name(target.name + ".part")
    try:
        aside.touch(mode=0o600)  # 里面有全部账号与企业资料：只有本人可读
        with tarfile.open(aside, "w:gz", compresslevel=1) as archive:
            _tables(archive, told, tell)
            tell("抄台账")
            _ledger(archive, told, open_ledger(Path(settings.LEDGER)))
            tell("抄上传件与本地目录")
            for name, folder in (("files", settings.FILES), ("catalog", settings.LOCAL_CATALOG)):
                for path in _settled_files(Path(folder)):
                    with suppress(FileNotFoundError):  # 列出之后清理掉的导出文件
                        _add_file(archive, told, f"{name}/{path.relative_to(folder).as_posix()}", path)
            _add(archive, Told(), MANIFEST, json.dumps(_manifest(told), ensure_ascii=False, indent=1).encode())
        aside.replace(target)
    finally:
        aside.unlink(missing_ok=True)
    return told


def _manifest(told: Told) -> dict[str, object]:
    return {"form": FORM, "made": timezone.localtime().isoformat(), "digests": told.digests, "rows": told.rows}


def _tables(archive: tarfile.TarFile, told: Told, tell: Tell) -> None:
    """一个事务里读全部表：读到的是同一时刻；只读，不占写锁。"""
    with _reading(), transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        for model in kept_models():
            label = model._meta.label_lower
            tell(f"抄 {label}")
            body, count = io.BytesIO(), 0
            with gzip.GzipFile(fileobj=body, mode="wb", compresslevel=1, mtime=0) as stream:
                for line in lines(model):
                    stream.write(line)
                    count += 1
            told.rows[label] = count
            _add(archive, told, f"tables/{label}.jsonl.gz", body.getvalue())


@contextmanager
def _reading() -> Iterator[None]:
    """SQLite 缺省一开事务就占写锁；只读的改成用到才占，备份时别人照样写。"""
    mode = getattr(connection, "transaction_mode", None)
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        connection.transaction_mode = "DEFERRED"
    try:
        yield
    finally:
        if connection.vendor == "sqlite":
            connection.transaction_mode = mode


class _Exact(DjangoJSONEncoder):
    """时刻写到微秒；框架自带的只写到毫秒，恢复后就不是原样了。"""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, datetime) else super().default(o)


def lines(model: type[Model]) -> Iterator[bytes]:
    """一张表的各行，一行一句 JSON，按主键。"""
    own = [one.name for one in model._meta.local_fields]  # 多对多的在自己的表里
    rows = model._default_manager.order_by("pk").iterator(chunk_size=2000)
    for row in rows:
        line = serializers.serialize("jsonl", [row], fields=own, ensure_ascii=False, cls=_Exact)
        yield (line.strip() + "\n").encode()


def _ledger(archive: tarfile.TarFile, told: Told, ledger: Ledger) -> None:
    entries = ledger.entries()
    lines = ledger.journal.read_bytes().splitlines(keepends=True)[: len(entries)]
    for entry in entries:
        for name in entry.files:
            path = ledger.folder(entry) / name
            _add_file(archive, told, f"ledger/{path.relative_to(ledger.root).as_posix()}", path)
    _add(archive, told, "ledger/journal.jsonl", b"".join(lines))


def _settled_files(folder: Path) -> list[Path]:
    """收好的文件；暂放处还在写，不抄。"""
    return sorted(one for one in folder.rglob("*") if one.is_file() and one.relative_to(folder).parts[0] != WAITING)


def _add(archive: tarfile.TarFile, told: Told, name: str, content: bytes) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), 0o600
    archive.addfile(entry, io.BytesIO(content))
    told.digests[name] = digest(content)


def _add_file(archive: tarfile.TarFile, told: Told, name: str, path: Path) -> None:
    """一块一块抄进去；摘要算的就是抄进去的那些字节。"""
    entry = tarfile.TarInfo(name)
    with path.open("rb") as stream:
        summed = _Summed(stream)
        entry.size, entry.mode = os.fstat(stream.fileno()).st_size, 0o600
        archive.addfile(entry, summed)  # type: ignore[arg-type]
    told.digests[name] = f"{ALGORITHM}:{summed.digest.hexdigest()}"


class _Summed:
    """边读边算摘要。"""

    def __init__(self, stream: BinaryIO) -> None:
        self.stream, self.digest = stream, hashlib.new(ALGORITHM)

    def read(self, size: int) -> bytes:
        block = self.stream.read(size)
        self.digest.update(block)
        return block
