"""上传到入账：预览说清要入什么，入账只入一次，撤回与再接收，台账变了页面有提示。"""

import io
from datetime import date

import openpyxl
import polars as pl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.selection.intake.desk import book, done, firms, posted, previewed, send, taxed, told

from miaopu.access.act import Wrong
from miaopu.access.models import LogEntry
from miaopu.jobs.models import Job
from miaopu.ledger.journal import active, open_ledger
from miaopu.selection.intake.files import path_of
from miaopu.selection.intake.models import Upload
from miaopu.selection.intake.queries.identity import rows
from miaopu.selection.intake.states import State

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 20)


def batches(ledger):
    return active(open_ledger(ledger), DAY).batches


def facts(ledger, id):
    return pl.read_parquet(ledger / "batches" / id / "facts.parquet")


def test_a_file_is_previewed_and_nothing_is_posted(client_of, own_ledger):
    before = len(batches(own_ledger))
    client = client_of("jingban")
    one = previewed(client, taxed())
    assert (one.state, one.source, one.rows, one.facts) == (State.PREVIEWED, "tax", 3, 3)
    text = told(client.get(f"/intake/uploads/{one.pk}/"))
    assert "预览：还没有入账" in text and "认作 税务 的“营业收入”" in text and "已对上 3 行" in text
    assert f"{firms()[0].name} 2022： 1,000.00万元 D2" in text
    assert "新增 3 项" in text
    assert len(batches(own_ledger)) == before


def test_the_preview_tells_changed_same_and_apart(client_of, own_ledger):
    client = client_of("jingban")
    posted(client, previewed(client, taxed()))
    rows = [(one.uscc, one.name, "2022", value) for one, value in zip(firms(), (1000, 9999, 1002), strict=True)]
    text = told(client.get(f"/intake/uploads/{previewed(client, book(rows)).pk}/"))
    assert "新增 0 项，改数 1 项，未变 2 项" in text.replace(" 0 ", " 0 ")
    assert "1,001.00万元" in text and "9,999.00万元" in text


def test_accepting_posts_exactly_what_was_shown_and_is_logged(client_of, own_ledger):
    client = client_of("jingban")
    one = posted(client, previewed(client, taxed()))
    found = facts(own_ledger, one.batch)
    assert sorted(found["value"]) == [1000 * 10**6, 1001 * 10**6, 1002 * 10**6]
    entry = batches(own_ledger)[-1]
    assert (entry.id, entry.by, entry.note) == (one.batch, "演示·市局经办", f"上传件 {one.pk}")
    lines = LogEntry.objects.filter(operation="intake.accept").order_by("seq")
    assert [(line.login, line.outcome) for line in lines] == [("jingban", "办成"), ("system", "办成")]
    assert "共享依据" in lines[0].after


def test_the_same_file_is_not_posted_twice(client_of, own_ledger):
    client = client_of("jingban")
    content = taxed()
    first, second = previewed(client, content), previewed(client, content)
    posted(client, first)
    client.post(f"/intake/uploads/{second.pk}/accept/")
    second.refresh_from_db()
    done(second.job)
    second.refresh_from_db()
    assert second.state == State.REPEATED and "已由演示·市局经办于 2026-11-20 入账" in second.told
    assert sum(one.body["source"] == "tax" and one.body["file"] == "营业收入.xlsx" for one in batches(own_ledger)) == 1


def test_doing_the_posting_job_again_changes_nothing(client_of, own_ledger):
    client = client_of("jingban")
    one = posted(client, previewed(client, taxed()))
    count = len(batches(own_ledger))
    Job.objects.filter(pk=one.job).update(state="waiting")
    done(one.job)
    one.refresh_from_db()
    assert one.state == State.POSTED and len(batches(own_ledger)) == count


def test_a_batch_is_withdrawn_and_accepted_again(client_of, own_ledger):
    client = client_of("jingban")
    one = posted(client, previewed(client, taxed()))
    page = told(client.get(f"/intake/batches/{one.batch}/"))
    assert "3 项数据不再算数" in page
    wrong = client.post(f"/intake/batches/{one.batch}/withdraw/", {"reason": "", "on": "2026-11-20"})
    assert wrong.status_code == 400 and "没有写撤回理由" in told(wrong)
    late = client.post(f"/intake/batches/{one.batch}/withdraw/", {"reason": "错", "on": "2026-12-01"})
    assert late.status_code == 400 and "在今天（2026-11-20）之后" in told(late)
    client.post(f"/intake/batches/{one.batch}/withdraw/", {"reason": "报错了文件", "on": "2026-11-20"})
    assert one.batch not in [entry.id for entry in batches(own_ledger)]
    assert "演示·市局经办：报错了文件" in told(client.get("/intake/sources/tax/"))
    assert "用原文件重新预览" in told(client.get(f"/intake/uploads/{one.pk}/"))
    client.post(f"/intake/uploads/{one.pk}/again/")
    one.refresh_from_db()
    done(one.job)
    again = posted(client, one)
    assert again.batch in [entry.id for entry in batches(own_ledger)]


def test_the_consequence_counts_values_taken_from_the_batch(client_of, own_ledger, small_city):
    from miaopu.selection.screening.queries import current

    origin = pl.read_parquet(f"{current().folder}/origin.parquet")
    batch = next(one for one in batches(own_ledger) if one.body["source"] == "tax")
    mine = origin.filter(pl.col("batch").cast(pl.String) == batch.id)
    text = told(client_of("jingban").get(f"/intake/batches/{batch.id}/"))
    assert f"当前一轮有 {mine['enterprise'].n_unique()} 家企业的 {mine.height} 个数取自这一批" in text


def test_a_changed_ledger_is_said_with_a_button(client_of, own_ledger):
    client = client_of("jingban")
    assert "台账有变化" not in told(client.get("/intake/"))
    posted(client, previewed(client, taxed()))
    text = told(client.get("/intake/"))
    assert "台账有变化，名单还是" in text and "此后又记了 1 条" in text and "重新评估" in text
    assert "请市局重新评估" in told(client_of("dongchangfu").get("/intake/"))
    response = client.post("/intake/rescreen/")
    job = Job.objects.latest("pk")
    assert response.url == f"/jobs/{job.pk}/" and job.kind == "screening.run"


def test_units_in_doubt_are_held_until_confirmed_with_a_reason(client_of, own_ledger):
    client = client_of("jingban")
    ledger = open_ledger(own_ledger)
    held = pl.concat([facts(own_ledger, one.id) for one in active(ledger, DAY).batches if one.body["source"] == "tax"])
    mine = held.filter(pl.col("indicator") == "revenue", pl.col("period") == "2025", pl.col("value") > 10**9).head(6)
    rows = [(one["enterprise"], "", "2024", one["value"] // 100) for one in mine.to_dicts()]
    one = previewed(client, book(rows), "错单位.xlsx")
    text = told(client.get(f"/intake/uploads/{one.pk}/"))
    assert "疑单位写错" in text and "暂扣" in text and one.facts == 0
    bare = client.post(f"/intake/uploads/{one.pk}/accept/", {"units": "1"})
    assert bare.status_code == 400 and "没有写核对的依据" in told(bare)
    posted(client, one, units="1", units_reason="电话核对，确是万元")
    assert facts(own_ledger, one.batch).height == 6
    assert "电话核对" in batches(own_ledger)[-1].note


def test_complaints_are_grouped_and_given_back(client_of, own_ledger, tmp_path):
    client = client_of("jingban")
    rows = [(firms()[0].uscc, firms()[0].name, "2022", "很多"), (firms()[1].uscc, firms()[1].name, "2022", 5)]
    one = previewed(client, book(rows))
    text = told(client.get(f"/intake/uploads/{one.pk}/"))
    assert "格里的内容认不出" in text and "D2" in text and "“很多”" in text
    for which, kept in (("whole", 2), ("bad", 1)):
        response = client.post(f"/intake/uploads/{one.pk}/book/{which}/")
        path = tmp_path / f"{which}.xlsx"
        path.write_bytes(b"".join(response.streaming_content))
        page = openpyxl.load_workbook(path)["营业收入"]
        assert [row[0].value for row in page.iter_rows(min_row=2)] == [row[0] for row in rows][:kept]


def test_a_file_is_dropped_with_a_reason(client_of, own_ledger):
    client = client_of("jingban")
    one = previewed(client, taxed())
    assert client.post(f"/intake/uploads/{one.pk}/drop/", {"reason": ""}).status_code == 400
    client.post(f"/intake/uploads/{one.pk}/drop/", {"reason": "报错了"})
    one.refresh_from_db()
    assert (one.state, one.told) == (State.DROPPED, "报错了")
    late = client.post(f"/intake/uploads/{one.pk}/accept/")
    assert late.status_code == 400 and "已放弃，不能接收" in told(late)


def test_a_cancelled_reading_goes_back_and_can_be_read_again(client_of, own_ledger):
    client = client_of("jingban")
    send(client, taxed())
    one = Upload.objects.latest("pk")
    client.post(f"/jobs/{one.job}/cancel/")
    text = told(client.get(f"/intake/uploads/{one.pk}/"))
    assert "已收到" in text and "上一次没有做完" in text
    client.post(f"/intake/uploads/{one.pk}/again/")
    one.refresh_from_db()
    done(one.job)
    one.refresh_from_db()
    assert one.state == State.PREVIEWED


@pytest.mark.parametrize("name", ["意见.xlsx", "只含坏行.xlsx", "预览.json", ".结果"])
def test_what_the_job_writes_never_takes_the_place_of_the_file(client_of, own_ledger, name):
    content = taxed()
    one = previewed(client_of("jingban"), content, name)
    assert path_of("uploads", one.pk, one.name).read_bytes() == content


def test_those_received_are_told_apart_from_those_refused(client_of, own_ledger, monkeypatch):
    from miaopu.selection.intake.views import uploads as views

    real = views._one

    def third(request, given, source):
        if given.name == "三.xlsx":
            raise Wrong("磁盘满了")
        return real(request, given, source)

    monkeypatch.setattr(views, "_one", third)
    every = [SimpleUploadedFile(f"{one}.xlsx", taxed()) for one in "一二三"]
    answer = client_of("jingban").post("/intake/uploads/new/", {"file": every, "source": ""}, follow=True)
    text = told(answer)
    assert answer.status_code == 200 and "《三.xlsx》没有收：磁盘满了" in text and "收下的 2 份在下面" in text
    assert sorted(Upload.objects.values_list("name", flat=True)) == ["一.xlsx", "二.xlsx"]


def test_the_upload_list_says_when_it_is_cut(client_of, own_ledger, monkeypatch):
    from miaopu.selection.intake.views import uploads as views

    monkeypatch.setattr(views, "LISTED", 1)
    client = client_of("jingban")
    for name in ("一.xlsx", "二.xlsx"):
        send(client, taxed(), name)
    book = openpyxl.load_workbook(io.BytesIO(client.post("/intake/uploads/export/").content))
    cells = " ".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row)
    assert "共 2 份，只列最近的 1 份" in cells and "虚构" in cells


def test_control_characters_in_an_address_are_answered_in_words(client_of, own_ledger):
    client = client_of("jingban")
    for at in ("batches/%00/", "conflicts/%00/revenue_t1/", "identity/%00/1/", "judgements/%00/ip/"):
        answer = client.get(f"/intake/{at}")
        assert answer.status_code == 400 and "控制字符" in told(answer), at


def test_a_refresh_of_the_same_round_renews_the_names(actor, own_ledger):
    from miaopu.selection.intake.queries.roster import roster
    from miaopu.selection.screening.models import Firm, FirmColumns

    before = roster()["name"][0]
    one = Firm.objects.get(enterprise=roster()["enterprise"][0])
    Firm.objects.filter(pk=one.pk).update(name="改了名")
    FirmColumns.objects.update(stamp="换新了")
    assert before in (one.name,) and roster().filter(enterprise=one.pk)["name"][0] == "改了名"


def test_a_county_counts_its_own_only(actor, client_of, own_ledger):
    county, bureau = (client_of(one).get("/intake/").context["sources"] for one in ("dongchangfu", "jingban"))
    whole = {one.source.code: one for one in bureau}
    assert any(whole[one.source.code].facts for one in county)
    assert all((one.facts, one.live, one.last) == (0, 0, None) for one in county)
    assert sum(one.reviews for one in county) <= rows(actor("dongchangfu")).height
