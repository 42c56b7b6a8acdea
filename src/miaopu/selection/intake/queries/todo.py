"""收数的待办：等接收的上传件、等裁定的冲突、等认定的主体；只给有权办的人。"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl
from django.urls import reverse

from miaopu.access.actor import Actor
from miaopu.jobs.todo import YELLOW, Todo
from miaopu.selection.intake.queries.conflicts import OPEN, conflicts
from miaopu.selection.intake.queries.identity import rows
from miaopu.selection.intake.queries.uploads import uploads
from miaopu.selection.intake.states import State


def todo(actor: Actor) -> Iterator[Todo]:
    """看得到又有权办的。"""
    if actor.may("intake.accept"):
        waiting = uploads(actor).filter(state=State.PREVIEWED.value).count()
        yield Todo("部门文件等着接收", waiting, reverse("intake:uploads") + f"?state={State.PREVIEWED.value}", YELLOW)
    if actor.may("intake.conflict"):
        waiting = conflicts(actor).filter(pl.col("stand") == OPEN).height
        yield Todo("取数冲突等着裁定", waiting, reverse("intake:conflicts") + f"?stand={OPEN}")
    if actor.may("intake.identity"):
        yield Todo("来源行等着认定是哪家企业", rows(actor).height, reverse("intake:identities"))
