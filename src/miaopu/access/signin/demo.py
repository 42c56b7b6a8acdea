"""演示账号：按目录 demo/accounts.yaml 每个角色建一个；只在演示站，正式部署不建。"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone

from miaopu.access import log
from miaopu.access.actor import system
from miaopu.access.models import Account, Charge, Posting
from miaopu.terms.catalog import Catalog

FILE = "demo/accounts.yaml"
SINCE = date(2026, 1, 1)


def demo_accounts(firms: Sequence[str]) -> int:
    """建还没有的演示账号；firms 是给专员、专家、企业账号分的企业（名单前列）。给出新建的个数。"""
    if not settings.DEMO or settings.PRODUCTION:
        return 0
    rows = Catalog.default().read(FILE)["accounts"]
    missing = [one for one in rows if not Account.objects.filter(login=one["login"]).exists()]
    for one in missing:
        _open(one, firms)
    return len(missing)


def _open(row: Mapping[str, Any], firms: Sequence[str]) -> None:
    account = Account.objects.create_user(
        row["login"], settings.DEMO_PASSWORD, name=row["name"], is_demo=True, password_changed=timezone.now()
    )
    for one in row["roles"]:
        Posting.objects.create(
            account=account,
            role=one["role"],
            district=one.get("district"),
            department=one.get("department"),
            enterprise=firms[0] if one.get("own") and firms else None,
            since=SINCE,
            granted_by="系统·演示",
        )
    for enterprise in firms[: row.get("charges", 0)]:
        Charge.objects.create(account=account, enterprise=enterprise, since=SINCE)
    roles = "、".join(one["role"] for one in row["roles"])
    log.append(system("演示"), "account.manage", "管理账号", f"账号 {account.login}", after={"角色": roles})
