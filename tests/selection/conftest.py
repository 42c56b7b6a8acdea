"""规则提案的测试共用：自己的本地目录、一份起草好的提案、走一步的短写法。"""

from dataclasses import replace
from datetime import date
from types import SimpleNamespace

import pytest

STARTS = date(2026, 12, 1)


@pytest.fixture
def local(tmp_path, settings):
    """自己的本地目录与文件库。"""
    settings.LOCAL_CATALOG = tmp_path / "catalog"
    settings.FILES = tmp_path / "files"
    return tmp_path / "catalog"


@pytest.fixture
def rules(actor, local):
    """短写法：asked、drafted、fresh、step、submitted、approved。"""
    from miaopu.jobs import perform
    from miaopu.jobs.models import Job
    from miaopu.selection.rules import actions
    from miaopu.selection.rules.actions import Asked, Terms
    from miaopu.selection.rules.models import Proposal

    terms = Terms("聊工信〔2026〕9号", "按新规定调整营业收入界线", STARTS)

    def asked(base="SRDI-2026", release="2026-lc", code="SRDI-2026-LC", **changes):
        return Asked(base, release, code, replace(terms, **changes))

    def fresh(proposal):
        return Proposal.objects.get(pk=proposal.pk)

    def step(who, proposal, code, opinion="同意", **given):
        return actions.move(actor(who), proposal.pk, fresh(proposal).version, code, opinion, **given)

    def submitted(proposal):
        step("jingban", proposal, "submit")
        job = fresh(proposal).effect_job_id
        perform.perform.call(job)
        assert Job.objects.get(pk=job).state == "done", Job.objects.get(pk=job).error

    def approved(proposal):
        submitted(proposal)
        step("gly", proposal, "check")
        return step("gly", proposal, "approve")

    return SimpleNamespace(
        terms=terms, asked=asked, fresh=fresh, step=step, submitted=submitted, approved=approved,
        drafted=lambda **given: actions.propose(actor("jingban"), asked(**given)),
    )  # fmt: skip


@pytest.fixture
def drafted(rules):
    """由专精特新现行版起草的一份提案。"""
    return rules.drafted()
