"""页面：每一本打得开、登得进、错了填的还在；一家的页面照登记试算；看不到的与不存在的一样。"""

import pytest
from tests.nurture.conftest import admitted
from tests.nurture.registers.conftest import COST, PATENT
from tests.nurture.registers.test_entries import BOOKS, filled

from miaopu.nurture.registers.models import Entry
from miaopu.nurture.registers.shapes import registers
from miaopu.selection.library.models import Member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("code", BOOKS)
def test_a_book_is_filled_by_its_own_form(code, firm, client_of) -> None:
    book, client = registers()[code], client_of("dongchangfu")
    who = {"name": "外地某企业", "district": "371502"} if book.outside else {"enterprise": firm.enterprise}
    assert client.get(f"/registers/{code}/").status_code == 200
    assert client.get(f"/registers/{code}/new/?enterprise={firm.enterprise}").status_code == 200
    answer = client.post(f"/registers/{code}/new/", {**filled(book), **who, "key": code})
    one = Entry.objects.get(key=code)
    assert answer.status_code == 302 and answer["Location"].endswith(f"/entries/{one.pk}/")
    page = client.get(f"/registers/entries/{one.pk}/").content.decode()
    shown = [step for step in book.steps.values() if book.first.code in step.before]
    assert all(f"/steps/{step.code}/" in page for step in shown) and one.code in page
    step = shown[0]
    given = {**filled(book), "version": one.version, "reason": "页面上办"}
    assert client.post(f"/registers/entries/{one.pk}/steps/{step.code}/", given).status_code == 302
    one.refresh_from_db()
    assert one.state == step.after
    assert one.title in client.get(f"/registers/{code}/?state={step.after}").content.decode()


def test_a_wrong_form_keeps_what_was_typed(firm, client_of) -> None:
    given = {**COST, "enterprise": firm.enterprise, "amount": "很多", "project": "留住我"}
    answer = client_of("qiye").post("/registers/rd/new/", given)
    text = answer.content.decode()
    assert (
        answer.status_code == 400
        and "本次归集金额“很多”不是数" in text
        and "留住我" in text
        and not Entry.objects.exists()
    )


def test_a_late_step_keeps_what_was_typed(work, client_of) -> None:
    one = work.enter("patents", **{**PATENT, "filed": ""})
    given = {"version": one.version - 1, "filed": "2026-02-03", "route": "快速预审", "reason": "我写的理由"}
    answer = client_of("dongchangfu").post(f"/registers/entries/{one.pk}/steps/file/", given)
    text = answer.content.decode()
    assert answer.status_code == 400 and "改过" in text and "我写的理由" in text and 'value="2026-02-03"' in text


def test_edit_and_undo_on_the_page(work, client_of) -> None:
    one, client = work.enter("rd", **COST), client_of("dongchangfu")
    assert 'value="120.50"' in client.get(f"/registers/entries/{one.pk}/edit/").content.decode()
    bad = client.post(f"/registers/entries/{one.pk}/edit/", {**COST, "amount": "99", "version": 1, "reason": ""})
    assert bad.status_code == 400 and "理由" in bad.content.decode() and 'value="99"' in bad.content.decode()
    fine = {**COST, "amount": "99", "version": 1, "reason": "多记了"}
    assert client.post(f"/registers/entries/{one.pk}/edit/", fine).status_code == 302
    client.post(f"/registers/entries/{one.pk}/steps/confirm/", {"version": 2, "reason": "审计", "amount": "99"})
    assert Entry.objects.get().state == "audited"
    assert client.post(f"/registers/entries/{one.pk}/undo/", {"version": 3, "reason": "点错"}).status_code == 302
    assert Entry.objects.get().state == "booked"


def test_the_firms_page_tells_what_counts(work, client_of) -> None:
    work.enter("patents", name="赶得上的", kind="发明", route="快速预审", expected="2027-03-01")
    work.enter("patents", name="赶不上的", kind="发明", route="普通审查", filed="2026-11-01")
    text = client_of("zhuanyuan").get(f"/registers/firms/{work.firm.enterprise}/").content.decode()
    assert "自己预计的2027年3月1日有，算" in text and "晚于申报日" in text and "试算不入账" in text
    assert client_of("chiping").get(f"/registers/firms/{work.firm.enterprise}/").status_code == 404


def test_a_stranger_finds_nothing(work, client_of) -> None:
    one = work.enter("patents", **PATENT)
    for path in (f"entries/{one.pk}/", f"entries/{one.pk}/edit/", "nothere/", "entries/999999/"):
        assert client_of("chiping").get(f"/registers/{path}").status_code == 404, path
    assert client_of("qiye").get("/registers/attracted/").status_code == 404
    assert client_of("shuiwu").get("/registers/").status_code == 403


def test_the_missing_list_shows_and_exports_the_same(work, client_of) -> None:
    admitted(3, "371502")
    Member.objects.update(tier="LG", state="lift")
    client = client_of("dongchangfu")
    text = client.get("/registers/audits/missing/").content.decode()
    names = set(Member.objects.values_list("name", flat=True))
    assert all(name in text for name in names)
    body = b"".join(client.post("/registers/audits/missing/export/").streaming_content)
    assert body.startswith(b"PK") and client.get("/registers/patents/missing/").status_code == 404


def test_an_odd_firm_code_is_refused_in_words(firm, client_of) -> None:
    """PostgreSQL 不收空字符：表单里、网址里的企业号先看像不像。"""
    odd = "9137\x00X"
    for answer in (
        client_of("gly").post("/registers/rd/new/", {**COST, "enterprise": odd}),
        client_of("gly").get("/registers/rd/new/", {"enterprise": odd}),
        client_of("gly").get("/registers/rd/", {"enterprise": odd}),
        client_of("gly").get("/registers/firms/9137%00X/"),
    ):
        assert answer.status_code in (200, 400, 404), answer.status_code
    assert not Entry.objects.exists()
