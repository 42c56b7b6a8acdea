"""没有办成、留在只收表单的网址上的页面：翻页、筛选的链接仍回到原页，打得开。"""

import html
import re

import pytest

from miaopu.access.views import paging
from miaopu.selection.library.actions.picks import Asked, draft

pytestmark = pytest.mark.django_db


def test_a_draft_not_adopted_keeps_its_links_and_filters(client_of, actor, quota, monkeypatch):
    monkeypatch.setattr(paging.paged, "__defaults__", (2,))
    made = draft(actor("gly"), Asked("GAZELLE"))
    page = client_of("gly")
    refused = page.post(f"/library/picks/{made.pk}/adopt/", {"to": "enrol", "reason": ""})
    told = refused.content.decode()
    links = {html.unescape(one) for one in re.findall(r'href="([^"]*\?[^"]*)"', told)}
    assert refused.status_code == 400
    assert {f"/library/picks/{made.pk}/?side=out", f"/library/picks/{made.pk}/?page=2"} <= links
    assert all(page.get(one).status_code == 200 for one in links)


def test_a_pick_not_done_turns_pages_where_it_is_listed(client_of, actor, quota, monkeypatch):
    monkeypatch.setattr(paging.paged, "__defaults__", (1,))
    for _ in range(2):
        draft(actor("gly"), Asked("GAZELLE"))
    refused = client_of("gly").post("/library/picks/run/", {"tier": "GAZELLE", "required": "没有这家"})
    assert refused.status_code == 400 and 'href="/library/picks/?page=2"' in refused.content.decode()
