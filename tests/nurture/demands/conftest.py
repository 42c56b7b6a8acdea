"""技术需求的测试共用：演示的成果、一份填全的需求、走到某一步的短写法。"""

from types import SimpleNamespace

import pytest

from miaopu.access.models import Account, Charge
from miaopu.nurture.demands.actions import demands as actions
from miaopu.nurture.demands.demo import demo_institutes
from miaopu.nurture.demands.models import Demand
from miaopu.selection.screening.models import Firm

FULL = {
    "title": "高速轴承保持架寿命不足",
    "field": "bearing",
    "problem": "保持架在高速下磨损快，要一种耐磨涂层",
    "targets": "寿命由 2000 小时提到 5000 小时",
    "existing": "",
    "budget": "120.5",
    "form": "joint",
    "deadline": "2027-06-30",
    "contact": "王虚构",
    "phone": "13800001234",
}
NEEDS = {
    "recommend": {"batch": "2026年第二批", "recommended_on": "2026-11-10"},
    "enter": {"number": "SD-2026-001", "entered_on": "2026-11-18"},
}
WAY = {
    "submitted": (),
    "vetted": (("dongchangfu", "pass"),),
    "recommended": (("dongchangfu", "pass"), ("jingban", "recommend")),
    "entered": (("dongchangfu", "pass"), ("jingban", "recommend"), ("jingban", "enter")),
}


@pytest.fixture
def files(tmp_path, settings):
    """自己的文件库。"""
    settings.FILES = tmp_path / "files"
    return settings.FILES


@pytest.fixture
def firm(db):
    """演示企业账号的那一家，放在东昌府区；专员也负责它。"""
    own = Account.objects.get(login="qiye").postings.get(role="enterprise").enterprise
    Firm.objects.filter(pk=own).update(district="371502", county="东昌府区")
    Charge.objects.get_or_create(
        account=Account.objects.get(login="zhuanyuan"), enterprise=own, defaults={"since": "2026-01-01"}
    )
    return Firm.objects.get(pk=own)


@pytest.fixture
def work(actor, firm, files):
    """短写法：draft、step、at（走到某一状态）、institutes。"""

    def draft(login="qiye", **changes):
        return actions.draft(actor(login), firm.enterprise, {**FULL, **changes})

    def step(login, one, code, reason="测试理由", **given):
        fresh = Demand.objects.get(pk=one.pk)
        return actions.move(actor(login), one.pk, fresh.version, code, reason, {**NEEDS.get(code, {}), **given})

    def at(state, **changes):
        one = draft(**changes)
        for login, code in (("qiye", "submit"), *WAY[state]):
            given = {"number": f"SD-{one.pk}"} if code == "enter" else {}
            one = step(login, one, code, **given)
        return one

    return SimpleNamespace(draft=draft, step=step, at=at, institutes=demo_institutes, firm=firm)
