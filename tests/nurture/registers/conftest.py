"""专项登记的测试共用：东昌府区的一家，登记与办一步的短写法。"""

from types import SimpleNamespace

import pytest

from miaopu.access.models import Account, Charge
from miaopu.nurture.registers.actions import entries as actions
from miaopu.nurture.registers.models import Entry
from miaopu.selection.screening.models import Firm

PATENT = {"name": "一种耐磨保持架", "kind": "发明", "route": "普通审查", "filed": "2026-01-10"}
COST = {"project": "保持架研发", "year": "2026", "item": "人员人工", "until": "2026-09-30", "amount": "120.5"}


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
def work(actor, firm):
    """短写法：enter、step。"""

    def enter(book, login="qiye", **typed):
        return actions.enter(actor(login), book, {"enterprise": firm.enterprise, **typed})

    def step(login, one, code, reason="测试理由", **typed):
        fresh = Entry.objects.get(pk=one.pk)
        return actions.move(actor(login), one.pk, fresh.version, code, {"reason": reason, **typed})

    return SimpleNamespace(enter=enter, step=step, firm=firm)
