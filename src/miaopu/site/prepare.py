"""开站前的准备：迁移数据库、收集静态文件、换新读表、演示账号；没有变的不重做。"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from django.conf import settings
from django.core.management import call_command
from django.db import transaction

from miaopu.access.actor import system
from miaopu.access.signin import sessions
from miaopu.access.signin.demo import demo_accounts
from miaopu.nurture.demands.demo import demo_institutes
from miaopu.nurture.registers.demo import demo_registers
from miaopu.nurture.specialists.demo import demo_roster
from miaopu.selection.screening.actions import begin
from miaopu.selection.screening.models import Listing
from miaopu.site.progress import demo_progress
from miaopu.supervision.tasks.actions import installed

Tell = Callable[[str], None]


def prepare(tell: Tell) -> None:
    """全部准备；tell 收到正在做什么。"""
    Path(settings.HOME).chmod(0o700)
    tell("核对数据库结构")
    call_command("migrate", interactive=False, verbosity=0)
    sessions.sweep()
    if settings.COLLECTED:
        collect(tell)
    tell("换新读表")
    begin(system("启动"), tell)
    with transaction.atomic():
        demo_accounts(leading_firms())
        demo_roster()
        demo_institutes()
        demo_registers(leading_firms())
    tell("装入任务方案")
    installed(system("启动"))
    with transaction.atomic():
        demo_progress()


def collect(tell: Tell) -> None:
    """静态文件有变时重新收集、压缩。"""
    mark, now = Path(settings.STATIC_ROOT) / "collected.txt", _stamp()
    if mark.is_file() and mark.read_text(encoding="utf-8") == now:
        return
    tell("整理静态文件")
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    mark.write_text(now, encoding="utf-8")


def leading_firms() -> list[str]:
    """名单最前的几家，分给演示的专员、专家与企业账号。"""
    return list(
        Listing.objects.filter(tier="LG").order_by("rank", "enterprise").values_list("enterprise", flat=True)[:6]
    )


def _stamp() -> str:
    """各包静态文件的清单、大小与时间的摘要。"""
    package, digest = Path(__file__).resolve().parents[1], hashlib.sha256()
    for path in sorted(package.rglob("static/**/*")):
        if path.is_file():
            told = os.stat(path)
            digest.update(f"{path.relative_to(package)}:{told.st_size}:{told.st_mtime_ns}".encode())
    return digest.hexdigest()
