"""待办：把各应用给出的待办合在一起，急的在前；接线只在 OFFERS 一处，应用自己不登记。"""

from __future__ import annotations

from datetime import date

from miaopu.access.actor import Actor
from miaopu.jobs.queries import todo as jobs
from miaopu.jobs.todo import PLAIN, RED, YELLOW, Offer, Todo
from miaopu.nurture.demands.queries import todo as demands
from miaopu.nurture.followup.queries.todo import todo as followup
from miaopu.nurture.registers.queries import todo as registers
from miaopu.nurture.specialists.queries.contacts import todo as contacts
from miaopu.nurture.specialists.queries.events import todo as events
from miaopu.nurture.specialists.queries.roster import todo as specialists
from miaopu.selection.intake.queries.todo import todo as intake
from miaopu.selection.library.queries.dispatches import todo as library
from miaopu.selection.rules.queries import todo as rules
from miaopu.supervision.tasks.queries import todo as tasks

OFFERS: tuple[Offer, ...] = (
    followup,
    tasks,
    intake,
    rules,
    library,
    specialists,
    contacts,
    events,
    demands,
    registers,
    jobs,
)
"""各应用的 queries.todo；新应用写好 todo(actor) 后加在这里，工作台就有了。"""

_ORDER = {RED: 0, YELLOW: 1, PLAIN: 2}


def todos(actor: Actor) -> list[Todo]:
    """这个人的全部待办：误了的、快到的、其余，同急的按期限。"""
    found = [one for offer in OFFERS for one in offer(actor) if one.count]
    return sorted(found, key=lambda one: (_ORDER[one.urgency], one.due or date.max, one.title))
