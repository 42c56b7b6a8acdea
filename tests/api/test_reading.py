"""看的接口：收窄到令牌的范围；与页面、命令同样的数。"""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from miaopu.selection.screening.models import Firm, Listing
from miaopu.selection.screening.opening import open_firm

pytestmark = pytest.mark.django_db


def test_a_county_token_sees_its_own_county_only(caller):
    county = caller("dongchangfu")
    tokens_sees = county.get("/api/v1/firms?limit=200").json()
    assert tokens_sees["count"] == Firm.objects.filter(district="371502").count() > 0
    assert {one["district"] for one in tokens_sees["items"]} == {"371502"}
    other = Firm.objects.filter(district="371503").first()
    assert county.get(f"/api/v1/firms/{other.enterprise}").status_code == 404
    assert county.get(f"/api/v1/firms/{other.enterprise}/verdicts").status_code == 404
    assert county.get(f"/api/v1/firms/{other.enterprise}/numbers/revenue_t1").status_code == 404


def test_two_characters_and_initials_find_firms(caller):
    reader = caller("gly")
    firm = Firm.objects.exclude(uscc=None).first()
    for text in (firm.name[4:6], firm.initials[-4:], firm.uscc[-6:]):
        found = reader.get("/api/v1/firms", {"q": text, "limit": 200}).json()
        assert found["count"] > 200 or firm.enterprise in {one["enterprise"] for one in found["items"]}, text


def test_verdicts_carry_clauses_tree_and_marks(caller):
    leader = Listing.objects.filter(tier="LG").order_by("rank").first()
    found = caller("gly").get(f"/api/v1/firms/{leader.enterprise}/verdicts").json()
    own = next(one for one in found if one["standard"] == "LG-2026")
    assert own["tree"] and own["clauses"] and own["fingerprint"]
    assert (
        own["verdict"] == {0: "not_eligible", 1: "insufficient_data", 2: "manual_review", 3: "eligible"}[leader.verdict]
    )


def test_a_number_is_traced_to_its_cell(caller):
    leader = Listing.objects.filter(tier="LG").order_by("rank").first()
    found = caller("gly").get(f"/api/v1/firms/{leader.enterprise}/numbers/revenue_t1").json()
    assert "万元" in found["shown"] and any("批次" in line for line in found["lines"])
    assert caller("gly").get(f"/api/v1/firms/{leader.enterprise}/numbers/no_such").status_code == 400


def test_judging_stores_nothing_and_keeps_missing_apart(caller):
    given = {"standard": "LG-2026", "facts": {"main_ratio": 95}}
    reader = caller("gly")
    with CaptureQueriesContext(connection) as asked:
        found = reader.post("/api/v1/judge", json.dumps(given), content_type="application/json").json()
    assert found["verdict"] == "insufficient_data" and found["tree"]
    assert (found["clauses"]["B2b"], found["clauses"]["B2a"]) == ("pass", "unknown")
    changed = {one["sql"].split('"')[1] for one in asked if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))}
    assert changed <= {"api_use"}, "只记令牌用了几次"
    missing = caller("gly").post(
        "/api/v1/judge", json.dumps({"standard": "没有", "facts": {}}), content_type="application/json"
    )
    assert missing.status_code == 404


def test_bounds_are_told_in_chinese(caller):
    answer = caller("gly").get("/api/v1/firms?limit=100000")
    assert answer.status_code == 422
    assert answer.json()["details"][0]["expected"] == "不大于 200"
    assert caller("gly").get("/api/v1/firms?q=%00").status_code == 422


def test_a_number_reads_as_on_the_page_intervals_and_clauses_too(caller, actor):
    """页面的抽屉里有的，接口也有，字字相同：区间、条款、属性。"""
    leader = Listing.objects.filter(tier="LG").order_by("rank").first()
    figures = open_firm(actor("gly"), leader.enterprise).figures
    for column in ("revenue_t1", "class1_ip_2026", "is_sme", "LG-2026:B2c"):
        told = caller("gly").get(f"/api/v1/firms/{leader.enterprise}/numbers/{column}").json()
        assert told["shown"] == figures.trace(column).shown and told["lines"] == figures.trace(column).lines(), column


def test_a_list_is_the_list_of_the_page_in_its_scope(caller, actor):
    reader, county = caller("gly"), caller("dongchangfu")
    whole = reader.get("/api/v1/lists/LG?limit=200").json()
    assert whole["items"][0]["rank"] == 1 and whole["count"] == Listing.objects.filter(tier="LG").count()
    band = county.get("/api/v1/lists/LG").json()["items"][0]["band"]
    part = reader.get("/api/v1/lists/LG", {"band": band, "county": "371502", "limit": 200}).json()
    mine = county.get("/api/v1/lists/LG", {"band": band, "limit": 200}).json()
    assert {one["band"] for one in part["items"]} == {band} and part == mine and 0 < part["count"] < whole["count"]
    assert reader.get("/api/v1/lists/LG?limit=1&offset=1").json()["items"] == whole["items"][1:2]
    assert reader.get("/api/v1/lists/NOPE").json()["code"] == "not_found"
