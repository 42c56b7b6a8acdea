"""正式部署：部署检查没有警告，头部都在，掩码遮得住，演示关着。"""

import os
import subprocess
import sys

import pytest
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template.loader import render_to_string
from django.test import Client

from miaopu.web.templatetags.mask import mask_id, mask_name, mask_phone


def test_the_deploy_check_is_clean(tmp_path):
    given = {"MIAOPU_PRODUCTION": "1", "MIAOPU_DEMO": "0", "MIAOPU_HOME": str(tmp_path), "MIAOPU_HOSTS": "miaopu.test"}
    given["MIAOPU_PROXIES"] = "127.0.0.1"
    command = [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"]
    env = {**os.environ, **given, "DJANGO_SETTINGS_MODULE": "miaopu.site.settings"}
    env.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)  # 只有测试里的浏览器驱动要
    found = subprocess.run(command, env=env, capture_output=True, text=True)
    assert found.returncode == 0, found.stderr


def test_production_answers_over_https_only_and_says_so(db, settings):
    settings.SECURE_SSL_REDIRECT, settings.SECURE_HSTS_SECONDS = True, 31_536_000
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    assert Client().get("/").url == "https://testserver/"
    answer = Client().get("/", secure=True)
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("address", ["/", "/login/", "/desk/", "/nowhere/"])
def test_every_answer_carries_the_policies(db, client_of, address):
    headers = client_of("gly").get(address).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY" and headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    ("mask", "text", "shown"),
    [
        (mask_phone, "13812345678", "138****5678"),
        (mask_phone, "8210001", "*****01"),
        (mask_phone, "1", "*"),
        (mask_phone, None, ""),
        (mask_id, "371502199001011234", "371502********1234"),
        (mask_name, "张三丰", "张**"),
    ],
)
def test_masks_show_only_the_ends(mask, text, shown):
    assert mask(text) == shown


def test_business_pages_carry_a_watermark_and_administrators_pages_do_not(db, client_of):
    page = client_of("jingban").get("/firms/").content.decode()
    mark = page[page.index('<svg class="watermark"') :]
    assert "演示·市局经办　jingban" in mark and "style=" not in mark
    assert "watermark" not in client_of("xitong").get("/accounts/").content.decode()


@pytest.mark.parametrize("address", ["/desk/", "/firms/", "/jobs/", "/accounts/"])
def test_private_pages_are_not_stored_by_the_browser(db, client_of, address):
    headers = client_of("xitong" if address == "/accounts/" else "gly").get(address).headers
    assert "no-store" in headers["Cache-Control"] and "private" in headers["Cache-Control"]
    assert "no-store" not in Client().get("/").headers.get("Cache-Control", "")


def test_an_error_message_has_the_colour_of_one():
    message = Message(constants.ERROR, "没有办成")
    assert 'class="alert alert-danger ' in render_to_string("web/messages.html", {"messages": [message]})
