"""跟进命令共用的：答复的形状、范围里的一家与一件、清单；装起网站以后才引入。"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable, Iterable
from typing import Any

from miaopu.access.act import Wrong
from miaopu.access.actor import Actor
from miaopu.nurture.followup.matter import only
from miaopu.nurture.followup.queries.own import firms_for

Answer = tuple[list[str], Any, bool]
SHOWN = 200


def firm_of(actor: Actor, operation: str, given: Namespace) -> str:
    """范围里的一家的企业号。"""
    named, own = firms_for(actor, operation, given.firm or ""), actor.reach(operation).enterprises
    # 企业账号只有自己一家，不用写
    found = only(named, given.firm) if given.firm else named.first() if len(own) == 1 else None
    if found is None:
        raise Wrong("请用 --firm 写企业号、信用代码或全名；没有这家，或不在您的范围里")
    return found.enterprise


def one_of(found: Any, given: Namespace) -> Any:
    """范围里的一件。"""
    one = found.filter(pk=given.number or 0).first()
    if one is None:
        raise Wrong("请用 --number 写编号；没有这一件，或不在您的范围里")
    return one


def rows_of(rows: Iterable[Any], line: Callable[[Any], str], *names: str) -> Answer:
    """清单：给程序的是全部，给人看的至多 SHOWN 行。"""
    listed = list(rows)
    data = [{"number": one.pk, **{name: getattr(one, name) for name in names}} for one in listed]
    return shortened([line(one) for one in listed], "没有"), data, False


def shortened(lines: list[str], otherwise: str, what: str = "件") -> list[str]:
    """给人看的至多 SHOWN 行，没有列出的写明还有多少；一行也没有的写 otherwise。"""
    more = [f"另有 {len(lines) - SHOWN} {what}没有列出；加 --json 给全部"] if len(lines) > SHOWN else []
    return (lines[:SHOWN] or [otherwise]) + more
