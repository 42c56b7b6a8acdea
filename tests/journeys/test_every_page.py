"""每一页：全站每个能打开的网址，由头一个看得到它的角色在真浏览器里打开：没有 A、AA 级的问题，
桌面与手机都不横滚，控制台没有错，没有外网请求。新加的页自己会找到。"""

import pytest
from tests.access.county import LOGINS
from tests.access.places import pages
from tests.journeys.reading import PHONE, faults, width

STATES = (
    ("", "/?text=large"),
    ("", "/selfcheck/LG/?text=large"),
    ("gly", "/firms/?q=机械&county=371502&page=99"),
    ("gly", "/firms/?q=无此名称"),
    ("gly", "/tasks/plan/L25/?view=board"),
    ("gly", "/library/?view=board"),
    ("gly", "/screening/lists/?tier=GAZELLE"),
    ("dongchangfu", "/desk/"),
    ("zhuanyuan", "/desk/"),
    ("shuiwu", "/desk/"),
    ("xitong", "/desk/"),
    ("qiye", "/desk/"),
)
"""同一个网址的别的样子：大字、查不到、别的看法、各角色的工作台。"""


def readers(client_of):
    """每个网页与头一个看得到它的角色（公众为空串）；片段、下载、跳走的不算页。"""
    clients = {login: client_of(login) for login in LOGINS}
    for place in pages():
        for login in LOGINS if place.method == "GET" and not place.api else ():
            answer = clients[login].get(place.address)
            if answer.status_code == 405:
                break
            if answer.status_code == 200 and not answer.streaming and b"<html" in answer.content[:300]:
                yield ("" if place.public else login), place.address
                break


def read(page, address):
    """打开一页，说出它的毛病。"""
    page.goto(address)
    found = [*faults(page), *page.problems, *width(page)]
    page.problems.clear()
    return [f"{address}（宽 {page.viewport_size['width']}）：{one}" for one in found]


@pytest.mark.walk
@pytest.mark.parametrize("options", [pytest.param({}, id="桌面"), pytest.param(PHONE, id="手机")])
def test_every_page_reads_well(visit, live_server, client_of, options):
    opened, wrong, places = {}, [], [*readers(client_of), *STATES]
    assert len(places) > 120
    for login, address in places:
        if login not in opened:
            opened[login] = visit(login, **options)
        wrong += read(opened[login], live_server.url + address)
    assert not wrong, f"{len(places)} 页里有 {len(wrong)} 处毛病：\n" + "\n".join(wrong)
