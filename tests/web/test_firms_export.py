"""导出：文件由另一个读法读回，逐格与查询对照；范围、记录、大表作业、公式注入。"""

import io
import json
from types import SimpleNamespace
from urllib.parse import urlencode

import pytest
from django.conf import settings
from django.http import QueryDict
from python_calamine import CalamineWorkbook

from miaopu.access.act import Denied, Wrong
from miaopu.access.models import LogEntry
from miaopu.jobs.kinds import KINDS, Assignment
from miaopu.jobs.models import Job
from miaopu.screening.rank import WORDS
from miaopu.selection.screening.firms import export as exporting
from miaopu.selection.screening.firms.filters import parse
from miaopu.selection.screening.firms.roll import roll
from miaopu.selection.screening.models import Firm

pytestmark = pytest.mark.django_db
ORDER = ("initials", "name")


def rows_of(data):
    book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return book.get_sheet_by_name("企业清单").to_python()


def body(rows):
    """数据行：序号是数的。"""
    return [row for row in rows if isinstance(row[0], float | int)]


def expected(firm):
    texts = [firm.name, firm.uscc, firm.former, firm.county, firm.section_title, firm.industry, firm.chain]
    texts += [firm.size, firm.candidate, firm.not_candidate, firm.held_title, firm.next_title]
    texts += [WORDS.get(firm.verdict), firm.band]
    return [one or "" for one in texts] + [
        "" if one is None else one for one in (firm.short, firm.unknown, firm.manual, firm.score)
    ]


def filters_of(query):
    return parse(roll(), QueryDict(query))[0]


def test_the_file_holds_exactly_what_is_filtered(client_of):
    query = urlencode({"q": "机械", "section": "C"})
    answer = client_of("gly").post("/firms/export/", {"query": query})
    rows = rows_of(b"".join(answer.streaming_content))
    firms = list(Firm.objects.filter(section="C", name__contains="机械"))
    found = {row[2]: row[1:-1] for row in body(rows)}
    assert len(body(rows)) == len(firms) > 5
    for firm in firms:
        assert found[firm.uscc] == expected(firm)
    assert isinstance(body(rows)[0][2], str), "代码是文字"


def test_title_block_conditions_and_marks(client_of):
    query = urlencode({"q": "机械", "county": "371502"})
    rows = rows_of(b"".join(client_of("dongchangfu").post("/firms/export/", {"query": query}).streaming_content))
    text = "\n".join(str(cell) for row in rows for cell in row if cell != "")
    assert rows[0][0] == "企业清单"
    for told in ("填报单位：东昌府区工业和信息化局", "填报时间：2026年11月20日", "条件：查找“机械”；县区：东昌府区",
                 "快照指纹", "LG-2026", "未核原文", "企业均为虚构"):  # fmt: skip
        assert told in text, told
    city = rows_of(b"".join(client_of("gly").post("/firms/export/", {"query": query}).streaming_content))
    assert "填报单位：聊城市工业和信息化局" in str(city[1])


def test_a_county_exports_its_own_firms_only(client_of):
    for login, county in (("dongchangfu", "东昌府区"), ("chiping", "茌平区")):
        rows = body(rows_of(b"".join(client_of(login).post("/firms/export/", {"query": ""}).streaming_content)))
        assert {row[4] for row in rows} == {county}
        assert len(rows) == Firm.objects.filter(county=county).count()


def test_every_export_is_recorded_and_refusals_too(actor, tmp_path):
    exporting.export(actor("chiping"), filters_of("section=C"), tmp_path)
    line = LogEntry.objects.filter(operation="firm.export").order_by("-seq").first()
    told = json.loads(line.after)
    assert told == {"条件": "行业门类：制造业", "行数": Firm.objects.filter(section="C", district="371503").count()}
    for login in ("zhuanyuan", "qiye", "caizheng", "xitong"):
        with pytest.raises(Denied):
            exporting.export(actor(login), filters_of(""), tmp_path)
        assert LogEntry.objects.filter(operation="firm.export", login=login).count() == 1


def test_an_empty_export_says_so(actor, tmp_path):
    with pytest.raises(Wrong, match="一家企业也没有"):
        exporting.export(actor("gly"), filters_of("q=没有这样的名称"), tmp_path)


def test_text_that_looks_like_a_formula_stays_text(client_of):
    firm = Firm.objects.exclude(uscc=None).order_by("enterprise").first()
    Firm.objects.filter(pk=firm.pk).update(name="=HYPERLINK(1)", former="+cmd|x")
    answer = client_of("gly").post("/firms/export/", {"query": f"q={firm.uscc}"})
    (row,) = body(rows_of(b"".join(answer.streaming_content)))
    assert row[1] == "=HYPERLINK(1)" and row[3] == "+cmd|x"


def test_a_large_one_becomes_a_job_with_the_same_rows(actor, client_of, monkeypatch):
    monkeypatch.setattr(exporting, "DIRECT", 100)
    answer = client_of("dongchangfu").post("/firms/export/", {"query": "sort=short"})
    job = Job.objects.get(kind="firm.export")
    assert answer["Location"] == f"/jobs/{job.pk}/" and json.loads(job.params) == {"query": "sort=short"}
    told = []
    progress = SimpleNamespace(expect=told.append, tell=lambda message: None, advance=told.append)
    given = Assignment(job.pk, json.loads(job.params), job.owner_id, job.by, 1)
    made = KINDS["firm.export"].work(given, progress)
    again = KINDS["firm.export"].work(given, progress)
    want = list(Firm.objects.filter(district="371502"))
    assert made.file == again.file and made.data["rows"] == len(want) == told[0] == sum(told[1 : len(told) // 2])
    data = (settings.FILES / made.file).read_bytes()
    rows = [row for row in rows_of(data)[3:] if row[0] != ""]
    assert {row[2]: row[1:15] for row in rows} == {one.uscc or "": expected(one)[:14] for one in want}
    notes = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_name("说明").to_python()
    assert any("条件：" in str(row) for row in notes)


def test_the_read_tables_changing_under_an_export_is_noticed(actor, tmp_path):
    Firm.objects.filter(pk=Firm.objects.order_by("pk").first().pk).delete()
    with pytest.raises(Wrong, match="请再导出一次"):
        exporting.export(actor("gly"), filters_of(""), tmp_path)
