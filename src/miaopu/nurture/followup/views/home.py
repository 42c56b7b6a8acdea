"""我的企业（手机上用）与缺什么的一览。"""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from miaopu.access.views.paging import paged
from miaopu.nurture.followup.queries import home as queries
from miaopu.nurture.followup.queries.datum import first_data
from miaopu.nurture.followup.views.page import choices, filters
from miaopu.nurture.specialists.queries.contacts import of_firms

CARDS = 30
"""一页几张卡片：先补哪个数要逐家算。"""


@login_required
@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """跟进从哪一页看起：看得到企业与方案的看我的企业，部门数据员看诉求。"""
    sees = request.actor.may("plan.view") and request.actor.may("firm.view")
    return redirect("followup:mine" if sees else "followup:requests")


@login_required
@require_GET
def mine(request: HttpRequest) -> HttpResponse:
    """我的企业；企业账号是本企业。"""
    page = paged(request, queries.mine(request.actor), CARDS)
    data = first_data(request.actor, ((card.firm, card.paper) for card in page))
    named = of_firms(request.actor)
    rows = [(card, data.get(card.firm.enterprise), named.get(card.firm.enterprise, ())) for card in page]
    shown = {"page": page, "rows": rows, "own": request.actor.is_a("enterprise"), **choices()}
    return render(request, "followup/mine.html", shown)


@login_required
@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """各缺什么。"""
    total, lacks = queries.board(request.actor)
    code = filters(request.GET, "lack")["lack"]
    chosen = next((one for one in lacks if one.code == code), lacks[0])
    shown = {"total": total, "lacks": lacks, "chosen": chosen, "page": paged(request, chosen.firms)}
    shown["wanted"] = {"lack": chosen.code}
    return render(request, "followup/board.html", shown)
