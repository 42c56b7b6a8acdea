"""看方案的选配：往后都申报不了的，名额凑不齐才选；一家的方案没有编成，别家照选。"""

from dataclasses import replace

import pytest
from tests.cli.conftest import speak

from miaopu.access.act import Denied, Wrong
from miaopu.allocation.quota import Line
from miaopu.plan.result import Clash, Failed, Impossible, Planned
from miaopu.selection.city import today
from miaopu.selection.library.actions import picks
from miaopu.selection.library.actions.picks import Asked, draft
from miaopu.selection.library.actions.quotas import set_quota
from miaopu.selection.library.models import Draft
from miaopu.selection.library.queries import hopeless

pytestmark = pytest.mark.django_db
TIER = "GAZELLE"


def test_the_hopeless_are_passed_over_and_one_broken_firm_breaks_nothing(actor, quota, firms, monkeypatch):
    before = {one.enterprise for one in draft(actor("jingban"), Asked(TIER)).choices.filter(chosen=True)}
    spare = [one.enterprise for one in firms if one.enterprise in before]
    never, broken = spare[0], spare[1]

    def plans(_reading, wanted, _tier, on):
        clash = Clash("G1", "注册年限", "已经超过", None)
        best = Impossible(never, TIER, today(), on, (clash,), None, None)
        told = {never: Planned(best), broken: Failed(broken, "出了错")}
        return ((one, told.get(one) or Planned(replace(best, earliest=on))) for one in wanted)

    monkeypatch.setattr(hopeless, "plan_many", plans)
    made = draft(actor("jingban"), Asked(TIER, planned=True))
    told = {one.enterprise: one for one in made.choices.all()}
    assert made.chosen == 8 and len(told) == len(firms)
    assert told[never].weight == "0" and "一直过不了的是G1 注册年限" in told[never].reason
    assert not told[never].chosen, "够名额的就不选它"
    assert told[broken].chosen and "申报不了" not in told[broken].reason, "没有编成的当作不知道，不算无望"


def test_who_may_not_pick_is_refused_before_anything_is_solved(actor, quota, monkeypatch):
    """页面、作业与命令都一样：先看权限与范围，再求解。"""
    monkeypatch.setattr(picks, "_solved", lambda *_: pytest.fail("没有权限也求了解"))
    with pytest.raises(Denied):
        draft(actor("dongchangfu"), Asked(TIER, planned=True))
    told = speak("library", "pick", "--as", "dongchangfu", "--tier", TIER, "--planned", "--demo")
    assert told.code == 3 and "权限" in told.err and not Draft.objects.exists()


def test_a_pick_of_what_has_moved_meanwhile_is_not_kept(actor, quota, firms, monkeypatch):
    real = picks.pick

    def slow(*given):
        found = real(*given)
        lines = [Line(one.dimension, one.value, one.title, one.least, one.most) for one in quota.lines.all()]
        set_quota(actor("gly"), TIER, quota.year, quota.version, 9, lines, "试", "别人刚改的")
        return found

    monkeypatch.setattr(picks, "pick", slow)
    with pytest.raises(Wrong, match="名额或库里的企业有变动；这份没有存"):
        draft(actor("jingban"), Asked(TIER))
    assert not Draft.objects.exists()
