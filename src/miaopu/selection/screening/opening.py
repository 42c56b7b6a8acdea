"""打开：看得到的一家 → 它的档案；一轮里共用的读一回，看过的档案留着，台账一有新账页就重新读。"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from miaopu.access.actor import Actor
from miaopu.desk.dossier import Dossier, Reading, dossier
from miaopu.desk.figure import Figures
from miaopu.desk.workspace import Workspace
from miaopu.selection.city import city
from miaopu.selection.screening.models import Firm, Round
from miaopu.selection.screening.queries import current, firm, judge, opened

KEPT = 32
"""一个进程里留多少家的档案：点数看来历时不必再读。"""


@dataclass(frozen=True, eq=False)
class Opened:
    """打开的一家：行为人、读表的一行、数、所看的一轮。"""

    actor: Actor
    firm: Firm
    figures: Figures
    round: Round

    @property
    def dossier(self) -> Dossier:
        """档案。"""
        return self.figures.dossier


def open_firm(actor: Actor, enterprise: str) -> Opened | None:
    """一家的档案；不存在、看不到、还没有评估过都为 None。没有查看权限抛 Denied。"""
    row, found = firm(actor, enterprise), current()
    if row is None or found is None:
        return None
    space = city()
    page = space.ledger.journal.stat()
    figures = _figures(found.folder, space, enterprise, (page.st_size, page.st_mtime_ns))
    return Opened(actor, row, figures.for_reader(actor.reach("firm.view").of_department), found)


def reading_of(found: Round) -> Reading:
    """一轮里共用的一份，各页同用。"""
    return _reading(found.folder, city())


@lru_cache(maxsize=2)
def _reading(folder: str, space: Workspace) -> Reading:
    """一轮里共用的；换了一轮、目录改了（工作间重新打开）就是新的。"""
    return Reading(space, opened(Round(folder=folder)), judge(space))


@lru_cache(maxsize=KEPT)
def _figures(folder: str, space: Workspace, enterprise: str, page: tuple[int, int]) -> Figures:
    """page 是账页文件的大小与时间，只作缓存的键。"""
    return Figures(dossier(_reading(folder, space), enterprise))
