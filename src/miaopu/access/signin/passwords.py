"""密码规则：够长、够杂、不含登录名与姓名、不与最近几次相同、到期须改；只存散列。"""

from __future__ import annotations

import secrets
import string
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.utils import timezone

from miaopu.access.models import Account, UsedPassword

CLASSES = (string.ascii_uppercase, string.ascii_lowercase, string.digits)
"""大写、小写、数字；其余都算第四类（符号与别的文字）。"""
CLEAR = ("ABCDEFGHJKLMNPQRSTUVWXYZ", "abcdefghijkmnpqrstuvwxyz", "23456789")
"""临时密码用的字：去掉抄写时分不清的 0 O 1 l I o。"""
TEMPORARY = 14
LONGEST = 128


def faults(account: Account, new: str) -> list[str]:
    """新密码哪里不合规则，一条一句；合规则为空。"""
    found = []
    if not settings.PASSWORD_LENGTH <= len(new) <= LONGEST:
        found.append(f"密码现在 {len(new)} 位，应有 {settings.PASSWORD_LENGTH} 至 {LONGEST} 位")
    if classes(new) < settings.PASSWORD_CLASSES:
        found.append(
            f"密码只有 {classes(new)} 类字符；大写、小写、数字、符号四类里至少要有 {settings.PASSWORD_CLASSES} 类"
        )
    if any(word and word.lower() in new.lower() for word in (account.login, account.name)):
        found.append("密码里有登录名或姓名；请换一个")
    if account.pk and not found and _used(account, new):
        found.append(f"与最近 {settings.PASSWORD_HISTORY} 次用过的密码相同；请换一个没有用过的")
    return found


def classes(text: str) -> int:
    """有几类字符。"""
    known = "".join(CLASSES)
    return sum(any(char in one for char in text) for one in CLASSES) + any(char not in known for char in text)


def _used(account: Account, new: str) -> bool:
    recent = account.used_passwords.order_by("-pk").values_list("password", flat=True)[: settings.PASSWORD_HISTORY]
    return any(check_password(new, one) for one in {account.password, *recent})


def put(account: Account, new: str, *, must_change: bool = False) -> None:
    """换上新密码并记进用过的密码；只留规则要看的几次。须在事务里。"""
    account.set_password(new)
    account.password_changed, account.must_change = timezone.now(), must_change
    account.save(update_fields=["password", "password_changed", "must_change"])
    UsedPassword.objects.create(account=account, password=account.password)
    kept = account.used_passwords.order_by("-pk").values_list("pk", flat=True)[: settings.PASSWORD_HISTORY]
    account.used_passwords.exclude(pk__in=list(kept)).delete()


def temporary() -> str:
    """临时密码：够长够杂，首次登录须改。"""
    chosen = [secrets.choice(one) for one in CLEAR]
    chosen += [secrets.choice("".join(CLEAR)) for _ in range(TEMPORARY - len(chosen))]
    secrets.SystemRandom().shuffle(chosen)
    return "".join(chosen)


def due(account: Account) -> str:
    """为什么现在须改密码；不须改为空串。演示账号与不用密码登录的账号不须改。"""
    if account.is_demo or not account.has_usable_password():
        return ""
    if account.must_change:
        return "这是首次登录，或密码由管理员重置过；请先换成自己的密码"
    limit = timezone.now() - timedelta(days=settings.PASSWORD_DAYS)
    if account.password_changed is None or account.password_changed < limit:
        return f"密码用满 {settings.PASSWORD_DAYS} 天了；请换一个新的"
    return ""
