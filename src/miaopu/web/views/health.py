"""健康页：反向代理与监控来问站好不好；不要登录，没有数据，只说案件库够不够得着。"""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from miaopu.access import outage

PLAIN = "text/plain; charset=utf-8"


@never_cache
@login_not_required
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """够得着 200“正常”；够不着 503，说过多久再问。"""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        headers = {"Retry-After": str(outage.LATER)}
        return HttpResponse(f"{outage.TOLD}\n", content_type=PLAIN, status=503, headers=headers)
    return HttpResponse("正常\n", content_type=PLAIN)
