"""预热：网站进程接活之前先把工作台与一户档案各做一遍，共用的口径、读表、模板都读进来；不写任何东西，不成也照常开站。"""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections
from django.test import RequestFactory
from django.urls import resolve, reverse

from miaopu.access.actor import system
from miaopu.selection.screening.firms.roll import roll
from miaopu.selection.screening.models import Listing
from miaopu.selection.screening.queries import current
from miaopu.web.desk import MAKERS

log = logging.getLogger(__name__)


class _Present(AnonymousUser):
    """预热用的“登录的人”：不在库里。"""

    is_authenticated = True  # type: ignore[assignment]


def warm() -> list[str]:
    """做一遍；给出走过的地址。案件库够不着、还没有评估过的，留给第一个请求。"""
    try:
        return _walked()
    except Exception:
        log.warning("预热没有做成，留给第一个请求", exc_info=True)
        return []
    finally:
        connections.close_all()


def _walked() -> list[str]:
    if current() is None:
        return []
    roll()
    for make in MAKERS.values():
        make(system("预热"))
    leader = Listing.objects.order_by("rank").values_list("enterprise", flat=True).first()
    addresses = [reverse("desk"), reverse("firms"), *([reverse("firm", args=[leader])] if leader else [])]
    for address in addresses:
        _view(address)
    return addresses


def _view(address: str) -> None:
    found, request = resolve(address), RequestFactory().get(address)
    told: dict[str, Any] = {"actor": system("预热"), "user": _Present(), "session": SessionStore(), "htmx": False}
    for name, value in {**told, "resolver_match": found}.items():
        setattr(request, name, value)
    found.func(request, *found.args, **found.kwargs)
