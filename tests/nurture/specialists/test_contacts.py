"""联络员：每家每一级一名，换人有理由，一次定不超容量，名录写明还缺几家，导出改了再导入；县区只管自己的。"""

from datetime import date

import openpyxl
import pytest
from django.urls import reverse
from tests.nurture.conftest import admitted, hired

from miaopu.access.act import Denied, Wrong
from miaopu.access.models import LogEntry, Posting
from miaopu.nurture.specialists.actions import roster
from miaopu.nurture.specialists.actions.contacts import end, end_slots, export_directory, fill, import_directory, name
from miaopu.nurture.specialists.models import Contact
from miaopu.nurture.specialists.queries.contacts import directory, eligible, gaps, history, of_firm, todo

pytestmark = pytest.mark.django_db


@pytest.fixture
def library(boss):
    """库里东昌府区、茌平区各 6 家。"""
    return admitted(6, "371502") + admitted(6, "371503")


@pytest.fixture
def city_contact(boss):
    """市级的联络员，容量 100。"""
    return hired(boss, "市级甲", "", 100, "liaison", phone="13800001234")


def test_each_firm_has_one_at_each_level_and_a_change_keeps_the_old(boss, library, city_contact):
    one = library[0].enterprise
    with pytest.raises(Wrong, match="要写明理由"):
        name(boss, "city", [one], city_contact.pk, " ")
    name(boss, "city", [one], city_contact.pk, "局里分工")
    assert name(boss, "city", [one], city_contact.pk, "再定一次") == [], "同一人不算换"
    other = hired(boss, "市级乙", "", 100, "liaison")
    name(boss, "city", [one], other.pk, "甲调离", "正在办审计报告")
    now, old = history(boss, one)
    assert (now.person, now.handover, old.ended_why) == (other, "正在办审计报告", "甲调离") and old.until
    assert [row[1] and row[1].person for row in of_firm(boss, one)] == [other, None]
    end(boss, now.pk, "退休")
    assert of_firm(boss, one)[0][1] is None
    with pytest.raises(Denied):
        end(boss, now.pk, "再退")


def test_who_may_be_named_and_by_whom(boss, library, actor, city_contact):
    home = next(one for one in library if one.district == "371502")
    far = next(one for one in library if one.district != "371502")
    county, local = actor("dongchangfu"), hired(boss, "县级甲", "371502", 5, "liaison")
    with pytest.raises(Denied, match="由市局定"):
        name(county, "city", [home.enterprise], city_contact.pk, "试")
    with pytest.raises(Denied):
        name(county, "county", [far.enterprise], local.pk, "试")
    with pytest.raises(Wrong, match="不能做"):
        name(boss, "county", [far.enterprise], local.pk, "试")
    specialist = hired(boss, "专员甲", "371502", 5)
    with pytest.raises(Wrong, match="现在不能做联络员"):
        name(county, "county", [home.enterprise], specialist.pk, "试")
    assert name(county, "county", [home.enterprise], local.pk, "包企业")
    assert set(eligible(county)) == {local, city_contact}
    with pytest.raises(Denied):
        name(actor("zhuanyuan"), "county", [home.enterprise], local.pk, "试")


def test_a_county_is_filled_at_once_within_capacity_and_the_gap_is_told(boss, library, actor, city_contact):
    mine = [one for one in library if one.district == "371502"]
    county = actor("dongchangfu")
    hired(boss, "县级甲", "371502", len(mine) - 1, "liaison")
    hired(boss, "县级乙", "371502", 0, "liaison")
    city_contact.capacity = 0
    city_contact.save()
    made, rest = fill(county, "county", "", None, "包企业")
    assert (len(made), rest) == (len(mine) - 1, 1) and {one.person.name for one in made} == {"县级甲"}
    assert {rank.code: lacking for rank, _, lacking in gaps(county)} == {"city": len(mine), "county": 1}
    assert {one.title: one.count for one in todo(county)} == {"库内企业还没有县级联络员": 1}
    with pytest.raises(Wrong, match="容量"):
        name(boss, "city", [mine[0].enterprise], city_contact.pk, "试")
    assert len(directory(boss)) == 2 * len(library) and len(directory(county, {"lack": "yes", "level": "county"})) == 1


def test_the_directory_goes_out_is_changed_and_comes_back(boss, library, actor, city_contact, tmp_path):
    name(boss, "city", [one.enterprise for one in library[:3]], city_contact.pk, "局里分工")
    other = hired(boss, "市级乙", "", 100, "liaison")
    path = export_directory(boss, {}, tmp_path)
    assert import_directory(boss, path, path.name, "原样交回") == (0, [])
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[3]}
    rows = [row for row in range(4, sheet.max_row + 1) if sheet.cell(row, heads["哪一级"]).value == "市级"]
    sheet.cell(rows[0], heads["联络员编号"]).value = other.code
    sheet.cell(rows[5], heads["联络员编号"]).value = other.code
    book.save(path)
    before = Contact.objects.count()
    assert import_directory(boss, path, path.name, "年度调整") == (2, [])
    assert Contact.objects.count() == before + 2
    sheet.cell(rows[1], heads["联络员编号"]).value = "P99999"
    sheet.cell(rows[6], heads["联络员编号"]).value = other.code
    book.save(path)
    done, told = import_directory(boss, path, path.name, "有错")
    assert done == 0 and len(told) == 1 and "第 " in told[0] and Contact.objects.count() == before + 2


def test_a_county_learns_nothing_of_another_by_a_returned_directory(boss, library, actor, city_contact, tmp_path):
    """名录里写了外县的一格：照拦，不说现在是谁、谁定的。"""
    far = next(one.enterprise for one in library if one.district != "371502")
    path = export_directory(boss, {"level": "county"}, tmp_path)
    name(boss, "county", [far], city_contact.pk, "局里分工")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[3]}
    row = next(at for at in range(4, sheet.max_row + 1) if sheet.cell(at, heads["企业号"]).value == far)
    for code in ("P99999", city_contact.code):
        sheet.cell(row, heads["联络员编号"]).value = code
        book.save(path)
        done, told = import_directory(actor("dongchangfu"), path, path.name, "试")
        assert done == 0 and len(told) == 1 and "范围" in told[0] and city_contact.name not in told[0], told


def test_slots_are_ended_all_or_none(boss, library, city_contact):
    first, second = (one.enterprise for one in library[:2])
    name(boss, "city", [first], city_contact.pk, "局里分工")
    with pytest.raises(Wrong, match="2 格里现在有联络员的 1 格"):
        end_slots(boss, [f"{first}:city", f"{second}:city"], "换届")
    assert Contact.objects.filter(until=None).count() == 1 and end_slots(boss, [f"{first}:city"], "换届") == 1


def test_who_must_keep_away_is_never_named(boss, library, city_contact):
    first, *rest = [one.enterprise for one in library]
    roster.avoid(boss, city_contact.pk, first, "配偶持股")
    with pytest.raises(Wrong, match="须回避"):
        name(boss, "city", [first], city_contact.pk, "局里分工")
    made, left = fill(boss, "city", "", None, "局里分工")
    assert {one.enterprise for one in made} == set(rest) and left == 1


def test_who_left_the_roster_is_no_contact_any_more(boss, library, city_contact):
    """离册、聘期满了的算还没有，一次定能换掉；请假的照旧算有。"""
    name(boss, "city", [one.enterprise for one in library], city_contact.pk, "局里分工")
    city_contact.refresh_from_db()
    city_contact.on_leave_from = date(2026, 11, 1)
    city_contact.save()
    assert {rank.code: lacking for rank, _, lacking in gaps(boss)}["city"] == 0
    roster.turn(boss, city_contact.pk, city_contact.version, "left", "退休")
    assert {rank.code: lacking for rank, _, lacking in gaps(boss)}["city"] == len(library)
    other = hired(boss, "市级乙", "", 100, "liaison")
    made, left = fill(boss, "city", "", None, "接替")
    assert (len(made), left) == (len(library), 0) and {one.person for one in made} == {other}


def test_a_row_not_changed_is_not_looked_at_and_one_changed_by_another_is_told(boss, library, city_contact, tmp_path):
    name(boss, "city", [one.enterprise for one in library], city_contact.pk, "局里分工")
    path, before = export_directory(boss, {}, tmp_path), LogEntry.objects.count()
    city_contact.refresh_from_db()
    city_contact.on_leave_from = date(2026, 11, 1)
    city_contact.save()
    assert import_directory(boss, path, path.name, "原样交回") == (0, []), "现在请着假，没有改的行不受影响"
    assert LogEntry.objects.count() == before + 1, "没有变的不一行行记日志"
    other, third = hired(boss, "市级乙", "", 100, "liaison"), hired(boss, "市级丙", "", 100, "liaison")
    name(boss, "city", [library[0].enterprise], other.pk, "别人先换了")
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    at = {cell.value: cell.column for cell in sheet[3]}
    for row in range(4, sheet.max_row + 1):
        if (
            sheet.cell(row, at["企业号"]).value == library[0].enterprise
            and sheet.cell(row, at["哪一级"]).value == "市级"
        ):
            sheet.cell(row, at["联络员编号"]).value = third.code
    book.save(path)
    done, told = import_directory(boss, path, path.name, "年度调整")
    assert done == 0 and "导出以后演示·市局管理员定了“市级乙”" in told[0]
    assert Contact.objects.get(open_key=f"{library[0].enterprise}:city").person == other


def test_slots_of_two_levels_are_done_all_or_none_and_may_be_left_empty(boss, library, client_of, city_contact):
    """县级的一格不能给他，市级的一格也不办，勾的、选的都还在；勾选的可以先空着。"""
    one, page, client = library[0].enterprise, reverse("specialists:contacts"), client_of("gly")
    local = hired(boss, "县级甲", "371502", 9, "liaison")
    slots = [f"{one}:county", f"{one}:city"]
    given = {"what": "name", "slot": slots, "person": local.pk, "reason": "一起定", "handover": "在办的事"}
    bad = client.post(f"{page}?q={library[0].name}", given)
    text = bad.content.decode()
    assert bad.status_code == 400 and "不能做" in text and not Contact.objects.exists()
    assert text.count(" checked") == 2 and f'value="{local.pk}" selected' in text and "在办的事" in text
    assert client.post(page, given | {"person": city_contact.pk}).status_code == 302
    assert Contact.objects.filter(until=None).count() == 2
    assert client.post(page, {"what": "name", "slot": slots, "reason": " ", "end": "yes"}).status_code == 400
    assert client.post(page, {"what": "name", "slot": slots, "reason": "先空着", "end": "yes"}).status_code == 302
    assert not Contact.objects.filter(until=None).exists()
    assert client.post(page, {"what": "name", "slot": slots, "reason": "再空", "end": "yes"}).status_code == 400


def test_the_pages_show_the_contact_with_a_masked_phone(boss, library, client_of, city_contact, people_of):
    client = client_of("gly")
    page = client.get(reverse("specialists:contacts")).content.decode()
    assert f"在库 {len(library)} 家，还没有联络员的 {len(library)} 家" in page
    given = {"what": "fill", "level": "city", "in_county": "", "person": "", "reason": "局里分工"}
    assert client.post(reverse("specialists:contacts"), given).status_code == 302
    shown = client.get(reverse("specialists:contacts"), {"level": "city"}).content.decode()
    assert "市级甲" in shown and "138****1234" in shown and "13800001234" not in shown
    one = library[0].enterprise
    assert "138****1234" in client.get(f"/firms/{one}/").content.decode()
    people_of(one)
    own = client_of("qiye").get("/followup/mine/").content.decode()
    assert "市级甲" in own and "13800001234" not in own
    assert client.post(reverse("specialists:contacts"), {"what": "name", "person": "1"}).status_code == 400


@pytest.fixture
def people_of():
    """让企业账号归到这一家。"""
    return lambda enterprise: Posting.objects.filter(role="enterprise").update(enterprise=enterprise)
