"""统一身份（OIDC）：由设置打开；只认标识（sub）对应的账号，从不给角色；核对签名、签发者、受众与随机数。"""

from __future__ import annotations

import hashlib
from typing import Any

import jwt
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from miaopu.access.act import act
from miaopu.access.actor import system
from miaopu.access.models import Account
from miaopu.access.signin.backends import welcome
from miaopu.access.text import masked

PATH = "miaopu.access.signin.oidc.UnifiedIdentity"
LONGEST = 120
"""标识最长几个字；再长的不建账号。"""


class UnifiedIdentity(OIDCAuthenticationBackend):
    """按统一身份的标识认人；没有对应账号时，只在设置许可时新建一个没有任何角色的账号。"""

    def authenticate(self, request: HttpRequest | None, **given: Any) -> Account | None:
        """只管统一身份的回调；用户名密码不归这里。"""
        if not settings.OIDC or request is None or "nonce" not in given:
            return None
        return super().authenticate(request, **given)

    def _verify_jws(self, payload: Any, key: Any) -> dict[str, Any]:
        """签名、有效期、受众、签发者都要对；库里原来不核对后两样。"""
        try:
            return jwt.decode(
                payload,
                key,
                algorithms=[self.OIDC_RP_SIGN_ALGO],
                audience=self.OIDC_RP_CLIENT_ID,
                issuer=settings.OIDC_ISSUER,
                options={"require": ["exp", "iat", "sub"]},
            )
        except jwt.InvalidTokenError as error:
            raise SuspiciousOperation(f"统一身份的凭据不对：{error}") from error

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> Account | None:
        """只用签过名的凭据里的标识，不问用户信息接口。"""
        subject = str(payload["sub"])
        account = Account.objects.filter(subject=subject).first()
        if account is not None:
            return account if welcome(account) else None
        self.request.session["subject"] = subject
        return _opened(subject, payload) if settings.OIDC_CREATE and len(subject) <= LONGEST else None

    def get_user(self, user_id: int) -> Account | None:
        account = Account.objects.filter(pk=user_id).first()
        return account if account is not None and welcome(account) else None


def _opened(subject: str, payload: dict[str, Any]) -> Account:
    """没有角色、不能用密码登录的账号。"""
    name = str(payload.get("name") or "统一身份用户")[:60]
    login = f"id-{hashlib.sha256(subject.encode()).hexdigest()[:20]}"  # 标识可长可短，截短了会撞
    with act(system("统一身份"), "account.manage", f"账号 {login}（{name}）") as doing:
        account = Account.objects.create_user(login, None, name=name, subject=subject)
        doing.after = {"登录名": login, "统一身份标识": masked(subject, 2, 2), "角色": "没有"}
    return account


def recognised(request: HttpRequest, nonce: str, verifier: str | None) -> Account | None:
    """认统一身份回来的人；不经登录名的锁：没有对应账号的人再多，也不能锁住同一出口的别人。"""
    account = UnifiedIdentity().authenticate(request, nonce=nonce, code_verifier=verifier)
    if account is not None:
        account.backend = PATH
    return account


def by_unified_identity(request: HttpRequest) -> bool:
    """这次会话是不是由统一身份登录的。"""
    return request.session.get(BACKEND_SESSION_KEY) == PATH
