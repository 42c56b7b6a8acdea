"""收数各测试共用的步骤：做一份税务表、上传、做作业、看页面上的话。"""

from __future__ import annotations

import html
import io
import re
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile

from miaopu.jobs.models import Job
from miaopu.jobs.perform import perform
from miaopu.selection.intake.models import Upload
from miaopu.selection.intake.states import State
from miaopu.selection.screening.models import Firm

HEAD = ("统一社会信用代码", "纳税人名称", "年度", "营业收入（万元）")


def book(rows: Sequence[Sequence[Any]], head: Sequence[str] = HEAD, title: str = "营业收入") -> bytes:
    """一份工作簿的字节。"""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as made:
        page = made.add_worksheet(title)
        page.write_row(0, 0, head)
        for at, row in enumerate(rows, 1):
            page.write_row(at, 0, row)
    return target.getvalue()


def firms(count: int = 3) -> list[Firm]:
    """读表里有代码的前几家。"""
    return list(Firm.objects.filter(uscc__isnull=False).order_by("enterprise")[:count])


def taxed(year: str = "2022", start: float = 1000, count: int = 3) -> bytes:
    """几家企业一年的营业收入。"""
    return book([(one.uscc, one.name, year, start + at) for at, one in enumerate(firms(count))])


def send(client: Any, content: bytes, name: str = "营业收入.xlsx", source: str = "") -> Any:
    """经页面上传。"""
    return client.post("/intake/uploads/new/", {"file": SimpleUploadedFile(name, content), "source": source})


def done(number: int | None) -> Job:
    """把一件作业做完，给出它。"""
    perform.call(number)
    return Job.objects.get(pk=number)


def previewed(client: Any, content: bytes, name: str = "营业收入.xlsx", source: str = "") -> Upload:
    """上传并读完。"""
    response = send(client, content, name, source)
    assert response.status_code == 302, told(response)
    one = Upload.objects.latest("pk")
    done(one.job)
    one.refresh_from_db()
    return one


def posted(client: Any, one: Upload, **given: str) -> Upload:
    """接收并入账。"""
    response = client.post(f"/intake/uploads/{one.pk}/accept/", given)
    assert response.status_code == 302, told(response)
    one.refresh_from_db()
    done(one.job)
    one.refresh_from_db()
    assert one.state == State.POSTED, one.told
    return one


def told(response: Any) -> str:
    """页面上的文字。"""
    text = re.sub(r"<(script|style).*?</\1>", "", response.content.decode(), flags=re.S)
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text)))
