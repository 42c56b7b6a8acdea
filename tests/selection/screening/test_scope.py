"""范围：县区只看到、只下载本县区的；领导不跑评估、不换轮次；财政、三员、企业与部门看不到筛选；每次下载都有记录。"""

import io
import zipfile

import openpyxl
import pytest

from miaopu.access.models import LogEntry
from miaopu.jobs.models import Job
from miaopu.jobs.perform import perform
from miaopu.selection.screening.models import Firm, Listing, Round
from miaopu.selection.screening.rounds.documents import documents, folder, write

pytestmark = pytest.mark.django_db
PAGES = (
    "",
    "lists/?tier=GAZELLE",
    "lists/?tier=LG",
    "charts/?tier=GAZELLE",
    "compare/",
    "documents/",
    "focus/",
    "focus/?section=I",
    "watch/",
    "goals/",
    "rounds/",
)
COUNTY = "371503"


@pytest.fixture(scope="module")
def others(django_db_setup, django_db_blocker):
    """别的县区的企业名；与本县区重名或是其一部分的不算。"""
    with django_db_blocker.unblock():
        own = "|".join(Firm.objects.filter(district=COUNTY).values_list("name", flat=True))
        return [
            name for name in Firm.objects.exclude(district=COUNTY).values_list("name", flat=True) if name not in own
        ]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_shows_a_county_the_firms_of_another(client_of, others, page):
    answer = client_of("chiping").get(f"/screening/{page}")
    assert answer.status_code == 200
    shown = answer.content.decode()
    assert len(others) > 1000 and not [name for name in others if name in shown]


def test_a_county_does_see_its_own(client_of):
    rows = Listing.objects.filter(tier="LG", district=COUNTY)
    page = client_of("chiping").get("/screening/lists/?tier=LG").content.decode()
    names = list(Firm.objects.filter(enterprise__in=rows.values("enterprise")).values_list("name", flat=True))
    assert names and all(name in page for name in names)
    assert f"<strong>{len(names)} 家</strong>" in page


def test_asking_for_another_county_by_address_gives_nothing(client_of):
    other = Listing.objects.filter(tier="GAZELLE").exclude(district=COUNTY).exclude(district=None).first()
    page = client_of("chiping").get(f"/screening/lists/?tier=GAZELLE&county={other.district}").content.decode()
    assert "没有合条件的企业" in page
    answer = client_of("chiping").post("/screening/export/list/", {"tier": "GAZELLE", "county": other.district})
    assert answer.status_code == 400 and "一行也没有" in answer.content.decode()


@pytest.mark.parametrize("kind", ["watch", "focus"])
def test_exports_of_a_county_hold_its_own_firms_only(client_of, kind):
    answer = client_of("chiping").post(f"/screening/export/{kind}/", {})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cells = {str(cell.value) for page in book for row in page.iter_rows() for cell in row}
    known = dict(Firm.objects.exclude(uscc=None).values_list("uscc", "district"))
    found = {known[one] for one in cells if one in known}
    assert found == {COUNTY} and any("茌平区工业和信息化局" in one for one in cells)


@pytest.mark.parametrize(
    "login", ["xitong", "anquan", "shenji", "shuiwu", "qiye", "zhuanjia", "kuaijisuo", "zhuanyuan", "caizheng"]
)
def test_those_without_the_right_see_nothing(client_of, login):
    client = client_of(login)
    assert all(client.get(f"/screening/{page}").status_code == 403 for page in PAGES)
    assert client.post("/screening/export/list/", {"tier": "LG"}).status_code == 403


@pytest.mark.parametrize("login", ["lingdao", "chiping"])
def test_readers_cannot_run_or_turn_or_write(client_of, login):
    now = Round.objects.get(current=True)
    fields = {one.name: getattr(now, one.name) for one in Round._meta.fields}
    code = Round.objects.create(**fields | {"code": "别的一轮", "current": False}).code
    client = client_of(login)
    assert client.get("/screening/").status_code == 200
    for address in ("run", "turn", "documents/write"):
        given = {"known_on": "2026-11-20", "assessed_on": "2026-11-20", "round": code, "reason": "试"}
        answer = client.post(f"/screening/{address}/", given)
        assert answer.status_code == 403, address
    assert not Job.objects.exists()
    assert "运行一轮" not in client.get("/screening/rounds/").content.decode()


@pytest.mark.parametrize(
    "address",
    ["/screening/lists/?q=%00", "/screening/?round=NOPE", "/screening/charts/?tier=X", "/screening/focus/?section=Z"],
)
def test_wrong_addresses_are_answered_in_words(client_of, address):
    answer = client_of("gly").get(address)
    assert answer.status_code == 400 and "没有办成" in answer.content.decode()


def test_documents_by_scope_and_recorded(client_of, actor, own_ledger, settings):
    found = Round.objects.get(current=True)
    job = write(actor("gly"), found)
    perform.call(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.error
    names = zipfile.ZipFile(settings.FILES / job.file).namelist()
    assert any("调研报告" in one for one in names) and len(names) > 15
    reach = actor("chiping").reach("screening.export")
    own = documents(found, reach)
    assert [one.title for one in own] == ["茌平区"]
    client = client_of("chiping")
    answer = client.post("/screening/documents/fetch/", {"round": found.code, "name": own[0].name})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert book.sheetnames[0] == "茌平区"
    entry = LogEntry.objects.latest("seq")
    assert (entry.login, entry.operation) == ("chiping", "screening.export") and own[0].name in entry.target
    every = documents(found, actor("gly").reach("screening.export"))
    other = next(one for one in every if one.district and one.district != COUNTY)
    for name in (other.name, "调研报告.docx", "", "../../secret.key", "成果.json"):
        assert client.post("/screening/documents/fetch/", {"round": found.code, "name": name}).status_code == 403, name
    assert client_of("gly").post("/screening/documents/fetch/", {"round": found.code, "name": ""}).status_code == 200
    assert (
        client_of("caizheng")
        .post("/screening/documents/fetch/", {"round": found.code, "name": own[0].name})
        .status_code
        == 403
    )
    assert (folder(found) / own[0].name).is_file()


def test_goals_show_formula_and_honest_difference(client_of):
    page = client_of("gly").get("/screening/goals/").content.decode()
    for text in ("3000÷16＝187.5", "目标180低于公式得数187.5", "全省3000/16=187", "796×5%"):
        assert text in page
    answer = client_of("gly").post("/screening/export/goals/", {})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert "3000÷16＝187.5" in {cell.value for row in book.worksheets[0].iter_rows() for cell in row}
    assert client_of("chiping").post("/screening/export/goals/", {}).status_code == 403
