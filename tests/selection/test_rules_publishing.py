"""批准发布：只添不换，旧日期照旧；两个人的名字写在文件里；停用是另添一条；动过的文件看得出来。"""

import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from miaopu.access.act import Denied, Wrong
from miaopu.jobs.models import Job
from miaopu.selection.city import city
from miaopu.selection.rules import actions, drafts
from miaopu.standards.applicability import choose, load_rules
from miaopu.standards.load import load_library
from miaopu.standards.register import local_edits, published
from miaopu.terms.catalog import Catalog
from miaopu.terms.complaint import Refusal

pytestmark = pytest.mark.django_db

STARTS = date(2026, 12, 1)


def test_approval_adds_a_version_and_old_days_keep_the_old_one(actor, drafted, local, rules):
    before = published(city().catalog)
    rules.approved(drafted)
    made = city().library.find("SRDI-2026-LC")
    told = made.published
    assert made.local and (told.proposer, told.checker, told.approver) == (
        actor("jingban").name,
        actor("gly").name,
        actor("gly").name,
    )
    periods = load_rules(city().catalog)
    assert choose(periods, "SRDI", date(2026, 11, 30)).standard == "SRDI-2026"
    assert (
        choose(periods, "SRDI", STARTS).standard == choose(periods, "SRDI", STARTS, "review").standard == "SRDI-2026-LC"
    )
    assert choose(periods, "SRDI", date(2025, 6, 1)).standard == "SRDI-63"
    assert published(city().catalog) == before and local_edits(city().catalog) == []
    with pytest.raises(Wrong, match="已经有了"):
        actions.propose(actor("jingban"), rules.asked())
    assert made.fingerprint == load_library(Catalog.default(local)).find("SRDI-2026-LC").fingerprint


def test_the_thing_approved_is_the_thing_checked(actor, drafted, rules):
    checked = drafts.examined(drafted).standard.fingerprint
    rules.approved(drafted)
    assert city().library.find("SRDI-2026-LC").fingerprint == checked


def test_a_touched_local_file_is_seen(actor, drafted, local, client_of, rules):
    rules.approved(drafted)
    path = local / "standards/srdi/2026-lc.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(">= 1500万元", ">= 1万元"), encoding="utf-8")
    assert "与发布时的指纹不符" in local_edits(city().catalog)[0]
    assert "与发布时的指纹不符" in client_of("gly").get("/rules/").content.decode()


def test_a_clash_with_a_file_is_refused_and_nothing_changes(actor, drafted, local, rules):
    rules.submitted(drafted)
    rules.step("gly", drafted, "check")
    path = local / "standards/srdi/2026-lc.yaml"
    path.parent.mkdir(parents=True)
    shutil.copy(Path(city().catalog.packaged) / "standards/srdi/2026.yaml", path)
    path.write_text(path.read_text(encoding="utf-8").replace("SRDI-2026", "SRDI-2026-XX"), encoding="utf-8")
    with pytest.raises(Refusal, match="已有同名的文件"):
        rules.step("gly", drafted, "approve")
    assert rules.fresh(drafted).state == "checked" and not (local / "applicability").exists()


def test_retiring_is_a_further_dated_entry(actor, drafted, local, rules):
    rules.approved(drafted)
    with pytest.raises(Wrong, match="今天以后"):
        rules.step("gly", drafted, "retire", "不再用", starts=date(2026, 11, 20))
    with pytest.raises(Denied):
        rules.step("jingban", drafted, "retire", "不再用", starts=date(2027, 1, 1))
    rules.step("gly", drafted, "retire", "不再用", starts=date(2027, 1, 1))
    periods = load_rules(city().catalog)
    assert choose(periods, "SRDI", date(2026, 12, 31)).standard == "SRDI-2026-LC"
    assert choose(periods, "SRDI", date(2027, 1, 1)).standard == "SRDI-2026"
    assert (local / "standards/srdi/2026-lc.yaml").is_file() and rules.fresh(drafted).state == "retired"
    assert len(list((local / "applicability").glob("*.yaml"))) == 2


def test_after_approval_a_new_round_is_offered(actor, drafted, client_of, rules):
    rules.approved(drafted)
    assert "按新规则跑一轮筛选" in client_of("gly").get(f"/rules/proposals/{drafted.pk}/").content.decode()
    answer = client_of("gly").post(f"/rules/proposals/{drafted.pk}/rerun/")
    job = Job.objects.latest("pk")
    assert answer.url == f"/jobs/{job.pk}/" and "2026-12-01" in job.params


def test_terms_are_changed_in_the_file_too(actor, drafted, client_of, rules):
    later = replace(rules.terms, starts=date(2027, 1, 1), kind="new", basis="聊工信〔2026〕10号")
    actions.set_terms(actor("jingban"), drafted.pk, 1, later)
    found = drafts.examined(rules.fresh(drafted))
    assert found.passed and found.standard.effective == date(2027, 1, 1)
    assert found.standard.document == "聊工信〔2026〕10号"
    with pytest.raises(Wrong, match="早于今天"):
        actions.set_terms(actor("jingban"), drafted.pk, 2, replace(later, starts=date(2020, 1, 1)))
    assert client_of("jingban").get(f"/rules/proposals/{drafted.pk}/terms/").status_code == 200
    rules.approved(drafted)
    periods = load_rules(city().catalog)
    assert choose(periods, "SRDI", date(2027, 1, 1), "new").standard == "SRDI-2026-LC"
    assert choose(periods, "SRDI", date(2027, 1, 1), "review").standard == "SRDI-2026", "只用于新申请"


def test_a_rule_not_approved_is_not_run(drafted, client_of):
    answer = client_of("gly").post(f"/rules/proposals/{drafted.pk}/rerun/")
    assert answer.status_code == 400 and "没有新规则可跑" in answer.content.decode() and not Job.objects.exists()


def test_a_later_approval_does_not_silently_cover_a_future_version(actor, drafted, rules):
    future = rules.drafted(release="2027-lc", code="SRDI-2027-LC", starts=date(2027, 3, 1))
    rules.approved(future)
    rules.submitted(drafted)
    rules.step("gly", drafted, "check")
    with pytest.raises(Refusal, match="SRDI-2027-LC 从 2027-03-01 起用，这一版会盖住它"):
        rules.step("gly", drafted, "approve")
    rules.step("gly", drafted, "refuse", "写明用到哪天")
    ended = replace(rules.terms, ends=date(2027, 2, 28))
    actions.set_terms(actor("jingban"), drafted.pk, rules.fresh(drafted).version, ended)
    rules.approved(drafted)
    periods = load_rules(city().catalog)
    assert choose(periods, "SRDI", date(2027, 2, 28)).standard == "SRDI-2026-LC"
    assert choose(periods, "SRDI", date(2027, 3, 1)).standard == "SRDI-2027-LC"


def test_an_approval_cut_short_is_finished_on_another_day(actor, drafted, local, rules, monkeypatch, settings):
    rules.submitted(drafted)
    rules.step("gly", drafted, "check")
    real = actions._step

    def cut(*_):
        raise RuntimeError("断电")

    monkeypatch.setattr(actions, "_step", cut)
    with pytest.raises(RuntimeError):
        rules.step("gly", drafted, "approve")
    monkeypatch.setattr(actions, "_step", real)
    assert rules.fresh(drafted).state == "checked" and (local / "standards/srdi/2026-lc.yaml").is_file()
    settings.TODAY = date(2026, 11, 25)
    rules.step("gly", drafted, "approve")
    assert rules.fresh(drafted).state == "approved" and local_edits(city().catalog) == []
    assert city().library.find("SRDI-2026-LC").published.approved == date(2026, 11, 25)
