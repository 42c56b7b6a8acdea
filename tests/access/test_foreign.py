"""别的县区、别的部门、别的企业的人：东昌府区的每一件，空着交、乱填着交、照填好的样子交，一概先说没有，什么也没有变。"""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from django.apps import apps
from django.db import transaction
from django.urls import resolve, reverse
from tests.access.nurtured import neighbours
from tests.access.places import Place, operations, pages
from tests.access.test_walk import token_of, visit
from tests.web.hostile import Form, body, forms

from miaopu.ledger.journal import open_ledger
from miaopu.selection.city import city

pytestmark = pytest.mark.django_db
OWN = ("dongchangfu", "gly", "jingban", "zhuanyuan", "qiye", "zhuanjia")
"""看得到东昌府区的人：他们页面上的表单都收集来。"""
FOREIGN = "chiping"
WORDS = "巡检"
OPEN = {
    "rules:try": "试算，什么也不存，人人能用",
    "selfcheck-tier": "公众自测，什么也不存",
}
"""谁交都给办的：网址名 → 为什么。"""
UNSEEN = {
    "access.logentry",
    "access.loghead",
    "access.visit",
    "screening.firm",
    "screening.listing",
    "screening.firmcolumns",
}
"""日志照记、会话照记；读表只由评估整体换新。"""
LEAST, BOUND = 30, 60
"""至少走到几张表单、几处只收 POST 的网址。"""
STRANGERS = ("chiping", "zhuanyuan", "zhuanjia", "qiye", "shuiwu")
"""别的县区、不是他负责的、别的企业、别的部门：没有一个看得到东昌府区的那一家。"""
OTHERS = {
    "screening:export": "网址里是哪一张清单，不是谁家的；导出的只有他自己看得到的",
    "followup:list-export": "同上",
    "intake:source-export": "网址里是哪个来源，不是谁家的；批次只有他自己看得到的",
    "followup:ledger-export": "同上",
    "followup:ledger-back": "网址里是哪一本台账，不是谁家的",
    "registers:new": "网址里是哪一本登记，不是谁家的；企业填在表里，范围之外的不收",
    "registers:export": "同上；导出的只有他自己看得到的",
    "registers:report": "同上",
    "registers:import": "同上",
    "registers:missing-export": "同上",
    "tasks:export": "方案的台账人人看得到，县区的责任期只有本县区的",
    "rules:effect-export": "提案是全市的，县区看得到；名单只有本县区的",
    "specialists:event-export": "一场活动请了几个县区的企业，导出的只有他看得到的企业",
    "library:draft_export": "草案是全市的，县区导出的只有本县区的企业",
}
"""网址里的参数不指着谁家的：网址名 → 为什么。"""
SEEN_BY_EXPERTS = {"demands:match", "demands:match-step"}
"""审核通过的需求，专家都看得到，也能推荐成果。"""
FIELDS = sorted(
    {
        name
        for path in (Path(__file__).parents[2] / "src").rglob("templates/**/*.html")
        for name in re.findall(r'name="([a-z_]+)"', path.read_text(encoding="utf-8"))
    }
)
GARBAGE = dict.fromkeys(FIELDS, "乱\x00填")
"""各页表单用到的每个字段都填不成样子的。"""


def found_forms(client_of) -> Iterator[Form]:
    """指着一个县区、一家企业、一件事的表单；同样的只要一张。"""
    seen, places = set(), [one for one in pages() if one.method == "GET" and not one.api]
    for login in OWN:
        client = client_of(login)
        client.raise_request_exception = False
        for place in places:
            response = client.get(place.address)
            if response.status_code != 200 or not response.headers["Content-Type"].startswith("text/html"):
                continue
            for form in forms(place.address, body(response)):
                bound = form.method == "POST" and resolve(form.address.partition("?")[0]).kwargs
                if bound and (form.address, form.key) not in seen:
                    seen.add((form.address, form.key))
                    yield form


def contents() -> dict[str, list[tuple[object, ...]]]:
    """案件库各表的行，与台账几行。"""
    every = [one for one in apps.get_models() if one.__module__.startswith("miaopu.")]
    told = {one._meta.label_lower: one for one in every if one._meta.label_lower not in UNSEEN}
    found = {label: sorted(one.objects.values_list(), key=repr) for label, one in told.items()}
    return found | {"台账": [(len(open_ledger(city().ledger.root).entries()),)]}


def test_every_form_of_another_district_is_refused_and_changes_nothing(client_of, own_ledger, settings, tmp_path):
    settings.FILES = tmp_path / "files"
    every = list(found_forms(client_of))
    assert len({one.view for one in every}) >= LEAST, sorted({one.view for one in every})
    client, before, wrong = client_of(FOREIGN), contents(), []
    client.raise_request_exception = False
    for form in every:
        if form.view in OPEN or form.view in OTHERS:
            continue
        data = form.filled({f"{form.view}/{name}": WORDS for name, _ in form.texts if name not in form.numbers})
        response = client.post(form.address, data)
        if response.status_code not in (403, 404):
            wrong.append(f"{form.view} {form.address}：{response.status_code}")
    after = contents()
    wrong += [f"{label} 变了" for label in before if before[label] != after[label]]
    assert not wrong, "\n".join(wrong)


def bound(client, schema: str) -> list[Place]:
    """网址里指着一件东西的 POST：页面与接口的都在。"""
    neighbours()
    every = [one for one in pages() if not one.api] + operations(client.get(schema).json())
    return [
        one
        for one in every
        if one.method not in ("GET", "HEAD") and resolve(one.address.partition("?")[0]).kwargs and not one.public
    ]


def elsewhere(place: Place) -> str:
    """同样的网址，指着没有的一件。"""
    found = resolve(place.address)
    none = {
        name: 987_654 if isinstance(value, int) else "91371500NOTHING000" if name == "enterprise" else value
        for name, value in found.kwargs.items()
    }
    return reverse(found.view_name, kwargs=none)


def answers(client, place: Place, token: str) -> list[int]:
    """空着交、乱填着交，各得什么。"""
    if place.api:
        return [visit(client, place, token)[0].status_code]
    found = []
    for given in ({}, GARBAGE):
        with transaction.atomic():
            found.append(client.post(place.address, given).status_code)
            transaction.set_rollback(True)
    return found


@pytest.mark.parametrize("login", STRANGERS)
def test_what_is_not_ones_own_is_refused_before_the_form_is_read(login, client_of, actor):
    """看得到的（GET 给 200）不算别人的；别的先说没有，不说填得对不对，与真没有的一个样。"""
    client, token, wrong, seen = client_of(login), token_of(actor(login)), [], 0
    client.raise_request_exception = False
    for place in bound(client, reverse("api:openapi-json")):
        if place.view in OTHERS or (login == "zhuanjia" and place.view in SEEN_BY_EXPERTS):
            continue
        if not place.api and client.get(place.address).status_code == 200:
            continue
        seen += 1
        if login == "shuiwu":
            place = replace(place, address=place.address.replace("/sources/tax/", "/sources/hrss/"))
        told = answers(client, place, token)
        none = told if place.api else answers(client, replace(place, address=elsewhere(place)), token)
        if not {*told} <= {403, 404, 405} or told != none:
            wrong.append(f"{login} {place.method} {place.view} {place.address}：{told}，没有的一件 {none}")
    assert seen >= BOUND, seen
    assert not wrong, "\n".join(wrong)
