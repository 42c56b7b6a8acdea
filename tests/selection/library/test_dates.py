"""培育库的日子都是业务日期：页面、名册一致；操作日志记的是真实时刻。"""

from datetime import date
from io import BytesIO

import openpyxl
import pytest
from django.urls import reverse
from django.utils import timezone

from miaopu.access.models import LogEntry
from miaopu.selection.library.actions.dispatches import dispatch, receive
from miaopu.selection.library.actions.members import move, undo
from miaopu.selection.library.models import Draft, Member, Move

pytestmark = pytest.mark.django_db
TIER, DAY, LATER = "GAZELLE", date(2026, 3, 2), date(2026, 3, 9)


def text(answer):
    return answer.content.decode()


def test_every_page_and_book_shows_the_business_day(settings, actor, client_of, request):
    settings.TODAY = DAY
    first = request.getfixturevalue("adopted")[0]
    parcel = dispatch(actor("gly"), TIER, "请核实")[1][0]
    settings.TODAY = LATER
    receive(actor("gly"), parcel.pk, 1)
    move(actor("gly"), {first.pk: first.version}, "start", "开始帮扶")
    undo(actor("gly"), first.pk, Member.objects.get(pk=first.pk).version, "办错了")
    assert [one.on for one in Move.objects.filter(member=first)] == [DAY, LATER, LATER]
    now, client = f"{timezone.localdate():%Y年%-m月%-d日}", client_of("gly")
    draft = reverse("library:draft", args=[Draft.objects.get().pk])
    pages = (reverse("library:show", args=[first.pk]), reverse("library:parcel", args=[parcel.pk]), draft)
    for page in (*pages, *(reverse(f"library:{one}") for one in ("dispatches", "picks", "quotas"))):
        told = text(client.get(page, {"tier": TIER})).partition("<main")[2]
        assert "2026年3月2日" in told and now not in told, page
    assert "2026年3月9日 签收" in text(client.get(pages[1]))
    book = b"".join(client.post(reverse("library:export"), {"state": "inside"}).streaming_content)
    cells = [str(one.value) for row in openpyxl.load_workbook(BytesIO(book)).worksheets[1].iter_rows() for one in row]
    assert any("2026-03-02 选配入库" in one and "2026-03-09 撤销变动" in one for one in cells)
    assert LogEntry.objects.latest("seq").at[:10] == timezone.localdate().isoformat()
