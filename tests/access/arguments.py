"""巡检用的参数：网址与接口里的参数名 → 一个真的值，都取自东昌府区（371502）。

键是参数名，或“网址名/参数名”（同名不同义时）；值是取值的函数，在装好小城的库里调用。
新网址用到新参数名时，在这里加一行。
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from tests.access import nurtured
from tests.access.county import DISTRICT, firm

from miaopu.access.actor import system
from miaopu.access.models import Account, LogEntry, Posting, Visit
from miaopu.access.queries import actor_of
from miaopu.api.models import Token
from miaopu.jobs.models import Job
from miaopu.ledger.journal import Entry
from miaopu.selection.city import city, today
from miaopu.selection.intake.models import Evidence, Upload
from miaopu.selection.intake.queries.conflicts import conflicts
from miaopu.selection.intake.queries.identity import rows
from miaopu.selection.rules.actions import Asked, Terms, propose
from miaopu.selection.rules.models import Proposal
from miaopu.selection.screening.models import Cohort, Round
from miaopu.supervision.tasks.models import Board, Duty
from miaopu.supervision.tasks.models import Entry as TaskEntry


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


def duty() -> int:
    """东昌府区的一个责任期。"""
    return Duty.objects.filter(district=DISTRICT).earliest("pk").pk


def entry() -> int:
    """东昌府区填报的一条进展。"""
    told = {"duty_id": duty(), "by": "巡检", "withdrawn": None}
    return TaskEntry.objects.get_or_create(**told, defaults={"text": "巡检", "on": today()})[0].pk


def cohort() -> int:
    """东昌府区主管存的一个常用筛选。"""
    owner = Account.objects.get(login="dongchangfu")
    return Cohort.objects.get_or_create(owner=owner, name="巡检", defaults={"query": "q=1"})[0].pk


def token() -> int:
    """市局管理员发的一个令牌。"""
    told = {"hint": "mp_", "digest": "0", "scopes": "firm.view", "quota": 1, "until": today()}
    return Token.objects.get_or_create(account=Account.objects.get(login="gly"), name="演示", defaults=told)[0].pk


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


RULES = ("limits", "terms", "edit", "accept", "rerun", "move", "measure", "effect", "effect-export", "proposal")
STANDARDS = ("standard", "print", "workbook", "cases", "case", "try", "public-standard")

ARGUMENTS: dict[str, Callable[[], Any]] = {
    "account": lambda: Account.objects.get(login="dongchangfu").pk,
    "posting": lambda: Posting.objects.filter(account__login="dongchangfu").earliest("pk").pk,
    "visit": visit,
    "seq": lambda: LogEntry.objects.earliest("seq").seq,
    "what": lambda: "disable",
    "number": job,
    "GET /api/v1/uploads/{number}/number": upload,
    "api:one_upload/number": upload,
    **{f"tasks:{view}/number": duty for view in ("duty", "assign")},
    "tasks:withdraw/number": entry,
    **{f"tasks:{view}/code": lambda: Board.objects.get(running=True).code for view in ("plan", "export")},
    "tasks:start/code": lambda: Board.objects.filter(running=False).earliest("pk").code,
    "tasks:task/code": lambda: Duty.objects.get(pk=duty()).task.code,
    "number/column": lambda: "revenue_t1",
    **{f"cohort_{view}/number": cohort for view in ("rename", "drop", "restore")},
    "token-revoke/number": token,
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
    "intake:source-export/code": lambda: "county",
    "intake:template/code": lambda: "county",
    "intake:judge_page/indicator": lambda: "reviewed_chain_role",
    "intake:judge/indicator": lambda: "reviewed_chain_role",
    "screening:export/kind": lambda: "watch",
    "specialists:person/number": nurtured.person,
    "specialists:pair/number": nurtured.pairing,
    "specialists:draft/number": nurtured.pair_draft,
    **{f"specialists:{view}/number": nurtured.event for view in ("event", "event-export")},
    "specialists:reply/number": nurtured.invitation,
    "specialists:training/number": nurtured.training,
    "library:show/number": nurtured.library_member,
    "library:undo/number": nurtured.library_member,
    "library:charge/number": nurtured.library_member,
    "library:baseline/number": nurtured.library_member,
    "library:proof/number": nurtured.library_proof,
    "library:draft/number": nurtured.library_draft,
    "library:adopt/number": nurtured.library_draft,
    "library:draft_export/number": nurtured.library_draft,
    "library:parcel/number": nurtured.library_parcel,
    "library:parcel_step/number": nurtured.library_parcel,
    "library:parcel_step/step": lambda: "receive",
    "library:issued/number": nurtured.library_issue,
    **{f"followup:{view}/number": nurtured.request for view in ("request", "request-step")},
    **{f"followup:{view}/number": nurtured.seen for view in ("visit", "visit-step", "record")},
    **{f"followup:{view}/number": nurtured.paper for view in ("plan", "plan-step", "plan-try")},
    **{f"followup:{view}/number": nurtured.imported for view in ("imported", "returned")},
    **{f"followup:{view}/number": nurtured.diagnosis for view in ("diagnosis", "diagnosis-paper")},
    "followup:point-step/number": nurtured.point,
    "followup:point-step/step": lambda: "drop",
    "followup:attachment/number": nurtured.attached,
    "followup:stage/number": nurtured.stage,
    "followup:request-step/step": lambda: "route",
    "followup:visit-step/step": lambda: "cancel",
    "followup:plan-step/step": lambda: "adopt",
    "book": lambda: "work",
    "listing": lambda: "plans",
    **{f"demands:{view}/number": nurtured.demand for view in ("show", "edit", "match", "step")},
    **{f"demands:{view}/number": nurtured.match for view in ("match-step", "contract")},
    "demands:step/step": lambda: "return",
    "demands:match-step/step": lambda: "meet",
    **{f"registers:{view}/number": nurtured.entry for view in ("show", "edit", "undo", "step")},
    **{
        f"registers:{view}/book": lambda: "rd"
        for view in ("list", "new", "export", "import", "missing", "missing-export")
    },
    "registers:report/book": lambda: "patents",
    "registers:step/step": lambda: "confirm",
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
