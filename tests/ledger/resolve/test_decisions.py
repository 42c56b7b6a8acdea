"""人工决定：复核清单写出、填好、读回、再对主体即照办；csv、yaml 同样；写错的说清哪一行怎么办。"""

from datetime import date

import openpyxl
import polars as pl
import pytest

from miaopu.ledger.record import ROW_SCHEMA
from miaopu.ledger.resolve import (
    REGISTRY_SCHEMA,
    decision_file,
    read_decisions,
    resolve,
    review_rows,
    write_review,
)
from miaopu.ledger.ruling import Decision
from miaopu.terms.complaint import Refusal

REGISTRY = pl.DataFrame(
    [
        ("91371502MA0DEM11X1", "91371502MA0DEM11X1", "聊城鑫泰虚构机械有限公司", [], "371502", None, "company"),
        ("91370481MA0DEM2246", "91370481MA0DEM2246", "滕州恒达虚构轴承有限公司", [], "370481", None, "company"),
    ],
    schema=REGISTRY_SCHEMA,
    orient="row",
)
ROWS = pl.DataFrame(
    [
        {"row_id": 0, "sheet": "表1", "row": 5, "name_raw": "聊城鑫秦虚构机械有限公司"},
        {
            "row_id": 1,
            "sheet": "表1",
            "row": 6,
            "name_raw": "滕州恒达虚构轴承有限公司",
            "uscc_raw": "91371502MA0DEM11X1",
        },
        {"row_id": 2, "sheet": "表1", "row": 7, "name_raw": "=1+1虚构商行"},
        {"row_id": 3, "sheet": "表1", "row": 8, "name_raw": "聊城鑫泰虚构机械有限公司"},
    ],
    schema=ROW_SCHEMA,
)


@pytest.fixture
def book(tmp_path):
    resolution = resolve(ROWS, REGISTRY, may_create=False)
    path = tmp_path / "复核清单.xlsx"
    assert write_review(review_rows(ROWS, resolution, "20261120-tax-aaaa"), path) == 3
    return path


def fill(path, row: int, **cells: str) -> None:
    work = openpyxl.load_workbook(path)
    sheet = work.active
    columns = {cell.value: cell.column for cell in sheet[3]}
    for name, value in cells.items():
        sheet.cell(row, columns[name], value)
    work.save(path)


def test_review_book_shows_candidates_and_a_drop_down(book):
    sheet = openpyxl.load_workbook(book).active
    heads = [cell.value for cell in sheet[3]]
    first = dict(zip(heads, [cell.value for cell in sheet[4]], strict=True))
    assert first["来源名称"] == "聊城鑫秦虚构机械有限公司"
    assert (first["候选1企业号"], first["候选1名称"]) == ("91371502MA0DEM11X1", "聊城鑫泰虚构机械有限公司")
    assert "核心名相似" in first["候选1理由"]
    assert "候选5" in sheet.data_validations.dataValidation[0].formula1
    assert sheet.cell(6, heads.index("来源名称") + 1).data_type == "s"


def test_unfilled_review_book_decides_nothing(book):
    assert read_decisions(book) == ((), ())


def test_filled_review_book_settles_the_rows(book):
    fill(book, 4, 决定="候选1", 决定理由="笔误，已电话核实", 决定人="张三", 决定日期="2026-11-20")
    fill(
        book, 5, 决定="指定企业", 指定企业号="91370481MA0DEM2246", 决定理由="看过执照", 决定人="张三", 依据="执照复印件"
    )
    fill(book, 6, 决定="新主体", 指定企业号="E0000000000ab", 决定理由="个体户", 决定人="李四")
    entries, complaints = read_decisions(book)
    assert complaints == ()
    assert entries[0] == Decision(
        kind="identity", ruling="same", reason="笔误，已电话核实", by="张三", on=date(2026, 11, 20),
        batch="20261120-tax-aaaa", row_id=0, enterprise="91371502MA0DEM11X1",
        name="聊城鑫秦虚构机械有限公司", place="工作表“复核清单”第4行",
    )  # fmt: skip
    result = resolve(ROWS, REGISTRY, entries, may_create=False)
    assert result["outcome"].to_list() == ["matched", "matched", "new", "matched"]
    assert result["enterprise"].to_list()[:3] == ["91371502MA0DEM11X1", "91370481MA0DEM2246", "E0000000000ab"]


def test_not_same_takes_a_rule_back():
    entry = Decision(
        kind="identity", ruling="not_same", reason="重名", by="张三",
        enterprise="91371502MA0DEM11X1", name="聊城鑫泰虚构机械有限公司",
    )  # fmt: skip
    assert resolve(ROWS, REGISTRY, [entry], may_create=False)["outcome"].to_list()[3] == "review"


def decided(ruling: str, enterprise: str, name: str = "聊城鑫秦虚构机械有限公司") -> Decision:
    return Decision(kind="identity", ruling=ruling, reason="看过执照", by="张三", enterprise=enterprise, name=name)


def test_excluded_firm_is_no_longer_a_candidate():
    before = resolve(ROWS, REGISTRY, may_create=False)["candidates"][0]
    after = resolve(ROWS, REGISTRY, [decided("not_same", "91371502MA0DEM11X1")], may_create=False)["candidates"][0]
    assert [one["enterprise"] for one in before] == ["91371502MA0DEM11X1"]
    assert len(after) == 0


def test_excluded_firm_is_not_matched_by_its_place():
    registry = REGISTRY.with_columns(address=pl.lit("聊城市虚构路9号"))
    rows = ROWS.head(1).with_columns(name_raw=pl.lit("鑫泰虚构机械公司"), address_raw=pl.lit("虚构路9号"))
    no = decided("not_same", "91371502MA0DEM11X1", "鑫泰虚构机械公司")
    assert resolve(rows, registry, may_create=False)["outcome"].to_list() == ["matched"]
    assert resolve(rows, registry, [no], may_create=False)["outcome"].to_list() == ["review"]


def test_a_decision_for_a_firm_nobody_knows_is_sent_back():
    result = resolve(ROWS, REGISTRY, [decided("same", "E不存在")], may_create=False).row(0, named=True)
    assert (result["outcome"], result["enterprise"]) == ("review", None)
    assert "台账里没有" in result["reason"]


def test_the_last_decision_counts():
    entries = [decided("same", "91371502MA0DEM11X1"), decided("same", "91370481MA0DEM2246")]
    assert resolve(ROWS, REGISTRY, entries, may_create=False)["enterprise"][0] == "91370481MA0DEM2246"


@pytest.mark.parametrize(("uscc_raw", "key"), [("91350100M000100Y43", "91350100M000100Y43"), (None, "E")])
def test_new_without_a_key_gets_one(uscc_raw, key):
    rows = pl.DataFrame(
        [{"row_id": 0, "sheet": "表1", "row": 2, "name_raw": "虚构新店", "uscc_raw": uscc_raw}], schema=ROW_SCHEMA
    )
    entry = Decision(kind="identity", ruling="new", reason="新办", by="张三", name="虚构新店", uscc=uscc_raw or "")
    result = resolve(rows, REGISTRY, [entry], may_create=False).row(0, named=True)
    assert result["outcome"] == "new"
    assert result["enterprise"].startswith(key)


CSV = """决定汇总表,,,,,,,,,
类型,批次,行,企业（代码）,决定,理由,依据,决定人,有效至,指标,来源,标准版本
主体,b1,7,91371502MA0DEM11X1,同一家,看过执照,执照,张三,,,,
冲突,,,91371502MA0DEM11X1,税务,税务口径一致,税务局函,张三,,revenue,,
核定,,,91371502MA0DEM11X1,是,现场核查,核查表,李四,2027年12月31日,leading_product,,LG@2026
"""


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_csv_with_chinese_headers(tmp_path, encoding):
    path = tmp_path / "决定.csv"
    path.write_text(CSV, encoding=encoding)
    (identity, choice, judgement), complaints = read_decisions(path, {"税务": "tax"})
    assert complaints == ()
    assert (identity.ruling, identity.row_id, identity.batch) == ("same", 7, "b1")
    assert (choice.kind, choice.source, choice.indicator) == ("choice", "tax", "revenue")
    assert (judgement.value, judgement.until, judgement.version) == (1, date(2027, 12, 31), "LG@2026")


def test_yaml(tmp_path):
    path = tmp_path / "决定.yaml"
    path.write_text(
        "- {类型: 主体, 批次: b1, 行: 3, 决定: 不是同一家, 企业: E1, 理由: 重名, 决定人: 王五, 决定日期: 2026-11-20}\n",
        encoding="utf-8",
    )
    (entry,), complaints = read_decisions(path)
    assert (entry.ruling, entry.on, entry.place, complaints) == ("not_same", date(2026, 11, 20), "第1行", ())


WRONG = [
    ("主体,b1,7,E1,同一家,,,张三", "没有填写理由"),
    ("主体,b1,7,E1,同一家,有,,", "没有填写决定人"),
    ("主体,b1,7,E1,大概是,有,,张三", "决定“大概是”不认得"),
    ("主体,b1,7,,同一家,有,,张三", "没有写明是哪家企业"),
    ("主体,b1,七,E1,同一家,有,,张三", "行编号“七”不是数字"),
    ("主体,b1,7,E1,候选2,有,,张三", "没有这个候选"),
    ("别的,b1,7,E1,同一家,有,,张三", "类型“别的”不认得"),
    ("核定,,,E1,是,有,,张三,2027-13-01,x,,v", "日期“2027-13-01”看不懂"),
    ("核定,,,E1,是,有,,张三,,,,v", "没有填写指标"),
]


@pytest.mark.parametrize(("line", "said"), WRONG)
def test_a_wrong_row_is_named_and_makes_no_entry(tmp_path, line, said):
    path = tmp_path / "决定.csv"
    path.write_text("\n".join([*CSV.splitlines()[:2], line]), encoding="utf-8")
    entries, (complaint,) = read_decisions(path)
    assert entries == ()
    assert said in complaint.sentence()
    assert (complaint.row, complaint.file) == (3, "决定.csv")


def test_files_that_are_not_decisions_are_refused(tmp_path):
    fake, plain, other = tmp_path / "假.xlsx", tmp_path / "名单.csv", tmp_path / "a.doc"
    fake.write_bytes(b"\xd0\xcf\x11\xe0 not a zip")
    plain.write_text("序号,企业\n1,甲\n", encoding="utf-8")
    other.write_bytes(b"")
    for path, said in (
        (fake, "不能当作 xlsx 打开"),
        (plain, "没有认得的表头"),
        (other, "xlsx、csv 或 yaml"),
        (tmp_path / "无.csv", "找不到"),
    ):
        with pytest.raises(Refusal, match=said):
            read_decisions(path)


def test_reading_stops_after_a_long_run_of_blank_rows():
    blank = iter([("类型", "决定", "理由")] + [(None, None, None)] * 20_000)
    assert list(decision_file._filled(blank)) == [(1, ["类型", "决定", "理由"])]
    assert next(blank) == (None, None, None)


def test_a_cell_at_the_last_row_does_not_cost_a_million_rows(tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["类型", "决定", "理由", "决定人"])
    book.active.cell(1_048_576, 1, "尾")
    path = tmp_path / "远.xlsx"
    book.save(path)
    assert read_decisions(path) == ((), ())
