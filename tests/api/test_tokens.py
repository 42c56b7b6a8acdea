"""令牌：范围不多于发放的人，过期、停用、用完都进不来；原文不落库。"""

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.api.test_errors import problem

from miaopu.access.act import Denied, Wrong
from miaopu.access.actions import accounts
from miaopu.access.models import Account, LogEntry, Posting
from miaopu.api import tokens
from miaopu.api.models import Token, Use

pytestmark = pytest.mark.django_db


def test_without_a_token_nothing_is_given(client):
    answer = client.get("/api/v1/firms")
    assert answer.status_code == 401
    assert answer.json()["code"] == "unauthenticated" and "令牌" in answer.json()["message"]


def test_the_secret_is_shown_once_and_never_stored(actor):
    token, secret = tokens.issue(actor("gly"), "取名单", ["screening.view"], 10, 30)
    row = Token.objects.filter(pk=token.pk).values().get()
    assert secret not in repr(row) and row["digest"] != secret
    assert secret not in repr(list(LogEntry.objects.values()))


def test_a_token_cannot_do_more_than_its_scopes(caller):
    reader = caller("gly", "rule.view")
    assert reader.get("/api/v1/standards").status_code == 200
    refused = reader.get("/api/v1/firms")
    assert refused.status_code == 403 and refused.json()["code"] == "denied"


def test_nobody_gives_away_what_they_may_not_do(actor):
    with pytest.raises(Wrong, match="运行筛选"):
        tokens.issue(actor("gly"), "越权", ["screening.run"], 10, 30)
    with pytest.raises(Denied):
        tokens.issue(actor("jingban"), "没有发放权", ["firm.view"], 10, 30)


def test_quota_runs_out_for_the_day(caller):
    reader = caller("gly", "rule.view", quota=2)
    assert [reader.get("/api/v1/standards").status_code for _ in range(2)] == [200, 200]
    assert "2 次用完了" in problem(reader.get("/api/v1/standards"), 429, "quota")["message"]
    assert Use.objects.get().count == 2


@pytest.mark.parametrize("change", [{"until": timezone.localdate() - timedelta(days=1)}, {"revoked": timezone.now()}])
def test_expired_and_revoked_tokens_are_refused(caller, change):
    reader = caller("gly", "rule.view")
    Token.objects.update(**change)
    problem(reader.get("/api/v1/standards"), 401, "unauthenticated")


def test_a_disabled_account_takes_its_tokens_with_it(caller):
    reader = caller("gly", "rule.view")
    Token.objects.get().account.__class__.objects.filter(login="gly").update(is_active=False)
    problem(reader.get("/api/v1/standards"), 401, "unauthenticated")


def test_the_page_issues_and_revokes(client_of):
    page = client_of("gly")
    form = {"name": "每月取名单", "scopes": ["screening.view"], "quota": "50", "days": "30"}
    answer = page.post("/api/tokens/", form)
    assert answer.status_code == 302, "发放以后转走：刷新不会再发一个"
    assert '<code class="user-select-all">mp_' in page.get(answer.url).content.decode()
    assert "user-select-all" not in page.get(answer.url).content.decode(), "原文只显示一次"
    token = Token.objects.get()
    assert page.post(f"/api/tokens/{token.pk}/revoke/").status_code == 302
    assert "已停用" in page.get("/api/tokens/").content.decode()
    again = page.post(f"/api/tokens/{token.pk}/revoke/")
    assert again.status_code == 400 and "已经停用，不用再停" in again.content.decode(), "自己的，不是没有权限"
    assert not LogEntry.objects.filter(operation="token.manage", outcome="拒绝").exists()
    wrong = page.post("/api/tokens/", {**form, "quota": "很多"})
    assert wrong.status_code == 400 and "应是整数" in wrong.content.decode() and "每月取名单" in wrong.content.decode()


def test_a_demonstration_account_s_token_is_refused_in_production(caller, settings):
    reader = caller("gly", "rule.view")
    settings.PRODUCTION = True
    problem(reader.get("/api/v1/standards"), 401, "unauthenticated")


@pytest.mark.parametrize("how", ["disable", "reset"])
def test_a_token_ends_with_the_account_or_its_password(caller, actor, how):
    account = Account.objects.create_user("token-holder", "x", name="持令牌的人")
    reader, other = caller("gly", "rule.view"), caller("jingban", "rule.view")
    Token.objects.filter(account__login="gly").update(account=account)
    Posting.objects.create(account=account, role="bureau_officer", since=timezone.localdate())
    assert reader.get("/api/v1/standards").status_code == 200
    if how == "disable":
        accounts.disable(actor("xitong"), account.pk, "离岗")
        accounts.enable(actor("xitong"), account.pk, "回来了")
    else:
        accounts.reset_password(actor("xitong"), account.pk)
    assert reader.get("/api/v1/standards").status_code == 401, "回来了、改了密码也要另发"
    assert other.get("/api/v1/standards").status_code == 200
    assert Token.objects.get(account=account).revoked is not None


def test_one_person_holds_so_many_and_no_scope_twice(actor):
    made = [tokens.issue(actor("gly"), f"用途{n}", ["rule.view", "rule.view"], 1, 1)[0] for n in range(tokens.HELD)]
    assert made[0].scopes == "rule.view"
    with pytest.raises(Wrong, match="请先停用"):
        tokens.issue(actor("gly"), "再一个", ["rule.view"], 1, 1)
    tokens.revoke(actor("gly"), made[0].pk)
    assert tokens.issue(actor("gly"), "再一个", ["rule.view"], 1, 1)
