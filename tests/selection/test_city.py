"""本城：本地目录的文件有增有减、改了一个字，都重新打开；一页上再问，不再读目录。"""

import os

import pytest

from miaopu.nurture.specialists import kinds
from miaopu.selection.city import city
from miaopu.terms import yaml_lines

NOTICE = "years:\n- {year: 2027, source: primary, basis: 试, rest: [], work: []}\n"


def test_a_local_file_added_changed_or_gone_opens_the_workspace_again(own_ledger, settings):
    first = city()
    assert city() is first
    place = settings.LOCAL_CATALOG / "holidays" / "某市"
    place.mkdir(parents=True)
    (place / "2027.yaml").write_text(NOTICE, encoding="utf-8")
    added = city()
    assert added is not first and city() is added
    os.utime(place / "2027.yaml", ns=(1, 1))
    changed = city()
    assert changed is not added
    (place / "说明.txt").write_text("不是目录的文件", encoding="utf-8")
    assert city() is changed
    (place / "2027.yaml").unlink()
    assert city() is not changed


@pytest.mark.django_db
def test_a_page_of_contacts_reads_the_catalogue_no_more(client_of, monkeypatch):
    page = client_of("gly")
    assert page.get("/specialists/contacts/").status_code == 200 and kinds.ranks()
    read, parse = [], yaml_lines.parse
    monkeypatch.setattr(yaml_lines, "parse", lambda text, path: read.append(str(path)) or parse(text, path))
    assert page.get("/specialists/contacts/").status_code == 200
    assert not [one for one in read if one.endswith("service.yaml")]
