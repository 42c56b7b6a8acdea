"""页面：各页打得开，办不成的话写在原页上、填的还在；看不到的与不存在的一样。"""

import pytest
from tests.nurture.specialists.test_pairs import adopted, drafted

from miaopu.nurture.specialists.models import Draft, Pairing, Person

pytestmark = pytest.mark.django_db
PAGES = ("", "import/", "apply/", "calls/", "trainings/", "pairs/", "pairs/?view=people", "drafts/")


def test_every_page_opens(boss, library, team, client_of) -> None:
    made, client = adopted(boss, least=False), client_of("gly")
    paths = [*PAGES, f"people/{team[0].pk}/", f"drafts/{made.pk}/", f"drafts/{made.pk}/?all=1"]
    paths.append(f"pairs/{Pairing.objects.first().pk}/")
    told = {path: client.get(f"/specialists/{path}") for path in paths}
    assert {path: one.status_code for path, one in told.items()} == dict.fromkeys(paths, 200)
    text = {path: one.content.decode() for path, one in told.items()}
    pair = Pairing.objects.first()
    assert team[0].name in text[""] and team[0].name in text[f"people/{team[0].pk}/"]
    assert pair.name in text[f"pairs/{pair.pk}/"] and pair.person.name in text["pairs/?view=people"]
    assert all(one.name in text[f"drafts/{made.pk}/?all=1"] for one in made.pairs.all()[:5])


def test_a_wrong_form_keeps_what_was_typed(boss, client_of) -> None:
    given = {"kind": "specialist", "name": "留住我", "sectors": "炼金术"}
    answer = client_of("gly").post("/specialists/apply/", given)
    text = answer.content.decode()
    assert answer.status_code == 400 and "行业“炼金术”不认得" in text and "留住我" in text


def test_what_is_out_of_reach_is_missing(boss, library, team, client_of) -> None:
    adopted(boss, least=False)
    far = Pairing.objects.exclude(district="371502").first()
    county = client_of("dongchangfu")
    assert county.get(f"/specialists/pairs/{far.pk}/").status_code == 404
    assert county.get("/specialists/drafts/").status_code == 403
    assert client_of("qiye").get("/specialists/").status_code == 403


def test_the_public_sees_open_calls_only(client) -> None:
    answer = client.get("/specialists/open/")
    assert answer.status_code == 200 and "没有正在报名" in answer.content.decode() and not answer.cookies


def test_the_workbooks_download(boss, library, team, client_of) -> None:
    adopted(boss, least=False)
    for path in ("export/", "pairs/export/"):
        answer = client_of("gly").post(f"/specialists/{path}")
        assert (answer.status_code == 200 and answer["Content-Disposition"].endswith(".xlsx")) or "xlsx" in str(
            answer.headers
        )


def test_drafts_begin_from_the_page(boss, library, team, client_of) -> None:
    answer = client_of("gly").post("/specialists/drafts/", {"how": "fresh", "most_counties": "2"})
    one = Draft.objects.get()
    assert answer.status_code == 302 and (one.least, one.most_counties, one.whole) == (False, 2, True)
    found = drafted(boss, least=False)
    client_of("gly").post(f"/specialists/drafts/{found.pk}/", {"reason": "会议定"})
    assert Pairing.objects.filter(until__isnull=True).count() == len(library) and Person.objects.count() == 3
