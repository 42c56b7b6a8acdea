"""主体复核：并排候选，同一家、新主体、不是；整批填表传回；县区只见只定本县区的行。"""

import io

import openpyxl
import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from tests.selection.intake.desk import told

from miaopu.ledger.journal import open_ledger
from miaopu.selection.intake.queries.identity import rows, waiting

pytestmark = pytest.mark.django_db
BUREAU = "jingban"


@pytest.fixture
def row(own_ledger, actor):
    """一行待认定的，属东昌府区。"""
    return rows(actor(BUREAU)).filter(pl.col("district") == "371502").row(0, named=True)


def page(row) -> str:
    return f"/intake/identity/{row['batch']}/{row['row_id']}/"


def left() -> set[tuple[str, int]]:
    return set(waiting().select("batch", "row_id").iter_rows())


def test_the_row_and_its_candidates_stand_side_by_side(client_of, row):
    text = told(client_of(BUREAU).get(page(row)))
    assert row["name_raw"] in text and row["reason"] in text
    for one in row["candidates"]:
        assert one["name"] in text and one["enterprise"] in text and one["reason"] in text


def test_same_releases_the_row_and_the_second_is_told(client_of, row):
    client, chosen = client_of("dongchangfu"), row["candidates"][1]["enterprise"]
    bare = client.post(page(row) + "rule/", {"ruling": f"same|{chosen}", "reason": ""})
    assert bare.status_code == 400 and "没有写理由" in told(bare)
    assert client.post(page(row) + "rule/", {"ruling": f"same|{chosen}", "reason": "核对了执照"}).status_code == 302
    assert (row["batch"], row["row_id"]) not in left()
    late = client_of(BUREAU).post(page(row) + "rule/", {"ruling": "new", "reason": "新办的"})
    assert late.status_code == 400
    text = told(late) if late.status_code == 400 else ""
    assert f"演示·东昌府区主管已于{timezone.localdate():%Y}-" in text and "核对了执照" in text


def test_a_county_does_not_see_or_choose_another_countys_firm(client_of, row):
    client, outside = client_of("dongchangfu"), row["candidates"][0]
    assert outside["enterprise"] == row["uscc_raw"] and outside["enterprise"][2:8] == "371503"
    for text in (told(client.get(page(row))), told(client.get("/intake/identity/"))):
        assert outside["enterprise"] not in text and outside["name"] not in text and "请市局认定" in text
    given = {"ruling": f"same|{outside['enterprise']}", "reason": "试"}
    assert client.post(page(row) + "rule/", given).status_code == 403
    assert (row["batch"], row["row_id"]) in left()


def test_not_same_leaves_the_row_without_that_candidate(client_of, row):
    client, denied = client_of(BUREAU), row["candidates"][0]["enterprise"]
    client.post(page(row) + "rule/", {"ruling": f"not_same|{denied}", "reason": "法人不同"})
    assert (row["batch"], row["row_id"]) in left()
    text = told(client.get(page(row)))
    assert f"不是 {denied}（法人不同）" in text


def test_new_founds_a_firm(client_of, row):
    client_of(BUREAU).post(page(row) + "rule/", {"ruling": "new", "reason": "新办，执照在手"})
    assert (row["batch"], row["row_id"]) not in left()


def test_a_county_sees_and_rules_only_its_own(client_of, row, own_ledger):
    client, before = client_of("chiping"), len(open_ledger(own_ledger).entries())
    assert client.get(page(row)).status_code == 403
    given = {"ruling": f"same|{row['candidates'][0]['enterprise']}", "reason": "试"}
    assert client.post(page(row) + "rule/", given).status_code == 403
    assert len(open_ledger(own_ledger).entries()) == before
    assert row["name_raw"] not in told(client.get("/intake/identity/"))
    assert row["name_raw"] in told(client_of("dongchangfu").get("/intake/identity/"))


def filled(client, decide) -> bytes:
    """下载复核清单，逐行填好“决定”。"""
    book = openpyxl.load_workbook(io.BytesIO(client.post("/intake/identity/export/").content))
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[3]}
    for at in range(4, sheet.max_row + 1):
        for name, value in decide(at).items():
            sheet.cell(at, heads[name]).value = value
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def give(client, content, name="清单.xlsx"):
    return client.post("/intake/identity/rule/", {"file": SimpleUploadedFile(name, content)})


def test_a_filled_workbook_rules_all_rows_at_once(client_of, row):
    client = client_of(BUREAU)
    response = give(client, filled(client, lambda at: {"决定": "候选1", "决定理由": "核对了执照", "决定人": "张三"}))
    assert response.status_code == 302 and not left()


def test_one_bad_row_refuses_the_whole_workbook(client_of, row, own_ledger):
    client, before = client_of(BUREAU), left()
    told_row = {4: {"决定": "大概是", "决定理由": "看着像", "决定人": "张三"}}
    good = {"决定": "候选1", "决定理由": "核对了执照", "决定人": "张三"}
    response = give(client, filled(client, lambda at: told_row.get(at, good)))
    assert response.status_code == 400 and left() == before
    assert "《清单.xlsx》" in told(response) and "决定“大概是”不认得" in told(response)


def test_a_county_cannot_slip_in_another_countys_row(client_of, row):
    bureau, before = client_of(BUREAU), left()
    content = filled(bureau, lambda at: {"决定": "候选1", "决定理由": "核对了执照", "决定人": "张三"})
    assert give(client_of("chiping"), content).status_code == 403 and left() == before


def test_a_wrong_file_is_refused_in_a_sentence(client_of, own_ledger):
    client = client_of(BUREAU)
    every = (
        (b"%PDF", "清单.xlsx", "不能当作 xlsx 打开"),
        (b"%PDF", "清单.pdf", "是 .pdf 文件"),
        (b"", "清单.xlsx", "不能当作 xlsx 打开"),
    )
    for content, name, sentence in every:
        response = give(client, content, name)
        assert response.status_code == 400 and sentence in told(response), name


def test_a_ruling_is_withdrawn_on_its_page_and_the_row_waits_again(client_of, row):
    client, county = client_of(BUREAU), client_of("dongchangfu")
    assert client.post(page(row) + "rule/", {"ruling": "new", "reason": "新办，执照在手"}).status_code == 302
    assert (row["batch"], row["row_id"]) not in left()
    shown = client.get("/intake/identity/made/")
    made = shown.context["rows"][0]
    assert (made["batch"], made["row_id"], made["ruling"]) == (row["batch"], row["row_id"], "new")
    assert "新办，执照在手" in told(shown) and county.get("/intake/identity/made/").context["rows"] == []
    at = f"/intake/identity/made/{made['decision']}/undo/"
    assert county.post(at, {"reason": "试"}).status_code == 403
    assert client.post(at, {"reason": ""}).status_code == 400
    assert client.post(at, {"reason": "执照是旧的"}).status_code == 302
    assert (row["batch"], row["row_id"]) in left()
