"""恢复：把备份文件装进一个空的站点（空库、空台账）；先逐个核对摘要，有一处不符就什么也不装。"""

from __future__ import annotations

import gzip
import json
import tarfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connection, transaction
from django.db.models import Model

from miaopu.access.models import Account, LogEntry
from miaopu.ledger.journal import open_ledger, verify
from miaopu.ledger.journal.chain import digest
from miaopu.selection.screening.models import Round
from miaopu.site.backup import FORM, MANIFEST, kept_models
from miaopu.terms.complaint import Complaint, Refusal, Severity

Tell = Callable[[str], None]
BATCH = 1_000
NOT_FILLED = 0
"""轮次的读表还没有装：读表不在备份里，下次开站时由台账重装。"""


def restore(source: Path, tell: Tell = lambda step: None) -> dict[str, Any]:
    """装进当前设置所指的站点；给出备份的清单。不是空站、文件不对抛 Refusal。"""
    manifest = checked(source, tell)
    call_command("migrate", interactive=False, verbosity=0)
    _must_be_empty()
    homes = {"ledger": settings.LEDGER, "files": settings.FILES, "catalog": settings.LOCAL_CATALOG}
    with tarfile.open(source, "r:gz") as archive:
        with transaction.atomic():
            _empty_tables()
            tables = {one.name: one for one in archive.getmembers() if one.name.startswith("tables/")}
            for model in kept_models():
                tell(f"装 {model._meta.label_lower}")
                _load(model, archive, tables[f"tables/{model._meta.label_lower}.jsonl.gz"])
            Round.objects.update(form=NOT_FILLED)
            _reset_sequences()
            _rounds_here()
        tell("装台账、上传件与本地目录")
        for member in archive.getmembers():
            head, _, rest = member.name.partition("/")
            if head in homes:
                _place(archive, member, Path(homes[head]), rest)
    broken = verify(open_ledger(Path(settings.LEDGER)))
    if broken is not None:
        raise Refusal(broken)
    return manifest


def _rounds_here() -> None:
    """读表没有进备份，开站时按人选的一轮重装；结果文件在这里的台账下，不用原来那个站的。"""
    for one in Round.objects.all():
        folder = Path(settings.LEDGER) / "runs" / Path(one.folder).name
        Round.objects.filter(pk=one.pk).update(form=0, folder=str(folder))


def checked(source: Path, tell: Tell = lambda step: None) -> dict[str, Any]:
    """逐个核对摘要；完好给出清单。"""
    tell("核对备份文件")
    if not source.is_file():
        raise _refused(source, "没有这个文件", "miaopu backup 写的备份文件", "核对路径")
    try:
        with tarfile.open(source, "r:gz") as archive:
            found = {one.name: _content(archive, one) for one in archive if one.name == MANIFEST or one.isfile()}
    except (tarfile.TarError, EOFError, OSError, zlib.error) as error:
        raise _refused(source, f"读不出来（{type(error).__name__}）", "完整的备份文件", "换一份备份") from None
    if MANIFEST not in found:
        raise _refused(source, "读不全，或不是本软件的备份（没有清单）", "完整的备份文件", "换一份备份")
    manifest = json.loads(found.pop(MANIFEST))
    if manifest.get("form") != FORM:
        raise _refused(source, "不是这个版本的备份", f"形状 {FORM} 的备份", "用写它的那个版本恢复")
    for name, recorded in manifest["digests"].items():
        if name not in found or digest(found[name], recorded.partition(":")[0]) != recorded:
            raise _refused(source, f"里面的 {name} 缺失或与摘要不符", "备份时的原样", "换一份备份")
    extra = sorted(found.keys() - manifest["digests"].keys())
    if extra:
        raise _refused(source, f"多出清单里没有的 {extra[0]}", "与清单一致", "换一份备份")
    return dict(manifest)


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    stream = archive.extractfile(member)
    return stream.read() if stream else b""


def _must_be_empty() -> None:
    journal = Path(settings.LEDGER) / "journal.jsonl"
    if Account.objects.exists() or LogEntry.objects.exists() or (journal.is_file() and journal.stat().st_size):
        raise _refused(Path(settings.HOME), "这里已经有账号、日志或台账", "空的站点", "另指一个空的 --home 与 --ledger")


def _empty_tables() -> None:
    """迁移自己写下的行（内容类型、权限）也清掉，主键与备份一致。"""
    for model in reversed(kept_models()):
        model._default_manager.all().delete()


def _load(model: type[Model], archive: tarfile.TarFile, member: tarfile.TarInfo) -> None:
    lines = gzip.decompress(_content(archive, member)).decode()
    rows = (one.object for one in serializers.deserialize("jsonl", lines))
    with _times_as_written(model):
        for part in _parts(rows):
            model._default_manager.bulk_create(part)


@contextmanager
def _times_as_written(model: type[Model]) -> Iterator[None]:
    """装的时候不让“建立时间”“最后活动”自动改成现在。"""
    stamped = [
        (one, name) for one in model._meta.fields for name in ("auto_now", "auto_now_add") if getattr(one, name, False)
    ]
    for one, name in stamped:
        setattr(one, name, False)
    try:
        yield
    finally:
        for one, name in stamped:
            setattr(one, name, True)


def _parts(rows: Iterable[Any]) -> Iterable[list[Any]]:
    given = iter(rows)
    while part := list(islice(given, BATCH)):
        yield part


def _reset_sequences() -> None:
    statements = connection.ops.sequence_reset_sql(no_style(), apps.get_models())
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _place(archive: tarfile.TarFile, member: tarfile.TarInfo, home: Path, name: str) -> None:
    path = (home / name).resolve()
    if not path.is_relative_to(home.resolve()):
        raise _refused(home, f"备份里的 {name} 指到了外面", "站点文件夹里的文件", "换一份备份")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_content(archive, member))


def _refused(place: Path, found: str, expected: str, remedy: str) -> Refusal:
    return Refusal(Complaint("restore", Severity.REFUSE, place.name, found, expected, remedy))
