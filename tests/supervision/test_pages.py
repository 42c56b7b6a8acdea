"""任务台账的页面：各角色看到的，筛选、导出、到期清单；没有办成的填报，填的内容还在。"""

import io

import openpyxl
import pytest
from django.urls import reverse

from miaopu.access import log
from miaopu.access.models import LogEntry
from miaopu.supervision.tasks.actions import target_of
from miaopu.supervision.tasks.models import Duty, Entry

pytestmark = pytest.mark.django_db
PAGES = ("/tasks/", "/tasks/plan/L25/", "/tasks/plan/L25/?view=board", "/tasks/due/", "/tasks/task/L25-04/")


@pytest.mark.parametrize("login", ["gly", "jingban", "dongchangfu", "zhuanyuan", "shuiwu", "caizheng", "lingdao"])
def test_every_page_opens_for_those_who_may_look(client_of, login):
    client = client_of(login)
    told = {page: client.get(page) for page in PAGES}
    assert {page: one.status_code for page, one in told.items()} == dict.fromkeys(PAGES, 200)
    assert all("L25" in one.content.decode() for one in told.values()) and "动员部署" in told[PAGES[1]].content.decode()


def test_others_are_refused_and_strangers_go_to_the_door(client_of, client):
    assert {client_of("qiye").get(page).status_code for page in PAGES} == {403}
    assert client.get("/tasks/").url.startswith("/login/")


def test_the_definition_of_lights_and_the_assumption_are_on_the_page(client_of):
    text = client_of("gly").get("/tasks/plan/L25/").content.decode()
    assert "落后进度线不超过 20%" in text and "推测：" in text and "第一阶段：选种（2024年10月-11月）" in text


def test_a_county_sees_its_own_lights_only(client_of):
    text = client_of("dongchangfu").get("/tasks/task/L25-04/").content.decode()
    assert "东昌府区" in text and "茌平区" not in text


@pytest.mark.parametrize(
    ("given", "count"),
    [("stage=XZ", 5), ("cadence=ongoing", 4), ("state=todo", 11), ("light=red", 0), ("q=国资", 1), ("stage=NO", 11)],
)
def test_filters_narrow_the_rows(client_of, given, count):
    page = client_of("gly").get(f"/tasks/plan/L25/?{given}")
    assert page.context["total"] == count
    if not count:
        assert "没有符合条件的任务" in page.content.decode()


def test_the_export_holds_exactly_the_filtered_rows_in_ledger_form(client_of):
    response = client_of("jingban").post("/tasks/plan/L25/export/?stage=XZ")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
    rows = [list(row) for row in sheet.iter_rows(values_only=True)]
    heads = rows[2]
    assert heads[0] == "序号" and heads[-1] == "备注"
    tasks = [row[1] for row in rows if row[1] and str(row[1]).startswith("L25-")]
    assert tasks == [
        f"L25-0{n} {title}" for n, title in enumerate(["动员部署", "深入挖潜", "部门联动", "建库培育", "台帐跟踪"], 1)
    ]
    assert (
        response["Content-Disposition"].startswith("attachment") and "20261120.xlsx" in response["Content-Disposition"]
    )
    entry = LogEntry.objects.latest("seq")
    assert entry.operation == "task.export" and '"行数": 5' in entry.after
    assert client_of("zhuanyuan").post("/tasks/plan/L25/export/").status_code == 403


def test_the_due_list_is_exported_as_it_is_narrowed(client_of):
    county = client_of("dongchangfu")
    shown = [line for _, lines in county.get("/tasks/due/?mine=1").context["groups"] for line in lines]
    response = county.post(reverse("tasks:due-export") + "?mine=1")
    sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).worksheets[0]
    rows = [row for row in sheet.iter_rows(min_row=4, values_only=True) if str(row[1]).startswith("L25-")]
    assert len(rows) == len(shown) > 0 and {row[2] for row in rows} == {"东昌府区"}
    assert {"临期"} <= {row[7] for row in rows} <= {"正常", "临期", "逾期"}
    entry = LogEntry.objects.latest("seq")
    assert entry.target == "任务到期清单" and f'"行数": {len(rows)}' in entry.after
    assert client_of("zhuanyuan").post(reverse("tasks:due-export")).status_code == 403


def test_a_report_from_the_page(client_of):
    one = Duty.objects.get(task__code="L25-01", district=None)
    given = {"version": one.version, "on": "2026-11-18", "text": "开了启动会", "state": "done", "count": ""}
    response = client_of("jingban").post(f"/tasks/duty/{one.pk}/", given)
    assert response.status_code == 302
    one.refresh_from_db()
    assert (one.state, one.ended.isoformat()) == ("done", "2026-11-20")
    assert "办结" in client_of("gly").get("/tasks/plan/L25/?view=board").content.decode()


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"version": "7"}, "改过这一项"),
        ({"count": "十二"}, "应是整数"),
        ({"on": "昨天"}, "应是日期"),
        ({"version": ""}, "应是整数"),
    ],
)
def test_what_was_typed_stays_on_the_page_when_it_is_refused(client_of, changes, told):
    one = Duty.objects.get(task__code="L25-04", district=None)
    given = {
        "version": one.version,
        "on": "2026-11-18",
        "text": "写了很久的一段话",
        "state": "doing",
        "goal": "0",
        "count": "12",
    }
    response = client_of("jingban").post(f"/tasks/duty/{one.pk}/", given | changes)
    text = response.content.decode()
    assert response.status_code == 409 and told in text and "写了很久的一段话" in text
    assert not Entry.objects.exists()
    assert client_of("dongchangfu").post(f"/tasks/duty/{one.pk}/", given).status_code == 403


def test_the_to_do_names_what_is_due(client_of):
    text = client_of("dongchangfu").get("/desk/").content.decode()
    assert "任务 14 天内到期" in text
    due = client_of("dongchangfu").get("/tasks/due/?mine=1")
    assert due.context["total"] == 2 and {one.duty.body for _, lines in due.context["groups"] for one in lines} == {
        "东昌府区"
    }


def test_the_whole_history_of_a_duty_can_be_read(client_of, actor):
    one = Duty.objects.get(task__code="L25-01", district=None)
    for number in range(51):
        log.append(actor("jingban"), "task.update", "更新任务进展", target_of(one), reason=f"第{number}次")
    first = client_of("gly").get(f"/tasks/duty/{one.pk}/").content.decode()
    last = client_of("gly").get(f"/tasks/duty/{one.pk}/?page=2").content.decode()
    assert "共 51 条，第 1 / 2 页" in first and "第50次" in first and ">第0次<" not in first and ">第0次<" in last
