"""统一身份：对着一个真的平台走完全程；认标识、不给角色；签名、受众、签发者、随机数错一样就不让进。"""

import time
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client
from django.utils import timezone
from tests.access.provider import Provider

from miaopu.access.models import Account, LogEntry, Posting
from miaopu.access.signin import kept
from miaopu.access.signin.oidc import PATH

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def running():
    made = Provider()
    yield made
    made.close()


@pytest.fixture
def provider(running, settings, monkeypatch):
    for name, value in running.settings().items():
        setattr(settings, name, value)
    settings.AUTHENTICATION_BACKENDS = [*settings.AUTHENTICATION_BACKENDS, PATH]
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    running.subject, running.changed, running.forged = "sd-0001", {}, False
    return running


@pytest.fixture
def known():
    made = Account.objects.create_user("wangwu", None, name="王五", subject="sd-0001")
    Posting.objects.create(account=made, role="leader", since=timezone.localdate(), granted_by="测试")
    return made


def through(client: Client, **given):
    """从登录页出去，经平台，带着码回来。"""
    out = client.post("/login/identity/", given)
    back = requests.get(out.url, allow_redirects=False, timeout=10).headers["Location"]
    at = urlsplit(back)
    return client.get(f"{at.path}?{at.query}")


def test_a_known_person_enters_by_the_provider(provider, known):
    client = Client()
    assert "用省统一身份登录" in client.get("/login/").content.decode()
    assert through(client, next="/firms/").url == "/firms/"
    assert client.get("/firms/").status_code == 200, "没有本地密码的人不必改密"
    entry = LogEntry.objects.latest("seq")
    assert (entry.login, entry.title, entry.after) == ("wangwu", "登录", '{"方式": "省统一身份"}')


def test_a_stranger_is_told_the_identifier_and_no_account_is_made(provider):
    provider.subject = "sd-9999"
    answer = through(Client())
    assert answer.status_code == 403 and "sd-9999" in answer.content.decode()
    assert not Account.objects.filter(subject="sd-9999").exists()


def test_an_account_made_by_setting_holds_nothing(provider, settings):
    settings.OIDC_CREATE, provider.subject = True, "sd-8888"
    client = Client()
    assert through(client).url == "/desk/"
    made = Account.objects.get(subject="sd-8888")
    assert not made.postings.exists() and not made.has_usable_password()
    assert client.get("/firms/").status_code == 403


def test_administrators_still_need_their_code(provider):
    Account.objects.filter(login="xitong").update(subject="sd-0001")
    client = Client()
    through(client, next="/accounts/")
    assert client.get("/accounts/").url == "/second/"


def test_a_disabled_person_stays_out(provider, known):
    Account.objects.filter(pk=known.pk).update(is_active=False)
    client = Client()
    answer = through(client)
    assert answer.status_code == 403 and known.name not in answer.content.decode()
    assert client.get("/desk/").url.startswith("/login/") and LogEntry.objects.latest("seq").outcome == "失败"


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another"},
        {"iss": "https://example.org"},
        {"exp": int(time.time()) - 60},
        {"nonce": "other"},
        {"sub": None},
    ],
    ids=["受众", "签发者", "过期", "随机数", "没有标识"],
)
def test_a_wrong_token_is_refused_and_logged(provider, known, changed):
    provider.changed = changed
    client = Client()
    answer = through(client)
    assert answer.status_code == 400 and "凭据核对不过" in answer.content.decode()
    assert client.get("/desk/").url.startswith("/login/")
    assert LogEntry.objects.latest("seq").outcome == "失败"


def test_a_forged_signature_is_refused(provider, known):
    provider.forged = True
    client = Client()
    answer = through(client)
    assert answer.status_code == 400 and "凭据核对不过" in answer.content.decode()
    assert client.get("/desk/").url.startswith("/login/") and LogEntry.objects.latest("seq").outcome == "失败"


def test_a_return_nobody_asked_for_is_refused(provider, known):
    assert Client().get("/login/identity/back/?code=x&state=y").status_code == 400
    client = Client()
    out = client.post("/login/identity/").url
    at = urlsplit(requests.get(out, allow_redirects=False, timeout=10).headers["Location"])
    assert Client().get(f"{at.path}?{at.query}").status_code == 400, "别人的回程不能用"
    assert client.get(f"{at.path}?{at.query}").status_code == 302
    assert client.get(f"{at.path}?{at.query}").status_code == 400, "同一个回程只能用一次"


def test_a_provider_that_is_down_is_a_sentence(provider, known, settings):
    settings.OIDC_OP_TOKEN_ENDPOINT = "http://127.0.0.1:9/token"
    answer = through(Client())
    assert answer.status_code == 400 and "凭据核对不过" in answer.content.decode()


def test_without_the_setting_there_is_no_such_address():
    assert Client().get("/login/identity/").status_code == 404
    assert Client().get("/login/identity/back/").status_code == 404
    assert "统一身份" not in Client().get("/login/").content.decode()


def test_what_was_typed_survives_a_login_by_the_provider(provider, known):
    client = Client()
    typed = kept.Kept("/jobs/1/cancel/", (("why", "写了很久"),), account=known.pk)
    assert through(client, kept=kept.packed(typed)).url == "/login/resume/"
    assert "写了很久" in client.get("/login/resume/").content.decode()


def test_many_strangers_lock_nobody_out(provider, known, settings):
    """同一出口的人：五个以上没有账号的来过，有账号的照样进，用密码的也照样进。"""
    for number in range(settings.AXES_FAILURE_LIMIT + 2):
        provider.subject = f"sd-7{number:03}"
        assert through(Client()).status_code == 403
    provider.subject = "sd-0001"
    assert through(Client()).url == "/desk/"
    given = {"username": "gly", "password": settings.DEMO_PASSWORD}
    assert Client().post("/login/", given).url == "/desk/"


def test_an_account_made_by_setting_is_logged_and_found_again(provider, settings):
    settings.OIDC_CREATE, provider.subject = True, "长标识-" + "x" * 110
    assert through(Client()).url == "/desk/" and through(Client()).url == "/desk/"
    made = Account.objects.get(subject=provider.subject)
    entry = LogEntry.objects.get(operation="account.manage", target__contains=made.login)
    assert entry.name == "系统·统一身份" and provider.subject not in entry.after
    provider.subject = "y" * 121
    assert through(Client()).status_code == 403 and not Account.objects.filter(subject__startswith="yyy").exists()
