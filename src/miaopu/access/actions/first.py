"""头三个账号：正式部署时由命令开系统、安全、审计管理员；已有人担任的不再开。"""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone

from miaopu.access.act import act
from miaopu.access.actor import Actor
from miaopu.access.models import Account, Posting
from miaopu.access.roles import Role, roles
from miaopu.access.signin import passwords

LOGINS = {"system_admin": "xitong", "security_admin": "anquan", "audit_admin": "shenji"}


def open_admins(actor: Actor) -> list[tuple[str, str, str]]:
    """还没有（非演示、在用、在任的）人担任的三员各开一个账号：（角色名称，登录名，临时密码）。actor 须是系统。"""
    with act(actor, "grant.manage", "头三个管理员账号") as doing:
        today = timezone.localdate()
        serving = Posting.objects.filter(Q(until__isnull=True) | Q(until__gte=today), account__is_demo=False)
        held = set(serving.filter(account__is_active=True).values_list("role", flat=True))
        vacant = [one for one in roles().roles.values() if one.kind == "admin" and one.code not in held]
        made = [_open(actor, role) for role in vacant]
        doing.after = {title: login for title, login, _ in made}
        return made


def _open(actor: Actor, role: Role) -> tuple[str, str, str]:
    login, word = _free(LOGINS.get(role.code, role.code)), passwords.temporary()
    account = Account.objects.create_user(login, None, name=role.title)
    passwords.put(account, word, must_change=True)
    Posting.objects.create(account=account, role=role.code, since=timezone.localdate(), granted_by=actor.name[:60])
    return role.title, login, word


def _free(login: str) -> str:
    """没有人用的登录名（不分大小写）：占了就加数字。"""
    taken = {one.lower() for one in Account.objects.filter(login__istartswith=login).values_list("login", flat=True)}
    return next(
        one for one in (login, *(f"{login}{number}" for number in range(2, len(taken) + 3))) if one not in taken
    )
