"""巡检用的参数：网址与接口里的参数名 → 一个真的值，都取自东昌府区（371502）。

键是参数名，或“网址名/参数名”（同名不同义时）；值是取值的函数，在装好小城的库里调用。
新网址用到新参数名时，在这里加一行。
"""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from miaopu.access.actor import system
from miaopu.access.models import Account, LogEntry, Posting, Visit
from miaopu.access.queries import actor_of
from miaopu.jobs.models import Job
from miaopu.ledger.journal import Entry
from miaopu.nurture.demands.models import Demand, Match, Result
from miaopu.nurture.followup.models import Attachment, Imported, Paper, Request, RequestStep, Stage
from miaopu.nurture.followup.models import Visit as Seen
from miaopu.nurture.followup.plans.frozen import freeze
from miaopu.nurture.specialists.models import Draft, Pairing, Person, Training
from miaopu.plan.result import Plan, Planned, Step
from miaopu.selection.city import city, today
from miaopu.selection.intake.models import Evidence, Upload
from miaopu.selection.intake.queries.conflicts import conflicts
from miaopu.selection.intake.queries.identity import rows
from miaopu.selection.library.models import Dispatch, Issue, Member, Move, Parcel, Proof, QuotaSet
from miaopu.selection.library.models import Draft as Pick
from miaopu.selection.rules.actions import Asked, Terms, propose
from miaopu.selection.rules.models import Proposal
from miaopu.selection.screening.models import Firm, Round

DISTRICT = "371502"


def firm() -> Firm:
    """一家东昌府区的企业，不在专员、专家、企业账号名下。"""
    return Firm.objects.filter(district=DISTRICT, uscc__isnull=False).order_by("-enterprise")[0]


def job() -> int:
    """一件东昌府区主管发起的作业。"""
    owner = Account.objects.get(login="dongchangfu")
    return Job.objects.get_or_create(kind="walk", defaults={"title": "巡检", "owner": owner, "by": owner.name})[0].pk


def visit() -> int:
    """一个东昌府区主管的会话。"""
    told = {"account": Account.objects.get(login="dongchangfu"), "address": "192.0.2.1", "browser": "巡检"}
    return Visit.objects.get_or_create(session="walk", defaults=told)[0].pk


def batches() -> list[Entry]:
    """台账里的批次。"""
    return [one for one in city().ledger.entries() if one.kind == "batch"]


def upload() -> int:
    """一份东昌府区主管的上传件，已读完。"""
    owner = Account.objects.get(login="dongchangfu")
    told = {"size": 1, "digest": "0", "by": owner.name, "district": DISTRICT, "source": "county", "state": "previewed"}
    return Upload.objects.get_or_create(name="巡检.xlsx", defaults={**told, "owner": owner})[0].pk


def evidence() -> int:
    """一份东昌府区企业的核定附件。"""
    told = {"name": "巡检.pdf", "digest": "0", "enterprise": firm().enterprise, "by": "巡检"}
    return Evidence.objects.get_or_create(decision="walk", defaults=told)[0].pk


def waiting(name: str) -> Any:
    """一行东昌府区待复核的：批次或行编号。"""
    table = rows(system("巡检"))
    found = table.filter(district=DISTRICT) if table.height else table
    return found[name][0] if found.height else 0


def disputed(name: str) -> Any:
    """一处取数冲突：企业号或列名。"""
    found = conflicts(system("巡检"))
    return found[name][0] if found.height else "0"


def proposal() -> int:
    """一份市局经办提出的提案。"""
    officer = actor_of(Account.objects.get(login="jingban"), "巡检")
    live = Proposal.objects.filter(code="SRDI-2026-WALK").first()
    terms = Terms("巡检", "巡检", today())
    return (live or propose(officer, Asked("SRDI-2026", "2026-walk", "SRDI-2026-WALK", terms))).pk


def library_member() -> int:
    """一件东昌府区企业的入库提名。"""
    told = {"name": firm().name, "district": DISTRICT, "tier": "LG", "tier_title": "“小巨人”", "state": "proposed"}
    told |= {"round": "walk", "rank": 1, "verdict": 0, "band": "待核", "situation": "巡检", "by": "巡检", "year": 2026}
    return Member.objects.get_or_create(enterprise=firm().enterprise, defaults=told)[0].pk


def library_draft() -> int:
    """一份没有选成的草案。"""
    told = {"total": 1, "note": "巡检", "reason": "巡检", "by": "巡检"}
    quota = QuotaSet.objects.get_or_create(tier="WALK", year=2026, version=1, defaults=told)[0]
    told = {"tier_title": "巡检", "year": 2026, "round": "walk", "chosen": 0, "clash": "巡检", "by": "巡检"}
    return Pick.objects.get_or_create(tier="WALK", quota=quota, defaults=told)[0].pk


def library_parcel() -> int:
    """发给东昌府区的一份。"""
    told = {"tier_title": "巡检", "year": 2026, "reason": "巡检", "by": "巡检"}
    made = Dispatch.objects.get_or_create(tier="WALK", defaults=told)[0]
    told = {"county": "东昌府区", "due": today()}
    return Parcel.objects.get_or_create(dispatch=made, district=DISTRICT, defaults=told)[0].pk


def library_proof() -> int:
    """一份东昌府区企业变动的依据。"""
    told = {"after": "proposed", "reason": "巡检", "by": "巡检"}
    move = Move.objects.get_or_create(member_id=library_member(), code="nominate", defaults=told)[0]
    return Proof.objects.get_or_create(move=move, defaults={"name": "巡检.pdf", "path": "walk", "digest": "0"})[0].pk


def library_issue() -> int:
    """一版发布的名单。"""
    told = {"tier_title": "巡检", "meeting_on": today(), "minutes": "巡检", "reason": "巡检", "firms": 0}
    told |= {"path": "walk", "seal": "sm3:0", "by": "巡检"}
    return Issue.objects.get_or_create(tier="WALK", year=2026, version=1, defaults=told)[0].pk


def person() -> int:
    """名册里一名东昌府区的专员。"""
    told = {"kind": "specialist", "district": DISTRICT, "capacity": 5, "state": "appointed", "updated_by": "巡检"}
    return Person.objects.get_or_create(name="巡检专员", defaults=told)[0].pk


def pairing() -> int:
    """一对东昌府区的分工。"""
    told = {
        "name": firm().name,
        "district": DISTRICT,
        "person_id": person(),
        "since": today(),
        "reason": "巡检",
        "by": "巡检",
    }
    return Pairing.objects.get_or_create(enterprise=firm().enterprise, defaults=told)[0].pk


def pair_draft() -> int:
    """一份分工草案。"""
    return Draft.objects.get_or_create(by="巡检", defaults={"least": True, "firms": firm().enterprise})[0].pk


def training() -> int:
    """一场培训。"""
    return Training.objects.get_or_create(title="巡检", defaults={"on": today(), "by": "巡检"})[0].pk


def followed() -> dict[str, Any]:
    """跟进各表共用的：一家东昌府区企业的几项。"""
    one = firm()
    return {"enterprise": one.enterprise, "name": one.name, "district": DISTRICT, "updated_by": "巡检"}


def request() -> int:
    """一件东昌府区企业的诉求。"""
    told = followed() | {"kind": "other", "words": "巡检", "raised_on": today(), "due": today(), "soon": today()}
    return Request.objects.get_or_create(title="巡检", defaults={**told, "raised_by": "巡检"})[0].pk


def seen() -> int:
    """一次东昌府区企业的走访。"""
    told = followed() | {
        "body": "county",
        "body_title": "巡检",
        "on": today(),
        "asked": True,
        "invitation": "巡检",
        "state": "recorded",
    }
    return Seen.objects.get_or_create(purpose="巡检", defaults={**told, "planned_by": "巡检"})[0].pk


def attached() -> int:
    """一个东昌府区企业诉求的附件。"""
    told = {"act": "raise", "words": "巡检", "on": today(), "by": "巡检", "role": "巡检"}
    step = RequestStep.objects.get_or_create(request_id=request(), defaults=told)[0]
    return Attachment.objects.get_or_create(step=step, defaults={"name": "a.pdf", "path": "0", "size": 1})[0].pk


def paper() -> int:
    """一份东昌府区企业的方案。"""
    plan = Plan(firm().enterprise, "LG-2026", today(), today(), (STEP,), {}, {}, (), ())
    told = followed() | {"standard": "LG-2026", "possible": True, "known_on": today(), "judged_on": today()}
    told |= {"low": 1, "high": 1, "frozen": freeze(Planned(plan)), "digest": "0", "made_by": "巡检"}
    return Paper.objects.get_or_create(tier="WALK", number=1, defaults=told)[0].pk


STEP = Step("walk", "巡检", None, "", (1, 1), date(2026, 12, 1), date(2027, 3, 1), 2026, (), (), "企业", "", "", "")


def stage() -> int:
    """方案的一步。"""
    told = {"measure": "walk", "title": "巡检", "low": 1, "high": 1, "start": STEP.start, "due": STEP.ready}
    return Stage.objects.get_or_create(paper_id=paper(), place_order=0, defaults={**told, "party": "企业"})[0].pk


def imported() -> int:
    """一次东昌府区主管交回的台账。"""
    owner = Account.objects.get(login="dongchangfu")
    told = {"kind": "work", "digest": "0", "reason": "巡检", "rows": 0, "changes": 0, "complaints": 0, "by": "巡检"}
    return Imported.objects.get_or_create(name="巡检.xlsx", defaults={**told, "owner": owner})[0].pk


def demand() -> int:
    """一项东昌府区企业的技术需求，县区审核通过了的。"""
    told = {"name": firm().name, "uscc": firm().uscc, "district": DISTRICT, "title": "巡检的需求", "state": "vetted"}
    told |= {"created_by": "巡检", "updated_by": "巡检", "contact": "巡检人", "phone": "13800000000"}
    return Demand.objects.get_or_create(enterprise=firm().enterprise, defaults=told)[0].pk


def match() -> int:
    """一次东昌府区企业的对接。"""
    result, _ = Result.objects.get_or_create(
        institute="虚构院所", title="巡检", defaults={"field": "other", "updated_by": "巡检"}
    )
    return Match.objects.get_or_create(demand_id=demand(), result=result, defaults={"told": "巡检"})[0].pk


RULES = ("limits", "terms", "edit", "accept", "rerun", "move", "measure", "effect", "effect-book", "proposal")
STANDARDS = ("standard", "print", "workbook", "cases", "case", "try", "public-standard")

ARGUMENTS: dict[str, Callable[[], Any]] = {
    "account": lambda: Account.objects.get(login="dongchangfu").pk,
    "posting": lambda: Posting.objects.get(account__login="dongchangfu").pk,
    "visit": visit,
    "seq": lambda: LogEntry.objects.earliest("seq").seq,
    "what": lambda: "disable",
    "number": job,
    "jobs:show/number": job,
    "enterprise": lambda: firm().enterprise,
    "firm": lambda: firm().enterprise,
    "uscc": lambda: firm().uscc,
    "name": lambda: firm().name,
    "district": lambda: DISTRICT,
    "county": lambda: DISTRICT,
    "round": lambda: Round.objects.get(current=True).code,
    "code": lambda: Round.objects.get(current=True).code,
    "tier": lambda: "LG",
    "standard": lambda: "LG-2026",
    "title": lambda: "little-giant",
    "version": lambda: "2026",
    "clause": lambda: "B2b",
    "indicator": lambda: "revenue",
    "column": lambda: "revenue",
    "key": lambda: "revenue",
    "source": lambda: "tax",
    "department": lambda: "tax",
    "batch": lambda: "0",
    **{f"intake:{view}/number": upload for view in ("upload", "accept", "drop", "again", "book")},
    **{f"intake:{view}/id": lambda: batches()[-1].id for view in ("batch", "withdraw")},
    **{
        f"intake:{view}/{name}": partial(waiting, name) for view in ("identity", "rule") for name in ("batch", "row_id")
    },
    **{
        f"intake:{view}/{name}": partial(disputed, name)
        for view in ("conflict", "choose", "undo")
        for name in ("enterprise", "column")
    },
    "intake:evidence/number": evidence,
    "intake:source/code": lambda: "county",
    "intake:template/code": lambda: "county",
    "intake:judge_page/indicator": lambda: "reviewed_chain_role",
    "intake:judge/indicator": lambda: "reviewed_chain_role",
    "screening:export/kind": lambda: "watch",
    "specialists:person/number": person,
    "specialists:pair/number": pairing,
    "specialists:draft/number": pair_draft,
    "specialists:training/number": training,
    "library:show/number": library_member,
    "library:undo/number": library_member,
    "library:charge/number": library_member,
    "library:baseline/number": library_member,
    "library:proof/number": library_proof,
    "library:draft/number": library_draft,
    "library:adopt/number": library_draft,
    "library:draft_export/number": library_draft,
    "library:parcel/number": library_parcel,
    "library:parcel_step/number": library_parcel,
    "library:parcel_step/step": lambda: "receive",
    "library:issued/number": library_issue,
    **{f"followup:{view}/number": request for view in ("request", "request-step")},
    **{f"followup:{view}/number": seen for view in ("visit", "visit-step", "record")},
    **{f"followup:{view}/number": paper for view in ("plan", "plan-step")},
    **{f"followup:{view}/number": imported for view in ("imported", "returned")},
    "followup:attachment/number": attached,
    "followup:stage/number": stage,
    "followup:request-step/step": lambda: "route",
    "followup:visit-step/step": lambda: "cancel",
    "followup:plan-step/step": lambda: "adopt",
    "book": lambda: "work",
    **{f"demands:{view}/number": demand for view in ("show", "edit", "match", "step")},
    **{f"demands:{view}/number": match for view in ("match-step", "contract")},
    "demands:step/step": lambda: "return",
    "demands:match-step/step": lambda: "meet",
    "table": lambda: "survey",
    "which": lambda: "whole",
    "decision": lambda: "0",
    "row": lambda: 1,
    "rules:case/name": lambda: "SRDI26-003",
    "rules:move/code": lambda: "submit",
    **dict.fromkeys((f"rules:{one}/number" for one in RULES), proposal),
    **dict.fromkeys((f"rules:{one}/code" for one in STANDARDS), lambda: "SRDI-2026"),
}


def argument(view: str, name: str) -> Any:
    """一个参数的值；没有登记的用一句话报错。"""
    found = ARGUMENTS.get(f"{view}/{name}") or ARGUMENTS.get(name)
    assert found is not None, f"网址“{view}”的参数“{name}”没有巡检用的值；请在 tests/access/arguments.py 里加一行"
    return found()
