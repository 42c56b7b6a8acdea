"""登录过期不丢内容：提交时没有登录，填的留在登录页里，登录后由本人确认再交。"""

import re
import time

import pytest
from django.test import Client

from miaopu.access.models import Account
from miaopu.access.signin import kept

pytestmark = pytest.mark.django_db
FORM = {"login": "lisi", "name": "李四", "unit": "东昌府区\n第二行"}


def expired(client) -> Client:
    session = client.session
    session["seen"] = int(time.time()) - 3600
    session.save()
    return client


def held(response) -> str:
    found = re.search(r'name="kept" value="([^"]+)"', response.content.decode())
    return found[1] if found else ""


def test_the_form_survives_and_is_sent_again(client_of):
    client = client_of("xitong")
    client.get("/accounts/add/")
    answer = expired(client).post("/accounts/add/", FORM)
    assert answer.status_code == 401 and "填的内容还在" in answer.content.decode()
    assert not Account.objects.filter(login="lisi").exists()
    found = kept.unpacked(held(answer))
    assert dict(found.fields) == FORM and found.address == "/accounts/add/"
    assert found.account == Account.objects.get(login="xitong").pk


def test_another_person_does_not_get_it(client_of, settings):
    client = client_of("xitong")
    client.get("/accounts/add/")
    text = held(expired(client).post("/accounts/add/", FORM))
    given = {"username": "gly", "password": settings.DEMO_PASSWORD, "kept": text}
    assert client.post("/login/", given).url == "/desk/"
    assert client.get("/login/resume/").url == "/desk/"


def test_the_same_person_gets_it_back(client_of, settings):
    client = client_of("gly")
    client.get("/desk/")
    text = held(expired(client).post("/jobs/1/cancel/", {"why": "写了很久的话"}))
    given = {"username": "gly", "password": settings.DEMO_PASSWORD, "kept": text}
    assert client.post("/login/", given).url == "/login/resume/"
    page = client.get("/login/resume/").content.decode()
    assert 'action="/jobs/1/cancel/"' in page and "写了很久的话" in page


def test_passwords_are_never_kept():
    answer = Client().post("/password/", {"old_password": "a", "new_password": "b"})
    assert answer.status_code == 401 and not held(answer)


def test_what_was_not_signed_here_is_ignored(settings):
    given = {"username": "gly", "password": settings.DEMO_PASSWORD, "kept": "eyJhZGRyZXNzIjoiL2V2aWwifQ:x:y"}
    assert Client().post("/login/", given).url == "/desk/"


def test_another_site_cannot_leave_a_form():
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post("/jobs/1/cancel/", {"why": "x"}, headers={"Origin": "https://example.org"})
    assert answer.status_code == 403 and not held(answer)


def test_a_stale_page_of_our_own_is_kept_but_a_foreign_one_is_not(settings):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(Account.objects.get(login="gly"), "miaopu.access.signin.backends.AccountBackend")
    own = strict.post("/jobs/1/cancel/", {"why": "x"}, headers={"Origin": "http://testserver"})
    assert own.status_code == 302 and own.url == "/login/resume/"
    foreign = strict.post("/jobs/1/cancel/", {"why": "x"}, headers={"Origin": "https://example.org"})
    assert foreign.status_code == 403


def test_a_fragment_says_how_to_go_on():
    answer = Client().post("/jobs/1/cancel/", {"why": "x"}, headers={"HX-Request": "true"})
    assert answer.status_code == 401 and "填的内容还在这个页面上" in answer.content.decode()


def test_once_sent_it_is_no_longer_kept(client_of, settings):
    client = client_of("xitong")
    client.get("/accounts/add/")
    session = client.session
    who = Account.objects.get(login="xitong").pk
    session["kept"] = kept.plain(kept.Kept("/accounts/add/", tuple(FORM.items()), account=who))
    session.save()
    assert client.post("/accounts/add/", {**FORM, "login": "!"}).status_code == 400 and "kept" in client.session
    assert client.post("/accounts/add/", FORM).status_code == 200 and "kept" not in client.session


def test_a_form_of_nobody_known_is_kept_for_nobody(settings):
    answer = Client().post("/jobs/1/cancel/", {"why": "写了很久的话"})
    assert answer.status_code == 401 and not held(answer) and "填的内容还在" not in answer.content.decode()
