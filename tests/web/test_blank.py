"""空页面：一家企业、一件事也没有的站，与查不到的清单，每一页都说没有什么、怎么办；不露光秃的表头，不出错。"""

from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import connection
from tests.access.county import LOGINS
from tests.access.nurtured import neighbours
from tests.access.places import pages, plain
from tests.web.blank import asks, faults, rows, says_so

from miaopu.access.actor import system
from miaopu.access.models import Account, LogEntry, LogHead, Posting
from miaopu.selection.city import today
from miaopu.selection.screening.actions import assess
from miaopu.supervision.tasks.actions import installed

pytestmark = pytest.mark.django_db
KEPT = {Account, Posting, LogEntry, LogHead}
"""空站里留下的：账号、任职、日志。"""
BOOKS = tuple(f"/followup/ledgers/{code}/" for code in ("work", "visits", "requests"))
"""网址里要写种类、没有数据也打得开的。"""


@pytest.fixture
def bare_site(db: None, settings, tmp_path) -> None:
    """台账是新的、案件库只有账号的站，照开站的做法评估一轮、装上任务方案；测试完全部退回。"""
    settings.LEDGER, settings.FILES, settings.HOME = tmp_path / "ledger", tmp_path / "files", tmp_path / "home"
    tables = [
        one._meta.db_table for one in apps.get_models() if one.__module__.startswith("miaopu.") and one not in KEPT
    ]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"DELETE FROM {table}")  # 外键到提交时才查，这里都会退回
    assess(system("测试"), today(), today())
    installed(system("测试"))


def opened(client_of, addresses: list[str]) -> Iterator[tuple[str, str, bytes]]:
    """（谁，网址，内容）：每个网页由头一个看得到它的角色打开；工作台各角色都看。"""
    left, simple = set(addresses), {*plain(), *BOOKS}
    for login in LOGINS:
        client = client_of(login)
        for address in [*sorted(left), "/desk/"]:
            answer = client.get(address, follow=True)
            assert answer.status_code != 500, f"{login} {address} 程序出错"
            assert answer.status_code != 400 or address not in simple, f"{login} {address} 打不开"
            if answer.status_code == 200 and not answer.streaming and b"<main" in answer.content:
                left.discard(address)
                yield login, address, answer.content


def test_every_page_of_an_empty_site_says_what_to_do(bare_site, client_of):
    """没有一家企业的站：哪一页也不出错、没有光秃的表头，空着的都说怎么办。"""
    wrong, seen = [], set()
    for login, address, content in opened(client_of, [*plain(), *BOOKS]):
        seen.add(address)
        wrong += faults(f"{login} {address}", content)
    assert len(seen) > 60
    assert not wrong, f"{len(wrong)} 处：\n" + "\n".join(wrong)


def test_every_list_filtered_to_nothing_says_what_to_do(client_of):
    """有数据的站：每一页都没有光秃的表头（刚建的一件事，下面的清单都空着）；每张查找的表单写查不到的字，页面说怎么办。"""
    neighbours()
    asked, wrong = set(), []
    every = [one.address for one in pages() if one.method == "GET" and not one.api]
    for login, address, content in opened(client_of, [*every, *BOOKS]):
        wrong += faults(f"{login} {address}", content)
        for question in asks(address, content):
            found = client_of(login).get(question, follow=True)
            asked.add(question.partition("?")[0])
            where = f"{login} {question}"
            wrong += [f"{where} {found.status_code}"] if found.status_code != 200 else faults(where, found.content)
            if found.status_code == 200 and not says_so(found.content):
                wrong.append(f"{where} 没有说没有找到、怎么办（还有 {rows(found.content)} 行）")
    assert len(asked) >= 15, sorted(asked)
    assert not wrong, f"{len(wrong)} 处：\n" + "\n".join(wrong)
