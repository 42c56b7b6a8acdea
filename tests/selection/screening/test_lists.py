"""近选名单：与读表、与条件、与排序分都对得上；导出的正是筛出来的。"""

import io
from dataclasses import fields

import openpyxl
import polars as pl
import pytest

from miaopu.access.act import Wrong, permit
from miaopu.access.models import LogEntry
from miaopu.selection.screening.models import Firm, Listing
from miaopu.selection.screening.rounds.lists import Filters, listed, options, parse, recount

pytestmark = pytest.mark.django_db


@pytest.fixture
def reach(actor):
    return permit(actor("gly"), "screening.view")


def test_the_kept_lists_are_the_read_tables(held, reach):
    shown = {
        (tier, one["enterprise"], one["rank"], one["score"])
        for tier in held.lists
        for one in listed(held, reach, Filters(tier)).to_dicts()
    }
    assert shown == set(Listing.objects.values_list("tier", "enterprise", "rank", "score")) and shown


def test_each_option_counts_what_it_then_lists(held, reach):
    for tier in held.lists:
        for name, items in options(held, reach, tier).items():
            for one in items:
                found = listed(held, reach, Filters(tier).but(**{name: one.value}))
                assert found.height == one.firms > 0, f"{tier} {name}={one.value}"


def test_clause_filter_means_that_clause_only(held, reach):
    for tier in held.lists:
        rows = listed(held, reach, Filters(tier)).to_dicts()
        for _, clause, _ in held.tiers[tier]["requirements"]:
            wanted = {
                one["enterprise"]
                for one in rows
                if clause in [text.split(" ")[0] for text in one["short_titles"].split("；")]
            }
            assert set(listed(held, reach, Filters(tier, clause=clause))["enterprise"]) == wanted


def test_conditions_add_up(held, reach):
    rows = listed(held, reach, Filters("GAZELLE"))
    one = rows.row(0, named=True)
    given = Filters("GAZELLE", band=one["band"], county=one["district"], section=one["section"], q=one["name"][:4])
    found = listed(held, reach, given)
    assert one["enterprise"] in found["enterprise"] and found.height <= rows.height
    assert listed(held, reach, given.but(band="满足")).is_empty() or one["band"] == "满足"
    assert Filters(**dict.fromkeys([f.name for f in fields(Filters)], "")).query() == ""


def test_every_score_is_recomputed_from_its_parts(held, reach):
    rows = [one for tier in held.lists for one in listed(held, reach, Filters(tier)).to_dicts()]
    assert rows
    for one in rows:
        told, total = recount(held, one)
        assert total == one["score"] and told.startswith("1000－")


def test_an_unknown_tier_is_refused_in_words(held):
    with pytest.raises(Wrong, match="没有层级“NOPE”"):
        parse(held, {"tier": "NOPE"})


def test_the_page_shows_the_list_and_its_marks(client_of, held):
    page = client_of("gly").get("/screening/lists/?tier=GAZELLE").content.decode()
    names = Firm.objects.filter(enterprise__in=Listing.objects.filter(tier="GAZELLE").values("enterprise"))
    assert names and all(one.name in page for one in names)
    assert held.tiers["GAZELLE"]["fingerprint"][:12] in page and "未核原文" in page


def test_export_is_exactly_what_is_filtered(client_of, held, reach):
    rows = listed(held, reach, Filters("GAZELLE"))
    county = rows["district"].drop_nulls()[0]
    wanted = listed(held, reach, Filters("GAZELLE", county=county))
    answer = client_of("gly").post("/screening/export/list/", {"tier": "GAZELLE", "county": county})
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    page = book[held.counties[county]]
    codes = {cell.value for row in page.iter_rows() for cell in row}
    assert set(wanted["uscc"]) <= codes and wanted.height < rows.height
    assert not (set(rows["uscc"]) - set(wanted["uscc"])) & codes
    texts = " ".join(str(one) for one in codes)
    assert f"条件：县区：{held.counties[county]}" in texts and held.tiers["GAZELLE"]["fingerprint"][:12] in texts
    entry = LogEntry.objects.latest("seq")
    assert entry.operation == "screening.export" and f'"行数": {wanted.height}' in entry.after


def test_a_large_export_is_a_job_doing_the_same(client_of, held, monkeypatch, settings):
    from miaopu.jobs.models import Job
    from miaopu.jobs.perform import perform
    from miaopu.selection.screening.rounds import books

    monkeypatch.setattr(books, "DIRECT", 1)
    answer = client_of("gly").post("/screening/export/list/", {"tier": "GAZELLE"})
    job = Job.objects.latest("pk")
    assert answer.status_code == 302 and answer["Location"] == f"/jobs/{job.pk}/"
    perform.call(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.error
    assert openpyxl.load_workbook(settings.FILES / job.file).sheetnames[0] == "汇总"


def test_an_empty_export_says_so(client_of):
    answer = client_of("gly").post("/screening/export/list/", {"tier": "GAZELLE", "q": "没有这个名字"})
    assert answer.status_code == 400 and "一行也没有" in answer.content.decode()


def test_names_that_look_like_formulas_stay_text(held, actor, tmp_path, monkeypatch):
    from miaopu.selection.screening.rounds import books

    reach, real = permit(actor("gly"), "screening.export"), books.listed
    monkeypatch.setattr(books, "listed", lambda *given: real(*given).with_columns(name=pl.lit("=HYPERLINK(1)")))
    made = books.BOOKS["list"](held, reach, {"tier": "GAZELLE"})
    book = openpyxl.load_workbook(made.write(tmp_path / "list.xlsx", books.marks_of(held, reach)))
    named = [cell for page in book for row in page.iter_rows() for cell in row if cell.value == "=HYPERLINK(1)"]
    assert len(named) >= made.table.height > 0 and all(one.data_type == "s" and one.quotePrefix for one in named)
    watch = books.BOOKS["watch"](held, permit(actor("gly"), "screening.export"), {})
    path = books.write_scale_up(
        tmp_path / "x.xlsx",
        watch.table.with_columns(name=pl.lit("=1+1")),
        books.marks_of(held, permit(actor("gly"), "screening.export")),
    )
    cells = [
        cell for row in openpyxl.load_workbook(path).worksheets[0].iter_rows() for cell in row if cell.value == "=1+1"
    ]
    assert cells and all(cell.data_type == "s" and cell.quotePrefix for cell in cells)
