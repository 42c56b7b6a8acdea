"""各处共用：小城的台账（一次测试只造一回）、装好读表的案件库、各角色的人。"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

try:
    from hypothesis import settings as drawn
except ImportError:  # make test-spark 的环境里没有它，也用不着
    pass
else:
    drawn.register_profile("house", deadline=None, derandomize=True)
    drawn.load_profile("house")

FIRMS = 2000


@pytest.fixture(scope="session")
def small_city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """小城：里面有 demo/2000-2026（部门文件）与 ledger/2000-2026（台账）；只读，要写用 own_ledger。"""
    from filelock import FileLock  # make test-spark 的环境里没有它，也用不着

    shared = tmp_path_factory.getbasetemp()
    shared = shared.parent if os.environ.get("PYTEST_XDIST_WORKER") else shared
    folder, done = shared / "small-city", shared / "small-city.done"
    with FileLock(shared / "small-city.lock"):
        if not done.exists():
            command = [sys.executable, "-m", "miaopu.cli.main", "demo", "--firms", str(FIRMS), "--json"]
            places = [
                "--folder",
                str(folder / "demo"),
                "--ledger",
                str(folder / "ledger"),
                "--out",
                str(folder / "out"),
            ]
            subprocess.run([*command, *places], check=True, capture_output=True)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix: None) -> None:
    """SQLite 用真的文件（WAL），不用内存库。"""
    from django.conf import settings  # 设置装起之后

    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        database["TEST"]["NAME"] = str(Path(settings.HOME) / f"test-{worker}-{os.getpid()}.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any, small_city: Path) -> None:
    """案件库里装好小城的读表与演示账号；长活写进了事务里的，从此当场失败（tests/house/in_short.py）。"""
    from django.conf import settings  # 设置装起之后
    from django.db import transaction
    from tests.house import in_short  # 引入各应用，也在设置装起之后

    from miaopu.access.actor import system
    from miaopu.access.signin.demo import demo_accounts
    from miaopu.selection.city import today
    from miaopu.selection.screening.actions import assess
    from miaopu.site.prepare import leading_firms
    from miaopu.supervision.tasks.actions import installed

    in_short.install()
    settings.LEDGER = small_city / "ledger" / f"{FIRMS}-2026"
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *settings.PASSWORD_HASHERS]  # 省时间
    with django_db_blocker.unblock():
        assess(system("测试"), today(), today())
        with transaction.atomic():
            demo_accounts(leading_firms())
        installed(system("测试"))
        pristine.update(_contents())


pristine: dict[Any, list[Any]] = {}
"""装好时各表的行；清过库的测试从这里装回去。"""


def _contents() -> dict[Any, list[Any]]:
    from django.apps import apps  # 设置装起之后

    models = [model for model in apps.get_models() if model.__module__.startswith("miaopu.")]
    return {model: list(model.objects.all()) for model in models}


@pytest.fixture
def whole_site(transactional_db: None) -> None:
    """真提交的案件库（浏览器、多线程的测试用）：别的测试清空过就装回小城。"""
    from miaopu.access.models import Account

    if not Account.objects.exists():
        for model, rows in pristine.items():
            model.objects.bulk_create(rows, batch_size=500)


@pytest.fixture
def own_ledger(small_city: Path, tmp_path: Path, settings: Any) -> Path:
    """自己的一份台账，可以写。"""
    copy = shutil.copytree(small_city / "ledger" / f"{FIRMS}-2026", tmp_path / "ledger")
    settings.LEDGER = copy
    settings.LOCAL_CATALOG = tmp_path / "catalog"
    return copy


@pytest.fixture
def actor(db: None) -> Callable[[str], Any]:
    """演示账号的登录名 → 行为人。"""
    from miaopu.access.models import Account
    from miaopu.access.queries import actor_of

    return lambda login: actor_of(Account.objects.get(login=login), "测试")


@pytest.fixture
def client_of(db: None) -> Callable[[str], Any]:
    """演示账号的登录名 → 已登录的测试客户端；三员的动态口令也验过。"""
    from django.test import Client
    from django_otp import DEVICE_ID_SESSION_KEY
    from django_otp.plugins.otp_totp.models import TOTPDevice

    from miaopu.access.models import Account
    from miaopu.access.queries import actor_of
    from miaopu.access.signin.second import required

    def enter(login: str) -> Client:
        client, account = Client(), Account.objects.get(login=login)
        client.force_login(account, "miaopu.access.signin.backends.AccountBackend")
        if required(actor_of(account)):
            device, _ = TOTPDevice.objects.get_or_create(user=account, confirmed=True, defaults={"name": "动态口令"})
            session = client.session
            session[DEVICE_ID_SESSION_KEY] = device.persistent_id
            session.save()
        return client

    return enter


def code_of(login: str) -> str:
    """此刻的动态口令，由库里的密钥按标准算出；同一时段里再登录也不算重复用。"""
    from django_otp.oath import TOTP
    from django_otp.plugins.otp_totp.models import TOTPDevice

    devices = TOTPDevice.objects.filter(user__login=login)
    devices.update(last_t=-1)
    return f"{TOTP(devices.latest('confirmed', 'pk').bin_key).token():06}"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """真浏览器；机器上没有就跳过并说清（持续集成里跳过算失败）。"""
    from playwright.sync_api import sync_playwright

    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None and os.environ.get("MIAOPU_BROWSER") == "required":
        pytest.fail("持续集成要有浏览器：没有 chromium")
    if path is None:
        pytest.skip("没有浏览器：这一条要 chromium（apt-get install chromium），装好再跑")
    quiet = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=path, args=[*quiet, "--disable-component-update"])
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def windows(browser: Any) -> Callable[..., Any]:
    """windows(选项) → 浏览器的一扇窗，用完还回来：样式、脚本已在缓存里，不必每个测试重新下载；没有登录、没有别的页。"""
    idle: dict[str, list[Any]] = {}

    def lend(options: dict[str, Any]) -> tuple[Any, Callable[[], None]]:
        ready = idle.setdefault(repr(sorted(options.items(), key=str)), [])
        context = ready.pop() if ready else browser.new_context(**options)

        def back() -> None:
            for page in context.pages:
                page.close()
            context.clear_cookies()
            ready.append(context)

        return context, back

    return lend


@pytest.fixture
def visit(windows: Any, whole_site: None, live_server: Any, client_of: Any) -> Iterator[Callable[..., Any]]:
    """visit(登录名) → 已登录、在工作台的页面，另有 page.problems：控制台的错、外网请求、4xx/5xx；用完自动关。

    会话由 client_of 直接开好带进去；在登录页上一步步登录的另有 journeys/test_enter.py。
    """
    from django.conf import settings

    used = []

    def enter(login: str = "", **options: Any) -> Any:
        context, back = windows({"viewport": {"width": 1366, "height": 768}, "locale": "zh-CN", **options})
        used.append(back)
        page = context.new_page()
        watched = SimpleNamespace(found=[])
        _watch(page, live_server.url, watched.found)
        page.problems = watched.found
        page.set_default_timeout(15_000)
        if login:
            key = client_of(login).cookies[settings.SESSION_COOKIE_NAME].value
            context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": live_server.url}])
            page.goto(f"{live_server.url}/desk/")
        return page

    yield enter
    for back in used:
        back()


def _watch(page: Any, home: str, problems: list[str]) -> None:
    page.on("console", lambda said: said.type == "error" and problems.append(f"控制台：{said.text}"))
    page.on("pageerror", lambda error: problems.append(f"脚本：{error}"))
    page.on("request", lambda one: one.url.startswith((home, "data:")) or problems.append(f"外网请求：{one.url}"))
    page.on("response", lambda one: one.status >= 400 and problems.append(f"{one.status}：{one.url}"))
