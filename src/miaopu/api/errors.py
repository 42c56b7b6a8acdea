"""接口的错：一律 {"code", "message", "details"}，message 是中文句子，code 是稳定的代码。"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import AuthenticationError, HttpError, ValidationError

from miaopu.access.act import Denied, Wrong
from miaopu.access.views import wire
from miaopu.standards.given.facts import FactsError
from miaopu.standards.load import UnknownStandard
from miaopu.terms.complaint import Refusal

BIG = "交的内容太大；一次请求的文字至多 5 MB，文件的上限问系统管理员，请分成几次"


class Problem(Schema):
    """错的答复。"""

    code: str
    message: str
    details: list[dict[str, Any]] = []


class Failure(Exception):
    """接口自己的错：状态码、句子，逐项的发现什么、应是什么。"""

    def __init__(self, status: int, message: str, details: Sequence[dict[str, Any]] = ()) -> None:
        super().__init__(message)
        self.status, self.details = status, list(details)


ANSWERS: dict[int, Any] = {
    400: Problem,
    401: Problem,
    403: Problem,
    404: Problem,
    409: Problem,
    413: Problem,
    422: Problem,
    429: Problem,
    503: Problem,
}
"""每个接口都可能给的错，写进接口说明。"""


def install(api: NinjaAPI) -> None:
    """把各种错换成同一个样子。"""

    def answer(
        request: HttpRequest, status: int, message: str, details: list[dict[str, Any]] | None = None
    ) -> HttpResponse:
        return api.create_response(request, wire.body(status, message, details or []), status=status)

    kinds: dict[type[Exception], int] = {Denied: 403, Wrong: 400, Refusal: 400, FactsError: 422}
    for kind, status in kinds.items():
        api.add_exception_handler(kind, lambda request, error, status=status: answer(request, status, str(error)))
    api.add_exception_handler(UnknownStandard, lambda request, error: answer(request, 404, str(error.args[0])))
    api.add_exception_handler(Failure, lambda request, error: answer(request, error.status, str(error), error.details))
    api.add_exception_handler(Http404, lambda request, error: answer(request, 404, "没有这一条，或不在令牌的范围里"))
    api.add_exception_handler(RequestDataTooBig, lambda request, error: answer(request, 413, BIG))
    api.add_exception_handler(
        AuthenticationError, lambda request, error: answer(request, 401, "没有令牌，或令牌不对、过期、已停用")
    )
    api.add_exception_handler(HttpError, lambda request, error: answer(request, *_told(error)))
    api.add_exception_handler(
        ValidationError,
        lambda request, error: answer(request, 422, "参数不对，见 details", [_detail(one) for one in error.errors]),
    )


def _told(error: HttpError) -> tuple[int, str]:
    if isinstance(error.__context__, RequestDataTooBig):  # 读请求体时的错都被换成了 400
        return 413, BIG
    return error.status_code, "请求体不是能读的 JSON" if error.status_code == 400 else str(error)


def _detail(error: dict[str, Any]) -> dict[str, Any]:
    where = ".".join(str(part) for part in error.get("loc", ()))
    return {"field": where, "found": str(error.get("input", ""))[:80], "expected": _expected(error)}


def _expected(error: dict[str, Any]) -> str:
    limits = error.get("ctx", {})
    words = {
        "missing": "必填",
        "greater_than_equal": f"不小于 {limits.get('ge')}",
        "less_than_equal": f"不大于 {limits.get('le')}",
        "string_too_long": f"不多于 {limits.get('max_length')} 个字",
        "string_too_short": f"不少于 {limits.get('min_length')} 个字",
        "string_pattern_mismatch": f"合于 {limits.get('pattern')}",
        "value_error": str(limits.get("error", "")),
        "int_parsing": "整数",
        "int_type": "整数",
        "int_from_float": "整数",
        "string_type": "文字",
        "list_type": "一列",
        "dict_type": "一组“名: 值”",
        "model_type": "一组“名: 值”",
        "too_long": f"不多于 {limits.get('max_length')} 项",
        "too_short": f"不少于 {limits.get('min_length')} 项",
        "extra_forbidden": "没有这一项",
        "date_from_datetime_parsing": "日期，如 2026-11-20",
        "date_parsing": "日期，如 2026-11-20",
    }
    return words.get(str(error.get("type")), "合于接口说明里写的样子")
