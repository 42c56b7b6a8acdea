"""安全策略与操作日志的页面。"""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from miaopu.access import log, queries
from miaopu.access.act import permit
from miaopu.access.actions import trail
from miaopu.access.models import LogEntry
from miaopu.access.roles import roles
from miaopu.access.views.download import download
from miaopu.access.views.paging import paged

A_PAGE = 50
FILTERS = ("since", "until", "person", "title", "target", "outcome")


def security(request: HttpRequest) -> HttpResponse:
    """安全策略：现在生效的值，与拒绝、失败、锁定（新的在前）。"""
    permit(request.actor, "security.manage")
    shown = {"policy": _policy(), "page": paged(request, queries.refusals(request.actor)), "roles": _matrix()}
    return render(request, "access/security.html", shown)


def _policy() -> list[tuple[str, str, str]]:
    """（项，现在的值，改它的设置）。"""
    history, idle = settings.PASSWORD_HISTORY, settings.IDLE_MINUTES
    identity = settings.OIDC_TITLE if settings.OIDC else "没有打开"
    return [
        ("密码最短", f"{settings.PASSWORD_LENGTH} 位", "MIAOPU_PASSWORD_LENGTH"),
        ("密码字符类别", f"四类里至少 {settings.PASSWORD_CLASSES} 类", "MIAOPU_PASSWORD_CLASSES"),
        ("密码不得重复", f"最近 {history} 次", "MIAOPU_PASSWORD_HISTORY"),
        ("密码有效期", f"{settings.PASSWORD_DAYS} 天", "MIAOPU_PASSWORD_DAYS"),
        ("首次登录与重置后", "必须改密", "不能改"),
        (
            "连续输错锁定",
            f"{settings.AXES_FAILURE_LIMIT} 次，锁 {round(settings.AXES_COOLOFF_TIME * 60)} 分钟",
            "不能改",
        ),
        ("闲置退出", f"{idle} 分钟", "MIAOPU_IDLE_MINUTES"),
        ("一次登录最长", f"{settings.LOGIN_HOURS} 小时", "MIAOPU_LOGIN_HOURS"),
        ("动态口令", "系统、安全、审计管理员必须；其他人可以", "不能改"),
        ("统一身份", identity, "MIAOPU_OIDC_CLIENT 等"),
        ("只许 https", "是" if settings.PRODUCTION else "否（不是正式部署）", "MIAOPU_PRODUCTION"),
        ("演示账号", "开着" if settings.DEMO and not settings.PRODUCTION else "关着", "MIAOPU_DEMO"),
    ]


def _matrix() -> list[tuple[str, str, list[str]]]:
    """（角色，看得到哪些企业，能做的操作）。"""
    words = {"city": "全市", "district": "本县区", "charge": "负责的企业", "own": "本企业", "none": "看不到企业"}
    known = roles()
    return [
        (one.title, words[one.reach], [title for code, title in known.operations.items() if code in one.operations])
        for one in known.roles.values()
        if one.kind != "public"
    ]


def index(request: HttpRequest) -> HttpResponse:
    """操作日志。"""
    given = _given(request.GET)
    page = paged(request, queries.entries(request.actor, given), A_PAGE)
    shown = {
        "page": page,
        "given": given,
        "titles": queries.log_titles(request.actor),
        "outcomes": (log.DONE, log.REFUSED, log.FAILED),
    }
    return render(request, "access/log.html", shown)


def _given(asked: QueryDict) -> dict[str, str]:
    return {name: asked.get(name, "") for name in FILTERS}


def entry(request: HttpRequest, seq: int) -> HttpResponse:
    """一行：谁、何时、做了什么、改前改后。"""
    found = queries.entry(request.actor, seq)
    if found is None:
        raise Http404
    changed = [(key, _text(old), _text(new)) for key, old, new in log.changes(found)]
    return render(request, "access/log_entry.html", {"entry": found, "changed": changed, "kind": _kind(found)})


def _text(value: Any) -> str:
    return "" if value is None else value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _kind(found: LogEntry) -> str:
    return {"person": "本人", "token": "接口令牌", "system": "系统"}.get(found.kind, found.kind)


@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """导出筛出来的日志。"""
    return download("操作日志.xlsx", lambda path: trail.export_log(request.actor, _given(request.POST), path))


@require_POST
def verify(request: HttpRequest) -> HttpResponse:
    """核验。"""
    found = trail.verify_log(request.actor)
    if found is None:
        messages.success(request, "从第一行核到末行，逐行完好")
    else:
        messages.error(request, f"日志被动过：{found.told}；请立即保全现场并报告，用备份核对")
    return redirect("log")
