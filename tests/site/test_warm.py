"""预热：开站前走过工作台、总库、一户档案，什么也不写；案件库够不着也不碍着开站。"""

from django.contrib.sessions.models import Session
from django.db import connection
from django.test.utils import CaptureQueriesContext

from miaopu.access.models import LogEntry
from miaopu.selection.screening import opening
from miaopu.selection.screening.models import Listing, Round
from miaopu.site.warm import warm


def test_it_opens_the_pages_and_writes_nothing(whole_site):
    opening._reading.cache_clear()
    opening._figures.cache_clear()  # 同一进程里前面的测试可能已经打开过这一户
    before = LogEntry.objects.count()
    with CaptureQueriesContext(connection) as asked:
        addresses = warm()
    leader = Listing.objects.order_by("rank").first().enterprise
    assert addresses == ["/desk/", "/firms/", f"/firms/{leader}/"] and opening._reading.cache_info().currsize == 1
    assert all(one["sql"].startswith(("SELECT", "PRAGMA")) for one in asked.captured_queries)
    assert LogEntry.objects.count() == before and not Session.objects.exists()


def test_without_a_round_or_a_database_the_site_still_starts(whole_site, monkeypatch):
    monkeypatch.setattr("miaopu.site.warm.roll", lambda: 1 / 0)
    assert warm() == []
    Round.objects.update(current=False)
    assert warm() == []
    Round.objects.filter(pk=Round.objects.latest("made").pk).update(current=True)


def test_reading_pages_writes_the_session_at_most_once_a_minute(whole_site, client_of):
    reader = client_of("gly")
    reader.get("/firms/")
    with CaptureQueriesContext(connection) as asked:
        for _ in range(3):
            reader.get("/firms/?q=机械")
    written = [one["sql"][:80] for one in asked.captured_queries if not one["sql"].startswith(("SELECT", "PRAGMA"))]
    assert written == [], "一分钟之内再看，不写会话"
