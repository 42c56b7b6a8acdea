"""同时来：两个人开同一个登录名、各收各的文件、改同一条记录；一个办成，另一个知道为什么，什么也不丢。案件库没了的出错页也说中文。"""

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack, suppress
from datetime import date
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client, RequestFactory
from django.utils.functional import SimpleLazyObject
from tests.nurture.conftest import admitted, hired
from tests.selection.intake.desk import done, taxed

from miaopu.access import log
from miaopu.access.act import Wrong
from miaopu.access.actions.accounts import open_account
from miaopu.access.models import Account
from miaopu.access.queries import actor_of
from miaopu.ledger.journal import active, open_ledger, verify
from miaopu.nurture.specialists.models import Pairing
from miaopu.selection.intake.actions.uploads import accept, receive
from miaopu.selection.intake.files import keep
from miaopu.selection.intake.models import Upload
from miaopu.selection.intake.states import State
from miaopu.selection.library import entry
from miaopu.selection.library.actions.members import move
from miaopu.selection.library.evidence import given
from miaopu.selection.library.models import Member
from miaopu.supervision.tasks import actions as tasks
from miaopu.supervision.tasks.models import Duty, Entry
from miaopu.web.views import problem

DAY = date(2026, 11, 20)


def person(login: str) -> Any:
    return actor_of(Account.objects.get(login=login), "测试")


def together(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """各在一条线上同时做；给出各自的结果或抛的错。"""
    start, found = threading.Barrier(len(works)), [None] * len(works)

    def run(at: int) -> None:
        try:
            start.wait()
            found[at] = works[at]()
        except Exception as error:
            found[at] = error
        finally:
            connection.close()

    lines = [threading.Thread(target=run, args=(at,)) for at in range(len(works))]
    for line in lines:
        line.start()
    for line in lines:
        line.join()
    return found


def test_one_login_opened_by_several_at_once_is_opened_once(whole_site: None) -> None:
    """不分大小写；后到的是一句话，不是程序错。"""
    chief = person("xitong")
    names = ("wang.wu", "Wang.Wu", "wang.wu", "WANG.WU")
    found = together([lambda name=name: open_account(chief, name, {"name": "王五"}) for name in names])
    assert sum(isinstance(one, tuple) for one in found) == 1, found
    assert all(
        (isinstance(one, Wrong) and "有人用" in str(one)) or "被别人用了" in str(one)
        for one in found
        if not isinstance(one, tuple)
    ), found
    assert Account.objects.filter(login__iexact="wang.wu").count() == 1
    assert log.verify() is None


def test_two_files_posted_at_once_are_both_in(whole_site: None, own_ledger, settings, tmp_path) -> None:
    settings.FILES = tmp_path / "files"
    made = []
    for login, year in (("jingban", "2021"), ("gly", "2022")):
        one = receive(person(login), keep(f"收入{year}.xlsx", [taxed(year)], 1 << 20), None)
        done(one.job)
        made.append(accept(person(login), one.pk))
    ended = together([lambda number=one.job: done(number).state for one in made])
    assert ended == ["done", "done"]
    assert set(Upload.objects.filter(pk__in=[one.pk for one in made]).values_list("state", flat=True)) == {State.POSTED}
    ledger = open_ledger(own_ledger)
    files = [one.body["file"] for one in active(ledger, DAY).batches]
    assert {"收入2021.xlsx", "收入2022.xlsx"} <= set(files) and len(files) == len(set(files))
    assert verify(ledger) is None


def test_two_people_saving_one_record_at_once_one_is_told(whole_site: None) -> None:
    one = Duty.objects.get(task__code="L25-04", district=None)
    given = tasks.Report(date(2026, 11, 18), "摸排了一批企业", "doing", 0, 12)
    people = [person(login) for login in ("jingban", "gly")]
    found = together([lambda who=who: tasks.report(who, one.pk, one.version, given) for who in people])
    told = [str(error) for error in found if isinstance(error, Wrong)]
    assert len(told) == 1 and "改过这一项" in told[0], found
    assert Entry.objects.filter(duty=one).count() == 1 and Duty.objects.get(pk=one.pk).version == one.version + 1


def test_two_tiers_of_one_firm_dropped_at_once_end_its_pairing(whole_site: None, monkeypatch: Any) -> None:
    """各退一个层级：后办的看得见先办的，专员分工照样结束。"""
    boss, (firm,) = person("gly"), admitted(1)
    one = Member.objects.get(enterprise=firm.enterprise)
    other = Member.objects.get(enterprise=firm.enterprise)
    other.pk, other.tier, other.open_key = None, "LG", f"{firm.enterprise}:LG"
    other.save()
    told = {"enterprise": firm.enterprise, "name": firm.name, "district": firm.district, "tier": "SRDI", "by": "甲"}
    told |= {"person": hired(boss, "专员"), "since": DAY, "open_key": firm.enterprise, "reason": "近", "why_not": "无"}
    made = Pairing.objects.create(**told)
    written, follow = threading.Barrier(2), entry.followed

    def slowly(*given: Any) -> None:
        with suppress(threading.BrokenBarrierError):
            written.wait(1)
        follow(*given)

    monkeypatch.setattr(entry, "followed", slowly)
    found = together(
        [lambda each=each: move(boss, {each.pk: 1}, "drop", "处罚", given("决定书")) for each in (one, other)]
    )
    assert not [each for each in found if isinstance(each, Exception)], found
    made.refresh_from_db()
    assert made.until is not None and made.open_key is None


def test_the_page_of_a_fault_speaks_chinese_even_when_the_database_is_gone(db: None) -> None:
    """程序错了、案件库也没了：不露内情，不是英文的白页。"""

    def gone(*_: Any) -> Any:
        raise OperationalError("connection refused")

    request = RequestFactory().get("/desk/")
    request.htmx = False
    request.user = SimpleLazyObject(lambda: Account.objects.get(login="gly"))
    request.actor = SimpleLazyObject(lambda: person("gly"))
    with ExitStack() as stack:
        stack.enter_context(connection.execute_wrapper(gone))
        try:
            raise KeyError("秘密")
        except KeyError:
            answer = problem.broken(request)
    page = answer.content.decode()
    assert answer.status_code in (500, 503) and "案件库" in page and "秘密" not in page and "KeyError" not in page


def test_the_page_of_a_fault_tells_what_to_do(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    client = Client(raise_request_exception=False)
    monkeypatch.setattr("django.middleware.common.CommonMiddleware.process_request", lambda *_: 1 / 0)
    answer = client.get("/")
    page = answer.content.decode()
    assert answer.status_code == 500 and "程序出错了" in page and "没有改动任何数据" in page and "division" not in page
