"""系统管理员的动作：开账号、改资料、停用启用、重置密码、解锁、重置动态口令、强制下线；不能授予角色。"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from axes.utils import reset
from django.contrib.auth.hashers import make_password
from django.db import IntegrityError, transaction
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from miaopu.access.act import Denied, Doing, Wrong, act
from miaopu.access.actor import Actor
from miaopu.access.models import Account, Visit
from miaopu.access.roles import roles
from miaopu.access.signin import passwords, second, sessions
from miaopu.access.text import clean, masked

MOST = 500
"""一次最多导入几个账号。"""
LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{1,39}")
FIELDS = {"name": ("姓名", 60), "unit": ("单位", 120), "phone": ("手机", 20), "subject": ("统一身份标识", 120)}


def open_account(actor: Actor, login: str, given: Mapping[str, str]) -> tuple[Account, str]:
    """开一个账号，给出它与临时密码（只此一次看得到）；given 的键见 FIELDS。首次登录须改密。"""
    word = Word.new()
    with act(actor, "account.manage", f"账号 {login[:60]}") as doing:
        return _opened(doing, login, given, word)


def open_accounts(actor: Actor, rows: Sequence[tuple[int, str, Mapping[str, str]]]) -> list[tuple[Account, str]]:
    """一次开许多个；rows 是（表里第几行，登录名，资料）。有一个开不了就一个也不开，Wrong 里写明第几行。"""
    if len(rows) > MOST:
        raise Wrong(f"这份表里有 {len(rows)} 个账号，一次最多导入 {MOST} 个；请分成几份")
    words = [Word.new() for _ in rows] if actor.may("account.manage") else []  # 散列很慢，不在事务里
    with act(actor, "account.manage", f"导入 {len(rows)} 个账号") as doing:
        made = []
        for (number, login, given), word in zip(rows, words, strict=True):
            try:
                made.append(_opened(doing, login, given, word))
            except Wrong as error:
                raise Wrong(f"第 {number} 行（登录名“{login}”）：{error}；整份没有导入，改好再传") from error
        doing.after = {"登录名": "、".join(account.login for account, _ in made)}
        return made


@dataclass(frozen=True)
class Word:
    """一个临时密码与它的散列。"""

    plain: str
    hashed: str

    @classmethod
    def new(cls) -> Word:
        """新的一个。"""
        plain = passwords.temporary()
        return cls(plain, make_password(plain))


def _opened(doing: Doing, login: str, given: Mapping[str, str], word: Word) -> tuple[Account, str]:
    login = clean(login, "登录名", 40)
    if not LOGIN.fullmatch(login):
        raise Wrong("登录名应是 2 至 40 位的字母、数字或 . _ @ -，以字母或数字开头")
    if Account.objects.filter(login__iexact=login).exists():
        raise Wrong(f"登录名“{login}”已经有人用（不分大小写）；请换一个")
    fields = _fields(given)
    account = Account(login=login, password=word.hashed, must_change=True, password_changed=timezone.now(), **fields)
    _stored(account, login)
    account.used_passwords.create(password=word.hashed)
    doing.after = {"登录名": login, **_logged(fields)}
    return account, word.plain


def _stored(account: Account, login: str) -> None:
    """两个人同时开同一个登录名（或同一个标识）：先提交的算数，后到的说清。"""
    try:
        with transaction.atomic():
            account.save(force_insert=True)
    except IntegrityError:
        raise Wrong(f"登录名“{login}”或这个统一身份标识刚被别人用了；请刷新账号清单再看") from None


def _logged(fields: Mapping[str, str | None]) -> dict[str, str | None]:
    """写进日志的资料：日志不能删，手机、统一身份标识遮住中间。"""
    shown = {"phone": (3, 4), "subject": (2, 2)}
    return {
        FIELDS[key][0]: masked(value, *shown[key]) if value and key in shown else value for key, value in fields.items()
    }


def _fields(given: Mapping[str, str], account: Account | None = None) -> dict[str, str | None]:
    fields = {key: clean(given.get(key, ""), *told) or None for key, told in FIELDS.items()}
    if not fields["name"]:
        raise Wrong("姓名没有填；账号一人一号，要写真实姓名")
    if fields["phone"] and not re.fullmatch(r"[0-9+() -]{5,20}", fields["phone"]):
        raise Wrong(f"手机“{fields['phone']}”不像电话号码；只写数字、加号、括号和短横")
    others = Account.objects.exclude(pk=account.pk if account else None)
    if fields["subject"] and others.filter(subject=fields["subject"]).exists():
        raise Wrong("这个统一身份标识已经对应别的账号；一个标识只能对应一个账号")
    return fields


def amend(actor: Actor, number: int, given: Mapping[str, str]) -> Account:
    """改资料；given 的键见 FIELDS。"""
    with act(actor, "account.manage", f"账号编号 {number}") as doing:
        account = _target(doing, number)
        fields = _fields(given, account)
        if fields["subject"] != account.subject:
            _not_admin(actor, account, "改统一身份标识：标识对应谁，谁就能用这个账号登录")
        doing.before, doing.after = _logged({key: getattr(account, key) for key in fields}), _logged(fields)
        changed = [FIELDS[key][0] for key, value in fields.items() if getattr(account, key) != value]
        doing.after["改了"] = "、".join(changed) or "没有改"
        Account.objects.filter(pk=number).update(**fields)
        account.refresh_from_db()
        return account


def disable(actor: Actor, number: int, reason: str) -> None:
    """停用并立即下线；不能停用自己。"""
    _switch(actor, number, False, reason)


def enable(actor: Actor, number: int, reason: str) -> None:
    """重新启用。"""
    _switch(actor, number, True, reason)


def _switch(actor: Actor, number: int, on: bool, reason: str) -> None:
    with act(actor, "account.manage", f"账号编号 {number}", reason=clean(reason, "理由") or None) as doing:
        account = _target(doing, number)
        if not doing.reason:
            raise Wrong("理由没有填；停用、启用账号都要写明理由")
        _not_own(actor, account, "停用自己的账号")
        if account.is_active == on:
            raise Wrong(f"账号 {account.login} 已经是{_word(on)}的；请刷新页面")
        Account.objects.filter(pk=number).update(is_active=on)
        lapsed = sessions.lapse(account)
        doing.before, doing.after = {"状态": _word(not on)}, {"状态": _word(on), "作废的接口令牌": lapsed}


def _word(on: bool) -> str:
    return "在用" if on else "停用"


def reset_password(actor: Actor, number: int) -> tuple[Account, str]:
    """换成临时密码（只此一次看得到），全部下线，首次登录须改密。"""
    with act(actor, "account.manage", f"账号编号 {number}") as doing:
        account, word = _target(doing, number), passwords.temporary()
        _not_demo(account)
        if second.device_of(account) is None:
            _not_admin(actor, account, "在动态口令绑好之前重置密码")
        passwords.put(account, word, must_change=True)
        lapsed = sessions.lapse(account)
        reset(username=account.login)
        doing.after = {"密码": "已重置为临时密码", "作废的接口令牌": lapsed}
        return account, word


def unlock(actor: Actor, number: int) -> int:
    """解除连续输错的锁定；给出清掉几条。"""
    with act(actor, "account.manage", f"账号编号 {number}") as doing:
        account = _target(doing, number)
        cleared = reset(username=account.login)
        doing.after = {"锁定": "已解除", "清掉的记录": cleared}
        return cleared


def reset_second(actor: Actor, number: int, reason: str) -> None:
    """手机丢了、换了：清掉动态口令，下次登录重新绑；须由另一位管理员做。"""
    with act(actor, "second.reset", f"账号编号 {number}", reason=clean(reason, "理由") or None) as doing:
        account = _target(doing, number)
        if not doing.reason:
            raise Wrong("理由没有填；重置动态口令要写明怎么核实的本人")
        _not_own(actor, account, "重置自己的动态口令")
        _not_admin(actor, account, "重置动态口令")
        cleared, _ = TOTPDevice.objects.filter(user=account).delete()
        sessions.end(account.visits.all())
        doing.before, doing.after = {"动态口令": "已绑" if cleared else "没有绑"}, {"动态口令": "没有绑"}


def end_visit(actor: Actor, number: int) -> None:
    """让一个会话下线：自己的都行，别人的须有强制下线的权限。"""
    visit = Visit.objects.select_related("account").filter(pk=number).first()
    own = visit is not None and visit.account_id == actor.account
    with act(actor, "own.manage" if own else "visit.end", f"会话编号 {number}") as doing:
        if visit is None:
            raise Wrong("这个会话已经结束；请刷新页面")
        doing.target = f"账号 {visit.account.login} 在 {visit.address} 的会话"
        sessions.end(Visit.objects.filter(pk=number))
        doing.after = {"会话": "已下线"}


def _target(doing: Doing, number: int) -> Account:
    account = Account.objects.select_for_update().filter(pk=number).first()
    if account is None:
        raise Wrong("没有这个账号；请从账号清单里重新进入")
    doing.target = f"账号 {account.login}（{account.name}）"
    return account


def _not_own(actor: Actor, account: Account, what: str) -> None:
    if actor.account == account.pk:
        raise Denied(f"不能{what}；请另一位管理员来办")


def _not_admin(actor: Actor, account: Account, what: str) -> None:
    """系统管理员一个人不能既换密码又换动态口令，登录成别的管理员：后一样由安全管理员办。"""
    known = roles().roles
    held = {one.role for one in account.postings.all() if one.until is None or one.until >= timezone.localdate()}
    if actor.is_a("system_admin") and any(known[one].kind == "admin" for one in held if one in known):
        raise Denied(
            f"{account.name}是系统、安全或审计管理员，系统管理员不能替他{what}；请安全管理员来办（或先收回角色）"
        )


def _not_demo(account: Account) -> Any:
    if account.is_demo:
        raise Wrong("演示账号的密码写在登录页上，不能改；请另开账号来试")
