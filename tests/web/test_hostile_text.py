"""敌意文字走一遍：页面上找得到的每张表单、每个能写字的字段都填上标签、引号、模板、算式，企业名也是；页面与导出都不上当。

新的表单、新的导出自己会找到；交不上的要在 REFUSED 里说明为什么，要真的值的字段写进 REAL。
"""

import io
from operator import ge
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from django.conf import settings as live
from django.db import transaction
from django.http import FileResponse
from tests.access import arguments, county, nurtured
from tests.access.places import Place, pages
from tests.web.hostile import HOSTILE, ODD, Form, alert, body, boxes, forms, formulas, sheet_formulas, troubles

from miaopu.access.actor import system
from miaopu.jobs.models import Job
from miaopu.jobs.perform import perform
from miaopu.selection.city import city, today
from miaopu.selection.screening.models import Firm, Round
from miaopu.selection.screening.queries import firms
from miaopu.selection.screening.refresh import prepared, swap

PEOPLE = ("gly", "jingban", "dongchangfu", "shuiwu", "xitong", "anquan", "shenji")
THEIRS = ("zhuanyuan", "zhuanjia", "qiye")
"""只看得到几家的：各处的参数都换成他们看得到的那一家。"""
LEAVE = {"logout", "second", "second-unbind", "password", "login", "identity", "visit-end"}
"""交了就换人、离站的，与只收口令的：不交；登录框另由 tests/access 看。"""
REAL = {
    "account-add/login": "walk.one",
    "account-add/phone": "13900000000",
    "account/phone": "13900000000",
    "account/subject": "",
    **{
        f"demands:{view}/{name}": value
        for view in ("new", "edit")
        for name, value in (("budget", "120.5"), ("phone", "13900000000"))
    },
    "registers:new/enterprise": lambda: county.firm().enterprise,
    **{
        f"registers:{view}/{name}": value
        for view in ("new", "edit", "step")
        for name, value in (("year", "2026"), ("amount", "1.5"), ("deductible", "1"))
    },
    "rules:propose/release": "2026-hostile",
    "rules:propose/code": "SRDI-2026-HOSTILE",
    "rules:try/facts": " ",
    **{
        f"specialists:{view}/{name}": value
        for view in ("apply", "person")
        for name, value in (("sectors", "C"), ("topics", ""))
    },
    "specialists:person/enterprise": lambda: county.firm().enterprise,
    "specialists:person/login": "dongchangfu",
    "specialists:drafts/firms": lambda: county.firm().enterprise,
}
"""要真的值才交得上的字段：网址名/字段 → 值；先照样用敌意文字交一次，看拒绝的页面。"""
UNREAD = {("account-grant", what): "选的角色不写企业，这一格不读" for what in ODD} | {
    ("rules:edit", "三万个字"): "整份标准的文字，本来就长"
}
"""（网址名，怎样填）：收下了也没有错的与缘由。"""
REPEATED = {"selfcheck-tier", "rules:try", "tokens", "account-grant"}
"""交上了也还给出同一张表单的：当场给答案。"""
LEAST = (40, 60, 8)
"""表单、能写字的字段、给出文件的网址，至少走到几个。"""
REFUSED = {
    "rules:limits": "只收数，数没有变不保存",
    "demands:results-import": "只收导出的登记表",
    "registers:import": "只收导出的登记表",
    "demands:edit": "走到时已经审核通过或撤回，不能再改",
    "followup:ledger-back": "只收导出的台账",
    "library:issues": "要各县区报过意见、市局复核同意的企业",
    "specialists:contacts-import": "只收导出的名录",
    "specialists:import": "只收导出的名册",
    "specialists:pair": "名册里没有第二名专员可换",
}
"""交不上的表单：网址名 → 为什么；拒绝的页面照样要转义。"""


@pytest.fixture
def hostile_city(own_ledger: Path, db: None, settings, tmp_path: Path) -> None:
    """小城的一轮里每家企业的名称前都加了敌意文字，读表、存表由它换新。"""
    settings.FILES, settings.HOME = tmp_path / "files", tmp_path / "home"
    found = city().assess(today(), today())
    path = own_ledger / "runs" / Round.objects.get(current=True).folder.rpartition("/")[2] / "wide.parquet"
    table = pl.read_parquet(path)
    table.with_columns(name=pl.lit(HOSTILE) + pl.col("name")).write_parquet(path, row_group_size=20_000)
    found = city().assess(today(), today())
    swap(prepared(city(), found), system("测试").name)
    assert Firm.objects.filter(name__startswith=HOSTILE).count() > 100


class Walk:
    """一个人走：看每一页，交每张没有交过的表单。"""

    def __init__(self, client_of, places) -> None:
        self.client_of, self.places, self.found = client_of, places, []
        self.seen: dict[tuple, int] = {}
        self.told: dict[str, list[str]] = {}
        self.exports: set[str] = set()

    def person(self, login: str) -> None:
        client = self.client_of(login)
        client.raise_request_exception = False
        for place in self.places:
            with transaction.atomic():
                response = client.get(place.address)
            self.note(f"{login} {place.address}（{place.view}）", place.view, response)
            if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
                self.found += boxes(f"{login} {place.address}", body(response))
                for key in [form.key for form in forms(place.address, body(response))]:
                    self.submit(login, client, place.address, key)

    def submit(self, login: str, client, address: str, key: tuple) -> None:
        """重新打开那一页再交：前一张交上之后，页上的版本可能变了，这一张可能没有了。"""
        if key[0] in LEAVE or 0 <= self.seen.get(key, 999) < 400:
            return
        form = next((one for one in forms(address, body(client.get(address))) if one.key == key), None)
        if form is None:
            return
        if {name for name, _ in form.texts} - {*form.numbers} and key not in self.seen:
            self.odd(login, client, form)
        if self._sent(login, client, form, None) >= 400 and form.texts:
            self._sent(login, client, form, REAL)

    def odd(self, login: str, client, form: Form) -> None:
        """控制字符、反向书写、三万个字：说清不收，不存，不出错；办了的都退回。"""
        for what, text in ODD.items():
            with transaction.atomic():
                ask = client.post if form.method == "POST" else client.get
                response = ask(form.address, form.odd(text))
                transaction.set_rollback(True)
            where = f"{login} 交 {form.address}（{form.view}：{'、'.join(dict(form.texts))}）"
            self.found += troubles(f"{where} {what}", response)
            took = response.status_code < 400 and form.key not in self._forms_in(form, response)
            if form.method == "POST" and took and (form.view, what) not in UNREAD:
                self.found.append(f"{where} 收下了{what}")

    def _sent(self, login: str, client, form: Form, real: dict[str, str] | None) -> int:
        with transaction.atomic():
            ask = client.post if form.method == "POST" else client.get
            response = ask(form.address, form.filled(real))
        again = form.method == "POST" and response.status_code == 200 and form.key in self._forms_in(form, response)
        status = 422 if again else response.status_code  # 又给出同一张表单：没有交上
        self.seen[form.key] = min(self.seen.get(form.key, 999), status)
        if status >= 400:
            self.told.setdefault(form.view, []).append(f"{login} {response.status_code} {alert(body(response))}")
        where = f"{login} 交 {form.address}（{form.view}：{'、'.join(dict(form.texts))}）"
        self.note(where, form.view, response)
        if response.status_code == 302:
            with transaction.atomic():
                self.note(f"{where} 之后", form.view, client.get(response.headers["Location"]))
        return status

    def _forms_in(self, form: Form, response) -> set:
        html = response.headers["Content-Type"].startswith("text/html")
        return {one.key for one in forms(form.address, body(response))} if html and form.view not in REPEATED else set()

    def note(self, where: str, view: str, response) -> None:
        self.found += troubles(where, response)
        if "attachment" in response.headers.get("Content-Disposition", ""):
            self.exports.add(view)

    def refused(self) -> set[str]:
        """有能写字的字段、却没有一次交上的。"""
        return {view for (view, texts), status in self.seen.items() if texts and status >= 400}


def opened() -> list[Place]:
    """各处的页面。"""
    return [one for one in pages() if one.method == "GET" and not one.api and one.view not in LEAVE]


@pytest.mark.walk
def test_hostile_text_is_only_text_everywhere(hostile_city, client_of, actor, monkeypatch):
    places = opened()
    walk = Walk(client_of, places)
    for login in PEOPLE:
        walk.person(login)
    for login in THEIRS:
        own = firms(actor(login)).order_by("enterprise").first()
        for module in (nurtured, arguments):
            monkeypatch.setattr(module, "firm", lambda at=0, own=own: own)
        walk.places = opened()
        walk.person(login)
    for job in Job.objects.filter(state="waiting").order_by("pk"):
        perform.call(job.pk)
    fields = sum(len(texts) for _, texts in walk.seen)
    again = Walk(client_of, places)  # 写进去的，再看一遍
    again.seen = dict.fromkeys(walk.seen, 200)
    for login in ("gly", "xitong", "shenji"):
        again.person(login)
    files = [
        path for path in Path(live.FILES).rglob("*") if path.is_file() and path.suffix in (".xlsx", ".docx", ".zip")
    ]
    wrong = [f"{path.name} {told}" for path in files for told in formulas(path.name, path.read_bytes())]
    assert not (walk.found + again.found + wrong), "\n".join(dict.fromkeys(walk.found + again.found + wrong))
    counted = (len(walk.seen), fields, len(walk.exports | again.exports))
    assert all(map(ge, counted, LEAST)), f"表单、字段、导出至少 {LEAST}，走到 {counted}：没有找全"
    odd = {one: walk.told.get(one) for one in walk.refused() ^ set(REFUSED)}
    assert not odd, f"交不上的表单与 REFUSED 不符 {odd}：要真的值的字段写进 REAL，或在 REFUSED 说明为什么"
    unsaid = [job.error for job in Job.objects.filter(state="failed") if "程序出错" in (job.error or "")]
    assert not unsaid


def test_the_walk_sees_what_it_should():
    class Page:
        status_code, streaming, headers = 200, False, {"Content-Type": "text/html"}
        content = f"<p>{HOSTILE}</p>".encode()

    assert troubles("甲", Page)
    book = openpyxl.Workbook()
    book.active["A1"] = HOSTILE
    out = io.BytesIO()
    book.save(out)
    assert sheet_formulas(out.getvalue()) and formulas("x.csv", f"甲,{HOSTILE}".encode())
    spoilt = b'<form><input type="Kind(code=1)" name=a><textarea name=b maxlength=5></textarea><input name=c></form>'
    assert len(boxes("甲", spoilt)) == 2
    streamed = FileResponse(io.BytesIO(out.getvalue()), as_attachment=True, filename="甲.xlsx")
    assert body(streamed) == body(streamed) == out.getvalue() and troubles("甲", streamed)
    found = list(forms("/firms/", b"<form method=post><input name=a><textarea name=b></textarea></form>"))
    assert [one.texts for one in found] == [(("a", 200), ("b", 200))]
