"""当前一轮：只有今天的评估自动成为当前；别的日期只存着，由人换；费时的不占案件库，同时换新不打架。"""

from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from tests.selection.screening.conftest import LAST_YEAR

from miaopu.access.act import Wrong
from miaopu.access.actor import system
from miaopu.jobs.models import Job
from miaopu.jobs.perform import perform
from miaopu.selection.city import city, today
from miaopu.selection.screening import actions, refresh
from miaopu.selection.screening.models import Firm, FirmColumns, Listing, Round, Turn
from miaopu.selection.screening.rounds import kept as store
from miaopu.selection.screening.rounds.turn import turn_now

pytestmark = pytest.mark.django_db
PLANNED = date(2027, 5, 10)


@pytest.mark.parametrize(
    ("known_on", "assessed_on", "told"),
    [
        (today() + timedelta(1), today(), "数据截至"),
        (date(1999, 1, 1), today(), "数据截至"),
        (today(), date(2019, 1, 1), "按哪天的规则判"),
        (today(), date(2999, 1, 1), "按哪天的规则判"),
    ],
)
def test_dates_out_of_bounds_are_refused_in_words(client_of, known_on, assessed_on, told):
    given = {"known_on": known_on.isoformat(), "assessed_on": assessed_on.isoformat()}
    answer = client_of("gly").post("/screening/run/", given)
    assert answer.status_code == 400 and f"“{told}" in answer.content.decode() and not Job.objects.exists()


def test_a_round_of_other_dates_is_kept_and_changes_nothing_anybody_sees(actor, client_of, own_ledger):
    before, stamp = Round.objects.get(current=True), FirmColumns.objects.get().stamp
    job = actions.run(actor("gly"), today(), PLANNED)
    perform.call(job.pk)
    job.refresh_from_db()
    assert job.state == "done" and "没有换成当前一轮" in job.message, job.error
    made = Round.objects.get(assessed_on=PLANNED)
    assert not made.current and Round.objects.get(current=True) == before
    assert FirmColumns.objects.get().stamp == stamp
    assert client_of("gly").get(f"/screening/?round={made.code}").status_code == 200
    turn_now(actor("gly"), made.code, "看明年申报时的名单")
    assert Round.objects.get(current=True) == made and Turn.objects.first().reason == "看明年申报时的名单"


def test_a_chosen_round_outlives_a_change_of_form(actor, older):
    turn_now(actor("gly"), older.code, "核对去年的名单")
    Round.objects.filter(current=True).update(form=refresh.FORM - 1)
    Firm.objects.all().delete()
    made = actions.begin(system("启动"))
    assert made.code == older.code and made.form == refresh.FORM and made.assessed_on == LAST_YEAR
    assert Firm.objects.count() == made.enterprises


def test_a_chosen_round_that_cannot_be_opened_is_told(actor, older, monkeypatch):
    turn_now(actor("gly"), older.code, "核对去年的名单")
    Round.objects.filter(current=True).update(
        form=refresh.FORM - 1, marks=older.marks.replace('print": "', 'print": "x')
    )
    assert actions.begin(system("启动")).code == older.code, "台账没有变，重算出的还是它"
    Round.objects.filter(current=True).update(form=refresh.FORM - 1)

    def lost(*_):
        raise Wrong(f"轮次 {older.code} 的结果文件不在了")

    monkeypatch.setattr(actions, "_again", lost)
    told = []
    assert actions.begin(system("启动"), told.append).assessed_on == today()
    assert any("打不开" in one and older.code in one for one in told)


def test_the_long_work_holds_no_transaction(actor, older, monkeypatch):
    depth, seen = len(connection.savepoint_ids), []
    real = refresh.keep
    monkeypatch.setattr(refresh, "keep", lambda *a: (seen.append(len(connection.savepoint_ids)), real(*a)))
    Round.objects.filter(current=True).update(form=refresh.FORM - 1)
    actions.assess(system("测试"), today(), today())
    turn_now(actor("gly"), older.code, "核对去年的名单")
    assert seen == [depth, depth]


def test_an_export_is_computed_outside_the_transaction(client_of, monkeypatch):
    from miaopu.selection.screening.rounds import books

    depth, seen, real = len(connection.savepoint_ids), [], books.BOOKS["list"]
    monkeypatch.setitem(books.BOOKS, "list", lambda *a: (seen.append(len(connection.savepoint_ids)), real(*a))[1])
    assert client_of("gly").post("/screening/export/list/", {"tier": "LG"}).status_code == 200
    assert seen == [depth]


def test_a_whole_kept_round_is_never_taken_from_under_a_reader(held, monkeypatch):
    space, found = city(), store.reopened(Round.objects.get(current=True))
    place = store.place_of(space, found.wide)
    seen, real = [], store.shutil.rmtree
    monkeypatch.setattr(store.shutil, "rmtree", lambda path, **given: (seen.append(path), real(path, **given)))
    inode = held.folder.stat().st_ino
    store.keep(space, found, store.screened(space, found, place), place)
    assert held.folder.stat().st_ino == inode and held.folder not in seen
    monkeypatch.setattr(store, "FORM", store.FORM + 1)
    store.keep(space, found, store.screened(space, found, place), place)
    assert held.folder.stat().st_ino != inode and held.folder not in seen
    assert not [one for one in held.folder.parent.iterdir() if one.name.startswith(".")]


def test_there_is_one_current_round(older):
    with pytest.raises(IntegrityError), transaction.atomic():
        Round.objects.filter(pk=older.pk).update(current=True)


@pytest.mark.django_db(transaction=True)
def test_two_refreshes_at_once_leave_one_whole_round(whole_site):
    fresh = refresh.prepared(city(), store.reopened(Round.objects.get(current=True)))
    gate, wrong = Barrier(2), []

    def go(name: str) -> None:
        try:
            gate.wait(10)
            refresh.swap(fresh, name)
        except Exception as error:
            wrong.append(error)
        finally:
            connection.close()

    every = [Thread(target=go, args=(name,)) for name in ("甲", "乙")]
    for one in every:
        one.start()
    for one in every:
        one.join(60)
    assert not wrong
    assert Round.objects.filter(current=True).count() == FirmColumns.objects.count() == 1
    assert Firm.objects.count() == fresh.firms.height and Listing.objects.count() == fresh.listings.height
