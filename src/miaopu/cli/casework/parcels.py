"""培育库命令里下发的几样：下发、签收、报意见、复核、收回、各份走到哪一步；与页面走同一批动作。"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from typing import Any


def dispatch(actor: Any, given: argparse.Namespace) -> tuple[str, Any]:
    """名单下发。"""
    from miaopu.selection.library.actions.dispatches import dispatch as send  # 要等 django.setup() 之后

    districts = [given.county] if given.county else []
    made, parcels, unknown = send(actor, given.tier, given.reason, given.due, districts)
    rows = [{"parcel": one.pk, "county": one.county, "firms": one.items.count(), "due": one.due} for one in parcels]
    told = "\n".join(f"　第 {one['parcel']} 份 {one['county']} {one['firms']} 家，期限 {one['due']}" for one in rows)
    return f"已下发 {len(rows)} 个县区（县区不详 {unknown} 家没有发）\n{told}", {"dispatch": made.pk, "parcels": rows}


def _parcel(actor: Any, number: int) -> Any:
    from miaopu.access.act import Wrong  # 要等 django.setup() 之后
    from miaopu.selection.library.queries.dispatches import parcel  # 同上

    one = parcel(actor, number)
    if one is None:
        raise Wrong(f"没有第 {number} 份，或不在您的范围里")
    return one


def _waiting(actor: Any, given: argparse.Namespace, step: str) -> list[Any]:
    """--parcel 的一份；没有写的，范围里等着办这一步的每一份。"""
    from miaopu.access.act import Wrong  # 要等 django.setup() 之后
    from miaopu.selection.library.queries.dispatches import waiting  # 同上

    found = list(waiting(actor, step)) if given.parcel is None else [_parcel(actor, given.parcel)]
    if not found:
        raise Wrong("范围里没有等着办这一步的；用 library parcels 看各份走到哪一步")
    return found


def receive(actor: Any, given: argparse.Namespace) -> tuple[str, Any]:
    """县区签收。"""
    from miaopu.selection.library.actions.dispatches import receive as sign  # 要等 django.setup() 之后

    done = [sign(actor, one.pk, one.version) for one in _waiting(actor, given, "receive")]
    return "\n".join(f"{one.county}已签收第 {one.pk} 份" for one in done), {"parcels": [one.pk for one in done]}


def parcels(actor: Any, given: argparse.Namespace) -> tuple[str, Any]:
    """各份走到哪一步。"""
    from miaopu.selection.library.queries.dispatches import parcels as seen  # 要等 django.setup() 之后
    from miaopu.selection.library.queries.dispatches import stage  # 同上

    found = list(seen(actor, given.tier))
    rows = [{"parcel": one.pk, "county": one.county, "firms": one.firms, "left": one.left, "due": one.due,
             "stage": stage(one).word, "late": stage(one).late} for one in found]  # fmt: skip
    told = [
        f"第 {one.pk} 份　{one.county}　{one.firms} 家{f'（出库 {one.left} 家）' if one.left else ''}　"
        f"期限 {one.due}　{stage(one).word}"
        for one in found
    ]
    return "\n".join(told) or "还没有下发", {"parcels": rows}


def withdraw(actor: Any, given: argparse.Namespace) -> tuple[str, Any]:
    """收回一份。"""
    from miaopu.access.act import Wrong  # 要等 django.setup() 之后
    from miaopu.selection.library.actions.dispatches import withdraw as take_back  # 同上

    if given.parcel is None:
        raise Wrong("收回请用 --parcel 写明第几份")
    one = take_back(actor, given.parcel, _parcel(actor, given.parcel).version, given.reason)
    return f"已收回{one.county}第 {one.pk} 份", {"parcel": one.pk}


def _views(one: Any, given: argparse.Namespace) -> dict[int, Any]:
    """除 --against 写明的都同意。"""
    from miaopu.selection.library.actions.dispatches import View  # 要等 django.setup() 之后

    against = dict(text.partition("=")[::2] for text in given.against)
    office, person = getattr(given, "office", ""), getattr(given, "person", "")
    items = one.standing().select_related("member")
    return {
        each.pk: View(each.member.enterprise not in against, against.get(each.member.enterprise, ""), office, person)
        for each in items
    }


def opine(actor: Any, given: argparse.Namespace) -> tuple[str, Any]:
    """县区报意见。"""
    from miaopu.selection.library.actions.dispatches import opine as work  # 要等 django.setup() 之后

    return _viewed(actor, given, "opine", work, "已报意见")


def review(actor: Any, given: argparse.Namespace) -> tuple[str, Any]:
    """市局复核。"""
    from miaopu.selection.library.actions.dispatches import review as work  # 要等 django.setup() 之后

    return _viewed(actor, given, "review", work, "已复核")


def _viewed(actor: Any, given: argparse.Namespace, step: str, action: Callable[..., Any], word: str) -> tuple[str, Any]:
    """逐份报意见或复核；--against 写的企业要在其中。"""
    from miaopu.access.act import Wrong  # 要等 django.setup() 之后

    found = [(one, _views(one, given)) for one in _waiting(actor, given, step)]
    named = {text.partition("=")[0] for text in given.against}
    inside = {each.member.enterprise for one, _ in found for each in one.standing().select_related("member")}
    if lacking := sorted(named - inside):
        raise Wrong(f"--against 写的“{lacking[0]}”不在这几份里，或已经出了库；应写 企业号=理由")
    told, data = [], []
    for one, views in found:
        action(actor, one.pk, one.version, views, given.reason)
        against = sum(not view.agree for view in views.values())
        told.append(f"{one.county}{word} {len(views)} 家，不同意 {against} 家")
        data.append({"parcel": one.pk, "firms": len(views), "against": against})
    return "\n".join(told), {"parcels": data}
