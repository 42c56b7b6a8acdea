"""站的门口：健康页、子路径、转发头、不许的设置。"""

import os
import re
import subprocess
import sys
from io import BytesIO
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import OperationalError, close_old_connections, connection
from django.test import Client
from django.test.client import RequestFactory
from django.urls import set_script_prefix

from miaopu.web.templatetags import show

PREFIX = "/miaopu"


def test_the_health_page_says_the_database_answers(db):
    answer = Client().get("/health/")
    assert (answer.status_code, answer.content.decode()) == (200, "正常\n")
    assert "no-store" in answer["Cache-Control"] and not answer.cookies


def test_the_health_page_says_when_it_does_not(db, monkeypatch):
    def gone(*_):
        raise OperationalError("connection to server at 10.0.0.8 refused")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", gone)
        answer = Client().get("/health/")
    assert answer.status_code == 503 and answer["Retry-After"] == "10"
    assert "案件库" in answer.content.decode() and "10.0.0.8" not in answer.content.decode()


def test_the_health_page_is_asked_over_http_behind_the_proxy(db, settings):
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get("/health/").status_code == 200 and Client().get("/login/").status_code == 301


@pytest.mark.parametrize(("near", "status"), [("10.0.0.8", 200), ("198.51.100.7", 301)])
def test_only_a_named_proxy_says_it_was_https(db, settings, near, status):
    settings.PROXIES, settings.SECURE_SSL_REDIRECT = ["10.0.0.8"], True
    given = {"REMOTE_ADDR": near, "HTTP_X_FORWARDED_PROTO": "https"}
    assert Client().get("/login/", **given).status_code == status


def test_debug_and_production_together_are_refused(tmp_path):
    given = {"MIAOPU_PRODUCTION": "1", "MIAOPU_DEBUG": "1", "MIAOPU_HOME": str(tmp_path)}
    command = [sys.executable, "-c", "import miaopu.site.settings"]
    found = subprocess.run(command, env={**os.environ, **given}, capture_output=True, text=True)
    assert found.returncode != 0 and "不能同时为 1" in found.stderr


def test_production_without_a_named_proxy_is_refused_in_a_sentence(tmp_path):
    """不认代理，它说的 https 就不算数，网页会一直转：不让开站，命令说清怎么设。"""
    given = {"MIAOPU_PRODUCTION": "1", "MIAOPU_DEMO": "0", "MIAOPU_HOME": str(tmp_path)}
    command = [sys.executable, "-m", "miaopu.cli.main", "serve", "--prepare-only"]
    found = subprocess.run(command, env={**os.environ, **given}, capture_output=True, text=True, cwd=tmp_path)
    assert found.returncode == 3 and "MIAOPU_PROXIES" in found.stderr and "Traceback" not in found.stderr


class Under:
    """挂在 /miaopu 下的站，代理已去掉前缀：像真的服务进程那样收请求，记住给的凭据。"""

    def __init__(self):
        self.app, self.held, self.paths = WSGIHandler(), {}, set()

    def ask(self, method, path, form=None):
        body = urlencode(form or {}).encode()
        cookies = "; ".join(f"{name}={value}" for name, value in self.held.items())
        given = {"HTTP_COOKIE": cookies, "wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        given |= {"CONTENT_TYPE": "application/x-www-form-urlencoded", "REQUEST_METHOD": method, "PATH_INFO": path}
        got = {}

        def begin(status, headers):
            got.update(status=int(status.split()[0]), headers=headers)

        text = b"".join(self.app({**RequestFactory().get("/").environ, **given}, begin)).decode()
        for name, value in got["headers"]:
            if name == "Set-Cookie":
                key, _, rest = value.partition("=")
                self.held[key] = rest.partition(";")[0]
                self.paths.add(re.search(r"Path=([^;]+)", value)[1])
        return got["status"], dict(got["headers"]), text


@pytest.fixture
def under(db, settings):
    settings.FORCE_SCRIPT_NAME = PREFIX
    settings.SESSION_COOKIE_PATH = settings.CSRF_COOKIE_PATH = f"{PREFIX}/"
    settings.STATIC_URL = f"{PREFIX}/static/"
    show._sprite.cache_clear()
    for signal in (request_started, request_finished):  # 测试的事务还开着，连接不能关
        signal.disconnect(close_old_connections)
    yield Under()
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)
    set_script_prefix("/")
    show._sprite.cache_clear()


def test_under_a_prefix_links_redirects_and_cookies_stay_inside(under, settings):
    status, headers, _ = under.ask("GET", "/desk/")
    assert status == 302 and headers["Location"] == f"{PREFIX}/login/?next={PREFIX}/desk/"
    page = under.ask("GET", "/login/")[2]
    mark = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    given = {"username": "gly", "password": settings.DEMO_PASSWORD, "csrfmiddlewaretoken": mark}
    status, headers, _ = under.ask("POST", "/login/", {**given, "next": f"{PREFIX}/firms/"})
    assert status == 302 and headers["Location"] == f"{PREFIX}/firms/"
    for path in ("/desk/", "/firms/", "/intake/", "/screening/", "/jobs/", "/", "/nowhere/"):
        text = under.ask("GET", path)[2]
        outside = re.findall(r'(?:href|action|src|hx-get|hx-post)="(/(?!miaopu/)[^"]*)"', text)
        assert f'"{PREFIX}/' in text and not outside, (path, outside)
    assert under.paths == {f"{PREFIX}/"}


def test_the_cookies_of_a_prefix_come_from_the_setting(tmp_path):
    told = "from miaopu.site import settings as s; print(s.SESSION_COOKIE_PATH, s.CSRF_COOKIE_PATH, s.STATIC_URL)"
    given = {"MIAOPU_PREFIX": PREFIX, "MIAOPU_HOME": str(tmp_path)}
    found = subprocess.run([sys.executable, "-c", told], env={**os.environ, **given}, capture_output=True, text=True)
    assert found.stdout.split() == [f"{PREFIX}/", f"{PREFIX}/", f"{PREFIX}/static/"]
