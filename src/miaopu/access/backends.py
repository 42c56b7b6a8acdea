"""登录方式：用户名与密码；停用的账号登录不了。"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from miaopu.access.models import Account


class AccountBackend(BaseBackend):
    """按登录名与密码认人；没有这个人时也算一次散列，时间上看不出来。"""

    def authenticate(
        self, request: HttpRequest | None, username: str | None = None, password: str | None = None, **_: Any
    ) -> Account | None:
        account = Account.objects.filter(login=username or "").first()
        if account is None:
            Account().set_password(password)
            return None
        return account if account.is_active and account.check_password(password or "") else None

    def get_user(self, user_id: int) -> Account | None:
        return Account.objects.filter(pk=user_id, is_active=True).first()
