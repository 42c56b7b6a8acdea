"""派专家：派了当即看得到这家，完结、离队即收回；只收因任务而开通的，另外指派的、别的任务与结对还要的留着。"""

from datetime import date

import pytest
from tests.nurture.conftest import hired
from tests.nurture.specialists.test_pairs import adopted

from miaopu.access.models import Account
from miaopu.nurture.specialists.actions import roster, teams
from miaopu.nurture.specialists.models import Pairing
from miaopu.selection.screening.models import Firm

pytestmark = pytest.mark.django_db


@pytest.fixture
def account():
    """专家的账号，还没有负责哪家。"""
    found = Account.objects.get(login="zhuanjia")
    found.charges.all().delete()
    return found


@pytest.fixture
def expert(boss, account):
    one = hired(boss, "测试专家", "", 3, "expert")
    return roster.link(boss, one.pk, one.version, "zhuanjia")


@pytest.fixture
def firm():
    return Firm.objects.filter(district="371502").first()


def sent(boss, person, firm):
    return teams.dispatch(boss, person.pk, {"on": "2026-11-20", "title": "诊断", "enterprise": firm.enterprise})


def sees(account):
    return set(account.charges.filter(until=None).values_list("enterprise", flat=True))


def test_who_leaves_the_team_sees_it_no_more(boss, account, expert, firm):
    team = hired(boss, "测试服务队", "", 9, "team")
    member = teams.join(boss, team.pk, expert.pk)
    mission = sent(boss, team, firm)
    assert sees(account) == {firm.enterprise}
    teams.part(boss, member.pk)
    assert sees(account) == set()
    assert teams.recall(boss, mission.pk, "做完了").until


def test_what_was_assigned_otherwise_stays(boss, account, expert, firm):
    account.charges.create(enterprise=firm.enterprise, since="2026-01-01")
    mission = sent(boss, expert, firm)
    teams.recall(boss, mission.pk, "做完了")
    assert sees(account) == {firm.enterprise}


def test_the_last_of_two_missions_shuts_it(boss, account, expert, firm):
    first, second = sent(boss, expert, firm), sent(boss, expert, firm)
    teams.recall(boss, first.pk, "做完了")
    assert sees(account) == {firm.enterprise}
    account.postings.update(until=date(2026, 1, 1))
    teams.recall(boss, second.pk, "做完了")
    assert sees(account) == set(), "角色收回了的也收：以后再授予，不会又看得到"


def test_an_expert_for_a_term_is_an_expert(boss, account, expert, firm):
    account.postings.update(until=date(2099, 12, 31))
    sent(boss, expert, firm)
    assert sees(account) == {firm.enterprise}
    other = Firm.objects.filter(district="371503").first()
    account.postings.update(until=date(2026, 1, 1))
    sent(boss, expert, other)
    assert sees(account) == {firm.enterprise}, "聘期过了的不开通"


def test_adopting_pairs_takes_no_mission_away(boss, library, team, own_account):
    """专员兼着专家：统筹、采用分工收不走派任务开通的。"""
    own_account.postings.create(role="expert", since="2026-01-01", granted_by="测试")
    adopted(boss, least=False)
    paired = set(Pairing.objects.filter(person=team[0], until=None).values_list("enterprise", flat=True))
    firm = Firm.objects.exclude(pk__in=[one.pk for one in library]).first()
    mission = sent(boss, team[0], firm)
    both = sent(boss, team[0], Firm.objects.get(pk=min(paired)))
    adopted(boss, least=False)
    assert sees(own_account) == paired | {firm.enterprise}
    teams.recall(boss, mission.pk, "做完了")
    teams.recall(boss, both.pk, "做完了")
    assert sees(own_account) == paired
