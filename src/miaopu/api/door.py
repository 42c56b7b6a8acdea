"""接口之门：令牌认人、每日次数、幂等的写；每个接口都从这里过。"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any

from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import HttpBearer
from pydantic import AfterValidator, Field

from miaopu.access.act import Denied, Wrong, permit
from miaopu.access.actor import Actor
from miaopu.access.signin.place import address
from miaopu.access.text import clean
from miaopu.api import tokens
from miaopu.api.errors import Failure
from miaopu.api.models import Call, Token
from miaopu.ledger.journal.chain import digest
from miaopu.terms.complaint import Refusal


def _plain(text: str) -> str:
    try:
        return clean(text, "参数")
    except Wrong as error:
        raise ValueError(str(error)) from None


Text = Annotated[str, Field(max_length=200), AfterValidator(_plain)]
"""一般文字参数：没有控制字符，不超过 200 字。"""
Limit = Annotated[int, Field(ge=1, le=200)]
Offset = Annotated[int, Field(ge=0, le=1_000_000)]
REFUSALS = (Denied, Wrong, Refusal, Failure)
"""办不成的几种；拒绝的那行日志照留。"""


class Bearer(HttpBearer):
    """Authorization: Bearer mp_…；request.actor 是令牌的行为人。写了 operation 的没有它就拒绝，送来的一个字也不读。"""

    def __init__(self, operation: str = "") -> None:
        super().__init__()
        self.operation = operation

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        found = tokens.bearer(token, f"接口 {address(request)}")
        if found is None:
            return None
        held, actor = found
        if not tokens.spend(held, timezone.localdate()):
            raise Failure(429, f"今天的 {held.quota} 次用完了，明天再来；不够用请在“接口令牌”里另发")
        request.actor = actor  # type: ignore[attr-defined]
        if self.operation:
            permit(actor, self.operation)
        _known(request)
        return held


ASKED: dict[tuple[str, str], list[str]] = {}
"""（方法，网址的样子）→ 收哪些查询参数。"""


def learn(schema: Mapping[str, Any]) -> None:
    """照接口说明记下各接口收的查询参数：说明里有的才收。"""
    for path, methods in schema["paths"].items():
        for method, told in methods.items():
            ASKED[method.upper(), path] = [one["name"] for one in told.get("parameters", ()) if one["in"] == "query"]


def _known(request: HttpRequest) -> None:
    """网址里写错名字的参数不当作没写：少了一个条件，给出去的是整张清单。"""
    match = request.resolver_match
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", f"/{match.route}") if match else ""
    usable = ASKED.get((request.method or "", path), [])
    wrong = [one for one in request.GET if one not in usable]
    if wrong:
        expected = f"可用的参数有 {'、'.join(usable)}" if usable else "这个接口不收网址里的参数"
        details = [{"field": f"query.{one[:40]}", "found": one[:40], "expected": expected} for one in wrong]
        named = "、".join(f"“{one[:40]}”" for one in wrong[:5])
        raise Failure(422, f"不认得网址里的参数{named}；{expected}。请改正后再发，没有给出数据", details)


def actor_of(request: HttpRequest) -> Actor:
    """这次请求的行为人。"""
    return request.actor  # type: ignore[attr-defined, no-any-return]


def once(request: HttpRequest, content: bytes, work: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """带 Idempotency-Key 的写：第一次做，再来给旧的答复；没有键、键重而内容（content 或其摘要）不同都是错。"""
    key = request.headers.get("Idempotency-Key", "")
    if not 8 <= len(key) <= 80 or not key.isascii() or not key.isprintable():
        raise Failure(400, "写数据要带 Idempotency-Key 头：8 至 80 个字母数字，同一件事重发用同一个")
    token: Token = request.auth  # type: ignore[attr-defined]
    mark = digest(f"{request.method} {request.path}\n".encode() + content)
    refused: Exception | None = None
    with transaction.atomic():  # 键与所办的事同生同灭：办到一半断了，键不留，重发接着办
        call = _first(token, key, mark)
        if call is None:
            return _again(token, key, mark)
        try:
            answer = work()
        except REFUSALS as error:
            refused = error
            call.delete()
        else:
            told = json.dumps(answer, ensure_ascii=False, default=str)
            Call.objects.filter(pk=call.pk).update(status=200, answer=told)
    if refused is not None:
        raise refused
    return answer


def _first(token: Token, key: str, mark: str) -> Call | None:
    """占住这个键；早有人占了为 None（还没有办完的，等它办完）。"""
    try:
        with transaction.atomic():
            return Call.objects.create(token=token, key=key, request=mark)
    except IntegrityError:
        return None


def _again(token: Token, key: str, mark: str) -> dict[str, Any]:
    earlier = Call.objects.get(token=token, key=key)
    if earlier.request != mark or earlier.answer is None:
        raise Failure(409, "这个 Idempotency-Key 已用于另一件事；换一个键")
    return {**json.loads(earlier.answer), "repeated": True}
