"""接口的错一律一个样子：{"code", "message", "details"}，message 是中文句子，code 是稳定的代码；网页不用它。"""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse

SPACE = "/api/v1/"
CODES = {
    400: "bad_request",
    401: "unauthenticated",
    403: "denied",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    422: "invalid",
    429: "quota",
    500: "error",
    503: "unavailable",
}


def asked(request: HttpRequest) -> bool:
    """问的是不是接口。"""
    return request.path_info.startswith(SPACE)


def body(status: int, message: str, details: Sequence[Any] = ()) -> dict[str, Any]:
    """错的内容。"""
    return {"code": CODES.get(status, "error"), "message": message, "details": list(details)}


def told(status: int, message: str) -> HttpResponse:
    """错的答复。"""
    return JsonResponse(body(status, message), status=status, json_dumps_params={"ensure_ascii": False})


def method_told(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """框架自己答的 405 换成同一个样子，照留 Allow 头。"""
    if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or not asked(request):
        return response
    answer = told(response.status_code, f"这个网址不收 {request.method}；能用的是 {response.get('Allow', '')}")
    answer["Allow"] = response.get("Allow", "")
    return answer
