"""登录方式：登录名与密码；停用的账号、正式部署里的演示账号登录不了。"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from miaopu.access.models import Account


class AccountBackend(BaseBackend):
    """按登录名与密码认人；没有这个人时也算一次散列，时间上看不出来。"""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> Account | None:
        if username is None or password is None:
            return None
        account = Account.objects.filter(login=username).first()
        if account is None:
            Account().set_password(password)
            return None
        return account if account.check_password(password) and welcome(account) else None

    def get_user(self, user_id: int) -> Account | None:
        account = Account.objects.filter(pk=user_id).first()
        return account if account is not None and welcome(account) else None


def lock_name(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """锁定按哪个登录名记：没有这个账号的只记摘要，常有人把密码填在这一格。"""
    name = str((credentials or {}).get("username") or request.POST.get("username", ""))
    if Account.objects.filter(login=name.replace("\x00", "")).exists():
        return name
    return f"（没有这个账号）{salted_hmac('lock', name).hexdigest()[:32]}"


def welcome(account: Account) -> bool:
    """还让不让进：在用，且不是正式部署里的演示账号。"""
    return account.is_active and not (account.is_demo and settings.PRODUCTION)
