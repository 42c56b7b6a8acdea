"""留住填的内容：提交时登录过期了，把填的字段签名带在登录页里，登录后由本人确认再交；密码从不留。

只在校验码通过之后留，别的网站代人提交的不会留下来；文件留不住，记下名字请人重选。
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse

SALT = "miaopu.access.kept"
SESSION = "kept"
WHO = "miaopu_who"
LONGEST = 12 * 3600
"""多久之内登录还认，秒。"""
SECRET = ("password", "csrfmiddlewaretoken", "kept")


@dataclass(frozen=True)
class Kept:
    """填的内容：交到哪个网址、字段、文件框（字段，文件名）；account 是过期前登录的人，只交还给他。"""

    address: str
    fields: tuple[tuple[str, str], ...]
    files: tuple[tuple[str, str], ...] = ()
    account: int = 0

    @property
    def shown(self) -> list[str]:
        """给本人看的值，空的不列。"""
        return [value for _, value in self.fields if value.strip()]


def keep(request: HttpRequest) -> Kept | None:
    """从提交里取；没有可留的（空的、有密码的）、不知道是谁填的为 None。"""
    account = getattr(request, "idle", None) or (request.user.pk if request.user.is_authenticated else last(request))
    names = list(request.POST)
    if not names or account is None or any(SECRET[0] in name.lower() for name in names):
        return None
    fields = [(name, one) for name in names if name not in SECRET for one in request.POST.getlist(name)]
    files = [(name, one.name or "") for name in request.FILES for one in request.FILES.getlist(name)]
    return Kept(request.get_full_path(), tuple(fields), tuple(files), account)


def last(request: HttpRequest) -> int | None:
    """这个浏览器上一回登录的账号（签名的饼干）：会话整个没了也知道是谁填的；没有、改过、太久的为 None。"""
    told = request.get_signed_cookie(WHO, default=None, salt=SALT, max_age=LONGEST)
    return int(told) if told else None


def remember(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """登着的人：记下是谁；本人退出时忘掉。"""
    if request.user.is_authenticated and last(request) != request.user.pk:
        response.set_signed_cookie(
            WHO, str(request.user.pk), salt=SALT, max_age=LONGEST, path=settings.SESSION_COOKIE_PATH,
            secure=settings.SESSION_COOKIE_SECURE, httponly=True, samesite="Lax",
        )  # fmt: skip
    return response


def forget(response: HttpResponse) -> HttpResponse:
    """退出：忘掉是谁。"""
    response.delete_cookie(WHO, path=settings.SESSION_COOKIE_PATH)
    return response


def packed(kept: Kept) -> str:
    """签名的文字，放进登录页。"""
    return signing.dumps(plain(kept), salt=SALT, compress=True)


def unpacked(text: str) -> Kept | None:
    """登录页带回来的；签名不对、太久的为 None。"""
    try:
        return restored(signing.loads(text, salt=SALT, max_age=LONGEST)) if text else None
    except signing.BadSignature:
        return None


def restored(data: Mapping[str, Any]) -> Kept:
    """会话里存的还原。"""
    pairs = {name: tuple((one[0], one[1]) for one in data[name]) for name in ("fields", "files")}
    return Kept(data["address"], pairs["fields"], pairs["files"], data["account"])


def plain(kept: Kept) -> dict[str, Any]:
    """存进会话的样子。"""
    return asdict(kept)


def hand_over(request: HttpRequest, kept: Kept | None) -> bool:
    """登录后交给会话；换了人登录就不给。给出有没有交。"""
    if kept is None or kept.account != request.user.pk:
        return False
    request.session[SESSION] = plain(kept)
    return True


def sent(request: HttpRequest, status: int) -> None:
    """留着的那一份由本人交出去、办成了：不再留。"""
    held = request.session.get(SESSION) if request.method == "POST" else None
    if held is not None and status < 400 and held["address"] == request.get_full_path():
        del request.session[SESSION]
