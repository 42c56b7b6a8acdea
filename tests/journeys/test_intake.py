"""收数：上传部门文件，看预览，接收，看到名单待重新评估；裁定一处冲突。"""

import threading

from django.db import connection
from tests.journeys.reading import assert_accessible
from tests.selection.intake.desk import taxed

from miaopu.jobs.models import Job
from miaopu.jobs.perform import perform


def worked() -> None:
    """在另一条线里把等着的作业做完（浏览器自带事件循环）。"""

    def work() -> None:
        for number in list(Job.objects.filter(state="waiting").values_list("pk", flat=True)):
            perform.call(number)
        connection.close()

    line = threading.Thread(target=work)
    line.start()
    line.join()


def test_an_officer_takes_in_a_file_and_settles_a_conflict(visit, own_ledger, tmp_path, settings):
    settings.FILES = tmp_path / "files"
    path = tmp_path / "营业收入.xlsx"
    path.write_bytes(taxed())
    page = visit("jingban")
    page.click("text=数据汇聚")
    page.click("text=上传数据")
    page.set_input_files("#file", path)
    page.click("text=上传并预览")
    page.wait_for_selector("progress")
    worked()
    page.wait_for_selector("text=预览：还没有入账")
    assert_accessible(page)
    page.click("button:has-text('接收入账')")
    page.wait_for_selector("progress")
    worked()
    page.wait_for_selector("text=台账有变化，名单还是")
    page.click("text=取数冲突")
    page.wait_for_selector("table tbody tr")
    assert_accessible(page)
    page.click("tbody tr:has-text('已按规则取值') a")
    page.check("#choice-2")
    page.fill("#reason", "与企业核对了账册")
    page.click("button:has-text('裁定')")
    page.wait_for_selector("text=已裁定，记入台账")
    assert page.problems == []
