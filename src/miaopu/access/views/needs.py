"""交表单的关：先看权限，再读表单；没有权限的 403，填了什么、对不对都不看。"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse

from miaopu.access.act import Denied, act

View = Callable[..., HttpResponse]


def needs(*operations: str, everywhere: str = "") -> Callable[[View], View]:
    """POST 要有 operations 里的任一项，没有的抛 Denied 并记一行；具体哪一项、对象在不在范围里仍由动作查。

    写了 everywhere 的只有全市范围的人能办，它是对别人说的话。
    """

    def gate(view: View) -> View:
        @wraps(view)
        def inner(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
            actor = request.actor  # type: ignore[attr-defined]
            held = [one for one in operations if actor.may(one)]
            wide = not everywhere or any(actor.reach(one).everywhere for one in held)
            if request.method == "POST" and not (held and wide):
                with act(actor, (held or operations)[0], f"网址 {request.path}"):
                    raise Denied(everywhere)  # 没有权限的，act 自己先拒绝；都记一行
            return view(request, *args, **given)

        return inner

    return gate
