"""看方案的选配：往后都申报不了的，名额凑不齐才选；一家的方案没有编成，别家照选。"""

from dataclasses import replace

import pytest

from miaopu.plan.result import Clash, Failed, Impossible, Planned
from miaopu.selection.city import today
from miaopu.selection.library.actions.picks import Asked, draft
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
