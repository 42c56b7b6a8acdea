"""巡检：每个角色、没有登录的人、别的县区的人走遍每个网址和接口，不出程序错，看不到范围之外的企业。"""

import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest
import yaml
from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone
from tests.access.arguments import argument
from tests.access.county import DISTRICT, LOGINS, firm
from tests.access.nurtured import neighbours
from tests.access.places import Place, operations, pages

from miaopu.access.actor import NOBODY
from miaopu.api import tokens
from miaopu.api.models import Token
from miaopu.ledger.journal.chain import digest
from miaopu.selection.screening.models import Firm
from miaopu.selection.screening.queries import firms

pytestmark = pytest.mark.django_db
LET = yaml.safe_load((Path(__file__).parent / "let.yaml").read_text(encoding="utf-8"))
"""复核过的表：方法与网址名 → 哪些演示账号进得去（没有被拒绝，也不是没有这样东西）。"""
UNSHOWN = {
    "GET demands:contract": "走的那次对接没有合同文件",
    "GET demands:edit": "草稿只有那家企业与它的专员改，走的是别家的",
    "GET followup:returned": "走的那次交回没有留工作簿",
    "GET identity": "没有设统一身份",
    "GET identity-back": "没有设统一身份",
    "GET jobs:file": "走的那件作业没有结果文件",
    "GET tasks:evidence": "走的那条进展没有附件",
    "api:api-root": "接口没有首页",
}
"""谁也进不去的网址：没有这样的文件可给；别的进不去，是参数没有取对，等于没有走。"""
GIVEN = {
    "account-form": "空的导入模板",
    "intake:template": "空的填报模板",
    "rules:workbook": "标准的条款，没有企业",
}
"""看（GET）就给文件的：没有企业的模板与公开的条款，网址名 → 是什么；别的导出都是交（POST），记在操作日志里。"""
KEPT = {
    "followup:attachment",
    "demands:contract",
    "tasks:evidence",
    "intake:evidence",
    "jobs:file",
    "followup:returned",
}
"""一件事自己的附件、作业与交回的结果文件：打开原件，不是把清单导出去。"""
COOKIE = settings.SESSION_COOKIE_NAME
INLINE = re.compile(
    r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>|<style[\s>]|\s(?:style|on[a-z]+)=[\"']", re.I
)


def places(client) -> list[Place]:
    neighbours()
    found = pages()
    for one in [place for place in found if place.view.endswith(":openapi-json") and place.method == "GET"]:
        found += operations(client.get(one.address).json())
    return found


def visit(client, place: Place, token: str = ""):
    """去一处；写下的全部退回，会话照旧。接口带令牌（有的话）。"""
    client.raise_request_exception = False
    key = client.cookies.get(COOKIE)
    with transaction.atomic():
        bearer = {"Authorization": f"Bearer {token}"} if token else {}
        form = ("{}", "application/json") if place.api else ("", "application/x-www-form-urlencoded")
        response = client.generic(place.method, place.address, *form, headers=bearer if place.api else None)
        text = words(response)
        transaction.set_rollback(True)
    if key is not None:
        client.cookies[COOKIE] = key.value
    return response, text


def words(response) -> str:
    """响应里的文字；工作簿也拆开看。"""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    if content[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(content)) as book:
            return "".join(book.read(name).decode(errors="replace") for name in book.namelist() if "xml" in name)
    return content.decode(errors="replace")


class Unseen:
    """一个人范围之外的企业：名称与信用代码。"""

    def __init__(self, actor) -> None:
        rows = Firm.objects.values_list("enterprise", "name", "uscc")
        seen = set(firms(actor).values_list("enterprise", flat=True)) if actor.may("firm.view") else set()
        known = "|".join(name for number, name, _ in rows if number in seen)
        self.names = sorted({name for number, name, _ in rows if number not in seen and name not in known})
        self.codes = {code for number, _, code in rows if number not in seen and code}

    def within(self, text: str) -> list[str]:
        found = pl.Series([text]).str.extract_many(pl.Series([self.names], dtype=pl.List(pl.String)))[0].to_list()
        return sorted({*found}) + sorted(set(re.findall(r"[0-9A-Z]{18}", text)) & self.codes)


def wrong(place: Place, response, text: str, unseen: Unseen) -> list[str]:
    """一处的毛病。"""
    where, found = f"{place.method} {place.address}（{place.view}）", []
    if response.status_code >= 500:
        found.append(f"{where} 程序出错 {response.status_code}")
    handed = place.method == "GET" and "attachment" in response.headers.get("Content-Disposition", "")
    if handed and place.view not in {*GIVEN, *KEPT}:
        found.append(f"{where} 一看就给文件；导出应是交（POST）并记一行")
    if leaked := unseen.within(text):
        found.append(f"{where} 露出了范围之外的企业：{leaked[:3]}")
    if response.headers.get("Content-Type", "").startswith("text/html"):
        policy = response.headers.get("Content-Security-Policy", "")
        if "default-src 'self'" not in policy or "unsafe" in policy:
            found.append(f"{where} 的内容安全策略不严：{policy or '没有'}")
        if re.search(r"<h1[^>]*>\s*</h1>", text):
            found.append(f"{where} 的大标题是空的")
        if inline := INLINE.search(text):
            found.append(f"{where} 有行内脚本或样式：{inline[0]}")
    return found


def token_of(actor) -> str:
    """一个能做他能做的全部的令牌；自己发不了的由测试代发，看的是范围。"""
    secret, until = f"mp_walk_{actor.login}", timezone.localdate() + timedelta(days=1)
    told = {"scopes": " ".join(sorted(tokens.GIVEN & actor.operations)), "quota": 2000, "until": until}
    Token.objects.create(account_id=actor.account, name="巡检", hint="mp_", digest=digest(secret.encode()), **told)
    return secret


@pytest.mark.parametrize("login", LOGINS)
def test_every_role_walks_everywhere_and_sees_only_its_own(login, client_of, actor):
    """看不到范围之外的，也只进得去表里写明的：少一道把关，表就对不上。"""
    client = client_of(login)
    unseen, token, found, let = Unseen(actor(login)), token_of(actor(login)), [], set()
    for place in places(client):
        response, text = visit(client, place, token)
        found += wrong(place, response, text, unseen)
        if response.status_code not in (401, 403, 404, 405):
            let.add(f"{place.method} {place.view}" if not place.api else place.view)
    assert not found, "\n".join(found)
    wanted = {one for one, logins in LET.items() if logins == "全部" or login in logins.split()}
    more, fewer = sorted(let - wanted), sorted(wanted - let)
    assert not more and not fewer, (
        f"{login} 与 let.yaml 不符：多进了 {more}，进不去 {fewer}；权限真该这样的，改表并请人复核"
    )


def test_every_address_is_really_reached_by_someone(client_of):
    """表里一个账号也没有的，只能是只收 POST 的，或写明缘由的。"""
    client, unseen = client_of("gly"), set()
    for place in [one for one in places(client) if one.method == "GET"]:
        name = place.view if place.api else f"GET {place.view}"
        if name not in LET and visit(client, place)[0].status_code != 405:
            unseen.add(name)
    assert unseen == set(UNSHOWN), (
        f"没有人走到 {sorted(unseen - set(UNSHOWN))}：请在 tests/access/arguments.py 取真的值"
    )


def test_nobody_is_asked_to_sign_in_everywhere():
    client, unseen, found = Client(), Unseen(NOBODY), []
    for place in places(client):
        response, text = visit(client, place)
        found += wrong(place, response, text, unseen)
        asked = response.status_code == 401 or response.headers.get("Location", "").startswith("/login/")
        asked = asked or (place.api and response.status_code == 405)  # 接口没有这个方法，认人之前就答了
        if not asked and not place.public:
            found.append(f"{place.method} {place.address}（{place.view}）没有请人登录：{response.status_code}")
    assert not found, "\n".join(found)


def test_the_walk_notices_a_firm_of_another_district(actor):
    """巡检自己有眼睛：本区的看得见不算，别区的名称、代码、工作簿里的都算。"""
    unseen, own = Unseen(actor("chiping")), Firm.objects.filter(district="371503").first()
    other = firm()
    assert other.district == DISTRICT and not unseen.within(f"<td>{own.name}</td>{own.uscc}")
    assert unseen.within(f"<td>{other.name}</td>") == [other.name]
    assert unseen.within(f"代码{other.uscc}。") == [other.uscc]


def test_the_walk_reaches_real_pages(client_of):
    seen = words(client_of("dongchangfu").get("/firms/"))
    assert any(name in seen for name in Firm.objects.filter(district=DISTRICT).values_list("name", flat=True))


def test_an_unknown_argument_says_what_to_do():
    with pytest.raises(AssertionError, match=r"参数“mystery”没有巡检用的值；请在 tests/access/arguments.py 里加一行"):
        argument("some-page", "mystery")
