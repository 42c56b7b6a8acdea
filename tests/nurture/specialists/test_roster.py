"""名册：征集、报名、聘任、请假、回避、培训、服务队；导出改好再导入是一个来回，错一格一行也不导入。"""

from datetime import date

import openpyxl
import pytest
from tests.nurture.conftest import hired

from miaopu.access.act import Denied, Wrong
from miaopu.nurture.specialists.actions import importing, roster, teams
from miaopu.nurture.specialists.demo import demo_roster
from miaopu.nurture.specialists.models import Avoidance, Event, Person, Turn
from miaopu.nurture.specialists.queries.roster import open_calls, people
from miaopu.selection.screening.models import Firm
from miaopu.terms.complaint import Refusal

pytestmark = pytest.mark.django_db


def test_a_county_applies_and_the_bureau_decides(boss, actor) -> None:
    county = actor("dongchangfu")
    given = {
        "kind": "specialist",
        "name": "张三",
        "district": "371502",
        "sectors": "C34、通用设备制造业",
        "topics": "财务",
    }
    made = roster.apply(county, given)
    assert made.state == "applied" and made.sectors == "34" and made.capacity == 8
    with pytest.raises(Denied):
        roster.apply(county, {**given, "district": "371503"})
    with pytest.raises(Denied):
        roster.turn(county, made.pk, made.version, "appointed", "自己聘")
    with pytest.raises(Wrong, match="要写明理由"):
        roster.turn(boss, made.pk, made.version, "declined", "")
    done = roster.turn(boss, made.pk, made.version, "declined", "材料不全")
    assert done.state == "declined" and [one.reason for one in done.turns.all()] == ["报名", "材料不全"]
    with pytest.raises(Wrong, match="现在是“未聘”"):
        roster.turn(boss, made.pk, done.version, "left", "再动")


def test_a_move_without_a_reason_is_impossible_in_the_database(boss) -> None:
    from django.db import IntegrityError, transaction  # 只这里用

    made = hired(boss, "李四")
    with pytest.raises(IntegrityError), transaction.atomic():
        Turn.objects.create(person=made, before="applied", after="appointed", reason="", by="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        Avoidance.objects.create(person=made, enterprise="1", name="x", reason="", by="x")


def test_a_call_has_its_dates(boss, actor) -> None:
    told = {"kind": "specialist", "title": "征集", "opens": "2026-11-01", "closes": "2026-11-19"}
    closed = roster.open_call(boss, told)
    live = roster.open_call(boss, {**told, "closes": "2026-12-01"})
    assert list(open_calls()) == [live]
    given = {"kind": "specialist", "name": "王五", "district": "371502"}
    with pytest.raises(Wrong, match="今天不在其内"):
        roster.apply(actor("dongchangfu"), given, closed.pk)
    assert roster.apply(actor("dongchangfu"), given, live.pk).call == live
    with pytest.raises(Wrong, match="早于起期"):
        roster.open_call(boss, {**told, "closes": "2026-01-01"})


def test_leave_and_term_decide_who_serves(boss) -> None:
    made = hired(boss, "赵六", on_leave_from="2026-11-10", on_leave_until="2026-11-20")
    assert not made.serves_on(date(2026, 11, 20)) and made.serves_on(date(2026, 11, 21))
    with pytest.raises(Wrong, match="请假止 2026-11-01 早于请假起"):
        roster.amend(boss, made.pk, made.version, {**row(made), "on_leave_until": "2026-11-01"})


def row(one):
    return {
        name: "" if getattr(one, name) is None else str(getattr(one, name)) for name in (*roster.TITLES, "district")
    }


def test_the_second_writer_is_told(boss) -> None:
    made = hired(boss, "钱七")
    roster.amend(boss, made.pk, made.version, {**row(made), "unit": "甲"})
    with pytest.raises(Wrong, match="改过“钱七”这一行"):
        roster.amend(boss, made.pk, made.version, {**row(made), "unit": "乙"})


def test_conflicts_are_registered_and_released_with_reasons(boss) -> None:
    made, firm = hired(boss, "孙八"), Firm.objects.filter(uscc__isnull=False).first()
    one = roster.avoid(boss, made.pk, firm.uscc, "持股")
    assert one.enterprise == firm.enterprise
    with pytest.raises(Wrong, match="已登记回避"):
        roster.avoid(boss, made.pk, firm.enterprise, "持股")
    with pytest.raises(Wrong, match="要写明理由"):
        roster.unavoid(boss, one.pk, "")
    roster.unavoid(boss, one.pk, "股份已转让")
    assert not Avoidance.objects.filter(released__isnull=True).exists()


def test_training_and_teams(boss) -> None:
    one, group = hired(boss, "周九", kind="expert"), hired(boss, "服务队", "", kind="team")
    made = teams.train(boss, {"title": "培训会", "on": "2026-11-10"})
    assert teams.attend(boss, made.pk, [(one.pk, True, "88")]) == 1
    with pytest.raises(Wrong, match="没有到训的不填成绩"):
        teams.attend(boss, made.pk, [(one.pk, False, "88")])
    with pytest.raises(Wrong, match="0 至 100 的整数"):
        teams.attend(boss, made.pk, [(one.pk, True, "101")])
    teams.join(boss, group.pk, one.pk)
    with pytest.raises(Wrong, match="已经在"):
        teams.join(boss, group.pk, one.pk)
    firm = Firm.objects.first()
    done = teams.dispatch(boss, group.pk, {"on": "2026-11-12", "title": "诊断", "enterprise": firm.enterprise})
    assert done.name == firm.name


def edited(path, changes):
    """在导出的工作簿里按表头改格。"""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    top = next(at for at in range(1, 20) if "姓名" in [one.value for one in sheet[at]])
    heads = {one.value: one.column for one in sheet[top]}
    for (down, head), value in changes.items():
        sheet.cell(top + down, heads[head], value)
    book.save(path)
    return path


def test_export_edit_and_import_again(boss, tmp_path) -> None:
    for name in ("甲", "乙"):
        hired(boss, name, sectors="34", topics="财务", since="2026-01-01")
    path = importing.export_roster(boss, {}, tmp_path)
    assert importing.import_roster(boss, path, path.name, "原样").sentence().endswith("没有变的 2 行")
    edited(path, {(1, "单位"): "新单位", (1, "请假起"): "2026-12-01", (3, "种类"): "专家", (3, "姓名"): "丙"})
    found = importing.import_roster(boss, path, path.name, "年度更新")
    assert (found.fresh, found.changed, found.same) == (1, 1, 1)
    one = Person.objects.get(name="甲")
    assert one.unit == "新单位" and one.on_leave_from == date(2026, 12, 1) and one.sectors == "34"
    assert Person.objects.get(name="丙").state == "appointed"
    stale = importing.import_roster(boss, path, path.name, "再传一次")
    assert "版本" in stale.complaints[0] and stale.fresh == 0


def test_one_wrong_cell_imports_nothing(boss, tmp_path) -> None:
    hired(boss, "甲")
    path = edited(
        importing.export_roster(boss, {}, tmp_path),
        {
            (1, "单位"): "新单位",
            (2, "种类"): "专家",
            (2, "姓名"): "丙",
            (2, "行业专长"): "炼金术",
            (3, "种类"): "道士",
            (3, "姓名"): "丁",
        },
    )
    found = importing.import_roster(boss, path, "名册.xlsx", "年度更新")
    assert len(found.complaints) == 2
    assert "《名册.xlsx》工作表“名册”" in found.complaints[0] and "炼金术" in found.complaints[0]
    assert "道士" in found.complaints[1]
    assert Person.objects.get(name="甲").unit is None and Person.objects.count() == 1


def test_a_column_taken_out_of_the_roster_empties_nothing(boss, tmp_path) -> None:
    hired(boss, "甲", unit="某所", sectors="34")
    path = importing.export_roster(boss, {}, tmp_path)
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    head = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "单位" and cell.row > 2)
    sheet.cell(head.row, head.column).value = None
    for down in range(head.row + 1, sheet.max_row + 1):
        sheet.cell(down, head.column).value = None
    book.save(path)
    with pytest.raises(Refusal, match="少了列“单位”"):
        importing.import_roster(boss, path, path.name, "少了一列")
    assert Person.objects.get(name="甲").unit == "某所"


def test_what_is_not_a_roster_is_refused(boss, tmp_path) -> None:
    path = tmp_path / "x.xlsx"
    path.write_bytes(b"not a workbook")
    with pytest.raises(Refusal, match="不是 Excel 工作簿"):
        importing.import_roster(boss, path, "x.xlsx", "试")


def test_counties_see_their_own(boss, actor) -> None:
    own, far = hired(boss, "本县", "371502"), hired(boss, "外县", "371503")
    assert own in people(actor("dongchangfu")) and far not in people(actor("dongchangfu"))
    with pytest.raises(Denied):
        people(actor("qiye"))


def test_the_demonstration_has_a_living_roster(boss) -> None:
    assert demo_roster() >= 38
    found = Person.objects.filter(kind="specialist", state="appointed")
    assert found.count() >= 30 and found.values("district").distinct().count() >= 11
    assert all("虚" in one.name or one.kind == "team" for one in Person.objects.all())
    assert found.get(account__login="zhuanyuan").district == "371502"
    assert Person.objects.filter(kind="liaison").values("district").distinct().count() >= 11
    assert Event.objects.count() == 2
    assert demo_roster() == 0
