"""跟进的一段：这家的方案、最近的走访、诉求、专家诊断、联络员与活动；没有权限看的不给，只读已收窄的查询。"""

from __future__ import annotations

from typing import Any

from miaopu.access.actor import Actor
from miaopu.nurture.followup.policy.lights import of_request
from miaopu.nurture.followup.queries.diagnoses import diagnoses
from miaopu.nurture.followup.queries.home import last_requests, last_visits, live_plans
from miaopu.nurture.specialists.queries.contacts import of_firm
from miaopu.nurture.specialists.queries.events import of_firm as invited
from miaopu.selection.city import today


def followed(actor: Actor, enterprise: str) -> dict[str, Any]:
    """plans visits requests diagnoses contacts invited，没有权限的为 None。"""
    requests = last_requests(actor, enterprise) if actor.may("request.view") else None
    return {
        "plans": live_plans(actor, enterprise) if actor.may("plan.view") else None,
        "contacts": of_firm(actor, enterprise) if actor.may("contact.view") else None,
        "invited": invited(actor, enterprise) if actor.may("event.view") else None,
        "diagnoses": list(diagnoses(actor, enterprise)) if actor.may("diagnosis.view") else None,
        "visits": last_visits(actor, enterprise) if actor.may("visit.view") else None,
        "requests": [(one, of_request(one, today())) for one in requests] if requests is not None else None,
    }
