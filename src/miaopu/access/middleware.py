"""中间件：给每个请求配上行为人（request.actor）；没有权限、内容不对时给中文页面。"""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject

from miaopu.access.act import Denied, Wrong
from miaopu.access.actor import NOBODY, Actor
from miaopu.access.queries import actor_of
from miaopu.terms.complaint import Refusal

Next = Callable[[HttpRequest], HttpResponse]


class ActorMiddleware:
    """request.actor：登录的人的行为人，没有登录为公众。"""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.actor = SimpleLazyObject(lambda: _actor(request))  # type: ignore[attr-defined]
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Denied → 403，Wrong 与台账的拒绝 → 400；页面片段也给同样的句子。"""
        if isinstance(error, Denied):
            return render(request, "web/message.html", {"title": "没有权限", "told": str(error)}, status=403)
        if isinstance(error, Wrong | Refusal):
            return render(request, "web/message.html", {"title": "没有办成", "told": str(error)}, status=400)
        return None


def _actor(request: HttpRequest) -> Actor:
    account = request.user
    return actor_of(account, address(request)) if account.is_authenticated else NOBODY


def address(request: HttpRequest) -> str:
    """来自哪个地址；在反向代理后面由 settings.TRUSTED_PROXY 决定信不信转发头。"""
    return request.META.get("REMOTE_ADDR", "")
