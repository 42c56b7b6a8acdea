"""每张能导出的清单，导出的与页面上的逐格相同：不筛的、筛过的都比；新的清单自己会找到。"""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import lxml.html
import pytest
from django.http import HttpResponse
from tests.access.nurtured import neighbours
from tests.access.places import pages
from tests.web.exported import Table, agrees, differences, shared, sheets, tables
from tests.web.hostile import alert, body, forms

pytestmark = pytest.mark.django_db
PEOPLE = ("gly", "xitong", "shenji")
MOST = 2
"""至多翻几页；再多的只比这几页上的行。"""
CARDS = {
    "firm": "一户档案是一家的各块，不是一张清单；由 test_firm 看",
    "followup:mine": "卡片，不是表；由 nurture/followup/test_home 看",
    "intake:identities": "一行一张卡片，候选并排，不是表；由 intake/test_identity 看",
    "screening:goals": "各目标一块一块的，不是一张清单；由 screening/test_charts 看",
}
"""页面不是一张表的：网址名 → 为什么，别处怎样看。"""
GROWING = {"log"}
"""看着就在长的：只比这一页上的行。"""
TOLD = {"tasks:plan": "目标与完成"}
"""页面写得更细的一列：页面另写进度线。"""
LEAST = 20
EXPORTS = ("export",)
"""网址名里有这个字的是导出。"""


@dataclass(frozen=True)
class Exported:
    """一页与它的导出：页面上的表、工作簿里最像它的一张、是不是全部的行。"""

    page: Table
    book: Table
    whole: bool


def exports(client, address: str, content: bytes) -> list[Any]:
    """这一页上的导出的答复：表单照页面填好的交；导出没有链接，点不走、记得下。"""
    assert not lxml.html.fromstring(content).xpath("//a/@href[contains(., 'export')]"), f"{address} 的导出是链接"
    return [
        client.post(one.address, one.filled())
        for one in forms(address, content)
        if any(word in one.view for word in EXPORTS)
    ]


def listed(client, address: str, table: Table) -> tuple[Table, bool]:
    """同一张表翻到底（至多 MOST 页）。"""
    rows, parts = list(table.rows), urlsplit(address)
    for number in range(2, MOST + 2):
        query = urlencode([*[one for one in parse_qsl(parts.query) if one[0] != "page"], ("page", number)])
        again = next(
            (one for one in tables(body(client.get(f"{parts.path}?{query}"))) if one.heads == table.heads), None
        )
        if again is None or not {*again.rows} - {*rows}:
            return Table(table.heads, tuple(rows)), True
        if number > MOST:
            break
        rows += again.rows
    return Table(table.heads, tuple(rows)), False


def paired(client, address: str, content: bytes, made: bytes, growing: bool) -> Exported | None:
    """一份导出配上页面上最像的一张表，没有可配的为 None；看着就在长的不往下翻。"""
    pairs = [(len(shared(one, book)), one, book) for one in tables(content) for book in sheets(made)]
    if not pairs:
        return None
    _, table, book = max(pairs, key=lambda one: one[0])
    page, whole = (table, False) if growing else listed(client, address, table)
    return Exported(page, book, whole)


def apart(content: bytes, made: bytes) -> list[str]:
    """没有配上的：页面没有表、导出一行也没有才是一样空；只有序号与一句话的是填写说明。"""
    filled = any(sum(map(bool, row)) > 2 for one in sheets(made) for row in one.rows)
    return ["没有可比的表"] if filled or any(tables(content)) else []


def faults(client, view: str, address: str, content: bytes) -> list[str] | None:
    """一页的各份导出与页面的差别；没有导出的页面为 None。"""
    answers, wrong = exports(client, address, content) if content else [], []
    for answer in answers:
        if answer.status_code != 200 or body(answer)[:2] != b"PK":
            wrong.append(f"导出没有办成：{answer.status_code} {alert(body(answer))}")
        elif view not in CARDS:
            one = paired(client, address, content, body(answer), view in GROWING)
            wrong += (
                differences(one.page, one.book, one.whole, TOLD.get(view, "")) if one else apart(content, body(answer))
            )
    return wrong if answers else None


def shown(client, address: str) -> bytes:
    """一页；不是页面、没有导出的给空。"""
    response = client.get(address)
    content = body(response) if response.status_code == 200 else b""
    return content if b"export" in content and content[:2] != b"PK" else b""


def narrowed(address: str, content: bytes) -> str:
    """筛一筛：页上筛选的第一个下拉取第一个没有选的；没有下拉的不筛。"""
    for one in lxml.html.fromstring(content).xpath("//form[not(@method) or @method='get']//select[@name]"):
        values = [each.get("value") for each in one.xpath(".//option[not(@selected)]") if each.get("value")]
        if values:
            return f"{address}?{urlencode({one.get('name'): values[0]})}"
    return ""


@pytest.mark.usefixtures("own_ledger")
def test_every_export_is_what_its_list_shows(client_of, settings, tmp_path):
    settings.FILES = tmp_path / "files"
    neighbours()
    wrong, compared = [], set()
    for login in PEOPLE:
        client = client_of(login)
        for place in [one for one in pages() if one.method == "GET" and not one.api]:
            if place.view in compared:
                continue
            content = shown(client, place.address)
            narrow = narrowed(place.address, content) if content else ""
            for address, held in ((place.address, content), (narrow, shown(client, narrow) if narrow else b"")):
                found = faults(client, place.view, address, held)
                if found is not None:
                    compared.add(place.view)
                    wrong += [f"{login} {address} {told}" for told in found]
    assert not wrong, "\n".join(wrong)
    assert len(compared) >= LEAST and compared >= set(CARDS), sorted(compared)


@pytest.mark.parametrize(
    ("seen", "cell", "same"),
    [
        ("12", "2", False), ("2", "12", False), ("满足", "不满足", False), ("2026-03-02", "2026", False), ("2", "", False),
        ("12", "12", True), ("满足", "满足", True), ("—", "", True), ("甲公司|91370000", "甲公司", True),
        ("甲公司|已出库", "甲公司；已出库；环保处罚", True), ("甲公司|91370000", "乙公司", False),
    ],
)  # fmt: skip
def test_single_values_are_the_same_only_when_equal(seen, cell, same):
    assert agrees(seen, cell) is same


def test_an_export_that_fails_or_has_no_table_is_told(client_of, monkeypatch):
    form = b'<form method="post" action="/registers/patents/report/"><button>x</button></form>'
    page = b"<table><thead><tr><th>x</th></tr></thead></table>" + form
    monkeypatch.setattr("tests.web.test_exported.EXPORTS", ("report",))
    assert faults(client_of("gly"), "x", "/", page)[0].startswith("导出没有办成：400")
    with pytest.raises(AssertionError, match="是链接"):
        faults(client_of("gly"), "x", "/", b'<a href="/export/none/">x</a>')
    monkeypatch.setattr("tests.web.test_exported.exports", lambda *_: [HttpResponse(b"PK")])
    monkeypatch.setattr("tests.web.test_exported.sheets", lambda _: [])
    assert faults(client_of("gly"), "x", "/", page) == ["没有可比的表"]


def test_a_cell_that_differs_is_told():
    page = Table(("企业", "县区"), (("甲公司", "东昌府区"), ("乙公司", "不详")))
    book = Table(("序号", "企业名称", "县区"), (("1", "甲公司", "茌平区"), ("2", "乙公司", "")))
    assert differences(page, book, True) == ["导出里没有页面上的一行；最像的差在 ['县区：页面“东昌府区”导出“茌平区”']"]
    assert differences(page, Table(book.heads, book.rows[1:]), True)[0] == "页面 2 行，导出 1 行"
