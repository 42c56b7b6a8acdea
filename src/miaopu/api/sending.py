"""接口：部门送数。送文件或送行（行写成一份表），都走与页面同样的门：试读、预览、等人接收；不绕过任何一关。"""

from __future__ import annotations

import csv
import hashlib
import io
from typing import Annotated, Any

from django.conf import settings
from django.http import HttpRequest
from ninja import File, Router, UploadedFile
from pydantic import Field

from miaopu.access.text import file_name
from miaopu.api.door import Bearer, Text, actor_of, once
from miaopu.api.errors import ANSWERS, Failure
from miaopu.api.models import Token
from miaopu.api.schemas import RowsIn, TableOut, UploadOut
from miaopu.selection.city import city
from miaopu.selection.intake.actions.uploads import receive
from miaopu.selection.intake.files import keep
from miaopu.selection.intake.models import Upload
from miaopu.selection.intake.queries.uploads import sources_of, standing, upload


class Sender(Bearer):
    """送数的门：能不能送、是不是本部门的来源，在读送来的东西之前就查。"""

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        found = super().authenticate(request, token)
        if found is not None:
            source = request.resolver_match.kwargs["source"] if request.resolver_match else ""
            if source not in sources_of(actor_of(request)):
                raise Failure(404, f"没有来源“{source[:40]}”，或不是您的部门的")
        return found


router = Router(tags=["送数"])
HEADINGS, LONGEST = 200, 100
"""一张表至多几种表头，一个表头至多几个字。"""


@router.get("/sources", response={200: list[TableOut], **ANSWERS}, summary="可以送的表")
def tables(request: HttpRequest) -> Any:
    """本部门可以送的来源、表与表头（第一个写法），连同单位；缺的单位要写在表头里，如“营业收入（万元）”。"""
    found = (city().sources[code] for code in sources_of(actor_of(request)))
    return [
        {
            "source": one.code,
            "title": one.title,
            "table": table.code,
            "table_title": table.title,
            "headings": headings(table),
        }
        for one in found
        for table in one.tables
    ]


def headings(table: Any) -> list[dict[str, str]]:
    """一张表的表头：写法、指标或角色、不写单位时的单位。"""
    return [{"heading": one.aliases[0], "means": one.key, "unit": one.unit} for one in table.columns if one.aliases]


@router.post(
    "/sources/{source}/files", auth=Sender("intake.upload"), response={200: UploadOut, **ANSWERS}, summary="送一份文件"
)
def send_file(request: HttpRequest, source: Text, file: File[UploadedFile]) -> Any:
    """同页面上传：收下、试读；之后由有权的人看过预览再接收。重发用同一个 Idempotency-Key。"""
    mark = hashlib.sha256()
    for chunk in file.chunks():
        mark.update(chunk)
    return once(request, mark.digest(), lambda: _taken(request, source, file.name or "接口送来", file.chunks()))


@router.post(
    "/sources/{source}/rows",
    auth=Sender("intake.upload"),
    response={200: UploadOut, **ANSWERS},
    summary="送行，不送文件",
)
def send_rows(request: HttpRequest, source: Text, given: RowsIn) -> Any:
    """行写成一份 UTF-8 的 csv，题目一行、表头一行，再走与文件同样的门；一次至多 5000 行。"""
    known = {one.code for one in city().sources[source].tables}
    if given.table not in known:
        raise Failure(404, f"来源“{source}”没有表“{given.table}”；有 {'、'.join(sorted(known))}")
    content = written(given, _names(given))
    return once(request, content, lambda: _taken(request, source, f"{file_name(given.title)}.csv", [content]))


def _names(given: RowsIn) -> list[str]:
    """各行用到的全部表头，先来的在前；太多、太长的不收：写成表是行数乘列数那么大。"""
    names: dict[str, None] = {}
    for row in given.rows:
        names.update(dict.fromkeys(row))
        if len(names) > HEADINGS:
            raise Failure(422, f"各行的表头合起来超过 {HEADINGS} 种；同一个数用同一个表头，一张表的表头见 /sources")
    long = next((name for name in names if len(name) > LONGEST), None)
    if long is not None:
        raise Failure(422, f"表头“{long[:20]}…”有 {len(long)} 个字，最多 {LONGEST} 个；请用 /sources 里的写法")
    return list(names)


def written(given: RowsIn, names: list[str]) -> bytes:
    """行 → csv；缺的留空。"""
    out = io.StringIO()
    sheet = csv.writer(out, lineterminator="\r\n")
    sheet.writerow([given.title])
    sheet.writerow(names)
    sheet.writerows([["" if row.get(name) is None else row[name] for name in names] for row in given.rows])
    return out.getvalue().encode("utf-8-sig")


@router.get("/uploads/{number}", response={200: UploadOut, **ANSWERS}, summary="送的数到哪一步了")
def one_upload(request: HttpRequest, number: Annotated[int, Field(ge=1, le=2**31)]) -> Any:
    """状态、行数、数据项、意见条数、批次；看不到与不存在一样。"""
    return upload_data(upload(actor_of(request), number))


def _taken(request: HttpRequest, source: str, name: str, chunks: Any) -> dict[str, Any]:
    kept = keep(name, chunks, settings.UPLOAD_LIMIT)
    return upload_data(receive(actor_of(request), kept, source))


def upload_data(one: Upload) -> dict[str, Any]:
    """上传件的样子。"""
    now = standing(one)
    names = ("name", "source", "digest", "job", "batch", "rows", "facts", "complaints")
    told = {name: getattr(one, name) for name in names}
    return {"number": one.pk, **told, "state": now.state.value, "word": now.state.word, "told": now.told}
