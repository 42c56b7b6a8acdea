"""别的年份的一轮：重点“小巨人”的标准到 2026 年底为止，63 号施行以前没有“小巨人”；名单只列有标准的层级，各页照样看得。"""

from datetime import date

import pytest

from miaopu.access.actor import system
from miaopu.jobs.perform import perform
from miaopu.selection.city import today
from miaopu.selection.screening.actions import assess
from miaopu.selection.screening.rounds.documents import write
from miaopu.selection.screening.rounds.kept import kept

pytestmark = pytest.mark.django_db
PAGES = ("", "lists/", "charts/", "compare/", "focus/", "watch/")


@pytest.mark.parametrize(
    ("assessed_on", "absent", "present"),
    [(date(2027, 5, 10), {"KEYLG"}, {"LG", "SRDI"}), (date(2022, 5, 10), {"LG", "SRDI", "CHAMPION"}, {"GAZELLE"})],
)
def test_a_round_of_another_year_lists_the_tiers_in_force_and_every_page_answers(
    own_ledger, actor, client_of, settings, tmp_path, assessed_on, absent, present
):
    settings.FILES = tmp_path / "files"
    made = assess(system("测试"), today(), assessed_on)
    held = kept(made)
    assert not absent & set(held.lists) and present <= set(held.lists) <= set(held.tiers)
    client = client_of("gly")
    for page in PAGES:
        answer = client.get(f"/screening/{page}?round={made.code}")
        assert answer.status_code == 200, page
    answer = client.get(f"/screening/lists/?round={made.code}&tier={sorted(absent)[0]}")
    assert answer.status_code == 400 and "没有层级" in answer.content.decode()
    tier = sorted(present)[0]
    assert client.get(f"/screening/lists/?round={made.code}&tier={tier}").status_code == 200
    job = write(actor("gly"), made)
    perform.call(job.pk)
    job.refresh_from_db()
    assert job.state == "done", job.error
