"""台账：导出、原样交回不改一处、改了的格经动作办、意见写回工作簿而一处不办、别人改过的行点名退回。"""

import io
from datetime import date
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from miaopu.access.act import Denied, Wrong
from miaopu.nurture.followup.actions import records
from miaopu.nurture.followup.actions import requests as asking
from miaopu.nurture.followup.actions.ledgers import take_back
from miaopu.nurture.followup.actions.records import Found, Told
from miaopu.nurture.followup.actions.requests import Want
from miaopu.nurture.followup.actions.visits import Intent
from miaopu.nurture.followup.ledgers.form import MARK
from miaopu.nurture.followup.ledgers.write import export
from miaopu.nurture.followup.models import Imported, Record, Request, Visit
from miaopu.papers.pen import LISTED, TEMPLATE

pytestmark = pytest.mark.django_db
WHY = "补记"


@pytest.fixture
def seeded(people):
    """一次已记录的走访、一件转给税务的诉求（内容以等号打头）。"""
    told = Told(date(2026, 11, 19), "看研发账", "王专员", "财务部", (Found("辅助账建好了", "B2b", True),), "月底复查")
    visit = records.drop_in(people.specialist, people.home.enterprise, Intent(told.on, told.purpose), told)
    one = asking.raise_request(people.firm, people.home.enterprise, Want("tax", "加计扣除", "=1+1 怎么归集\n第二行"))
    one = asking.route(people.county, one.pk, one.version, "bureau", "市局答")
    people.visit, people.request = visit, one
    return people


def exported(who, code, folder):
    return export(who, code, {}, folder)


def edited(path, changes, page=None):
    """改几格：（列的表头，第几行数据，新值）。"""
    book = load_workbook(path)
    sheet = book.worksheets[0] if page is None else book[page]
    top = next(at for at in range(1, 9) if MARK in [cell.value for cell in sheet[at]])
    places = {cell.value: cell.column for cell in sheet[top] if cell.value}
    for span in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(span))
    for head, row, value in changes:
        sheet.cell(top + row, places[head]).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize("code", ["visits", "requests", "work"])
def test_an_unchanged_book_changes_nothing(seeded, tmp_path, code):
    before = list(Visit.objects.values()), list(Request.objects.values()), Record.objects.count()
    path = exported(seeded.bureau, code, tmp_path)
    for content in (path.read_bytes(), edited(path, [])):
        made = take_back(seeded.bureau, code, path.name, content, WHY)
        assert (made.changes, made.complaints) == (0, 0) and made.rows >= 1
    assert before == (list(Visit.objects.values()), list(Request.objects.values()), Record.objects.count())


def test_the_house_form(seeded, tmp_path):
    book = load_workbook(exported(seeded.bureau, "requests", tmp_path))
    sheet = book.worksheets[0]
    heads = [cell.value for cell in sheet[3]]
    assert heads[0] == "序号" and heads[-1] == "备注" and heads[-2] == MARK
    assert sheet.column_dimensions[sheet.cell(3, heads.index(MARK) + 1).column_letter].hidden
    assert sheet["A1"].value == "诉求台账" and sheet.freeze_panes
    words = sheet.cell(4, heads.index("内容") + 1)
    assert words.value.startswith("=1+1") and words.data_type == "s", "从不成公式"


def test_edited_cells_go_through_the_actions(seeded, tmp_path):
    path = exported(seeded.specialist, "visits", tmp_path)
    content = edited(path, [("下一步", 1, "十二月复查"), ("下次日期", 1, date(2026, 12, 15))])
    made = take_back(seeded.specialist, "visits", path.name, content, WHY)
    assert (made.changes, made.complaints) == (2, 0)
    last, first = Record.objects.filter(visit=seeded.visit)
    assert (last.number, last.next_step, last.next_on, last.why) == (2, "十二月复查", date(2026, 12, 15), WHY)
    assert first.next_step == "月底复查" and last.findings.get().closed
    again = take_back(seeded.specialist, "visits", path.name, content, WHY)
    assert again.complaints == 1 and "改过" in again.told, "同一份再交：行已经变了，点名退回"
    path = exported(seeded.bureau, "requests", tmp_path)
    take_back(seeded.bureau, "requests", path.name, edited(path, [("答复", 1, "按辅助账归集")]), WHY)
    assert Request.objects.get().answer == "按辅助账归集" and Request.objects.get().state == "answered"


def test_one_complaint_and_nothing_is_done(seeded, tmp_path):
    path = exported(seeded.bureau, "requests", tmp_path)
    content = edited(path, [("答复", 1, "按辅助账归集"), ("状态", 1, "已办结"), ("事由", 2, "=cmd|'/c calc'!A1")])
    made = take_back(seeded.bureau, "requests", path.name, content, WHY)
    assert made.complaints == 2 and made.changes == 0 and Request.objects.get().state == "routed"
    assert "“状态”不能在表里改" in made.told and "没有行标识" in made.told
    from django.conf import settings

    returned = load_workbook(Path(settings.FILES) / made.path)
    front = [[cell.value for cell in row] for row in returned["意见"].iter_rows()]
    assert ["意见", 2] in [row[:2] for row in front]
    marked = [cell for row in returned["诉求台账"].iter_rows() for cell in row if cell.comment]
    assert len(marked) == 2 and all(cell.fill.fgColor.rgb.endswith("FFC7CE") for cell in marked)
    assert all(cell.data_type != "f" for row in returned["意见"].iter_rows() for cell in row)
    fixed = edited(Path(settings.FILES) / made.path, [("状态", 1, "办理中"), ("事由", 2, None)], "诉求台账")
    assert take_back(seeded.bureau, "requests", path.name, fixed, WHY).changes == 1


def test_an_action_that_refuses_undoes_all(seeded, tmp_path):
    asking.raise_request(seeded.firm, seeded.home.enterprise, Want("ip", "专利", "怎么预审"))
    path = exported(seeded.bureau, "requests", tmp_path)
    content = edited(path, [("答复", 1, "按辅助账归集"), ("答复", 2, "还没有转就答")])
    made = take_back(seeded.bureau, "requests", path.name, content, WHY)
    assert made.complaints == 1 and "待转办" in made.told
    assert not Request.objects.filter(state="answered").exists()
    path = exported(seeded.county, "requests", tmp_path)
    made = take_back(seeded.county, "requests", path.name, edited(path, [("答复", 1, "县区答")]), WHY)
    assert made.complaints == 1 and "由那里答复" in made.told


def test_rows_changed_meanwhile_are_named(seeded, tmp_path):
    path = exported(seeded.bureau, "requests", tmp_path)
    one = seeded.request
    asking.answer(seeded.bureau, one.pk, one.version, "已经答了")
    made = take_back(seeded.bureau, "requests", path.name, edited(path, [("答复", 1, "又答")]), WHY)
    assert made.complaints == 1 and seeded.bureau.name in made.told and "改过" in made.told
    assert Request.objects.get().answer == "已经答了"


def test_books_of_others_are_refused(seeded, tmp_path):
    path = exported(seeded.bureau, "visits", tmp_path)
    with pytest.raises(Wrong, match="这不是诉求台账"):
        take_back(seeded.bureau, "requests", path.name, path.read_bytes(), WHY)
    with pytest.raises(Wrong, match="理由"):
        take_back(seeded.bureau, "visits", path.name, path.read_bytes(), " ")
    for bad in (b"", b"PK\x03\x04", b"not a book"):
        with pytest.raises(Wrong, match="打不开"):
            take_back(seeded.bureau, "visits", path.name, bad, WHY)
    made = take_back(seeded.stranger, "visits", path.name, edited(path, [("下一步", 1, "改")]), WHY)
    assert made.complaints == 1 and "不在您的范围里" in made.told
    for who in (seeded.firm, seeded.tax, seeded.leader):
        with pytest.raises(Denied):
            take_back(who, "visits", path.name, path.read_bytes(), WHY)
    with pytest.raises(Wrong, match="一行也没有"):
        exported(seeded.idle, "visits", tmp_path)
    assert Record.objects.count() == 1


def test_a_deleted_column_and_a_doubled_row(seeded, tmp_path):
    path = exported(seeded.bureau, "visits", tmp_path)
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for span in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(span))
    for cell in sheet[4]:
        sheet.cell(6, cell.column, cell.value)
    out = io.BytesIO()
    book.save(out)
    assert "两次" in take_back(seeded.bureau, "visits", "a.xlsx", out.getvalue(), WHY).told
    sheet.delete_cols([cell.value for cell in sheet[3]].index("目的") + 1)
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(Wrong, match="缺了列：目的"):
        take_back(seeded.bureau, "visits", "a.xlsx", out.getvalue(), WHY)


def test_the_pages(seeded, tmp_path, client_of):
    for login, codes in (("zhuanyuan", (200, 200)), ("gly", (200, 200)), ("lingdao", (200, 400)), ("qiye", (403, 403))):
        client = client_of(login)
        assert client.get(reverse("followup:ledger", args=["work"])).status_code == codes[0], login
        assert client.post("/followup/ledgers/visits/export/", {"q": "没有的"}).status_code == (
            400 if codes[0] == 200 else 403
        )
    client = client_of("gly")
    path = exported(seeded.bureau, "visits", tmp_path)
    file = SimpleUploadedFile("改.xlsx", edited(path, [("目的", 1, "换了")]))
    reply = client.post("/followup/ledgers/visits/back/", {"book": file, "reason": WHY}, follow=True)
    assert "一处也没有办" in reply.content.decode()
    made = Imported.objects.get()
    assert client.get(f"/followup/imports/{made.pk}/book/").status_code == 200
    assert client_of("zhuanyuan").get(f"/followup/imports/{made.pk}/").status_code == 403
    assert client.post("/followup/ledgers/visits/back/", {"reason": WHY}).status_code == 409
    assert client.get("/followup/ledgers/none/").status_code == 404


@pytest.mark.parametrize("code", ["visits", "requests", "work"])
def test_a_row_taken_out_is_told_and_nothing_is_deleted(seeded, tmp_path, client_of, code):
    """少了的一行写明是哪一件、到哪里办；导出时筛掉的不算少，导出以后新添的也不算。"""
    asking.raise_request(seeded.firm, seeded.home.enterprise, Want("ip", "专利", "怎么预审"))
    one = seeded.request
    asking.answer(seeded.bureau, one.pk, one.version, "按辅助账归集")
    path = export(seeded.bureau, code, {"q": seeded.home.name}, tmp_path)
    asking.raise_request(seeded.firm, seeded.home.enterprise, Want("tax", "后来的", "问"))
    book = load_workbook(path)
    sheet = book.worksheets[0]
    for span in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(span))
    sheet.delete_rows(4)
    out = io.BytesIO()
    book.save(out)
    before = Visit.objects.count(), Request.objects.count()
    made = take_back(seeded.bureau, code, path.name, out.getvalue(), WHY)
    sort, number = ("request", seeded.request.pk) if code == "requests" else ("visit", seeded.visit.pk)
    assert (made.missing, made.changes, made.complaints) == (1, 0, 0) and before == (
        Visit.objects.count(),
        Request.objects.count(),
    )
    assert made.gone == f"{sort}:{number} {seeded.home.name}"
    page = client_of("jingban").get(reverse("followup:imported", args=[made.pk])).content.decode()
    assert "去掉一行不等于删除" in page and reverse(f"followup:{sort}", args=[number]) in page
    assert "少了 1 行" in client_of("jingban").get(reverse("followup:ledger", args=[code])).content.decode()
    whole = take_back(seeded.bureau, code, path.name, path.read_bytes(), WHY)
    assert (whole.missing, whole.gone) == (0, None)


@pytest.mark.parametrize("mark", ["foo:1:1 某企业", "visit:一:1 某企业", "visit:1", None])
def test_a_hidden_row_that_was_written_over_is_refused_in_words(seeded, tmp_path, mark):
    path = exported(seeded.bureau, "visits", tmp_path)
    book = load_workbook(path)
    next(row for row in book[TEMPLATE].iter_rows() if row[0].value == LISTED)[1].value = mark
    out = io.BytesIO()
    book.save(out)
    with pytest.raises(Wrong, match="像是改过；请从“台账”页重新导出"):
        take_back(seeded.bureau, "visits", path.name, out.getvalue(), WHY)
    assert not Imported.objects.exists()
