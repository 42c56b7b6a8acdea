"""接口测试共用：发令牌、带令牌的客户端。"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from miaopu.api import tokens
from miaopu.api.models import Token
from miaopu.ledger.journal.chain import digest


def _secret(holder: Any, scopes: list[str], quota: int) -> str:
    """有发放权的照发；没有的（县区）由测试替他发，看的是令牌的范围。"""
    if holder.may("token.manage"):
        return tokens.issue(holder, f"测试 {holder.login}", scopes, quota, 30)[1]
    secret = f"mp_{holder.login}"
    until = timezone.localdate() + timedelta(days=1)
    told = {"scopes": " ".join(scopes), "quota": quota, "until": until, "digest": digest(secret.encode())}
    Token.objects.create(account_id=holder.account, name="测试", hint="mp_", **told)
    return secret


@pytest.fixture
def caller(actor: Callable[[str], Any]) -> Callable[..., Any]:
    """caller(登录名, 操作…) → 带令牌的测试客户端。"""
    from django.test import Client  # 设置装起之后

    def make(login: str, *scopes: str, quota: int = 1000) -> Client:
        given = scopes or tuple(code for code in tokens.GIVEN if actor(login).may(code))
        secret = _secret(actor(login), list(given), quota)
        return Client(HTTP_AUTHORIZATION=f"Bearer {secret}")

    return make
