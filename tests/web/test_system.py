"""运行维护：系统管理员看得到现状，别人看不到，里面没有企业数据。"""

from datetime import timedelta

import pytest
from django.utils import timezone

from miaopu.jobs.models import Job

pytestmark = pytest.mark.django_db


def test_the_system_administrator_sees_how_things_stand(client_of):
    Job.objects.create(kind="x", title="收件", by="甲", state="running", beat=timezone.now() - timedelta(minutes=5))
    Job.objects.create(kind="x", title="收件", by="甲", state="failed")
    answer = client_of("xitong").get("/system/")
    facts = {item: (value, care) for item, value, care in answer.context["facts"]}
    assert facts["数据库结构"] == ("是最新的", False) and facts["案件库"][0] in ("SQLite", "PostgreSQL")
    assert dict(answer.context["jobs"])["失败"] == 1 and answer.context["lost"] == 1
    assert "收件" not in answer.content.decode()


@pytest.mark.parametrize("login", ["gly", "anquan", "shenji", "qiye"])
def test_nobody_else_does(client_of, login):
    assert client_of(login).get("/system/").status_code == 403
