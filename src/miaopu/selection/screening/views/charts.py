"""图：名单按县区、行业、规模的分档，短板与缺口，县区小图；每张图旁有同样数据的表，每个数点得进名单。"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from miaopu.selection.screening.rounds import counts
from miaopu.selection.screening.rounds.lists import BANDS, Filters
from miaopu.selection.screening.rounds.tiles import tiles
from miaopu.selection.screening.views.page import seen, tier_of

COLOURS = ("#17694a", "#1b5e8a", "#b7791f", "#c2571a", "#a3202a")
"""分档的颜色，由近到远；文字与表同时给出，不靠颜色传意。"""

MOST = 15


@login_required
@require_GET
def index(request: HttpRequest) -> HttpResponse:
    """全部图。"""
    reach, _found, held, shown = seen(request)
    tier = tier_of(request, list(held.lists))
    groups = [
        _group(tier, name, title, counts.grouped(held, reach, tier, name), shown["round_query"])
        for name, (_, title) in counts.FACETS.items()
    ]
    shorts = [one for one in counts.shortfalls(held, reach, tier) if one["failed"] or one["unknown"] or one["manual"]]
    shown |= {
        "tier": tier,
        "listing": held.lists[tier],
        "standard": held.tiers[tier],
        "bands": BANDS,
        "groups": groups,
        "tiles": tiles(held, groups[0]["rows"]),
        "shorts": shorts,
        "shorts_chart": _shorts(shorts),
        "missing": counts.missing(held, reach, tier),
        "departments": counts.departments(held, reach, tier),
    }
    return render(request, "screening/charts.html", shown)


def _group(tier: str, name: str, title: str, rows: list[counts.Row], code: str) -> dict[str, Any]:
    """一个分组：图的选项，与各行及它的名单网址；code 是不在看当前一轮时的轮次。"""
    address, own = reverse("screening:lists"), {"round": code} if code else {}
    shown = [one for one in rows if one.total][: counts.TOP] if name != "county" else rows
    series = [(band, [one.bands[at] for one in shown]) for at, band in enumerate(BANDS)]
    return {
        "name": name,
        "title": title,
        "rows": rows,
        "linked": [(one, f"{address}?{Filters(tier).but(**{name: one.value}).query(**own)}") for one in rows],
        "chart": _stacked([one.title for one in shown], series, COLOURS),
    }


def _shorts(rows: list[dict[str, Any]]) -> dict[str, Any]:
    shown = rows[:MOST]
    series = [
        (word, [one[name] for one in shown])
        for name, word in (("failed", "不满足"), ("unknown", "待核"), ("manual", "须人工"))
    ]
    labels = [f"{one['clause']} {one['title']}" for one in shown]
    return _stacked(labels, series, (COLOURS[4], COLOURS[2], COLOURS[1]))


def _stacked(labels: list[str], series: list[tuple[str, list[int]]], colours: tuple[str, ...]) -> dict[str, Any]:
    """横向堆叠条形图的选项；从上往下读。"""
    return {
        "color": list(colours),
        "animation": False,
        "tooltip": {"trigger": "axis", "axisPointer": {"type": "shadow"}, "renderMode": "richText"},
        "legend": {"top": 0},
        "grid": {"left": 8, "right": 24, "top": 36, "bottom": 8, "containLabel": True},
        "xAxis": {"type": "value", "minInterval": 1},
        "yAxis": {"type": "category", "data": labels, "inverse": True,
                  "axisLabel": {"width": 150, "overflow": "truncate"}},
        "series": [
            {"name": name, "type": "bar", "stack": "家数", "barMaxWidth": 22, "data": values,
             "emphasis": {"focus": "series"}}
            for name, values in series
        ],
    }  # fmt: skip
