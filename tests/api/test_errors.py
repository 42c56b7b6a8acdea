"""接口的错：哪一处出的都是同一个样子的中文；成批取走的都留一行日志。"""

import json

import pytest
from django.test import Client

from miaopu.access.models import Account, LogEntry
from miaopu.access.signin import passwords
from miaopu.api import judging, reading
from miaopu.api.v1 import api

pytestmark = pytest.mark.django_db


def problem(answer, status, code):
    assert answer.status_code == status and answer["Content-Type"].startswith("application/json"), answer.content
    told = json.loads(answer.content)
    assert set(told) == {"code", "message", "details"} and told["code"] == code, told
    assert any("\u4e00" <= char <= "\u9fff" for char in told["message"]), told
    return told


def test_a_method_it_does_not_take(caller):
    answer = caller("gly", "firm.view").delete("/api/v1/firms")
    assert "DELETE" in problem(answer, 405, "method_not_allowed")["message"] and "GET" in answer["Allow"]


@pytest.mark.parametrize("address", ["/api/v1/nowhere", "/api/v1/firms/x/nowhere"])
def test_an_address_that_is_not_there(caller, address):
    problem(caller("gly", "firm.view").get(address), 404, "not_found")


def test_too_much_text(caller):
    body = json.dumps({"standard": "x", "facts": {"说明": "字" * (2 << 20)}})
    answer = caller("gly", "rule.view").post("/api/v1/judge", body, content_type="application/json")
    assert "5 MB" in problem(answer, 413, "too_large")["message"]


def test_a_body_that_is_not_json(caller):
    answer = caller("gly", "rule.view").post("/api/v1/judge", "{", content_type="application/json")
    problem(answer, 400, "bad_request")


def test_a_fault_of_the_program_shows_nothing_of_it(caller, monkeypatch):
    def broken(*_):
        raise KeyError("秘密")

    monkeypatch.setattr(judging, "judged", broken)
    reader = caller("gly", "rule.view")
    reader.raise_request_exception = False
    answer = reader.post("/api/v1/judge", {"standard": "x", "facts": {}}, content_type="application/json")
    problem(answer, 500, "error")
    assert "秘密" not in answer.content.decode()


def test_a_local_file_written_wrong_is_named_to_those_inside_and_not_to_the_public(caller, settings, tmp_path):
    settings.LOCAL_CATALOG = tmp_path
    (tmp_path / "standards" / "x").mkdir(parents=True)
    (tmp_path / "standards" / "x" / "2030.yaml").write_text("code: [", encoding="utf-8")
    told = problem(caller("gly", "rule.view").get("/api/v1/standards"), 500, "error")["message"]
    assert "目录里有写错的文件" in told and "2030.yaml 第 1 行" in told
    page = Client().get("/")
    assert page.status_code == 500 and "目录里有写错的文件" in page.content.decode()
    assert "2030.yaml" not in page.content.decode() and str(tmp_path) not in page.content.decode()


def test_a_login_not_finished(settings):
    account = Account.objects.create_user("halfway", "x", name="没改密码的")
    passwords.put(account, "Miaopu@2026x", must_change=True)
    client = Client()
    client.force_login(account, "miaopu.access.signin.backends.AccountBackend")
    assert "登录还没有办完" in problem(client.get("/api/v1/firms"), 403, "denied")["message"]


def test_what_is_wrong_with_a_field_is_in_chinese(caller):
    answer = caller("gly", "rule.view").post(
        "/api/v1/judge", {"standard": 7, "facts": []}, content_type="application/json"
    )
    details = problem(answer, 422, "invalid")["details"]
    assert details and all(any(char >= "\u4e00" for char in one["expected"]) for one in details), details


@pytest.mark.parametrize("address", ["/firms", "/library", "/lists/LG", "/standards", "/round", "/sources"])
def test_a_mistyped_filter_is_refused_and_never_gives_the_whole_list(caller, address):
    usable = {
        one["name"]
        for one in schema()["paths"][f"/api/v1{address.replace('/LG', '/{tier}')}"]["get"].get("parameters", ())
        if one["in"] == "query"
    }
    told = problem(caller("gly").get(f"/api/v1{address}?contry=371502"), 422, "invalid")
    assert "“contry”" in told["message"] and "items" not in told
    assert told["details"][0]["field"] == "query.contry"
    assert all(one in told["details"][0]["expected"] for one in usable)
    assert usable or "不收网址里的参数" in told["message"]
    assert caller("gly").get(f"/api/v1{address}").status_code == 200


def test_what_is_written_takes_no_unknown_parameter_either(caller):
    facts = {"standard": "LG-2026", "facts": {}}
    answer = caller("gly", "rule.view").post("/api/v1/judge?on=2026-11-20", facts, content_type="application/json")
    assert "“on”" in problem(answer, 422, "invalid")["message"]


def schema():
    return api.get_openapi_schema()


@pytest.mark.parametrize(
    ("address", "operation"),
    [("/api/v1/firms?limit=3&q=机械", "firm.view"), ("/api/v1/library?limit=3", "library.view")],
)
def test_taking_many_leaves_a_line(caller, address, operation):
    answer = caller("gly", operation).get(address)
    assert answer.status_code == 200
    entry = LogEntry.objects.latest("seq")
    told = json.loads(entry.after)
    assert (entry.operation, entry.kind, entry.login) == (operation, "token", "gly")
    assert told["行数"] == len(answer.json()["items"]) and told["条件"]["limit"] == 3


def test_a_list_taken_leaves_a_line(caller):
    tier = next(iter(reading.kept(reading.current()).lists))
    assert caller("gly", "screening.view").get(f"/api/v1/lists/{tier}?limit=2").status_code == 200
    assert LogEntry.objects.latest("seq").target == f"接口取名单 {tier}"
