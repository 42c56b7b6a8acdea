"""方案目录：四份文件的阶段、任务一个不少，人人有责，只有短句；写错了说得出哪个文件第几行。"""

import pytest

from miaopu.supervision.tasks.plans import LONGEST_QUOTE, load_plans
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError

PLANS = load_plans(Catalog.default())


@pytest.mark.parametrize(("code", "stages", "tasks"), [("L25", 3, 11), ("SD22", 8, 27), ("L21", 1, 8), ("Z22", 1, 12)])
def test_every_stage_and_task_of_the_document_is_there(code, stages, tasks):
    plan = PLANS[code]
    assert (len(plan.stages), len(plan.tasks)) == (stages, tasks)
    assert {one.stage.code for one in plan.tasks} == {one.code for one in plan.stages}


def test_every_task_has_a_responsible_body_and_says_where_it_stands():
    for plan in PLANS.values():
        for one in plan.tasks:
            assert one.lead and all(one.lead), one.code
            assert (one.place and one.bodies_note.endswith(("推测", "有序推进”"))) or one.lead == (
                "市工业和信息化局",
            ), one.code


def test_quotes_are_short_and_the_summary_is_not_the_quote():
    for plan in PLANS.values():
        for one in plan.tasks:
            assert 4 <= len(one.quote) <= LONGEST_QUOTE
            assert one.quote not in one.text and one.text not in one.quote, one.code


def test_the_stages_of_liaocheng_stand_in_the_months_of_the_text():
    months = [(one.since.strftime("%Y-%m"), one.due.strftime("%Y-%m")) for one in PLANS["L25"].stages]
    assert months == [("2024-10", "2024-11"), ("2024-10", "2025-03"), ("2025-03", "2025-07")]
    assert PLANS["L25"].shift_years == 2 and "推测" in PLANS["L25"].shift_reason


def test_targets_are_taken_from_the_target_files():
    library = next(one for one in PLANS["L25"].tasks if one.code == "L25-04").goals[0]
    assert (library.target, library.value, library.word) == ("L25-LIBRARY", 180, "不少于180家")
    yearly = next(one for one in PLANS["Z22"].tasks if one.code == "Z22-01").goals[0]
    assert (yearly.value, yearly.per) == (175, "yearly")


PLAN = """\
code: X1
title: 试
short: 试
document: 试
source: primary
region: '371500'
kind: tasks
running: false
stages:
- {code: A, title: 甲, since: 2026-01-01, due: 2026-12-31, quote: 原文}
tasks:
- {code: X1-1, stage: A, title: 一, text: 做事, quote: 原文短句, place: 一, cadence: once, lead: [某局]}
"""


GOAL = "goals: [{title: 甲, value: NUMBER, unit: 家, word: 若干, quote: 原文}]"


def broken(tmp_path, old, new):
    (tmp_path / "plans").mkdir()
    (tmp_path / "plans" / "x.yaml").write_text(PLAN.replace(old, new), encoding="utf-8")
    return Catalog.default(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (", lead: [某局]", "", "X1-1 没有责任单位"),
        ("cadence: once", "cadence: weekly", "“cadence”不认得“weekly”"),
        ("stage: A", "stage: B", "“stage”不认得“B”"),
        ("quote: 原文短句", "quote: " + "长" * 61, "“quote”有 61 个字"),
        ("place: 一", "place: ''", "缺少“place”"),
        ("code: X1-1", "code: L25-01", "任务代码 L25-01 重复"),
        ("lead: [某局]", "lead: [某局], goals: [{target: NO-SUCH}]", "没有目标 NO-SUCH"),
        ("lead: [某局]", f"lead: [某局], {GOAL}".replace("NUMBER", "0"), "应是大于 0 的整数，现在是“0”"),
        (
            "cadence: once, lead: [某局]",
            f"cadence: yearly, lead: [某局], {GOAL}".replace("NUMBER", "3, per: monthly"),
            "比任务的周期还短",
        ),
        ("since: 2026-01-01", "since: 2027-01-01", "since 不晚于 due"),
        ("running: false", "running: false\nshift_years: 1", "shift_reason"),
    ],
)
def test_a_mistake_is_told_with_its_file_and_line(tmp_path, old, new, told):
    with pytest.raises(CatalogError, match=told) as caught:
        load_plans(broken(tmp_path, old, new))
    assert caught.value.path.endswith("x.yaml") and caught.value.line > 0
