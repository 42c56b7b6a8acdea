"""收件：先登记、再部门大表、后县区；县区整份用错单位时，拿台账里税务的数疑出来。"""

from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest

from miaopu.ledger.intake import Intake, in_order
from miaopu.ledger.journal import active, open_ledger
from miaopu.ledger.source import load_sources
from miaopu.ledger.withdraw import withdraw
from miaopu.terms.catalog import Catalog
from miaopu.terms.uscc import check_digit

DAY = date(2026, 11, 20)
FIRMS = [
    ("91371502MAXG000010", "虚构一机械有限公司"),
    ("91371502MAXG000028", "虚构二材料有限公司"),
    ("91371502MAXG000036", "虚构三软件有限公司"),
    ("91371502MAXG000044", "虚构四化工有限公司"),
]
CODED = [(code[:17] + check_digit(code[:17]), name) for code, name in FIRMS]
REVENUE = [(2_000_000, 2_200_000), (31_000_000, 35_000_000), (900_000, 800_000), (8_000_000, 8_100_000)]
"""元。"""


def book(path: Path, rows: list[list]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    work = openpyxl.Workbook()
    for row in rows:
        work.active.append(row)
    work.save(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    head = ["统一社会信用代码", "企业名称"]
    book(
        tmp_path / "registration" / "登记信息.xlsx",
        [[*head, "登记状态", "成立日期"], *([*one, "存续", "2015-03-01"] for one in CODED)],
    )
    book(
        tmp_path / "tax" / "企业营业收入.xlsx",
        [
            [*head, "2024年营业收入（元）", "2025年营业收入（元）"],
            *([*one, *two] for one, two in zip(CODED, REVENUE, strict=True)),
        ],
    )
    return tmp_path


def survey(folder: Path, unit: str) -> Path:
    head = ["统一社会信用代码", "企业名称", f"2024年营业收入（{unit}）", f"2025年营业收入（{unit}）", "主导产品"]
    rows = [[*one, *two, "轴承"] for one, two in zip(CODED, REVENUE, strict=True)]
    return book(folder / "county" / "冠县企业数据一览表.xlsx", [head, *rows])


def doubts(folder: Path) -> list[str]:
    desk = Intake(open_ledger(folder / "台账"), load_sources(Catalog.default()), received=DAY, by="测试")
    receipts = [desk.take(path) for path in in_order(folder.rglob("*.xlsx"))]
    assert [one.batch is not None for one in receipts] == [True, True, True]
    return [one.sentence() for one in receipts[-1].reading.complaints if one.code == "unit_column"]


def test_a_county_file_in_the_wrong_unit_is_suspected_by_the_tax_figures(folder):
    survey(folder, "万元")
    said = doubts(folder)
    assert len(said) == 2 and all("大一千倍以上" in one for one in said)


def test_money_of_a_doubted_sheet_is_held_back_until_confirmed(folder):
    path = survey(folder, "万元")
    desk = Intake(open_ledger(folder / "台账"), load_sources(Catalog.default()), received=DAY, by="测试")
    receipts = [desk.take(one) for one in in_order(folder.rglob("*.xlsx"))]
    held = receipts[-1].reading
    assert set(held.facts["indicator"]) == {"lead_product"}
    assert [one.severity.value for one in held.complaints if one.code == "held"] == ["reject"]
    sure = Intake(
        open_ledger(folder / "另一本"), load_sources(Catalog.default()), received=DAY, by="测试", accept_units=True
    )
    receipts = [sure.take(one) for one in in_order(folder.rglob("*.xlsx"))]
    assert receipts[-1].path == path and "revenue" in set(receipts[-1].reading.facts["indicator"])


def test_a_held_file_sent_again_with_units_accepted_is_told_what_to_do(folder):
    path = survey(folder, "万元")
    ledger, sources = open_ledger(folder / "台账"), load_sources(Catalog.default())
    desk = Intake(ledger, sources, received=DAY, by="测试")
    held = [desk.take(one) for one in in_order(folder.rglob("*.xlsx"))][-1].batch
    assert "--accept-units" not in desk.take(path).batch.messages[0]
    sure = Intake(ledger, sources, received=DAY, by="测试", accept_units=True)
    assert "withdraw" not in sure.take(folder / "tax" / "企业营业收入.xlsx").batch.messages[0]
    (told,) = sure.take(path).batch.messages
    assert f"miaopu withdraw {held.id} --reason" in told and "再以 --accept-units 收" in told
    withdraw(ledger, held.id, by="测试", reason="单位已核对无误", on=DAY)
    again = sure.take(path).batch
    assert not again.repeated and again.facts > held.facts


def test_a_county_file_in_the_right_unit_raises_no_doubt(folder):
    survey(folder, "元")
    assert doubts(folder) == []


def test_a_broken_code_matched_by_name_is_told_with_the_firm_it_became(folder):
    code, name = CODED[0]
    wrong = code[:17] + next(one for one in "0123456789" if one != code[17])
    head = ["统一社会信用代码", "纳税人名称", "2025年营业收入（元）"]
    odd = book(folder / "tax" / "补报.xlsx", [head, [wrong, name, 5], [*CODED[1], 7]])
    desk = Intake(open_ledger(folder / "台账"), load_sources(Catalog.default()), received=DAY, by="测试")
    receipts = {one.path: one for one in map(desk.take, in_order(folder.rglob("*.xlsx")))}
    said = [one.sentence() for one in receipts[odd].reading.complaints if one.code == "broken_code"]
    assert said == [
        f"《补报.xlsx》工作表“Sheet”第2行：“{wrong}”校验位不符；全名唯一对上，认作 {code}；"
        "应为18 位、校验相符的统一社会信用代码；请核对证照；不是这一家的，改正后重报这一行。"
    ]
    assert receipts[odd].outcomes["matched"] == 2


def test_files_are_taken_from_the_ground_up():
    names = [
        "county/东昌府区企业数据一览表.xlsx", "firm/企业填报表_甲.xlsx", "miit/工信称号.xlsx", "tax/企业营业收入.xlsx",
        "registration/企业名称变更登记.xlsx", "registration/全市市场主体登记信息.csv",
    ]  # fmt: skip
    assert [path.parent.name for path in in_order(map(Path, names))] == [
        "registration", "registration", "tax", "miit", "county", "firm"
    ]  # fmt: skip
    assert in_order(map(Path, names))[0].name == "全市市场主体登记信息.csv"


def test_figures_already_in_the_ledger_are_read_once_for_each_batch(folder):
    survey(folder, "元")
    desk = Intake(open_ledger(folder / "台账"), load_sources(Catalog.default()), received=DAY, by="测试")
    for path in in_order(folder.rglob("*.xlsx"))[:2]:
        desk.take(path)
    first = desk.earlier()
    assert first.height == 8 and set(first["value"]) == {yuan * 100 for pair in REVENUE for yuan in pair}
    assert desk.earlier().equals(first) and len(desk._known) == 1


def test_rows_found_to_be_one_firm_only_after_matching_post_nothing_when_they_clash(folder):
    """一个代码：现名、别家的名、没有名，现名与曾用名，读的时候各算一家；对上以后是同一家，数不同的都不入账，相同的只入一次。"""
    (code, name), (_, other), (two, now) = CODED[:3]
    head = ["统一社会信用代码", "企业名称", "曾用名", "变更日期"]
    book(folder / "registration" / "名称变更.xlsx", [head, [two, now, "虚构旧名有限公司", "2020-01-01"]])
    head = ["统一社会信用代码", "企业名称", "2024年营业收入（元）", "2025年营业收入（元）"]
    rows = [[code, name, 100_000, 500_000], [code, other, 300_000, 300_000], [code, None, 200_000, 500_000]]
    rows += [[two, now, 100_000, None], [two, "虚构旧名有限公司", 200_000, None]]
    book(folder / "tax" / "企业营业收入.xlsx", [head, *rows])
    ledger = open_ledger(folder / "台账")
    desk = Intake(ledger, load_sources(Catalog.default()), received=DAY, by="测试")
    receipt = [desk.take(path) for path in in_order(folder.rglob("*.xlsx"))][-1]
    assert receipt.resolution["outcome"].to_list() == ["matched", "conflict", "matched", "matched", "matched"]
    told = [(one.row, one.column) for one in receipt.reading.complaints if one.code == "conflict"]
    assert told == [(2, 3), (4, 3), (5, 3), (6, 3)] and "repeat" in {one.code for one in receipt.reading.complaints}
    (entry,) = [one for one in active(ledger, DAY).batches if one.id == receipt.batch.id]
    posted = pl.read_parquet(ledger.file(entry, "facts.parquet"))
    assert posted.select("indicator", "period", "value").rows() == [("revenue", "2025", 50_000_000)]
