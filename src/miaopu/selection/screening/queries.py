"""筛选的查询：当前一轮、看得到的企业；每个查询都先收窄到行为人的范围。"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from django.db.models import QuerySet

from miaopu.access.act import permit
from miaopu.access.actor import Actor
from miaopu.desk.workspace import Workspace
from miaopu.selection.city import city
from miaopu.selection.screening.models import Firm, Round
from miaopu.standards.judge import Judge
from miaopu.standards.run import Run, reopen


def current() -> Round | None:
    """页面所看的那一轮；还没有跑过为 None。"""
    return Round.objects.filter(current=True).first()


def opened(found: Round) -> Run:
    """一轮的结果（Parquet 与各标准的程序）；同一轮在一个进程里只打开一次。"""
    space = city()
    return _opened(Path(found.folder), space)


@lru_cache(maxsize=4)
def _opened(folder: Path, space: Workspace) -> Run:
    return reopen(folder, space.catalog, space.library)


@lru_cache(maxsize=2)
def judge(space: Workspace) -> Judge:
    """行式判定；编好的式子留着重用。"""
    return Judge(space.library)


def firms(actor: Actor) -> QuerySet[Firm]:
    """看得到的企业。"""
    return permit(actor, "firm.view").firms(Firm.objects.all())


def firm(actor: Actor, enterprise: str) -> Firm | None:
    """一家企业；不存在或看不到都为 None，不泄露有没有。"""
    return firms(actor).filter(enterprise=enterprise).first()
