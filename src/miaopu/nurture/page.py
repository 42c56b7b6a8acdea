"""各页共用的：取版本、翻页、办不成时回到原页（填的还在）、下载。"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from django.http import FileResponse, HttpRequest, HttpResponse

from miaopu.access.act import Wrong
from miaopu.terms.complaint import Refusal


def version_of(request: HttpRequest) -> int:
    """打开页面时的版本；没有的抛 Wrong。"""
    text = request.POST.get("version", "")
    if not (text.isascii() and text.isdigit() and len(text) < 10):
        raise Wrong("表单里没有版本；请刷新页面再办")
    return int(text)


def tried(work: Callable[[], HttpResponse], again: Callable[[str], HttpResponse]) -> HttpResponse:
    """办一件事；内容不对的回到原页，说明原因，填的内容还在。"""
    try:
        return work()
    except (Wrong, Refusal) as error:
        response = again(str(error))
        response.status_code = 400
        return response


def sent(write: Callable[[Path], Path]) -> FileResponse:
    """write 写好的工作簿作为下载。"""
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder))
        return FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
