"""升级旧案件库：只有真实时刻的各件得到那一刻当地的日子；半夜前后、原来空着的都不错。"""

from datetime import UTC, date, datetime

import pytest
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

BEFORE, AFTER = datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC), datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
"""当地 3 月 1 日的最后一秒与 3 月 2 日零点。"""


@pytest.fixture
def older(django_db_blocker):
    """空的一个旧案件库，只有培育库的表，停在记业务日期以前；给出升级的手。"""
    connections.databases["older"] = connections.databases["default"] | {
        "ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:", "OPTIONS": {},
    }  # fmt: skip
    with django_db_blocker.unblock():
        executor = MigrationExecutor(connections["older"])
        executor.migrate([("library", "0002_library")])
        yield executor
        connections["older"].close()
    del connections["older"], connections.databases["older"]


def test_a_moment_becomes_its_local_day(older):
    apps = older.loader.project_state([("library", "0002_library")]).apps
    old = {name: apps.get_model("library", name).objects.using("older") for name in ("member", "dispatch", "parcel")}
    own = {"tier": "LG", "tier_title": "小巨人", "year": 2026}
    shape = {"state": "reserve", "round": "r", "rank": 1, "verdict": 0, "band": "", "situation": "", "by": "甲"}
    for moment in (BEFORE, AFTER):
        one = old["member"].create(enterprise=str(moment.second), name="甲", **own, **shape)
        old["member"].filter(pk=one.pk).update(made=moment)
    sent = old["dispatch"].create(by="甲", reason="发", **own)
    for moment in (BEFORE, AFTER, None):
        old["parcel"].create(dispatch=sent, district="1", county="甲", due=date(2026, 3, 9), received_at=moment)
    older.loader.build_graph()
    older.migrate([("library", "0003_business_dates")])
    new = older.loader.project_state([("library", "0003_business_dates")]).apps
    days = {name: new.get_model("library", name).objects.using("older").order_by("pk") for name in ("member", "parcel")}
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    assert list(days["member"].values_list("made", flat=True)) == [first, second]
    assert list(days["parcel"].values_list("received_on", flat=True)) == [first, second, None]
