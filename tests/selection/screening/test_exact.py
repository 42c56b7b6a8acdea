"""数得准、不放宽、不混轮次：认不得的取值不变成全部，换了县区不算进出，只有进出的比较也导得出，规上不详另写。"""

import io
from datetime import date

import openpyxl
import polars as pl
import pytest

from miaopu.access.act import Wrong
from miaopu.access.actor import Reach
from miaopu.screening.focus import _near
from miaopu.selection.city import city
from miaopu.selection.screening import refresh
from miaopu.selection.screening.firms import export as firms_export
from miaopu.selection.screening.firms.cohorts import shown
from miaopu.selection.screening.firms.filters import Filters
from miaopu.selection.screening.firms.find import find
from miaopu.selection.screening.firms.roll import roll
from miaopu.selection.screening.models import Cohort, Firm, FirmColumns, Round
from miaopu.selection.screening.queries import opened
from miaopu.selection.screening.rounds import books, compare
from miaopu.selection.screening.rounds.kept import Kept, kept

pytestmark = pytest.mark.django_db


def test_a_value_no_longer_known_never_widens_to_all(actor, client_of):
    one = Cohort.objects.create(owner_id=actor("gly").account, name="旧门类", query="section=没有了&verdict=1")
    row = shown(actor("gly"), roll(), [one])[0]
    assert row.total == 0 and "没有“没有了”" in row.told and "重新选" in row.told
    answer = client_of("gly").post("/firms/export/", {"query": "section=没有了"})
    assert answer.status_code == 400 and "重新选" in answer.content.decode()
    assert client_of("gly").get("/firms/?section=没有了").status_code == 200


def test_an_export_across_a_refresh_is_refused(actor, tmp_path):
    found = find(actor("gly"), roll(), Filters(), counting=False)
    assert firms_export.write(actor("gly"), found, tmp_path / "a").is_file()
    FirmColumns.objects.update(stamp="换新了")
    with pytest.raises(Wrong, match="刚好换新"):
        firms_export.write(actor("gly"), found, tmp_path / "b")


@pytest.mark.parametrize("page", ["lists/?tier=LG", "watch/", "focus/", "goals/"])
def test_every_export_names_the_round_on_the_screen(client_of, page):
    code = Round.objects.get(current=True).code
    text = client_of("gly").get(f"/screening/{page}").content.decode()
    form = text.partition("/screening/export/")[2].partition("</form>")[0]
    assert f'name="round" value="{code}"' in form
    again = client_of("gly").get(f"/screening/{page}{'&' if '?' in page else '?'}round={code}").content.decode()
    assert again.partition("/screening/export/")[2].partition("</form>")[0].count('name="round"') == 1


def test_not_known_to_be_above_scale_is_not_said_to_be_below():
    rows = [
        (f"E{at}", value, known, "否")
        for at, (value, known) in enumerate([(200, None), (200, 0), (90, None), (200, 1)])
    ]
    table = pl.DataFrame(rows, ["enterprise", "value", "above_scale_t1", "stand_in"], orient="row").with_columns(
        line=pl.lit(100), scale_category=pl.lit("C")
    )
    told = dict(_near(table, 70).select("enterprise", "state").iter_rows())
    assert told == {"E0": "已过线，规上情况不详", "E1": "已过线，不在规上名录", "E2": "临近"}


@pytest.fixture
def moved(held, tmp_path):
    """同一轮的一份，名单第一家换了县区、少了最后一家，结论一家也没变。"""
    for path in held.folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    rows = held.scan("list").filter(pl.col("tier") == "LG").collect()
    first, last = rows.row(0, named=True), rows.row(-1, named=True)
    changed = rows.filter(pl.col("enterprise") != last["enterprise"]).with_columns(
        district=pl.when(pl.col("enterprise") == first["enterprise"]).then(pl.lit("999999")).otherwise("district")
    )
    changed.write_parquet(tmp_path / "list.parquet")
    return Kept(tmp_path, held.results, held.about), first, last


def test_moving_to_another_county_is_neither_entering_nor_leaving(held, moved):
    new, first, last = moved
    pair = compare.Pair(held, new)
    for district in (first["district"], "999999"):
        entered, left = compare.crossed(pair, "LG", Reach(districts=frozenset({district})))
        assert first["enterprise"] not in [*entered["enterprise"], *left["enterprise"]]
    assert compare.crossed(pair, "LG", Reach(everywhere=True))[1]["enterprise"].to_list() == [last["enterprise"]]


def test_a_comparison_with_only_movers_is_exported(client_of, held, moved, monkeypatch):
    new, _, last = moved
    monkeypatch.setattr(books, "_round", lambda given: new if given.get("round") else held)
    pair = compare.Pair(held, new)
    monkeypatch.setattr(books, "Pair", lambda old, now: pair)
    answer = client_of("gly").post("/screening/export/compare/", {"round": "新", "with": "旧", "tier": "LG"})
    if answer.status_code == 400:
        raise AssertionError(answer.content.decode()[:500])
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    assert last["name"] in {str(cell.value) for page in book for row in page.iter_rows() for cell in row}


def test_a_name_too_long_for_its_column_does_not_stop_the_refresh():
    found = opened(Round.objects.get(current=True))
    place = refresh.place_of(city(), found.wide)
    result = refresh.screened(city(), found, place)
    long = result.firms.with_columns(name=pl.col("name") + "长" * 300)
    from dataclasses import replace

    rows = refresh.firm_rows(city(), found, replace(result, firms=long), place)
    assert rows["name"].str.len_chars().max() == Firm._meta.get_field("name").max_length
    assert rows["name"].str.ends_with("…").all()


def test_documents_of_an_older_shape_are_not_ready(held, settings, tmp_path):
    from miaopu.selection.screening.rounds import documents

    settings.FILES = tmp_path / "files"
    found = Round.objects.get(current=True)
    documents.folder(found).mkdir(parents=True)
    documents.bundle(found).write_bytes(b"")
    for form, ready in ((documents.FORM, True), (documents.FORM - 1, False)):
        mark = f'{{"made_from": {{"run": "{found.code}", "form": {form}}}, "files": []}}'
        (documents.folder(found) / documents.DONE).write_text(mark, encoding="utf-8")
        assert documents.ready(found) is ready
    assert kept(found).code == found.code and found.assessed_on == date(2026, 11, 20)
