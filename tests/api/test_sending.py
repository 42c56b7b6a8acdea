"""送数的接口：与页面同一道门；重发不收两遍，别的部门的来源送不了。"""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from miaopu.api import sending
from miaopu.jobs.perform import perform
from miaopu.selection.intake.models import Upload
from miaopu.selection.screening.models import Firm

pytestmark = pytest.mark.django_db


def told(caller, rows, key="tax-2025-0001", source="tax"):
    body = {"table": "revenue", "title": "2025年企业营业收入", "rows": rows}
    headers = {"Idempotency-Key": key} if key else {}
    address = f"/api/v1/sources/{source}/rows"
    return caller.post(address, json.dumps(body), content_type="application/json", headers=headers)


@pytest.fixture
def rows(own_ledger):
    firm = Firm.objects.exclude(uscc=None).order_by("enterprise").first()
    return [{"统一社会信用代码": firm.uscc, "企业名称": firm.name, "营业收入（万元）": "1234.50"}]


def test_the_department_sees_its_tables_and_headings(caller, own_ledger):
    found = caller("shuiwu").get("/api/v1/sources").json()
    assert {one["source"] for one in found} == {"tax"}
    assert any("营业收入" in heading["heading"] for one in found for heading in one["headings"])


def test_rows_are_read_like_a_file_and_wait_for_a_person(caller, rows):
    reader = caller("shuiwu")
    sent = told(reader, rows).json()
    perform.call(sent["job"])
    seen = reader.get(f"/api/v1/uploads/{sent['number']}").json()
    assert (seen["state"], seen["source"], seen["rows"], seen["facts"]) == ("previewed", "tax", 1, 1), seen


def test_sent_again_it_is_not_taken_twice(caller, rows):
    reader = caller("shuiwu")
    first, again = told(reader, rows).json(), told(reader, rows).json()
    assert again["number"] == first["number"] and again["repeated"] and Upload.objects.count() == 1
    other = told(reader, [{**rows[0], "营业收入（万元）": "9"}])
    assert other.status_code == 409 and "换一个键" in other.json()["message"]


def test_without_a_key_nothing_is_taken(caller, rows):
    answer = told(caller("shuiwu"), rows, key="")
    assert answer.status_code == 400 and "Idempotency-Key" in answer.json()["message"] and not Upload.objects.exists()


def test_another_departments_source_is_not_there(caller, rows):
    assert told(caller("shuiwu"), rows, source="hrss").status_code == 404
    assert not Upload.objects.exists()


def test_a_file_can_be_sent_and_a_path_in_its_name_is_dropped(caller, own_ledger):
    given = SimpleUploadedFile("../../收入.csv", "2025年企业营业收入\n企业名称,营业收入（万元）\n".encode())
    headers = {"Idempotency-Key": "tax-file-0001"}
    sent = caller("shuiwu").post("/api/v1/sources/tax/files", {"file": given}, headers=headers).json()
    assert sent["name"] == "收入.csv" and sent["state"] == "reading"


def test_headings_without_bound_are_refused_before_a_table_is_made(caller, rows, monkeypatch):
    """每行一个新表头：写成表是行数的平方那么大，先就不收。"""
    monkeypatch.setattr(sending, "written", lambda *given: pytest.fail("不应写成表"))
    wide = [{f"表头{number}": 1} for number in range(5000)]
    answer = told(caller("shuiwu"), wide)
    assert answer.status_code == 422 and "表头合起来超过 200 种" in answer.json()["message"]
    answer = told(caller("shuiwu"), [{"长" * 101: 1}])
    assert answer.status_code == 422 and "有 101 个字" in answer.json()["message"]


def test_a_file_over_the_limit_is_refused_everywhere(caller, client_of, own_ledger, settings):
    settings.UPLOAD_LIMIT = 1 << 20
    big = b"1" * ((1 << 20) + 1)
    headers = {"Idempotency-Key": "tax-file-0002"}
    given = {"file": SimpleUploadedFile("大.csv", big)}
    answer = caller("shuiwu").post("/api/v1/sources/tax/files", given, headers=headers)
    assert answer.status_code == 413 and answer.json()["code"] == "too_large"
    for client, address in ((client_of("xitong"), "/accounts/import/"), (Client(), "/login/")):
        half = {name: SimpleUploadedFile(f"{name}.csv", big[: len(big) // 2 + 9]) for name in ("file", "more")}
        page = client.post(address, half)
        assert page.status_code == 413 and "文件超过 1 MB，没有收" in page.content.decode(), address


def test_text_over_the_limit_is_refused_in_chinese(caller, rows):
    answer = told(caller("shuiwu"), [{**rows[0], "备注": "长" * (5 << 20)}])
    assert answer.status_code == 413 and "太大" in answer.json()["message"]
