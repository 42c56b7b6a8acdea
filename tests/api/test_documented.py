"""docs/developers/api.md 里的每条例子都真的能办：curl 照写的发，“取数”各条照写的取，来源表里的来源都有。"""

import re
import shlex
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit

import pytest
from tests.access import arguments

from miaopu.selection.city import city

pytestmark = pytest.mark.django_db
PAGE = (Path(__file__).resolve().parents[2] / "docs" / "developers" / "api.md").read_text(encoding="utf-8")
REAL = {"q": "机械", "county": "371502", "limit": "2", "offset": "0", "tier": "LG"}
"""网址里空着的参数取的值；别的照空着发。"""


def curls() -> list[list[str]]:
    """代码块里的 curl 命令，一块一条，续行接起来。"""
    return [shlex.split(one.replace("\\\n", " ")) for one in re.findall(r"```bash\n(.*?)```", PAGE, re.S)]


def sent(client, words: list[str]):
    """照一条 curl 发：方法、头、正文、网址；令牌由 client 带。"""
    method, heads, body, address = "GET", {}, "", ""
    rest = iter(words[1:])
    for word in rest:
        if word == "-X":
            method = next(rest)
        elif word == "-H":
            name, _, value = next(rest).partition(": ")
            heads[name] = value
        elif word == "-d":
            body = next(rest)
        else:
            address = urlsplit(word).path
    assert heads.pop("Authorization") == "Bearer $TOKEN"
    return client.generic(method, address, body, heads.get("Content-Type", "application/json"), headers=heads)


def reads() -> list[tuple[str, str]]:
    """“取数”一节里写的各条：方法、路径与参数。"""
    text = PAGE.partition("## 取数")[2]
    return [(one[0] or "GET", one[1]) for one in re.findall(r"`(?:(GET|POST) )?(/[^`]+)`", text)]


def test_every_curl_runs_as_written(caller, own_ledger, settings, tmp_path):
    settings.FILES = tmp_path / "files"
    client, seen = caller("shuiwu"), []
    for words in curls():
        assert words[0] == "curl"
        answer = sent(client, words)
        assert answer.status_code == 200, (words, answer.content.decode())
        seen.append(answer.json())
    sources, upload = seen
    assert {one["source"] for one in sources} == {"tax"}
    told = client.get(f"/api/v1/uploads/{upload['number']}").json()
    assert (told["number"], told["source"], told["name"]) == (upload["number"], None, "2025年企业营业收入.csv")
    again = sent(client, curls()[-1]).json()
    assert again["repeated"] and again["number"] == upload["number"], "同一个键重发，不会收两遍"


def test_every_documented_read_answers_with_the_parameters_it_names(caller):
    client, found = caller("dongchangfu"), reads()
    assert len(found) >= 8
    schema = client.get("/api/v1/openapi.json").json()["paths"]
    named = {"企业号": arguments.firm().enterprise, "列名": "revenue_t1", "层级": "LG", "编号": str(arguments.job())}
    for method, written in found:
        path, _, query = written.partition("?")
        pattern = "/api/v1" + re.sub("|".join(named), "{}", path)
        told = next(one for key, one in schema.items() if re.sub(r"\{.*?\}", "{}", key) == pattern)[method.lower()]
        asked = dict(parse_qsl(query, keep_blank_values=True))
        assert asked.keys() <= {one["name"] for one in told.get("parameters", ())}, written
        given = urlencode({name: REAL[name] for name in asked if name in REAL})
        address = "/api/v1" + re.sub("|".join(named), lambda one: named[one[0]], path)
        if method == "GET":
            answer = client.get(f"{address}?{given}")
        else:
            answer = client.post(address, {"standard": "SRDI-2026", "facts": {}}, content_type="application/json")
        assert answer.status_code == 200 and answer.json(), (written, answer.content.decode())


def test_the_sources_it_lists_are_those_there_are():
    table = PAGE.partition("| 部门 | 来源 | 例 |")[2].partition("\n\n")[0]
    listed = {one for row in table.splitlines()[2:] for one in re.findall(r"`(\w+)`", row.split("|")[2])}
    assert listed == set(city().sources)
