"""图与合计：各分组之和等于名单，短板、缺口等于核心的合计；小图的格不重叠、一个不少。"""

import json
import re

import polars as pl
import pytest

from miaopu.access.act import permit
from miaopu.desk.screened import place_of, screened
from miaopu.screening.standing import NO
from miaopu.selection.city import city
from miaopu.selection.screening.models import Firm, Listing
from miaopu.selection.screening.queries import current, opened
from miaopu.selection.screening.rounds import counts
from miaopu.selection.screening.rounds.tiles import positions, shade
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError

pytestmark = pytest.mark.django_db


@pytest.fixture
def reach(actor):
    return permit(actor("gly"), "screening.view")


@pytest.fixture
def result():
    """核心现算的一份，与存表分开。"""
    run = opened(current())
    return screened(city(), run, place_of(city(), run.wide))


def test_groups_add_up_to_the_list(held, reach):
    for tier in held.lists:
        total = Listing.objects.filter(tier=tier).count()
        for facet in counts.FACETS:
            assert sum(one.total for one in counts.grouped(held, reach, tier, facet)) == total


def test_verdicts_per_standard_are_those_of_the_candidates(held, reach, result):
    candidates = result.firms.filter(pl.col("candidate") != NO)
    for one in counts.standings(held, reach):
        column = candidates[f"{one['tier']}.verdict"]
        assert one["counts"] == [int((column == code).sum()) for code in counts.VERDICTS]
    assert counts.populations(held, reach)["total"] == Firm.objects.count()


def test_shortfalls_and_holes_are_the_totals_of_the_core(held, reach, result):
    for tier in held.lists:
        own = {
            one["clause"]: (one["failed"], one["unknown"], one["manual"], one["only_this"])
            for one in counts.shortfalls(held, reach, tier)
        }
        core = result.shorts.filter(pl.col("tier") == tier).select("clause", "failed", "unknown", "manual", "only_this")
        assert own == {clause: tuple(rest) for clause, *rest in core.iter_rows()}
        gaps = result.gap_counts.filter(pl.col("tier") == tier).select("department", "title", "firms", "pending")
        mine = {
            (one["department"], one["title"]): (one["firms"], one["pending"])
            for one in counts.missing(held, reach, tier)
        }
        assert mine == {(department, title): tuple(rest) for department, title, *rest in gaps.iter_rows()}


def test_chart_and_table_hold_the_same_numbers(client_of, held, reach):
    page = client_of("gly").get("/screening/charts/?tier=GAZELLE").content.decode()
    option = json.loads(re.search(r'id="chart-county" type="application/json">(.*?)</script>', page)[1])
    rows = counts.grouped(held, reach, "GAZELLE", "county")
    assert option["yAxis"]["data"] == [one.title for one in rows]
    assert [sum(values) for values in zip(*(one["data"] for one in option["series"]), strict=True)] == [
        one.total for one in rows
    ]


def test_tiles_of_the_city_and_of_any_other(held):
    places = positions(Catalog.default(), "371500", list(held.counties))
    assert set(places) == set(held.counties) and len(set(places.values())) == len(places) == 11
    other = positions(Catalog.default(), "370400", ["a", "b", "c", "d", "e"])
    assert other == {"a": (1, 1), "b": (1, 2), "c": (1, 3), "d": (1, 4), "e": (2, 1)}
    with pytest.raises(CatalogError, match="有缺的"):
        positions(Catalog.default(), "371500", ["371502", "379999"])


def test_shades_follow_the_counts():
    assert [shade(firms, 100) for firms in (0, 1, 25, 26, 75, 76, 100)] == [0, 1, 1, 2, 3, 4, 4]
    assert shade(0, 0) == 0 and shade(1, 1) == 4
