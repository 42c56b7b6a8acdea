"""须人工核定：清单与判定一致，核定要结论、理由、佐证与标准，附件取得回，撤回，将到期的有提示。"""

from datetime import date

import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.selection.intake.desk import told

from miaopu.ledger.decision import decisions
from miaopu.ledger.journal import active, open_ledger
from miaopu.selection.intake.models import Evidence
from miaopu.selection.intake.queries.judgements import pending
from miaopu.selection.screening.models import Listing

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)
GOOD = {"value": "1", "until": "2027-12-31", "reason": "专家组核查", "evidence": "评审纪要3号"}


@pytest.fixture
def row(own_ledger, actor):
    """清单里的一行。"""
    return pending(actor("jingban")).drop_nulls("district").row(0, named=True)


def page(row) -> str:
    return f"/intake/judgements/{row['enterprise']}/{row['indicator']}/"


def version(client, row) -> str:
    return client.get(page(row)).context["every"][0].standard


def made(ledger) -> pl.DataFrame:
    return decisions(active(open_ledger(ledger), DAY)).filter(pl.col("kind") == "judgement")


def test_the_list_agrees_with_the_round(actor, own_ledger):
    table = pending(actor("jingban"))
    listed = set(Listing.objects.filter(manual__gt=0).values_list("tier", "enterprise"))
    assert set(table.select("tier", "enterprise").iter_rows()) == listed
    told_titles = dict(Listing.objects.filter(manual__gt=0).values_list("enterprise", "manual_titles"))
    assert all(told_titles[one] for one in table["enterprise"])


def test_a_list_and_its_book_ask_no_more_for_more_rows(client_of, actor, own_ledger, django_assert_max_num_queries):
    assert pending(actor("jingban")).height > 10
    desk = client_of("jingban")
    for fetch, most in (
        (lambda: desk.get("/intake/judgements/"), 10),
        (lambda: desk.post("/intake/judgements/export/"), 18),
    ):
        fetch()
        with django_assert_max_num_queries(most):
            assert fetch().status_code == 200


def test_a_judgement_is_posted_with_its_attachment(client_of, row, own_ledger):
    client = client_of("jingban")
    given = {**GOOD, "version": version(client, row), "file": SimpleUploadedFile("../纪要.pdf", b"%PDF-1 minutes")}
    assert client.post(page(row) + "judge/", given).status_code == 302
    entry = made(own_ledger).row(-1, named=True)
    assert (entry["enterprise"], entry["indicator"], entry["value"], str(entry["until"])) == (
        row["enterprise"],
        row["indicator"],
        1,
        "2027-12-31",
    )
    assert "评审纪要3号；附件《纪要.pdf》（sha256 " in entry["evidence"]
    kept = Evidence.objects.get(decision=entry["decision"])
    response = client.get(f"/intake/judgements/evidence/{kept.pk}/")
    assert b"".join(response.streaming_content) == b"%PDF-1 minutes"
    assert "纪要.pdf" in told(client.get(f"/intake/judgements/made/?q={row['enterprise']}"))
    assert client.get(f"/intake/judgements/?q={row['enterprise']}&indicator={row['indicator']}").context["rows"] == []


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"value": ""}, "没有选结论"),
        ({"evidence": ""}, "没有佐证"),
        ({"reason": ""}, "没有写理由"),
        ({"until": "明年"}, "有效期“明年”看不懂"),
        ({"until": "2020-01-01"}, "有效期 2020-01-01 已经过了"),
        ({"version": "没有这份"}, "没有选为哪份标准核定"),
    ],
)
def test_what_is_missing_is_said_and_nothing_is_posted(client_of, row, own_ledger, wrong, sentence):
    client, count = client_of("jingban"), made(own_ledger).height
    response = client.post(page(row) + "judge/", {**GOOD, "version": version(client, row), **wrong})
    assert response.status_code == 400 and sentence in told(response)
    assert made(own_ledger).height == count and not Evidence.objects.exists()


def test_a_judgement_is_withdrawn_with_a_reason(client_of, row, own_ledger):
    client = client_of("jingban")
    client.post(page(row) + "judge/", {**GOOD, "version": version(client, row)})
    id, count = made(own_ledger).row(-1, named=True)["decision"], made(own_ledger).height
    assert client.post(f"/intake/judgements/made/{id}/undo/", {"reason": ""}).status_code == 400
    client.post(f"/intake/judgements/made/{id}/undo/", {"reason": "专家更正"})
    assert made(own_ledger).height == count - 1


def test_expired_judgements_are_warned(client_of, own_ledger):
    text = told(client_of("jingban").get("/intake/judgements/made/?expiry=expired"))
    assert "已过期 6 条，不再算数" in text


def test_a_county_reads_its_own_and_cannot_judge(client_of, row, own_ledger, actor):
    county = client_of("dongchangfu")
    seen = pending(actor("dongchangfu"))
    assert set(seen["district"]) <= {"371502"}
    other = pending(actor("jingban")).filter(pl.col("district") != "371502").row(0, named=True)
    assert county.get(page(other)).status_code == 403
    assert county.post(page(other) + "judge/", {**GOOD, "version": "LG-2026"}).status_code == 403
