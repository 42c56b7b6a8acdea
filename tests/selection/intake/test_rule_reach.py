"""县区定主体的范围：传回的清单里多写什么都不管用；认不出县区的行、不在清单里的行，只有市局能定或谁也不能定。"""

import io
from threading import Thread

import openpyxl
import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from filelock import FileLock, Timeout
from tests.selection.intake.desk import told

from miaopu.access.models import LogEntry
from miaopu.ledger.decision import decisions
from miaopu.ledger.journal import active, open_ledger
from miaopu.selection.city import today
from miaopu.selection.intake.actions import batches, rulings
from miaopu.selection.intake.models import Evidence
from miaopu.selection.intake.queries.identity import rows, waiting
from miaopu.selection.intake.queries.judgements import pending
from miaopu.selection.screening.models import Firm

pytestmark = pytest.mark.django_db
HOME, COUNTY = "371502", "dongchangfu"


@pytest.fixture
def row(own_ledger, actor):
    """一行待认定的，属东昌府区。"""
    return rows(actor("jingban")).filter(pl.col("district") == HOME).row(0, named=True)


@pytest.fixture
def foreign(db):
    """别的县区的一家企业。"""
    return Firm.objects.exclude(district=HOME).filter(uscc__isnull=False).first().enterprise


def address(row) -> str:
    return f"/intake/identity/{row['batch']}/{row['row_id']}/rule/"


def sent(client, change):
    """下载复核清单，第一行按 change 改填，传回。"""
    book = openpyxl.load_workbook(io.BytesIO(client.post("/intake/identity/export/").content))
    sheet = book.worksheets[0]
    heads = {cell.value: cell.column for cell in sheet[3]}
    for name, value in {"决定理由": "新办，执照在手", "决定人": "张三", **change}.items():
        column = heads.get(name) or sheet.max_column + 1
        sheet.cell(3, column).value = name
        sheet.cell(4, column).value = value
    out = io.BytesIO()
    book.save(out)
    return client.post("/intake/identity/rule/", {"file": SimpleUploadedFile("清单.xlsx", out.getvalue())})


def last(ledger):
    return decisions(active(open_ledger(ledger), today())).filter(pl.col("kind") == "identity").row(-1, named=True)


@pytest.mark.parametrize("extra", ["指定企业号", "另一企业", "来源名称", "来源代码"])
def test_a_new_firm_is_what_the_row_says_whatever_else_the_file_says(client_of, row, own_ledger, foreign, extra):
    response = sent(client_of(COUNTY), {"决定": "新主体", extra: foreign})
    assert response.status_code == 302, told(response)
    made = last(own_ledger)
    assert (made["enterprise"], made["other"]) == (None, None) and foreign not in (made["name"], made["uscc"])
    ledger = open_ledger(own_ledger)
    entry = ledger.entries()[-1]
    assert foreign not in pl.read_parquet(ledger.folder(entry) / "facts.parquet")["enterprise"].to_list()


@pytest.mark.parametrize("ruling", ["same", "not_same"])
def test_every_named_firm_must_be_in_reach(client_of, row, foreign, ruling):
    given = {"ruling": ruling, "enterprise": foreign, "reason": "试"}
    assert client_of(COUNTY).post(address(row), given).status_code == 403
    assert LogEntry.objects.latest("seq").outcome == "拒绝"


def test_a_row_of_no_known_county_is_the_bureaus(client_of, row, monkeypatch):
    monkeypatch.setattr(rulings, "county_of", lambda held: None)
    given = {"ruling": "new", "reason": "新办"}
    response, before = client_of(COUNTY).post(address(row), given), waiting().height
    assert response.status_code == 403 and "由市局认定" in told(response)
    assert LogEntry.objects.latest("seq").outcome == "拒绝" and waiting().height == before
    assert client_of("jingban").post(address(row), given).status_code == 302


@pytest.mark.parametrize(("login", "status"), [("jingban", 400), (COUNTY, 403)])
def test_a_row_not_waiting_is_refused(client_of, row, own_ledger, login, status):
    before = len(open_ledger(own_ledger).entries())
    for batch, number in ((row["batch"], 999_999), ("20260101-nothing", row["row_id"])):
        given = {"ruling": "new", "reason": "试"}
        response = client_of(login).post(f"/intake/identity/{batch}/{number}/rule/", given)
        assert response.status_code == status and "等人认定的行里" in told(response)
    assert len(open_ledger(own_ledger).entries()) == before and waiting().height


def busy(ledger) -> bool:
    """别的线程此刻占不到台账的锁。"""
    found = []

    def look() -> None:
        try:
            with FileLock(ledger / ".lock", timeout=0):
                found.append(False)
        except Timeout:
            found.append(True)

    one = Thread(target=look)
    one.start()
    one.join()
    return found[0]


def test_the_ledgers_lock_is_taken_before_the_databases(client_of, row, own_ledger, monkeypatch):
    seen = []
    for module in (rulings, batches):
        real = module.act
        monkeypatch.setattr(module, "act", lambda *a, real=real, **g: (seen.append(busy(own_ledger)), real(*a, **g))[1])
    client_of("jingban").post(address(row), {"ruling": "new", "reason": "新办"})
    decision = last(own_ledger)["decision"]
    batches.withdraw_decision(_actor("jingban"), decision, "identity", "看错了")
    assert seen == [True, True] and not busy(own_ledger)


def _actor(login):
    from miaopu.access.models import Account
    from miaopu.access.queries import actor_of

    return actor_of(Account.objects.get(login=login), "测试")


def test_a_decision_of_another_kind_is_not_withdrawn_here(client_of, row, own_ledger):
    client_of("jingban").post(address(row), {"ruling": "new", "reason": "新办"})
    decision = last(own_ledger)["decision"]
    response = client_of("jingban").post(f"/intake/judgements/made/{decision}/undo/", {"reason": "试"})
    assert response.status_code == 400 and "主体裁定，不能在这里撤回" in told(response)
    assert last(own_ledger)["decision"] == decision


@pytest.fixture
def asked(own_ledger, actor):
    """一家一项的核定页与要填的。"""
    one = pending(actor("jingban")).drop_nulls("district").row(0, named=True)
    return f"/intake/judgements/{one['enterprise']}/{one['indicator']}/"


def filled(client, asked, **also):
    page = client.get(asked)
    given = {"value": "1", "reason": "专家组核查", "evidence": "纪要", "version": page.context["every"][0].standard}
    return {**given, "seen": page.context["seen"], **also}


def test_the_second_to_judge_is_told_and_may_then_judge_again(client_of, asked):
    first, second = client_of("jingban"), client_of("gly")
    early = filled(second, asked, value="0")
    assert first.post(asked + "judge/", filled(first, asked)).status_code == 302
    late = second.post(asked + "judge/", early)
    assert late.status_code == 400 and "核定了同一项（是）" in told(late) and "演示·市局经办已于" in told(late)
    assert second.post(asked + "judge/", filled(second, asked, value="0")).status_code == 302


def test_what_was_not_judged_leaves_no_attachment(client_of, asked, own_files, monkeypatch):
    client = client_of("jingban")
    stale = filled(client, asked)
    assert client.post(asked + "judge/", filled(client, asked)).status_code == 302
    for given in (stale, {**stale, "version": "没有", "seen": ""}, {**filled(client, asked), "until": "2020-01-01"}):
        response = client.post(asked + "judge/", {**given, "file": SimpleUploadedFile("纪要.pdf", b"%PDF")})
        assert response.status_code == 400
    assert not Evidence.objects.exists()
    assert not [one for one in own_files.rglob("*") if one.is_file()]


def test_the_todo_counts_the_open_conflicts_and_leads_to_them(actor, client_of, own_ledger):
    from miaopu.selection.intake.queries.conflicts import conflicts
    from miaopu.selection.intake.queries.todo import todo

    found = conflicts(actor("jingban"))
    waiting_ = found.filter(pl.col("stand") == "open").height
    one = next(each for each in todo(actor("jingban")) if "取数冲突" in each.title)
    assert waiting_ < found.height and one.count == waiting_
    assert client_of("jingban").get(one.url).context["page"].paginator.count == waiting_


def test_the_discarded_basis_is_not_shown_as_adopted(actor, client_of, own_ledger, monkeypatch):
    from miaopu.selection.intake.queries import conflicts as queries

    real = queries.conflicts
    monkeypatch.setattr(queries, "conflicts", lambda who: real(who).with_columns(kind=pl.lit("basis")))
    table = real(actor("jingban")).filter(pl.col("stand") == "ruled", pl.col("column").str.starts_with("revenue_t"))
    one = table.row(0, named=True)
    page = client_of("jingban").get(f"/intake/conflicts/{one['enterprise']}/{one['column']}/")
    shown = page.context["one"]
    assert not any(said.chosen for said in shown.values) and "现采用" not in told(page)
    taken = next(said for said in one["values"] if said["source"] == one["chosen"])
    assert shown.used and shown.used == queries.value_of(queries.city(), one["column"], taken["value"], taken["text"])
    assert shown.used in told(page)
