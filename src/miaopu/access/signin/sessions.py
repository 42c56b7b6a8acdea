"""会话：谁在哪台机器上登着、多久没动；没动够久就退出，进度条自己的询问不算动。"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.contrib.auth import logout
from django.contrib.sessions.models import Session
from django.db import OperationalError, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from miaopu.access.models import Account, Visit
from miaopu.access.signin.place import address

SEEN, VISIT, BEGAN = "seen", "visit", "began"
GRAIN = 60
"""隔多久才记一次最后活动，秒：翻页不必每次都写库。"""
LAPSING: list[Callable[[Account], int]] = []
"""停用账号、管理员重置密码时一起作废的别的凭据（如接口令牌）；有这些凭据的应用在 apps.ready 里登记，给出作废几个。"""


def touch(request: HttpRequest) -> None:
    """没动够久的、登录满 LOGIN_HOURS 的退出，request.idle 记下是谁；还在的记下最后活动。"""
    request.idle = None  # type: ignore[attr-defined]
    if not request.user.is_authenticated:
        return
    now, seen = int(time.time()), request.session.get(SEEN)
    if _over(request, now):
        request.idle = request.user.pk  # type: ignore[attr-defined]
        Visit.objects.filter(session=request.session.session_key).delete()
        logout(request)
    elif not _asked_by_page(request) and (seen is None or now - seen >= GRAIN or _moved(request)):
        _note(request, now)


def begin(request: HttpRequest) -> None:
    """刚登录：从现在起算一次登录最长多久。"""
    request.session[BEGAN] = int(time.time())


def _over(request: HttpRequest, now: int) -> bool:
    seen, began = request.session.get(SEEN), request.session.get(BEGAN)
    idle = seen is not None and now - seen > settings.IDLE_MINUTES * 60
    return idle or (began is not None and now - began > settings.LOGIN_HOURS * 3600)


def _asked_by_page(request: HttpRequest) -> bool:
    """页面自己定时问的（作业进度），不是人在动。"""
    return request.path_info.endswith("/progress/")


def _moved(request: HttpRequest) -> bool:
    return request.session.get(VISIT) != request.session.session_key


def _note(request: HttpRequest, now: int) -> None:
    key, old = request.session.session_key, request.session.get(VISIT)
    told = {
        "account": request.user,
        "address": address(request)[:60],
        "browser": request.headers.get("User-Agent", "不详")[:200],
        "seen": timezone.now(),
    }
    try:
        with transaction.atomic():
            if old and old != key:
                Visit.objects.filter(session=old).delete()
            Visit.objects.update_or_create(session=key, defaults=told)
    except OperationalError:  # 库正忙：只是看的人不该等这一行，下一次再记
        return
    request.session[SEEN], request.session[VISIT] = now, key
    request.session.setdefault(BEGAN, now)


def live(found: QuerySet[Visit]) -> QuerySet[Visit]:
    """还登着的：会话没有过期，也没有闲置够久。"""
    limit = timezone.now() - timedelta(minutes=settings.IDLE_MINUTES)
    sessions = Session.objects.filter(expire_date__gt=timezone.now()).values("session_key")
    return found.filter(seen__gt=limit, session__in=sessions)


def end(found: QuerySet[Visit]) -> int:
    """下线：会话立即作废；给出几个。"""
    keys = list(found.values_list("session", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    found.delete()
    return len(keys)


def lapse(account: Account) -> int:
    """这个人的会话全部下线，别的凭据一起作废；给出作废几个凭据。"""
    end(account.visits.all())
    return sum(one(account) for one in LAPSING)


def forget(request: HttpRequest) -> None:
    """退出前：这次会话不再列出。"""
    Visit.objects.filter(session=request.session.session_key).delete()


def sweep() -> int:
    """清掉过期的会话与不再登着的记录；给出清掉几个。开站时做。"""
    expired = Session.objects.filter(expire_date__lte=timezone.now())
    expired.delete()
    return Visit.objects.exclude(session__in=Session.objects.values("session_key")).delete()[0]
