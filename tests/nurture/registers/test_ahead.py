"""照登记试算：赶得上的当作办到、赶不上的说哪天，归集的数当作那一年的数；与假如的结果相同，已结账的不动，与台账对账。"""

from datetime import date, timedelta

import pytest
from tests.nurture.registers.conftest import COST, PATENT

from miaopu.desk.planning.trial import trial_of
from miaopu.desk.planning.underway import Booked, Pending, ahead
from miaopu.nurture.followup.plans.solve import next_window
from miaopu.nurture.registers.models import Entry
from miaopu.nurture.registers.reckon.ahead import booked, checked, coming, key_of, pending
from miaopu.plan.what_if import what_if
from miaopu.selection.city import today
from miaopu.selection.screening.models import Firm
from miaopu.selection.screening.opening import open_firm, reading_of
from miaopu.selection.screening.queries import current

pytestmark = pytest.mark.django_db
NAME = "class1_ip_2026"


@pytest.fixture
def trial(db):
    """小城里一家，看小巨人最近的申报日；Ⅰ类知识产权件数知道。"""
    reading, on = reading_of(current()), next_window("LG")
    for one in Firm.objects.filter(next_tier="LG").order_by("enterprise")[:20]:
        found = trial_of(reading, one.enterprise, "LG", on)
        if found.puzzle.record.values.get(f"{NAME}_low") is not None:
            return found
    raise AssertionError("小城里没有合用的企业，这条测试什么也没有测")


def test_what_is_in_time_counts_and_what_is_late_does_not(trial) -> None:
    judged, known = trial.puzzle.record.judged_on, trial.puzzle.record.known_on
    lead = trial.puzzle.setting.measures["PATENT"].lead_days
    early = Pending("PATENT", "早申请的", since=judged - timedelta(days=lead))
    late = Pending("PATENT", "晚一天申请的", since=judged - timedelta(days=lead - 1))
    blank = Pending("PATENT", "没有日期的")
    passed = Pending("PATENT", "预计过了的", estimate=known)
    done = Pending("PATENT", "早办成的", done=known)
    found = ahead(trial, [early, late, blank, passed, done], [])
    assert [one.counts for one in found.rows] == [True, False, False, False, False]
    assert "晚于申报日" in found.rows[1].told and "不知道哪天" in found.rows[2].told
    assert "请改预计日" in found.rows[3].told and "不另加" in found.rows[4].told
    low = trial.puzzle.record.values[f"{NAME}_low"]
    told = {one.name: one.after for one in found.what.effects}
    assert told[f"{NAME}_low"] == low + 1, "只有赶得上的一件加了"


def test_the_outcome_is_what_the_same_supposition_gives(trial) -> None:
    values = trial.puzzle.record.values
    three = [Pending("PATENT-FAST", f"第{at}件", estimate=trial.puzzle.record.judged_on) for at in range(3)]
    found = ahead(trial, three, [])
    names = {change.input for change in trial.puzzle.setting.measures["PATENT-FAST"].changes if change.mode == "add"}
    columns = {f"{name}{end}" for name in names for end in ("", "_low", "_high")} & set(values)
    given = {name: values[name] + 3 for name in columns if values[name] is not None}
    best = {name: "class1_self" for name in ("ip_best_low", "ip_best_high", "ip_best") if name in values}
    same = what_if(trial.puzzle, {**best, **given})
    assert found.what.verdicts == same.verdicts and given
    assert {name: found.what.after[name] for name in same.changed} == {name: same.after[name] for name in same.changed}


def test_booked_money_is_that_years_number_and_a_closed_year_stays(trial) -> None:
    record = trial.puzzle.record
    year = record.judged_on.year - 1
    found = ahead(trial, [], [Booked("rd", year, 777_000_000), Booked("rd", year - 1, 1)])
    told = {one.name: one.after for one in found.what.effects}
    assert found.rows[0].counts and not found.rows[1].counts and "已结账" in found.rows[1].told
    assert told["rd_t1"] == 777 and "rd_t2" not in told
    assert ahead(trial, [], []).what.effects == () and ahead(trial, [], []).what.changed == ()


def test_entries_become_what_they_realise(work, firm) -> None:
    work.enter("patents", name="一", kind="发明", route="快速预审", expected="2027-03-01")
    work.enter("patents", name="二", kind="发明", route="普通审查", filed="2026-01-01")
    work.enter("patents", name="三", kind="其他Ⅰ类")
    gone = work.enter("patents", name="四", kind="发明", route="普通审查")
    work.step("qiye", gone, "fail")
    work.enter("contests", project="五", contest="创客中国省赛", aim="全国五百强")
    for amount in ("120.5", "0.1"):
        work.enter("rd", **{**COST, "amount": amount})
    rows = list(Entry.objects.order_by("pk"))
    assert [(one.measure, one.estimate, one.since) for one in pending(rows)] == [
        ("PATENT-FAST", date(2027, 3, 1), None), ("PATENT", None, date(2026, 1, 1))]  # fmt: skip
    assert booked(rows) == [Booked("rd", 2026, 120_600_000)]
    told = coming(firm.enterprise, "LG", rows)
    assert told.found is not None and told.on > today() and len(told.found.rows) == 3


def test_a_granted_number_is_looked_up_in_the_ledger(work, actor) -> None:
    rows = Firm.objects.order_by("enterprise").values_list("enterprise", flat=True)
    gly = actor("gly")
    has = next(one for one in rows if any(item.indicator == "ip" for item in open_firm(gly, one).figures.file.items))
    number = next(item.item for item in open_firm(gly, has).figures.file.items if item.indicator == "ip")
    made = work.enter(
        "patents",
        name="一",
        kind="发明",
        route="普通审查",
        filed="2025-01-01",
        number=f" {number[:4].lower()} {number[4:]}",
    )
    other = work.enter(
        "patents", name="二", kind="发明", route="普通审查", filed="2025-01-01", number="ZL999999999999.9"
    )
    blank = work.enter("patents", name="三", kind="发明")
    Entry.objects.update(enterprise=has)
    Entry.objects.filter(pk__in=[made.pk, other.pk]).update(state="granted", kind="done")
    told = checked(gly, has, list(Entry.objects.all()))
    assert told == {made.pk: "台账里已有", other.pk: "台账里还没有，请部门核对"} and blank.pk not in told


def test_a_contract_is_not_looked_for_among_the_standards(work, actor) -> None:
    """大企业配套登记的是合同号，台账里没有这种条目，不说“还没有”；标准号照对。"""
    firm = Firm.objects.order_by("enterprise").values_list("enterprise", flat=True)[0]
    for name, kind in (("配套合同", "大企业配套"), ("一项标准", "标准制修订")):
        work.enter("standards", name=name, kind=kind, number="虚构-2026-1")
    Entry.objects.update(enterprise=firm, state="finished", kind="done")
    told = checked(actor("gly"), firm, rows := list(Entry.objects.all()))
    assert told == {one.pk: "台账里还没有，请部门核对" for one in rows if one.title == "一项标准"} and len(told) == 1


@pytest.mark.parametrize(("item", "typed", "key"), [
    ("ip", "ZL202610000000.4", "202610000000"), ("ip", "zl 2026 10000000.4", "202610000000"),
    ("ip", "ZL202610000000.5", "2026100000005"), ("standard_work", "GB/T 1－2026", "GB/T1-2026"),
])  # fmt: skip
def test_a_number_is_written_as_the_ledger_keeps_it(item, typed, key) -> None:
    """台账的键不带 ZL、点与核对无误的校验码；登记照证书写的，仍是同一件。"""
    assert key_of(item, typed) == key


def test_a_tier_without_a_standard_says_so(work, firm) -> None:
    assert coming(firm.enterprise, "没有这一级", []).found is None


def test_a_patent_that_is_not_used_realises_no_measure(work) -> None:
    for given, count in (({}, 1), ({"applied": "是"}, 1), ({"applied": "否"}, 0)):
        one = work.enter("patents", **{**PATENT, **given, "name": f"专利{given}"})
        assert len(pending([one])) == count, given
