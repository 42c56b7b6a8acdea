"""登录：锁定与解锁、改密码、动态口令、闲置、回跳网址、会话；每一步都进操作日志。"""

import time
from datetime import timedelta

import pytest
from axes.models import AccessAttempt
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.test import Client
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from miaopu.access.act import Denied, Wrong
from miaopu.access.actions import accounts, own
from miaopu.access.actor import OWN
from miaopu.access.models import Account, LogEntry, Posting, Visit
from miaopu.access.signin import passwords, sessions

pytestmark = pytest.mark.django_db
GOOD = "Liaocheng#2026"


@pytest.fixture
def officer() -> Account:
    """一个用自己密码的经办。"""
    made = Account.objects.create_user("zhangsan", None, name="张三")
    passwords.put(made, GOOD)
    Posting.objects.create(account=made, role="bureau_officer", since=timezone.localdate(), granted_by="测试")
    return made


def enter(client, login, password, **more):
    return client.post("/login/", {"username": login, "password": password, **more})


def told(response) -> str:
    return response.content.decode()


def test_five_wrong_passwords_lock_and_an_administrator_unlocks(officer, actor):
    client = Client()
    for _ in range(4):
        assert enter(client, "zhangsan", "wrong").status_code == 401
    answer = enter(client, "zhangsan", "wrong")
    assert answer.status_code == 429 and "已锁定 30 分钟" in told(answer)
    assert enter(client, "zhangsan", GOOD).status_code == 429, "锁着时对的密码也进不来"
    lines = LogEntry.objects.filter(target="登录名 zhangsan")
    assert lines.filter(operation="session.login", outcome="失败").count() == 5
    assert lines.filter(operation="session.lockout").count() == 1, "锁着时再试不再一行行地记"
    assert set(lines.values_list("name", flat=True)) == {"系统·登录"}
    with pytest.raises(Denied):
        accounts.unlock(actor("jingban"), officer.pk)
    accounts.unlock(actor("xitong"), officer.pk)
    assert enter(client, "zhangsan", GOOD).status_code == 302
    assert LogEntry.objects.filter(login="zhangsan", operation="session.login", outcome="办成").count() == 1


def test_what_was_typed_as_a_login_is_kept_only_when_it_is_one(officer):
    """常有人把密码填在登录名里：锁定的表里只有摘要，照样锁得住。"""
    client = Client()
    answers = [enter(client, GOOD, "zhangsan", kept="别的").status_code for _ in range(5)]
    assert answers == [401, 401, 401, 401, 429] and enter(client, "别的人", "x").status_code == 401
    enter(client, "zhangsan", "wrong")
    for one in AccessAttempt.objects.all():
        assert GOOD not in " ".join(str(getattr(one, field.name)) for field in one._meta.concrete_fields)
        assert "别的" not in f"{one.username}{one.post_data}"
    assert AccessAttempt.objects.filter(username="zhangsan").count() == 1
    assert not LogEntry.objects.filter(target__contains=GOOD).exists()


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("Ab1#", "应有 10 至 128 位"),
        ("abcdefghij", "只有 1 类字符"),
        ("abcdef12345", "只有 2 类字符"),
        ("Zhangsan#2026", "有登录名或姓名"),
        ("我是张三Ab12345", "有登录名或姓名"),
        (GOOD, "最近 5 次"),
    ],
)
def test_weak_passwords_are_refused_with_the_reason(officer, word, why):
    assert why in "；".join(passwords.faults(officer, word))


def test_three_classes_are_enough_and_old_ones_come_back_after_five(officer):
    assert passwords.faults(officer, "abcdef12345#") == []
    for number in range(5):
        assert "最近 5 次" in "".join(passwords.faults(officer, GOOD))
        passwords.put(officer, f"Another#Word{number}")
    assert passwords.faults(officer, GOOD) == []
    assert officer.used_passwords.count() == 5


def test_first_login_and_ninety_days_force_a_new_password(officer):
    client = Client()
    Account.objects.filter(pk=officer.pk).update(must_change=True)
    assert enter(client, "zhangsan", GOOD, next="/firms/").url == "/firms/"
    assert client.get("/firms/").url == "/password/", "没有改密之前哪里也去不了"
    form = {"old_password": GOOD, "new_password": "Shandong#2027", "again_password": "Shandong#2027"}
    assert client.post("/password/", {**form, "again_password": "x"}).status_code == 400
    assert client.post("/password/", form).url == "/firms/"
    assert client.get("/firms/").status_code == 200
    Account.objects.filter(pk=officer.pk).update(password_changed=timezone.now() - timedelta(days=91))
    assert client.get("/firms/").url == "/password/"
    Account.objects.filter(pk=officer.pk).update(password_changed=timezone.now() - timedelta(days=89))
    assert client.get("/firms/").status_code == 200


def test_guessing_the_old_password_ends_the_session(officer):
    client = Client()
    enter(client, "zhangsan", GOOD)
    wrong = {"old_password": "guess", "new_password": "Shandong#2027", "again_password": "Shandong#2027"}
    assert [client.post("/password/", wrong).status_code for _ in range(5)] == [400, 400, 400, 400, 302]
    assert client.get("/firms/").url.startswith("/login/")


def test_the_demo_password_stays(actor):
    with pytest.raises(Wrong, match="演示账号的密码"):
        own.change_password(actor("gly"), "Miaopu@2026", "Shandong#2027", "Shandong#2027")


def test_administrators_bind_a_code_before_anything_else(settings):
    client = Client()
    enter(client, "shenji", settings.DEMO_PASSWORD, next="/log/")
    assert client.get("/log/").url == "/second/"
    page = told(client.get("/second/"))
    assert "data:image/svg+xml" in page
    device = TOTPDevice.objects.get(user__login="shenji")
    assert client.post("/second/", {"code": "000000"}).status_code == 400
    TOTPDevice.objects.update(throttling_failure_count=0, throttling_failure_timestamp=None)
    code = f"{TOTP(device.bin_key).token():06}"
    assert client.post("/second/", {"code": code}).url == "/log/"
    assert client.get("/log/").status_code == 200
    again = Client()
    enter(again, "shenji", settings.DEMO_PASSWORD)
    assert again.get("/log/").url == "/second/", "绑过的每次登录都要验"
    assert again.post("/second/", {"code": code}).status_code == 400, "用过的口令不能再用"


def test_another_administrator_resets_a_lost_code(client_of, actor):
    client_of("xitong")
    account = Account.objects.get(login="xitong")
    with pytest.raises(Denied, match="另一位"):
        accounts.reset_second(actor("xitong"), account.pk, "丢了")
    accounts.reset_second(actor("anquan"), account.pk, "当面核过工作证")
    assert not TOTPDevice.objects.filter(user=account).exists()


def test_an_unverified_administrator_holds_nothing(settings):
    client = Client()
    enter(client, "xitong", settings.DEMO_PASSWORD)
    response = client.get("/second/")
    assert response.context["actor"].operations == OWN


@pytest.mark.parametrize("goal", ["https://example.org/", "//example.org/", "javascript:alert(1)", "/\\example.org"])
def test_next_never_leaves_the_site(officer, goal):
    assert enter(Client(), "zhangsan", GOOD, next=goal).url == "/desk/"


def test_thirty_idle_minutes_end_the_session_but_polling_does_not_keep_it(officer):
    client = Client()
    enter(client, "zhangsan", GOOD)
    assert client.get("/firms/").status_code == 200
    session = client.session
    session["seen"] = int(time.time()) - 29 * 60
    session.save()
    client.get("/jobs/1/progress/")
    assert client.session["seen"] < time.time() - 28 * 60, "进度条的询问不算活动"
    assert client.get("/firms/").status_code == 200
    session = client.session
    session["seen"] = int(time.time()) - 31 * 60
    session.save()
    assert client.get("/firms/").url == "/login/?next=/firms/"
    assert not Visit.objects.filter(account=officer).exists()


def test_sessions_are_listed_and_ended(officer, actor, client_of):
    first, second = Client(), Client()
    for client in (first, second):
        enter(client, "zhangsan", GOOD)
        client.get("/firms/")
    assert told(second.get("/visits/")).count("强制下线") == 2
    assert second.get("/visits/?all=1").status_code == 403
    keys, until = [f"另{n}" for n in range(49)], timezone.now() + timedelta(days=1)
    Session.objects.bulk_create([Session(session_key=one, session_data="", expire_date=until) for one in keys])
    Visit.objects.bulk_create([Visit(account=officer, session=one, address="-", browser="-") for one in keys])
    page = told(second.get("/visits/"))
    assert page.count("强制下线") == 50 and "共 51 条，第 1 / 2 页" in page, "一个不少，翻页看得到"
    assert told(second.get("/visits/?page=2")).count("强制下线") == 1
    mine = Visit.objects.get(session=first.session.session_key)
    with pytest.raises(Denied):
        accounts.end_visit(actor("jingban"), mine.pk)
    assert second.post(f"/visits/{mine.pk}/end/").status_code == 302
    assert first.get("/firms/").url.startswith("/login/")
    other = Visit.objects.get(session=second.session.session_key)
    assert client_of("xitong").post(f"/visits/{other.pk}/end/", {"all": "1"}).status_code == 302
    assert second.get("/firms/").url.startswith("/login/")


def test_what_is_over_is_swept(officer):
    client = Client()
    enter(client, "zhangsan", GOOD)
    client.get("/desk/")
    assert sessions.sweep() == 0
    Session.objects.update(expire_date=timezone.now())
    assert sessions.sweep() == 1 and not Session.objects.exists()


def test_leaving_is_by_post_and_logged(officer):
    client = Client()
    enter(client, "zhangsan", GOOD)
    assert client.get("/logout/").status_code == 405
    client.get("/desk/")
    client.post("/logout/")
    assert not Visit.objects.filter(account=officer).exists()
    assert LogEntry.objects.latest("seq").title == "退出"
    assert client.get("/desk/").url.startswith("/login/")


def test_demo_accounts_are_shut_in_production(settings):
    settings.PRODUCTION = True
    client = Client()
    assert enter(client, "gly", settings.DEMO_PASSWORD).status_code == 401
    assert client.get("/desk/").url.startswith("/login/") and LogEntry.objects.latest("seq").outcome == "失败"


def test_only_a_named_proxy_is_believed(officer, settings):
    sent = {"headers": {"X-Forwarded-For": "203.0.113.9, 10.0.0.8"}}
    Client().post("/login/", {"username": "zhangsan", "password": GOOD}, **sent)
    assert LogEntry.objects.latest("seq").place == "127.0.0.1"
    settings.PROXIES = ["127.0.0.1", "10.0.0.8"]
    Client().post("/login/", {"username": "zhangsan", "password": GOOD}, **sent)
    assert LogEntry.objects.latest("seq").place == "203.0.113.9"


def test_twelve_hours_after_signing_in_it_ends_however_busy(officer, settings):
    client = Client()
    enter(client, "zhangsan", GOOD)
    session = client.session
    session["began"] = int(time.time()) - settings.LOGIN_HOURS * 3600 + 60
    session.save()
    assert client.get("/visits/").status_code == 200
    session = client.session
    session["began"] -= 120
    session.save()
    assert client.get("/visits/").status_code == 302 and not Visit.objects.filter(account=officer).exists()


def test_a_busy_database_does_not_stop_a_reader(officer, monkeypatch):
    def busy(**_):
        raise OperationalError("database is locked")

    client = Client()
    enter(client, "zhangsan", GOOD)
    client.get("/visits/")
    session = client.session
    session["seen"] -= 120
    session.save()
    monkeypatch.setattr(Visit.objects, "update_or_create", busy)
    assert client.get("/visits/").status_code == 200
    assert client.session["seen"] == session["seen"], "没有记成，下一次再记"


def test_a_word_typed_as_a_login_is_not_in_the_log(officer):
    enter(Client(), "Secret-Word-77", GOOD)
    enter(Client(), "zhangsan", "错的")
    targets = list(LogEntry.objects.filter(outcome="失败").order_by("seq").values_list("target", flat=True))[-2:]
    assert "Secret" not in targets[0] and "14 个字" in targets[0] and targets[1] == "登录名 zhangsan"


def test_a_new_password_takes_the_other_sessions_off_the_list(officer):
    here, there = Client(), Client()
    for client in (here, there):
        enter(client, "zhangsan", GOOD)
        client.get("/visits/")
    assert officer.visits.count() == 2
    form = {"old_password": GOOD, "new_password": "Another#2027", "again_password": "Another#2027"}
    assert here.post("/password/", form).status_code == 302
    assert here.get("/visits/").status_code == 200 and officer.visits.count() == 1
    assert there.get("/visits/").status_code == 302
