"""跟进的测试共用：企业账号的那一家、专员、各部门的人。"""

from collections.abc import Callable
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from miaopu.access.models import Account, Posting
from miaopu.access.queries import actor_of
from miaopu.selection.screening.models import Firm


@pytest.fixture
def people(actor: Callable[[str], Any]) -> SimpleNamespace:
    """企业 firm、专员 specialist、企业所在县区的主管 county、别的县区 stranger、市局 bureau、税务 tax、科技 science。"""
    own = actor("qiye").held[0].enterprise
    home = Firm.objects.get(enterprise=own)
    other = "371502" if home.district != "371502" else "371503"
    return SimpleNamespace(
        home=home,
        firm=actor("qiye"),
        specialist=actor("zhuanyuan"),
        county=opened("xian", "county_lead", district=home.district),
        stranger=opened("tashi", "county_lead", district=other),
        rival=opened("tajia", "enterprise", enterprise=Firm.objects.exclude(enterprise=own).first().enterprise),
        idle=opened("xian-zy", "specialist"),
        bureau=actor("jingban"),
        leader=actor("lingdao"),
        tax=actor("shuiwu"),
        science=opened("keji", "data_officer", department="science"),
    )


def opened(login: str, role: str, **scope: Any) -> Any:
    """新开一个账号，任一职。"""
    account = Account.objects.create_user(login, None, name=f"测试·{login}")
    Posting.objects.create(account=account, role=role, since=date(2026, 1, 1), granted_by="测试", **scope)
    return actor_of(account, "测试")
