"""没有自己的名单与库的层级（如 BASE 一级）：清单、导出、命令、名额各处都说为什么、在哪里看，不说“放宽条件”。"""

import pytest
from django.urls import reverse
from tests.cli.conftest import speak

from miaopu.cli.context import Exit
from miaopu.selection.library import entry

pytestmark = pytest.mark.django_db
TOLD = "“科技和创新型中小企业”没有自己的名单与库"
WHERE = ("在企业总库按层级看", "由科技部门评价入库")


def test_the_base_rung_says_why_it_has_no_library(client_of, tmp_path):
    client = client_of("gly")
    page = client.get(reverse("library:index"), {"tier": "BASE"}).content.decode()
    assert "这个层级没有培育库" in page and TOLD in page and all(one in page for one in WHERE)
    assert "没有合条件的企业" not in page and "TECHSME" not in page.partition(TOLD)[2].partition("</p>")[0]
    board = client.get(reverse("library:index"), {"tier": "BASE", "view": "board"}).content.decode()
    assert "这个层级没有培育库" in board and TOLD in board.partition("<details")[0] and "0 家" not in board
    plain = client.get(reverse("library:index"), {"tier": "LG"}).content.decode()
    assert "没有合条件的企业" in plain and TOLD in plain, "页脚总写着没有库的层级"
    for name, answer in (
        ("导出", client.post(reverse("library:export"), {"tier": "INNOV"})),
        ("名额", client.get(reverse("library:quotas"), {"tier": "BASE"})),
        ("选配", client.post(reverse("library:run"), {"tier": "TECHSME"})),
    ):
        assert answer.status_code == 400 and TOLD in answer.content.decode(), name
    gazelle = client.post(reverse("library:export"), {"tier": "GAZELLE"}).content.decode()
    assert "请放宽条件" in gazelle and TOLD not in gazelle


def test_a_page_reads_the_catalogue_once(client_of, monkeypatch):
    seen = []
    for name in ("load_quotas", "load_settings"):
        work = getattr(entry, name)
        monkeypatch.setattr(entry, name, lambda catalog, name=name, work=work: seen.append(name) or work(catalog))
    client_of("gly").get(reverse("library:index"), {"tier": "BASE"})
    assert sorted(seen) == ["load_quotas", "load_settings"]


def test_the_command_says_it_too():
    seen = speak("library", "list", "--as", "gly", "--demo", "--tier", "BASE")
    assert seen.code == Exit.DONE and TOLD in seen.out
    for part in ("pick", "quota"):
        more = ("--reason", "年度名额") if part == "quota" else ()
        refused = speak("library", part, "--as", "gly", "--demo", "--tier", "BASE", *more)
        assert refused.code == Exit.REFUSED and TOLD in refused.err, part
