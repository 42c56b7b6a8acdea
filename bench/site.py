"""网站的基准：用演示城市的台账开真的站，登录后逐页量耗时、吞吐、大小，五十人同时读，与同场的同行比。

用法：python -m bench.site --ledger 台账 [--home 文件夹] [--database 网址] [--rounds 次] [--only 名称 …]
耗时在本机从发出请求量到收完正文（同一条连接，单人先后发），所以含 HTTP、会话、权限、模板与压缩，只会多不会少。
CPU 是服务器各进程每答一次用的处理器毫秒，机器忙时比耗时可靠。
同行两个：裸 SQL（同一个库，驱动直接查出这一页要的行、总数与八个分面，没有网页），
空应答（同一个服务器程序、同样的参数，只答 204）。加页面：往 PAGES 里加一行（名称、网址、登录名、裸 SQL 的条件）。
"""

import argparse
import gzip
import http.client
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any
from urllib.parse import quote, urlencode, urljoin

from bench.rounds import ratio
from bench.site_peer import cpu_of, raw_sql, timed_sql

PASSWORD = "Miaopu@2026"
LIMIT_MS, OPENING_MS, LIMIT_KB, READERS, EACH = 150, 250, 600, 50, 10


@dataclass(frozen=True)
class Page:
    """量一页：名称、网址、登录名；where 是裸 SQL 的条件，空为不比。"""

    name: str
    path: str
    login: str = "gly"
    where: str = ""


def _text(word: str) -> str:
    return " OR ".join(f"{column} LIKE '%{word}%'" for column in ("name", "former", "uscc", "initials"))


PAGES = (
    Page("总库首页", "/firms/", where="1=1"),
    Page("查两个字", f"/firms/?q={quote('轴承')}", where=_text("轴承")),
    Page("查极多的词", f"/firms/?q={quote('有限公司')}", where=_text("有限公司")),
    Page("查首字母", "/firms/?q=jx", where=_text("jx")),
    Page("查代码末位", "/firms/?q=273FF5A", where=_text("273FF5A")),
    Page("多个分面", f"/firms/?county=371502&county=371503&section=C&band={quote('差一项')}",
         where="district IN ('371502','371503') AND section='C' AND band='差一项'"),
    Page("字加分面", f"/firms/?q={quote('机械')}&section=C&size=unknown",
         where=f"({_text('机械')}) AND section='C' AND size IS NULL"),
    Page("按排序分", "/firms/?sort=-score", where="1=1"),
    Page("最末一页", "/firms/?page=99999", where="1=1"),
    Page("县区首页", "/firms/", "dongchangfu", "district='371502'"),
    Page("专员首页", "/firms/", "zhuanyuan"),
    Page("页眉提示", f"/firms/suggest/?q={quote('机械')}", where=_text("机械")),
    Page("常用筛选", "/firms/cohorts/"),
)  # fmt: skip


def nothing(environ: dict[str, Any], start: Callable[..., Any]) -> list[bytes]:
    """空应答：同行。"""
    start("204 No Content", [])
    return []


class Reader:
    """一个登录了的人，一条长连接。"""

    def __init__(self, port: int, login: str = "") -> None:
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.cookies: dict[str, str] = {}
        if login:
            self._enter(login)

    def get(self, path: str) -> tuple[int, bytes, http.client.HTTPMessage]:
        return self._ask("GET", path, None, {"Accept-Encoding": "gzip"})

    def _enter(self, login: str) -> None:
        _, body, _ = self._ask("GET", "/login/", None, {})
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', body.decode())
        form = urlencode({"username": login, "password": PASSWORD, "csrfmiddlewaretoken": token and token[1]})
        status, _, _ = self._ask("POST", "/login/", form, {"Content-Type": "application/x-www-form-urlencoded"})
        if status != 302:
            raise SystemExit(f"{login} 登录不上：{status}")

    def _ask(self, method: str, path: str, body: str | None, head: dict[str, str]) -> tuple[int, bytes, Any]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        self.line.request(method, path, body, {**head, **({"Cookie": cookie} if cookie else {})})
        answer = self.line.getresponse()
        content = answer.read()
        for one in answer.headers.get_all("Set-Cookie") or ():
            name, _, value = one.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, content, answer.headers


def timed(reader: Reader, path: str, rounds: int) -> list[float]:
    """先热两次，再量 rounds 次，毫秒；不是 200、204 就停。"""
    spent = []
    for turn in range(rounds + 2):
        started = time.perf_counter()
        status, _, _ = reader.get(path)
        if status not in (200, 204):
            raise SystemExit(f"{path} 答 {status}")
        spent += [1000 * (time.perf_counter() - started)] if turn >= 2 else []
    return spent


def together(port: int, jobs: list[tuple[str, str]], readers: int, each: int) -> tuple[list[float], list[str], float]:
    """readers 人同时读，各读 each 页：毫秒、出的错、总秒数。登录在计时之外。"""
    logins = {login: Reader(port, login).cookies for login in {login for login, _ in jobs}}
    spent: list[float] = []
    wrong: list[str] = []
    gate = threading.Barrier(readers + 1)

    def one(start: int) -> None:
        login = jobs[start % len(jobs)][0]
        own = [path for who, path in jobs if who == login]
        reader = Reader(port)
        reader.cookies = dict(logins[login])
        gate.wait()
        for turn in range(each):
            began = time.perf_counter()
            try:
                status, _, _ = reader.get(own[(start + turn) % len(own)])
                wrong.extend([str(status)] if status not in (200, 204) else [])
            except OSError as error:
                wrong.append(repr(error))
            spent.append(1000 * (time.perf_counter() - began))

    threads = [threading.Thread(target=one, args=(at,)) for at in range(readers)]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return spent, wrong, time.perf_counter() - began


def weight(reader: Reader, path: str) -> tuple[int, dict[str, int]]:
    """第一次打开要下载多少字节（压缩后）：页面与它引的样式、脚本、图标。"""
    _, body, _ = reader.get(path)
    page = opened(body)
    linked = re.findall(r'<(?:link|script|img|use)[^>]+(?:href|src)="([^"#]+)', page)
    parts = {path: len(body)}
    for one in dict.fromkeys(urljoin(path, address) for address in linked):
        status, content, _ = reader.get(one)
        if status != 200:
            raise SystemExit(f"{one} 答 {status}")
        parts[one] = len(content)
    return sum(parts.values()), parts


@contextmanager
def running(command: list[str], port: int, env: dict[str, str]) -> Iterator[int]:
    """起一个服务器，答得了就用，用完收掉。"""
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, start_new_session=True)
    try:
        for _ in range(600):
            try:
                with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=5)) as line:
                    line.request("GET", "/")
                    line.getresponse().read()
                break
            except OSError:
                if process.poll() is not None:
                    raise SystemExit(f"服务器没有起来（退出码 {process.returncode}）") from None
                time.sleep(0.2)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def measure(given: argparse.Namespace, home: Path, floor: float, server: int) -> bool:
    """逐页打印一行；全部达到目标为真。"""
    ask, good = raw_sql(home, given.database), first_views(given.port)
    pages = [one for one in PAGES if not given.only or one.name in given.only]
    print(
        f"{'页面':<8}{'中位':>8}{'95%':>8}{'CPU':>7}{'每秒':>7}{'压缩后KB':>9}{'裸SQL':>9}{'÷裸SQL':>8}{'÷空应答':>8}"
    )
    for one in pages:
        reader = Reader(given.port, one.login)
        spent = timed(reader, one.path, given.rounds)
        before = cpu_of(server)
        several, wrong, seconds = together(given.port, [(one.login, one.path)], 4, max(given.rounds // 2, 5))
        cpu = (cpu_of(server) - before) / len(several)
        peer = [timed_sql(ask, one.where) for _ in range(max(given.rounds // 4, 3))] if one.where else []
        told = median(spent)
        good &= told <= LIMIT_MS and not wrong
        size = len(reader.get(one.path)[1]) / 1024
        against = f"{median(peer):>8.0f}{told / median(peer):>9.2f}" if peer else f"{'—':>8}{'—':>9}"
        print(f"{one.name:<8}{told:>8.0f}{quantiles(spent, n=20)[-1]:>8.0f}{cpu:>7.0f}{len(several) / seconds:>8.0f}"
              f"{size:>9.0f}{against}{told / floor:>9.0f}", flush=True)  # fmt: skip
    return good & crowd(given.port, pages) & heavy(given.port, pages)


def first_views(port: int) -> bool:
    """工作台与企业档案：进程的第一次、第一次看的各家、再看一次；都不过 OPENING_MS。"""
    reader = Reader(port, "gly")
    numbers = re.findall(r'/firms/([0-9A-Z]{3,20})/"', opened(reader.get("/firms/?sort=-score")[1]))
    firms = [f"/firms/{one}/" for one in list(dict.fromkeys(numbers))[:12]]
    told = {"工作台": ["/desk/"], "企业档案": firms}
    good = True
    for name, addresses in told.items():
        first, again = ([once(reader, one) for one in addresses] for _ in range(2))
        good &= max(median(first), median(again)) <= OPENING_MS
        print(
            f"{name}：进程起来后第一次 {first[0]:.0f}，第一次看的中位 {median(first):.0f}，再看 {median(again):.0f} 毫秒"
        )
    return good


def once(reader: Reader, path: str) -> float:
    """一次，毫秒。"""
    started = time.perf_counter()
    status, _, _ = reader.get(path)
    if status != 200:
        raise SystemExit(f"{path} 答 {status}")
    return 1000 * (time.perf_counter() - started)


def opened(body: bytes) -> str:
    """正文，压缩的解开。"""
    return gzip.decompress(body).decode() if body[:2] == b"\x1f\x8b" else body.decode()


def crowd(port: int, pages: list[Page]) -> bool:
    """五十人同时读。"""
    spent, wrong, seconds = together(port, [(one.login, one.path) for one in pages], READERS, EACH)
    print(f"{READERS} 人同时读、各 {EACH} 页：{len(spent)} 次 {seconds:.1f} 秒，每秒 {len(spent) / seconds:.0f} 次，"
          f"中位 {median(spent):.0f} 毫秒，95% {quantiles(spent, n=20)[-1]:.0f} 毫秒，出错 {len(wrong)} 次")  # fmt: skip
    return not wrong


def heavy(port: int, pages: list[Page]) -> bool:
    """第一次打开的分量。"""
    total, parts = weight(Reader(port, pages[0].login), pages[0].path)
    print(ratio(f"第一次打开“{pages[0].name}”，压缩后 KB", total / 1024, LIMIT_KB))
    for name, size in sorted(parts.items(), key=lambda item: -item[1])[:5]:
        print(f"  {size / 1024:>6.0f} KB  {name}")
    return total <= LIMIT_KB * 1024


def prepared(command: list[str], env: dict[str, str]) -> None:
    """开站前的准备做两遍：第一遍装读表，第二遍什么也没变。"""
    for told in ("准备（读表已在就不重装）", "再准备一遍（没有变）"):
        began = time.perf_counter()
        subprocess.run([*command, "--prepare-only"], env=env, check=True, stdout=subprocess.DEVNULL)
        print(f"{told}：{time.perf_counter() - began:.1f} 秒", flush=True)


def floor_of(port: int, env: dict[str, str], rounds: int) -> float:
    """空应答的毫秒；同样的服务器程序与参数。"""
    command = [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--workers", "2", "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "bench.site:nothing"]
    with running(command, port, env):
        return median(timed(Reader(port), "/", max(rounds * 5, 50)))


def main(argv: list[str] | None = None) -> int:
    """读参数，打印表；全部达到目标返回 0。"""
    parser = argparse.ArgumentParser(description="网站基准")
    parser.add_argument("--ledger", type=Path, required=True, help="演示城市的台账文件夹")
    parser.add_argument("--home", type=Path, help="站点文件夹；不写用临时的")
    parser.add_argument("--database", default="", help="案件库网址（postgresql://…）；不写用 SQLite")
    parser.add_argument("--port", type=int, default=8102)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--only", nargs="*", default=[], metavar="名称", help="只量这几页")
    given = parser.parse_args(argv)
    home = given.home or Path(tempfile.mkdtemp(prefix="bench-site-"))
    env = {**os.environ, **({"MIAOPU_DATABASE": given.database} if given.database else {})}
    command = [sys.executable, "-m", "miaopu.cli.main", "serve", "--demo", "--ledger", str(given.ledger)]
    command += ["--home", str(home), "--port", str(given.port)]
    try:
        prepared(command, env)
        floor = floor_of(given.port, env, given.rounds)
        print(f"案件库 {given.database.partition(':')[0] or 'sqlite'}；空应答 {floor:.2f} 毫秒；以下毫秒")
        with running(command, given.port, env) as server:
            return 0 if measure(given, home, floor, server) else 1
    finally:
        if given.home is None:
            shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
