"""别的县区的人交真的表单：东昌府区各处页面上找得到的每一张，照填好的样子由茌平区主管交去，一概不办，什么也没有变。"""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.urls import resolve
from tests.access.places import pages
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
    "screening:export": "导出的只有他自己看得到的企业，内容由 test_walk 看",
    "followup:list-export": "导出的只有他自己看得到的企业，内容由 test_walk 看",
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
LEAST = 30


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
        if form.view in OPEN:
            continue
        data = form.filled({f"{form.view}/{name}": WORDS for name, _ in form.texts if name not in form.numbers})
        response = client.post(form.address, data)
        if response.status_code not in (400, 403, 404, 409, 422):
            wrong.append(f"{form.view} {form.address}：{response.status_code}")
    after = contents()
    wrong += [f"{label} 变了" for label in before if before[label] != after[label]]
    assert not wrong, "\n".join(wrong)
