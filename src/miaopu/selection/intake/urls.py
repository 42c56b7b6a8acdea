"""收数的网址；全部要登录。"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path

from miaopu.access.text import clean
from miaopu.selection.intake.views import conflicts, identity, judgements, sources, uploads

app_name = "intake"


def cleaned(view: Callable) -> Callable:
    """网址里的文字（企业号、批次号……）先过一道：有控制字符就是一句话，不进数据库。"""

    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **given: Any) -> HttpResponse:
        for value in given.values():
            if isinstance(value, str):
                clean(value, "网址")
        return view(request, *args, **given)

    return inner


def entered(route: str, view: Callable, name: str) -> URLPattern:
    """登录了才看得到的一页。"""
    return path(route, login_required(cleaned(view)), name=name)


urlpatterns = [
    entered("", sources.index, "index"),
    entered("export/", sources.download, "sources-export"),
    entered("rescreen/", sources.rescreen, "rescreen"),
    entered("sources/<slug:code>/", sources.source, "source"),
    entered("sources/<slug:code>/export/", sources.download_batches, "source-export"),
    entered("sources/<slug:code>/template/<slug:table>/", sources.template, "template"),
    entered("batches/<str:id>/", sources.batch, "batch"),
    entered("batches/<str:id>/withdraw/", sources.withdraw, "withdraw"),
    entered("uploads/", uploads.index, "uploads"),
    entered("uploads/export/", uploads.download, "uploads-export"),
    path("uploads/new/", uploads.receive, name="receive"),
    entered("uploads/<int:number>/", uploads.upload, "upload"),
    entered("uploads/<int:number>/accept/", uploads.accept, "accept"),
    entered("uploads/<int:number>/drop/", uploads.drop, "drop"),
    entered("uploads/<int:number>/again/", uploads.again, "again"),
    entered("uploads/<int:number>/book/<slug:which>/", uploads.book, "book"),
    entered("conflicts/", conflicts.index, "conflicts"),
    entered("conflicts/export/", conflicts.download, "conflicts-export"),
    entered("conflicts/<str:enterprise>/<str:column>/", conflicts.conflict, "conflict"),
    entered("conflicts/<str:enterprise>/<str:column>/choose/", conflicts.choose, "choose"),
    entered("conflicts/<str:enterprise>/<str:column>/undo/", conflicts.undo, "undo"),
    entered("identity/", identity.index, "identities"),
    entered("identity/export/", identity.download, "identities-export"),
    entered("identity/rule/", identity.rule_book, "rule_book"),
    entered("identity/made/", identity.made, "ruled"),
    entered("identity/made/<str:decision>/undo/", identity.undo, "unrule"),
    entered("identity/<str:batch>/<int:row_id>/", identity.one, "identity"),
    entered("identity/<str:batch>/<int:row_id>/rule/", identity.rule, "rule"),
    entered("judgements/", judgements.index, "judgements"),
    entered("judgements/export/", judgements.download, "judgements-export"),
    entered("judgements/made/", judgements.made, "judged"),
    entered("judgements/made/export/", judgements.download_made, "judged-export"),
    entered("judgements/made/<str:decision>/undo/", judgements.undo, "unjudge"),
    entered("judgements/evidence/<int:number>/", judgements.evidence, "evidence"),
    entered("judgements/<str:enterprise>/<slug:indicator>/", judgements.one, "judge_page"),
    entered("judgements/<str:enterprise>/<slug:indicator>/judge/", judgements.judge, "judge"),
]
