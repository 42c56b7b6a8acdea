"""队伍的表：名册、分工、联络员、企业活动。"""

from miaopu.nurture.specialists.models.contact import Contact
from miaopu.nurture.specialists.models.event import Event, Invitation
from miaopu.nurture.specialists.models.pairs import Draft, Pairing, Proposed
from miaopu.nurture.specialists.models.roster import (
    Attendance,
    Avoidance,
    Call,
    Member,
    Mission,
    Opened,
    Person,
    Training,
    Turn,
)

__all__ = [
    "Attendance",
    "Avoidance",
    "Call",
    "Contact",
    "Draft",
    "Event",
    "Invitation",
    "Member",
    "Mission",
    "Opened",
    "Pairing",
    "Person",
    "Proposed",
    "Training",
    "Turn",
]
