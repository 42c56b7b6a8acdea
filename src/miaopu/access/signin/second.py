"""第二因素：手机上的动态口令（TOTP）；三员必须有，别人可以有。只管口令，不管密码。"""

from __future__ import annotations

import base64

import segno
from django.db import transaction
from django.utils import timezone
from django_otp.plugins.otp_totp.models import TOTPDevice

from miaopu.access.actor import Actor
from miaopu.access.models import Account


def required(actor: Actor) -> bool:
    """这个人的角色要不要第二因素：三员都要。"""
    return any(one.role.kind == "admin" for one in actor.held)


def device_of(account: Account) -> TOTPDevice | None:
    """已经绑好的动态口令；没有为 None。"""
    return TOTPDevice.objects.filter(user=account, confirmed=True).first()


def candidate(account: Account, held: int | None) -> TOTPDevice:
    """正在绑、还没有核对过的动态口令；held 是这次会话里给过的编号，刷新页面仍是同一个。

    换一次会话就另发一个：密钥给别人看过（拿临时密码先登录过的人）的，不会落到后来的人手机上。
    """
    waiting = TOTPDevice.objects.filter(user=account, confirmed=False)
    found = waiting.filter(pk=held).first() if held is not None else None
    if found is None:
        waiting.delete()
        found = TOTPDevice.objects.create(user=account, confirmed=False, name="动态口令")
    return found


def secret(device: TOTPDevice) -> str:
    """密钥，四字一组，扫不了码时手工填。"""
    text = base64.b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def picture(device: TOTPDevice) -> str:
    """二维码图片的 data: 网址。"""
    return segno.make(device.config_url, error="m").svg_data_uri(scale=4, border=2)


def accept(device: TOTPDevice, code: str) -> bool:
    """口令对不对；同一个口令只能用一次，连续错会越等越久。"""
    with transaction.atomic():
        locked = TOTPDevice.objects.select_for_update().get(pk=device.pk)
        allowed, _ = locked.verify_is_allowed()
        if not allowed or not locked.verify_token(code.strip().replace(" ", "")):
            return False
        if not locked.confirmed:
            TOTPDevice.objects.filter(user_id=locked.user_id, confirmed=True).delete()
            locked.confirmed = True
            locked.save(update_fields=["confirmed"])
        return True


def wait(device: TOTPDevice) -> int:
    """错得太多时还要等几秒；不用等为 0。"""
    device.refresh_from_db()
    allowed, told = device.verify_is_allowed()
    return 0 if allowed or not told else max(1, round((told["locked_until"] - timezone.now()).total_seconds()))
