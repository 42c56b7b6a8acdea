"""联络员的页面：名录与还缺几家、定与换人、一个县区一次定、结束、导出、导入。"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from miaopu.access.act import Wrong, permit
from miaopu.access.text import clean
from miaopu.access.views.needs import needs
from miaopu.access.views.paging import paged
from miaopu.nurture.specialists.actions import contacts as actions
from miaopu.nurture.specialists.kinds import ranks
from miaopu.nurture.specialists.queries import contacts as queries
from miaopu.nurture.specialists.views.roster import counties, number_of
from miaopu.selection.intake.views.page import tried

NARROW = ("level", "county", "lack", "q")


def _filters(given: Mapping[str, str]) -> dict[str, str]:
    return {name: clean(given.get(name, ""), "条件", 60) for name in NARROW}


@login_required
def index(request: HttpRequest) -> HttpResponse:
    """名录；能定的在下面定。"""

    def page() -> HttpResponse:
        wanted = _filters(request.GET)
        shown = {
            "page": paged(request, queries.directory(request.actor, wanted)),
            "wanted": wanted,
            "typed": request.POST,
            "chosen": request.POST.getlist("slot"),
        }
        shown |= {"ranks": ranks().values(), "gaps": queries.gaps(request.actor), "mine": queries.mine(request.actor)}
        shown |= {"counties": counties(request.actor, "contact.view")}
        shown["people"] = queries.eligible(request.actor) if shown["mine"] else ()
        return render(request, "specialists/contacts.html", shown)

    return tried(request, lambda: _posted(request), page) if request.method == "POST" else page()


def _posted(request: HttpRequest) -> HttpResponse:
    given, actor, what = request.POST, request.actor, request.POST.get("what", "")
    permit(actor, "contact.name")
    if what == "name":
        slots, why = given.getlist("slot"), given.get("reason", "")
        if given.get("end"):
            messages.success(request, f"已结束 {actions.end_slots(actor, slots, why)} 格，先空着")
        else:
            person = number_of(request, "person")
            done = actions.name_slots(actor, slots, person, why, given.get("handover", ""))
            messages.success(request, f"已定 {done} 格")
    elif what == "fill":
        person = number_of(request, "person") if given.get("person") else None
        made, rest = actions.fill(
            actor, given.get("level", ""), given.get("in_county", ""), person, given.get("reason", "")
        )
        messages.success(request, f"已定 {len(made)} 家{f'，没有人可定的 {rest} 家' if rest else ''}")
    else:
        raise Wrong("不知道要办什么；请刷新页面再办")
    return redirect("specialists:contacts")


@login_required
@require_POST
@needs("service.export")
def download(request: HttpRequest) -> HttpResponse:
    """导出所筛。"""
    with tempfile.TemporaryDirectory() as folder:
        path = actions.export_directory(request.actor, _filters(request.POST), Path(folder))
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)


@login_required
def receive(request: HttpRequest) -> HttpResponse:
    """导入改好的名录；有意见的列在页上。"""
    permit(request.actor, "contact.name")
    page = "specialists/contacts_import.html"
    if request.method != "POST":
        return render(request, page, {"typed": {}})

    def action() -> HttpResponse:
        given = request.FILES.get("file")
        if given is None:
            raise Wrong("没有选文件；请选导出后改好的名录")
        if given.size > settings.UPLOAD_LIMIT:
            raise Wrong("文件太大；名录应只有一张表")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "contacts.xlsx"
            path.write_bytes(given.read())
            title = given.name or "名录.xlsx"
            done, found = actions.import_directory(request.actor, path, title, request.POST.get("reason", ""))
        if found:
            return render(request, page, {"found": found, "typed": request.POST}, status=400)
        messages.success(request, f"已导入，换人与补定 {done} 家")
        return redirect("specialists:contacts")

    return tried(request, action, lambda: render(request, page, {"typed": request.POST}))
