"""登记表：导出的改了能导回来，有一格不对一行也不进、说到格；补报表由真的读者认得、预览、入账。"""

import openpyxl
import pytest
from tests.nurture.registers.conftest import COST, PATENT
from tests.nurture.registers.test_entries import BOOKS

from miaopu.access.act import Denied, Wrong
from miaopu.ledger.reading.read import read
from miaopu.nurture.registers.actions import books as actions
from miaopu.nurture.registers.actions.entries import amend, enter
from miaopu.nurture.registers.models import Entry, Move
from miaopu.nurture.registers.shapes import registers
from miaopu.selection.city import city
from miaopu.selection.screening.models import Firm
from miaopu.terms.complaint import Refusal

pytestmark = pytest.mark.django_db


def exported(actor, tmp_path, code="rd", login="dongchangfu"):
    return actions.export_entries(actor(login), registers()[code], {}, tmp_path / "out")


def opened(path):
    """登记表的第一张表：（工作簿，表，表头 → 列号，表头所在行）。"""
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    top = next(row for row in range(1, 21) if "企业名称" in [cell.value for cell in sheet[row]])
    return book, sheet, {cell.value: cell.column for cell in sheet[top] if cell.value}, top


def saved(book, path):
    book.save(path)
    return path


def test_what_is_exported_comes_back_changed(work, actor, tmp_path) -> None:
    first = work.enter("rd", **COST)
    work.enter("rd", **{**COST, "project": "第二个"})
    book, sheet, at, top = opened(exported(actor, tmp_path))
    row = next(row for row in range(top + 1, sheet.max_row + 1) if sheet.cell(row, at["编号"]).value == first.code)
    sheet.cell(row, at["本次归集金额（万元）"]).value = 200
    last = sheet.max_row + 1
    new = {"企业名称": work.firm.name, "统一社会信用代码": work.firm.uscc, "研发项目": "新的", "会计年度": "2026"}
    new |= {"费用类别": "折旧", "归集到": "2026-10-31", "本次归集金额（万元）": 3.5}
    for head, value in new.items():
        sheet.cell(last, at[head]).value = value
    found = actions.import_entries(actor("dongchangfu"), "rd", saved(book, tmp_path / "改.xlsx"), "改.xlsx", "核对")
    assert (found.fresh, found.changed, found.same, found.complaints) == (1, 1, 1, ())
    assert Entry.objects.get(pk=first.pk).values["amount"] == 200_000_000
    assert Entry.objects.get(title="新的").values["amount"] == 3_500_000
    assert Move.objects.filter(entry=first).last().reason == "核对"


ODD = {
    "text": "00123",
    "long": "=1+1\n第二行 12.0",
    "date": "2026-10-08",
    "money": "0.000001",
    "count": "3",
    "year": "2026",
}


@pytest.mark.parametrize("code", BOOKS)
def test_every_book_comes_back_as_it_went(code, firm, actor, tmp_path) -> None:
    """每一本、每一列填了各样的内容，另有一件只填必填的：导出的原样交回，一格也没有变。"""
    book = registers()[code]
    who = {"name": "外地某企业", "district": "371502"} if book.outside else {"enterprise": firm.enterprise}
    full = {one.code: one.values[-1] if one.values else ODD[one.kind] for one in book.columns}
    for typed in (full, {one.code: full[one.code] for one in book.columns if one.required}):
        enter(actor("gly"), code, {**typed, **who})
    before = list(Entry.objects.order_by("pk").values_list("held", "version"))
    path = exported(actor, tmp_path, code, "gly")
    found = actions.import_entries(actor("gly"), code, path, path.name, "原样交回")
    assert (found.fresh, found.changed, found.same, found.complaints) == (0, 0, 2, ()), found
    assert list(Entry.objects.order_by("pk").values_list("held", "version")) == before


@pytest.mark.parametrize(("head", "value", "told"), [
    ("本次归集金额（万元）", "很多", "不是数"),
    ("费用类别", "其他钱", "应是人员人工"), ("版本", "7", "改过"), ("状态", "审计已确认", "表里不要改"),
    ("编号", "D99999", "这一本里没有"), ("企业名称", "另一家", "换企业请另起一行"), ("归集到", "昨天", "不是日期"),
])  # fmt: skip
def test_one_wrong_cell_and_nothing_is_taken(work, actor, tmp_path, head, value, told) -> None:
    work.enter("rd", **COST)
    work.enter("rd", **{**COST, "project": "第二个"})
    book, sheet, at, top = opened(exported(actor, tmp_path))
    rows = [row for row in range(top + 1, sheet.max_row + 1) if str(sheet.cell(row, at["编号"]).value).startswith("D")]
    sheet.cell(rows[0], at["本次归集金额（万元）"]).value = 999
    sheet.cell(rows[1], at[head]).value = value
    path = saved(book, tmp_path / "改.xlsx")
    found = actions.import_entries(actor("dongchangfu"), "rd", path, "改.xlsx", "核对")
    assert len(found.complaints) == 1 and told in found.complaints[0] and "请请" not in found.complaints[0], found
    letter = openpyxl.utils.get_column_letter(at[head])
    assert f"{letter}{rows[1]}" in found.complaints[0] and "改.xlsx" in found.complaints[0]
    assert {one.values["amount"] for one in Entry.objects.all()} == {120_500_000}


def test_a_column_taken_out_empties_nothing(work, actor, tmp_path) -> None:
    """少一列的不当作清空：整份不收，说到列；只有新增的行可以少不必填的列。"""
    work.enter("rd", **COST, note="要紧的话")
    book, sheet, at, top = opened(exported(actor, tmp_path))
    for span in list(sheet.merged_cells.ranges):
        sheet.unmerge_cells(str(span))
    sheet.delete_cols(at["补充说明"])
    path = saved(book, tmp_path / "改.xlsx")
    with pytest.raises(Refusal, match="少了列“补充说明”"):
        actions.import_entries(actor("dongchangfu"), "rd", path, "改.xlsx", "核对")
    assert Entry.objects.get().values["note"] == "要紧的话"
    for head in ("编号", "研发项目"):
        sheet.cell(top + 1, at[head]).value = None if head == "编号" else "另一个"
    found = actions.import_entries(actor("dongchangfu"), "rd", saved(book, path), "改.xlsx", "核对")
    assert found.fresh == 1 and Entry.objects.count() == 2


def test_a_sheet_handed_in_twice_is_entered_once(work, actor, tmp_path) -> None:
    first = work.enter("rd", **COST)
    book, sheet, at, top = opened(exported(actor, tmp_path))
    sheet.cell(top + 1, at["编号"]).value = None
    path = saved(book, tmp_path / "改.xlsx")
    found = actions.import_entries(actor("dongchangfu"), "rd", path, "改.xlsx", "核对")
    assert f"与已登记的 {first.code} 每一格都一样" in found.complaints[0] and Entry.objects.count() == 1
    work.step("dongchangfu", first, "void")
    assert actions.import_entries(actor("dongchangfu"), "rd", path, "改.xlsx", "核对").fresh == 1, "作废的不算"


def test_a_foreign_firm_in_the_sheet_is_told(work, actor, tmp_path) -> None:
    work.enter("rd", **COST)
    other = Firm.objects.filter(district="371503").first()
    book, sheet, at, _ = opened(exported(actor, tmp_path))
    last = sheet.max_row + 1
    new = {"企业名称": other.name, "统一社会信用代码": other.uscc, "研发项目": "新的", "会计年度": "2026"}
    for head, value in {**new, "费用类别": "折旧", "归集到": "2026-10-31", "本次归集金额（万元）": 3}.items():
        sheet.cell(last, at[head]).value = value
    path = saved(book, tmp_path / "改.xlsx")
    found = actions.import_entries(actor("dongchangfu"), "rd", path, "改.xlsx", "核对")
    assert "范围里没有这家企业" in found.complaints[0] and Entry.objects.count() == 1


def test_another_books_table_is_refused(work, actor, tmp_path) -> None:
    path = exported(actor, tmp_path, "patents")
    with pytest.raises(Refusal, match="研发费用归集"):
        actions.import_entries(actor("dongchangfu"), "rd", path, path.name, "核对")
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04not")
    with pytest.raises(Refusal, match="不是 Excel 工作簿"):
        actions.import_entries(actor("dongchangfu"), "rd", tmp_path / "坏.xlsx", "坏.xlsx", "核对")
    with pytest.raises(Denied):
        actions.import_entries(actor("lingdao"), "rd", path, path.name, "核对")


def test_an_outside_firm_comes_in_by_name_and_county(work, actor, tmp_path) -> None:
    book, sheet, at, top = opened(exported(actor, tmp_path, "attracted"))
    new = {
        "企业名称": "外地某企业",
        "县区": "东昌府区",
        "行业或产业链": "轴承",
        "现在何地": "济南市",
        "计划投资（万元）": 5000,
    }
    for head, value in new.items():
        sheet.cell(top + 1, at[head]).value = value
    path = saved(book, tmp_path / "招引.xlsx")
    found = actions.import_entries(actor("dongchangfu"), "attracted", path, path.name, "线索")
    assert found.fresh == 1, found
    one = Entry.objects.get()
    assert (one.enterprise, one.district, one.title) == (None, "371502", "外地某企业")


def test_the_report_is_read_by_the_real_reader(work, actor, tmp_path) -> None:
    one = work.step("qiye", work.enter("patents", **PATENT), "file")
    with pytest.raises(Wrong, match="没有办成的"):
        actions.export_report(actor("gly"), registers()["patents"], {}, tmp_path)
    number = "ZL202610000000.1"
    one = work.step("dongchangfu", one, "grant", granted="2026-11-01", number=number)
    with pytest.raises(Wrong, match="没有办成的"):
        actions.export_report(actor("gly"), registers()["patents"], {}, tmp_path)
    given = {**PATENT, "granted": "2026-11-01", "number": number, "applied": "是", "reason": "已用"}
    amend(actor("gly"), one.pk, one.version, given)
    less = work.step("qiye", work.enter("patents", **{**PATENT, "name": "没有填全的"}), "file")
    work.step("dongchangfu", less, "grant", granted="2026-11-01", number="ZL2")
    path = actions.export_report(actor("gly"), registers()["patents"], {}, tmp_path)
    assert "1行_另有1件没有填全" in path.name, "没有写进去的，文件名上写明几件"
    found = read(path, city().sources, source="county")
    told = {(one["indicator"], one["item"]): one for one in found.facts.to_dicts()}
    assert not found.refused and found.tables == ("county.patents",) and work.firm.uscc in str(found.rows.to_dicts())
    assert {name for name, _ in told} >= {"ip.applied", "ip.related"}, told
    with pytest.raises(Wrong, match="由部门报"):
        actions.export_report(actor("gly"), registers()["rd"], {}, tmp_path)
