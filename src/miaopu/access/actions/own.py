"""本人的动作：改密码、绑与解动态口令；登录与退出的记录也在这里写。"""

from __future__ import annotations

from django.db import transaction
from django_otp.plugins.otp_totp.models import TOTPDevice

from miaopu.access import log
from miaopu.access.act import Denied, Wrong, act
from miaopu.access.actor import Actor, system
from miaopu.access.models import Account
from miaopu.access.signin import passwords, second, sessions


def change_password(actor: Actor, old: str, new: str, again: str, here: str = "") -> Account:
    """改本人的密码，here 以外的会话下线；给出改好的账号（调用的页面用它续上会话）。"""
    with act(actor, "own.manage", "本人密码") as doing:
        account = Account.objects.select_for_update().get(pk=actor.account)
        if account.is_demo:
            raise Wrong("演示账号的密码写在登录页上，不能改")
        if not account.check_password(old):
            raise Wrong("原密码不对；请核对后再试")
        if new != again:
            raise Wrong("两次填的新密码不一样；请重新填")
        found = passwords.faults(account, new)
        if found:
            raise Wrong("；".join(found))
        passwords.put(account, new)
        sessions.end(account.visits.exclude(session=here))
        doing.after = {"密码": "已更换"}
        return account


def bind_second(actor: Actor, device: TOTPDevice, code: str) -> None:
    """核对新绑的动态口令（device 是这次会话里发的）；对了才算绑好，替下原来的。"""
    right = device.user_id == actor.account and second.accept(device, code)  # 在事务之外：错的次数不能跟着退回
    with act(actor, "own.manage", "本人动态口令") as doing:
        if not right:
            raise Wrong(_told(device))
        doing.after = {"动态口令": "已绑"}


def _told(device: TOTPDevice) -> str:
    seconds = second.wait(device)
    return f"错得太多，请等 {seconds} 秒再试" if seconds else "口令不对；请看手机上此刻的六位数，并核对手机的时间准不准"


def unbind_second(actor: Actor, code: str) -> None:
    """解下本人的动态口令；三员不能解。"""
    device = TOTPDevice.objects.filter(user_id=actor.account, confirmed=True).first()
    right = device is not None and second.accept(device, code)  # 在事务之外：错的次数不能跟着退回
    with act(actor, "own.manage", "本人动态口令") as doing:
        if second.required(actor):
            raise Denied("系统、安全、审计管理员必须用动态口令，不能解下；换手机请另一位管理员重置")
        if device is None or not right:
            raise Wrong("口令不对，没有解下；请看手机上此刻的六位数")
        device.delete()
        doing.before, doing.after = {"动态口令": "已绑"}, {"动态口令": "没有绑"}


def note_login(actor: Actor, way: str) -> None:
    """记一次登录；way 是密码、统一身份、动态口令。"""
    _note(actor, "session.login", "登录", f"账号 {actor.login}", after={"方式": way})


def note_logout(actor: Actor) -> None:
    """记一次退出。"""
    _note(actor, "session.logout", "退出", f"账号 {actor.login}")


def note_failure(actor: Actor, login: str, why: str) -> None:
    """记一次登录失败；actor 是没有登录的人，由系统代记，只取他来自哪里。"""
    _note(
        system("登录").at(actor.place), "session.login", "登录", f"登录名 {login[:60]}", outcome=log.FAILED, reason=why
    )


def note_lockout(actor: Actor, login: str) -> None:
    """记一次锁定；同上由系统代记。"""
    told = "连续输错太多次"
    _note(
        system("登录").at(actor.place),
        "session.lockout",
        "锁定",
        f"登录名 {login[:60]}",
        outcome=log.REFUSED,
        reason=told,
    )


def _note(
    actor: Actor, code: str, title: str, target: str, *, outcome: str = log.DONE, reason: str | None = None,
    after: dict[str, str] | None = None,
) -> None:  # fmt: skip
    with transaction.atomic():
        log.append(actor, code, title, target, outcome=outcome, reason=reason, after=after)
