"""恢复：把备份文件装进一个空的站点，案件库、台账、上传件、本地目录全装上或一样也不装。

各样先拆到各自文件夹里的旁边（STAGE），逐个核对摘要、核对台账；案件库在一个事务里装、核验操作日志，
提交的那一刻算数。此前断了，旁边的全部清掉；此后断了，下一条站点命令接着把旁边的改名到位（settle）。
"""

from __future__ import annotations

import gzip
import json
import os
import shutil
import tarfile
import uuid
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import serializers
from django.core.management import call_command
from django.core.management.color import no_style
from django.core.serializers.base import DeserializationError
from django.db import DataError, IntegrityError, connection
from django.db.models import Model
from filelock import FileLock, Timeout

from miaopu.access import log
from miaopu.access.act import act
from miaopu.access.actor import system
from miaopu.access.models import Account, LogEntry
from miaopu.ledger.journal import open_ledger, verify
from miaopu.ledger.journal.chain import file_digest
from miaopu.selection.intake.files import FULL
from miaopu.selection.screening.models import Round
from miaopu.site.backup import FORM, MANIFEST, kept_models
from miaopu.terms.complaint import Complaint, Refusal, Severity

Tell = Callable[[str], None]
BATCH, BLOCK = 1_000, 1 << 20
NOT_FILLED = 0
"""轮次的读表还没有装：读表不在备份里，下次开站时由台账重装。"""
STAGE, NOTE = ".restoring", "restoring.json"
"""拆在旁边的文件夹；正在恢复的记号（在站点文件夹里）：装到哪几处、算数的那一行日志的对象。"""
BAD = (tarfile.TarError, EOFError, OSError, zlib.error, ValueError, KeyError)


def restore(source: Path, tell: Tell = lambda step: None) -> dict[str, Any]:
    """装进当前设置所指的站点；给出备份的清单。不是空站、文件不对、账或日志核不过抛 Refusal。"""
    if not source.is_file():
        raise _refused(source, "没有这个文件", "miaopu backup 写的备份文件", "核对路径")
    homes = {"ledger": settings.LEDGER, "files": settings.FILES, "catalog": settings.LOCAL_CATALOG}
    with _alone():
        _settle()
        call_command("migrate", interactive=False, verbosity=0)
        _must_be_empty(homes)
        mark = f"恢复 {uuid.uuid4().hex}"
        note = {"mark": mark, "homes": {name: str(path) for name, path in homes.items()}}
        _note().write_text(json.dumps(note, ensure_ascii=False), encoding="utf-8")
        try:
            manifest = unpacked(source, {"tables": settings.HOME, **homes}, tell)
            _sound_ledger(Path(settings.LEDGER) / STAGE, tell)
            os.sync()  # 断电也一样：旁边的先落盘，案件库再提交
            _tables(Path(settings.HOME) / STAGE, manifest, mark, tell)
            os.sync()
        finally:
            _settle()
    return manifest


def settle() -> None:
    """上次恢复断在半路的收拾好：已经算数的装完，没有算数的清掉。站点命令开头都做；正在恢复抛 Refusal。"""
    if _note().is_file():
        with _alone():
            _settle()


def _note() -> Path:
    return Path(settings.HOME) / NOTE


@contextmanager
def _alone() -> Iterator[None]:
    """一个站点同一时间只有一个恢复。"""
    try:
        with FileLock(Path(settings.HOME) / f"{NOTE}.lock", timeout=0):
            yield
    except Timeout:
        raise _refused(Path(settings.HOME), "正在恢复", "恢复完的站点", "等它做完再来") from None


def _settle() -> None:
    if not _note().is_file():
        return
    told = json.loads(_note().read_text(encoding="utf-8") or '{"mark": "", "homes": {}}')
    if LogEntry.objects.filter(target=told["mark"]).exists():
        for home in told["homes"].values():
            _place(Path(home))
    for home in (settings.HOME, *told["homes"].values()):
        shutil.rmtree(Path(home) / STAGE, ignore_errors=True)
    _note().unlink()


def _place(home: Path) -> None:
    """旁边的一样一样改名到位；做过的不再做。"""
    stage = home / STAGE
    for one in sorted(stage.iterdir()) if stage.is_dir() else ():
        target = home / one.name
        if _filled(target):
            raise _refused(
                home, f"恢复到一半，这里又有了 {one.name}", "空的文件夹", f"移走它，再开站就接着装 {STAGE} 里的"
            )
        if target.is_dir():
            shutil.rmtree(target)
        os.replace(one, target)


def _filled(path: Path) -> bool:
    """里面有东西；空文件、空文件夹不算。"""
    every = path.rglob("*") if path.is_dir() else (path,)
    return any(one.is_file() and one.stat().st_size for one in every if STAGE not in one.parts)


def _must_be_empty(homes: Mapping[str, Path]) -> None:
    if Account.objects.exists() or LogEntry.objects.exists() or any(_filled(Path(one)) for one in homes.values()):
        found = "这里已经有账号、日志、台账、上传件或本地目录"
        raise _refused(Path(settings.HOME), found, "空的站点", "另指一个空的 --home、--ledger（与 MIAOPU_CATALOG）")


def unpacked(source: Path, homes: Mapping[str, Path], tell: Tell = lambda step: None) -> dict[str, Any]:
    """一块一块拆到各处的旁边，逐个核对摘要；完好给出清单，不对抛 Refusal。"""
    tell("核对备份文件")
    found: dict[str, Path] = {}
    try:
        with tarfile.open(source, "r:gz") as archive:
            manifest = b""
            for member in archive:
                if member.name == MANIFEST:
                    manifest = archive.extractfile(member).read()  # type: ignore[union-attr]
                elif member.isfile():
                    path = found[member.name] = _target(source, member.name, homes)
                    path.parent.mkdir(parents=True, exist_ok=True)
                    with path.open("wb") as out:
                        shutil.copyfileobj(archive.extractfile(member), out, BLOCK)  # type: ignore[arg-type]
        told = dict(json.loads(manifest)) if manifest else {}
    except BAD as error:
        if isinstance(error, OSError) and (error.filename or error.errno in FULL):
            raise  # 写不下：是这里的磁盘，不是备份坏了
        raise _refused(source, f"读不出来（{type(error).__name__}）", "完整的备份文件", "换一份备份") from None
    _same(source, told, found)
    return told


def _target(source: Path, name: str, homes: Mapping[str, Path]) -> Path:
    head, _, rest = name.partition("/")
    if head not in homes or not rest:
        raise _refused(source, f"多出清单里没有的 {name}", "与清单一致", "换一份备份")
    stage = (Path(homes[head]) / STAGE).resolve()
    path = (stage / rest).resolve()
    if not path.is_relative_to(stage):
        raise _refused(source, f"里面的 {name} 指到了外面", "站点文件夹里的文件", "换一份备份")
    return path


def _same(source: Path, told: Mapping[str, Any], found: Mapping[str, Path]) -> None:
    if not told:
        raise _refused(source, "读不全，或不是本软件的备份（没有清单）", "完整的备份文件", "换一份备份")
    if told.get("form") != FORM or set(told["rows"]) != {one._meta.label_lower for one in kept_models()}:
        raise _refused(source, "不是这个版本的备份", f"形状 {FORM}、表与本版相同的备份", "用写它的那个版本恢复")
    for name, recorded in told["digests"].items():
        if name not in found or file_digest(found[name], recorded.partition(":")[0]) != recorded:
            raise _refused(source, f"里面的 {name} 缺失或与摘要不符", "备份时的原样", "换一份备份")
    extra = sorted(found.keys() - told["digests"].keys())
    if extra:
        raise _refused(source, f"多出清单里没有的 {extra[0]}", "与清单一致", "换一份备份")


def _sound_ledger(stage: Path, tell: Tell) -> None:
    tell("核对台账")
    broken = verify(open_ledger(stage))
    if broken is not None:
        raise Refusal(broken)


def _tables(stage: Path, manifest: Mapping[str, Any], mark: str, tell: Tell) -> None:
    """一个事务里装全部表、核验操作日志；提交了就算数。"""
    with act(system("恢复"), "system.manage", mark, reason=f"{manifest['made']} 的备份"):
        for model in reversed(kept_models()):  # 迁移自己写下的行（内容类型、权限）也清掉，主键与备份一致
            model._default_manager.all().delete()
        for model in kept_models():
            tell(f"装 {model._meta.label_lower}")
            _load(model, stage / f"{model._meta.label_lower}.jsonl.gz", manifest["rows"])
        for one in Round.objects.all():  # 结果文件在这里的台账下，不用原来那个站的
            folder = Path(settings.LEDGER) / "runs" / Path(one.folder).name
            Round.objects.filter(pk=one.pk).update(form=NOT_FILLED, folder=str(folder))
        _reset_sequences()
        tell("核验操作日志")
        broken = log.verify()
        if broken is not None:
            expected, remedy = "逐行完好的操作日志", "保全这份备份并报告，换一份更早的"
            raise Refusal(Complaint("restore", Severity.REFUSE, "操作日志", broken.told, expected, remedy))


def _load(model: type[Model], file: Path, counts: Mapping[str, int]) -> None:
    label, count = model._meta.label_lower, 0
    try:
        with gzip.open(file, "rt", encoding="utf-8") as lines, _times_as_written(model):
            rows = (one.object for one in serializers.deserialize("jsonl", lines))
            for part in _parts(rows):
                model._default_manager.bulk_create(part)
                count += len(part)
    except (DeserializationError, DataError, IntegrityError) as error:
        raise _refused(file, f"{label} 装不进（{error}）", "这个版本写的备份", "用写它的那个版本恢复") from error
    if count != counts[label]:
        raise _refused(file, f"{label} 有 {count} 行", f"清单里的 {counts[label]} 行", "换一份备份")


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
    statements = connection.ops.sequence_reset_sql(no_style(), apps.get_models(include_auto_created=True))
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def _refused(place: Path, found: str, expected: str, remedy: str) -> Refusal:
    return Refusal(Complaint("restore", Severity.REFUSE, place.name, found, expected, remedy))
