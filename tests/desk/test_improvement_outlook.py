"""前景的话：每一条过不了的都写出来；没有算完的不说做不到；不能申报的不说保持达标；两份标准分开说。"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from tests.desk.subjects import KNOWN, ON, SPEND, subject_of, text_of

from miaopu.desk.dossier import Reading
from miaopu.desk.improvement import words
from miaopu.desk.improvement.pack import told
from miaopu.desk.improvement.proof import check
from miaopu.desk.improvement.report import Subject, write_report
from miaopu.desk.improvement.scheme import write_scheme
from miaopu.plan.result import PERSON, UNKNOWN, Clash, Effect, Impossible, Left, Plan, Planned
from miaopu.plan.solver.solve import UNFINISHED
from miaopu.standards.tree.state import State

AGE = Clash("B1b", "从事年限", "到申报日只有2.1年", date(2030, 5, 10))
REVENUE = Clash(
    "B2a", "营业收入", "上年营业收入现为300万元，要5000万元以上", None, "看到2032年的申报窗口：办足措施也只到900万元"
)
KEEP = "按季更新经营数据，保持达标"


def impossible(enterprise: str, clashes: tuple[Clash, ...], **more) -> Impossible:
    given = {"earliest": None, "then": None, **more}
    return Impossible(enterprise, "LG-2026", KNOWN, ON, clashes, **given)


def both(subject: Subject, folder: Path) -> tuple[str, str]:
    """两份都写，都核得过；给出别的读法读出的文字。"""
    found = []
    for name, write in (("报告", write_report), ("规划", write_scheme)):
        path = write(subject, folder / f"{name}.docx")
        assert [one.sentence() for one in check(path, subject)] == []
        found.append(text_of(path))
    return found[0], found[1]


def test_what_to_mind_in_a_step_stands_in_both_papers(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    """来不及办成的依据：备注写在纸上，不只在页面上。"""
    late = replace(SPEND, remark="照常要到2027年6月1日才办成，在申报日之后")
    plan = subject_of(reading, firms[0]).planned.best
    for text in both(subject_of(reading, firms[0], replace(plan, steps=(late,))), tmp_path):
        assert "可用政策：研发费用加计扣除；备注：照常要到2027年6月1日才办成，在申报日之后。" in text


def test_every_clause_that_blocks_is_written_with_what_never_comes(
    reading: Reading, firms: list[str], tmp_path: Path
) -> None:
    best = impossible(firms[0], (AGE,), others=(REVENUE,), until=date(2032, 5, 10))
    subject = subject_of(reading, firms[0], best)
    report, scheme = both(subject, tmp_path)
    assert "下列2条各自单看就过不了" in report and "少任何一条" not in report
    assert "B1b 从事年限" in report and "办足措施也只到900万元" in report
    assert "看到2032年5月10日的申报窗口，B2a 营业收入一直不能满足" in report
    assert "2027年5月10日申报的是2026年" in report, "“上年”没有写明哪一年"
    assert KEEP not in scheme and "没有可排的方案" in scheme and "到2032年5月10日还达不到" in scheme
    assert told(subject) == "2027年5月10日做不到（B1b、B2a），说不出哪年能（看到2032年，B2a）"


def test_a_true_clash_says_that_one_less_would_do(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    pair = (AGE, replace(REVENUE, earliest=date(2029, 5, 10), never=""))
    last = (replace(AGE, earliest=None), replace(REVENUE, never=""))
    report, _ = both(
        subject_of(reading, firms[0], impossible(firms[0], pair, until=date(2032, 5, 10), last=last)), tmp_path
    )
    assert "下列2条不能同时满足，这一组里少任何一条" in report
    assert "看到2032年5月10日的申报窗口，下列各条仍不能同时满足" in report


def test_an_unfinished_search_is_not_called_impossible(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    whole = subject_of(reading, firms[0]).planned.others[0]
    best = impossible(firms[0], (UNFINISHED,), proven=False, until=date(2032, 5, 10))
    subject = subject_of(reading, firms[0], best)
    report, scheme = both(subject, tmp_path)
    for text in (report, scheme, told(subject)):
        assert "没有算完" in text and "做不到（" not in text and "申报做不到" not in text
    found = subject_of(reading, firms[0], replace(best, earliest=date(2028, 5, 10), then=whole))
    assert "更早能不能做到没有算完" in both(found, tmp_path)[0] and "最早" not in told(found)
    costly = replace(subject.planned, best=replace(whole, proven=False))
    report, scheme = both(replace(subject, planned=costly), tmp_path)
    assert "可能还有花费更少的" in report and "可能还有花费更少的" in scheme


def test_a_barred_firm_is_told_so(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    why = Clash("", "申报主体", "已吊销", None, "不是能申报的主体，哪年也不能")
    subject = subject_of(reading, firms[0], impossible(firms[0], (why,)))
    report, scheme = both(subject, tmp_path)
    assert "登记情况为“已吊销”，不是能申报的主体" in report and "为什么不能申报" in report and "做不到" not in report
    assert "登记情况为“已吊销”" in scheme and KEEP not in scheme
    assert told(subject) == "不能申报（已吊销）"


def test_only_a_firm_that_meets_everything_keeps_meeting_it(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    subject = subject_of(reading, firms[0])
    done = dict.fromkeys(subject.planned.others[0].after, State.pass_)
    plan = replace(subject.planned.others[0], steps=(), before=done, after=done, left=())
    assert KEEP in both(replace(subject, planned=Planned(plan)), tmp_path)[1]
    left = (Left("B2a", "营业收入", UNKNOWN, ("revenue_t1",)), Left("B6", "合规", PERSON, ()))
    waits = replace(subject, planned=Planned(replace(plan, left=left)))
    report, scheme = both(waits, tmp_path)
    assert KEEP not in scheme and "尚有1条待核、1条须人工核定" in scheme
    assert "缺数，先补齐再定（2026年营业收入）" in report
    assert told(waits).endswith("没有要另做的措施，尚有1条待核、1条须人工核定")
    short = {**done, subject.standard.clauses[0].id: State.fail_}
    failing = replace(subject, planned=Planned(replace(plan, before=short, after=short)))
    assert KEEP not in both(failing, tmp_path)[1]


def test_the_plan_may_rest_on_another_standard(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    """逐条对照是 LG-2026，方案按 LG-63：条款名称、知识产权口径都取方案的那份，写明不是同一份。"""
    whole, old = subject_of(reading, firms[0]), reading.space.library.find("LG-63")
    before = {one.id: State.unknown for one in old.walk()}
    ours = whole.planned.others[0]
    plan = replace(ours, standard=old.code, before=before, after=dict.fromkeys(before, State.pass_), left=())
    subject = replace(whole, planned=Planned(plan))
    report, scheme = both(subject, tmp_path)
    assert "不是同一份" in report and old.document in report and "不是同一份" in scheme
    assert all(one.title in report for one in old.clauses)
    assert "63号口径" in scheme and "2026口径" not in scheme.partition("拟申报的专利")[2].partition("研发载体")[0]
    assert [one.code for one in subject.marks.standards] == ["LG-2026", "LG-63"]


@pytest.mark.parametrize(
    ("fen", "said"),
    [(-1_500_000, "-1.50万元"), (5_000, "0.01万元"), (15_000, "0.02万元"), (0, "0.00万元"), (-1, "-0.000001万元")],
)
def test_money_is_rounded_once_and_keeps_its_sign(fen: int, said: str) -> None:
    assert words.money(fen) == said == words.quantity(Fraction(fen, 1_000_000), "万元")


def test_costs_carry_their_unit_and_effects_their_year(reading: Reading, firms: list[str], tmp_path: Path) -> None:
    subject = subject_of(reading, firms[0])
    whole: Plan = subject.planned.others[0]
    free = replace(whole, steps=tuple(replace(one, cost=(0, 0)) for one in whole.steps))
    report, _ = both(replace(subject, planned=Planned(free)), tmp_path)
    assert "不另花钱万元" not in report and "都不另花钱。" in report
    assert "2026年研发费用（审计）由300.00万元增至420.50万元" in report and "上年研发费用（审计）由" not in report
    assert words.change(Effect("rd_t2", "上上年研发费用", None, Fraction(1), "万元"), 2027).startswith("2025年研发费用")
