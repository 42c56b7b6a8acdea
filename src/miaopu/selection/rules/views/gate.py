"""看规则的关：登录，并有“查看规则”的权限。"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse

from miaopu.access.act import permit

View = Callable[..., HttpResponse]


def viewing(view: View) -> View:
    """没有登录的去登录，没有权限的 403。"""

    @login_required
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        permit(request.actor, "rule.view")  # type: ignore[attr-defined]
        return view(request, *args, **given)

    return inner
