"""规则提案的影响与停用：比的是到时实行的那一版，工作簿带量的那一轮，批准看的那份不换，停用也要第二个人。"""

import io
import json
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from miaopu.access.act import Denied, Wrong
from miaopu.jobs import perform
from miaopu.selection.rules import actions, queries
from miaopu.selection.rules.models import Proposal
from miaopu.selection.screening.models import Firm, Round

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("local")]


def measured(actor, made):
    job = actions.measure_again(actor("jingban"), made.pk)
    perform.perform.call(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.error
    return job


def test_the_effect_is_against_what_would_be_in_force(actor, rules):
    old = rules.drafted(base="SRDI-63")
    measured(actor, old)
    found = queries.affected(actor("gly"), rules.fresh(old))
    assert found.against == "SRDI-2026", "由旧版改出，起用那天在用的是新版"
    assert found.round == Round.objects.get(current=True)


def test_the_workbook_carries_the_round_that_was_measured(actor, client_of, rules):
    made = actions.propose(actor("jingban"), rules.asked(base="SCALEUP", release="2026-lc", code="SCALEUP-LC"))
    loose = made.files.get(name="2026-lc.yaml").text.replace("2000万元", "1000万元")
    actions.revise(actor("jingban"), made.pk, 1, {"2026-lc.yaml": loose})
    measured(actor, made)
    then = Round.objects.get(current=True)
    Round.objects.filter(pk=then.pk).update(current=False)
    Round.objects.create(
        code="别的", folder=then.folder, known_on="2001-01-01", assessed_on="2001-01-01", snapshot="不是这一轮",
        enterprises=1, city=then.city, marks=then.marks, by="试", current=True,
    )  # fmt: skip
    answer = client_of("jingban").post(f"/rules/proposals/{made.pk}/effect/export/")
    book = openpyxl.load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
    cells = " ".join(str(cell.value) for page in book for row in page.iter_rows() for cell in row)
    assert then.snapshot[:12] in cells and "不是这一轮" not in cells and "2001" not in cells
    own = queries.affected(actor("dongchangfu"), rules.fresh(made))
    part = own.parts[0]
    new = own.changed.filter(own.changed["kind"] == part.kind)
    assert {one["county"] for one in part.counties} == {"东昌府区"} and part.moved == []
    assert sum(one["firms"] for one in part.counts) == new.height > 0
    page = client_of("dongchangfu").get(f"/rules/proposals/{made.pk}/effect/").content.decode()
    assert "您范围里结论变了的" in page and "高唐县" not in page


def test_a_version_for_both_is_measured_for_reviews_too(actor, client_of, rules):
    """不限事项的提案，新申请判全市，复核只判现在持有这一级称号的；只改复核才考查的条款，变的只在复核里。"""
    made = rules.drafted(base="SRDI-63")
    measured(actor, made)
    new, review = queries.affected(actor("gly"), rules.fresh(made)).parts
    holders = Firm.objects.filter(held="SRDI").count()
    assert (new.kind, review.kind) == ("新申请", "复核") and new.firms == 2000 > review.firms >= holders > 0
    page = client_of("gly").get(f"/rules/proposals/{made.pk}/effect/", {"kind": "复核"})
    assert "复核：结论对照" in page.content.decode()
    assert {one["kind"] for one in page.context["rows"]} <= {"复核"}
    Proposal.objects.filter(pk=made.pk).update(kind="review")
    measured(actor, rules.fresh(made))
    (only,) = queries.affected(actor("gly"), rules.fresh(made)).parts
    assert only.kind == "复核" and only.firms == review.firms


def test_an_effect_whose_list_is_gone_asks_to_be_measured_again(actor, client_of, rules, settings):
    made = rules.drafted(base="SRDI-63")
    rules.submitted(made)

    def lose():
        (Path(settings.FILES) / json.loads(rules.fresh(made).effect_job.result)["changed"]).unlink()

    lose()
    answer = client_of("gly").get(f"/rules/proposals/{made.pk}/effect/", {"county": "东昌府区"})
    assert (
        answer.status_code == 200 and "请重新算" in answer.content.decode() and "正在算" not in answer.content.decode()
    )
    assert client_of("gly").post(f"/rules/proposals/{made.pk}/effect/export/").status_code == 400
    for code in ("check", "approve"):
        with pytest.raises(Wrong, match="名单不在了"):
            rules.step("gly", made, code)
        measured(actor, made)
        assert rules.step("gly", made, code).state in ("checked", "approved")
        lose()


def test_the_effect_approved_on_is_kept(actor, drafted, rules, client_of):
    rules.approved(drafted)
    job = rules.fresh(drafted).effect_job_id
    with pytest.raises(Wrong, match="不再重算影响"):
        actions.measure_again(actor("jingban"), drafted.pk)
    assert rules.fresh(drafted).effect_job_id == job
    assert client_of("jingban").post("/rules/proposals/999999/measure/").status_code == 400


def test_retiring_too_takes_a_second_person(actor, rules):
    made = actions.propose(actor("gly"), rules.asked())
    step = rules.step
    step("gly", made, "submit")
    perform.perform.call(rules.fresh(made).effect_job_id)
    step("jingban", made, "check")
    Proposal.objects.filter(pk=made.pk).update(state="approved")
    with pytest.raises(Denied, match="须由另一个人来"):
        step("gly", made, "retire", "不再用", starts=date(2027, 1, 1))
