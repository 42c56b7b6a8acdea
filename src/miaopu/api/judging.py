"""接口：判一家（不存任何东西）、看作业。"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Router
from pydantic import Field

from miaopu.api.door import Bearer, actor_of
from miaopu.api.errors import ANSWERS
from miaopu.api.schemas import JobOut, JudgeIn
from miaopu.desk.answer import as_data, plain, tree_data
from miaopu.jobs.models import Job
from miaopu.jobs.queries import job, result
from miaopu.selection.city import city, today
from miaopu.selection.screening.queries import judge
from miaopu.standards.explain import explain
from miaopu.standards.given.facts import FactsReader

router = Router(tags=["判"])


@router.post("/judge", auth=Bearer("rule.view"), response={200: dict[str, Any], **ANSWERS}, summary="按一份标准判一家")
def judge_one(request: HttpRequest, given: JudgeIn) -> Any:
    """同 judge 命令：不需要台账，不存任何东西；缺的数就是缺，结论会是待核。"""
    return plain(judged(given.standard, given.facts, given.assessed_on or today()))


def judged(code: str, facts: dict[str, Any], on: date) -> dict[str, Any]:
    """一份标准、一份事实 → 判定、说理树、被当作没有的项、认不得的项。"""
    space = city()
    standard = space.library.find(code)
    reader = FactsReader(space.catalog, space.library.vocabulary)
    read = reader.read(facts, on, None)
    reader.presume(read, standard.presumes)
    found = judge(space).judge(standard, read.values, on, given=frozenset(read.given))
    tree = tree_data(explain(found, space.library.vocabulary.title))
    return {**as_data(found), "tree": tree, "assumed": read.assumed, "unrecognised": read.unrecognised}


@router.get("/jobs/{number}", response={200: JobOut, **ANSWERS}, summary="作业")
def one_job(request: HttpRequest, number: Annotated[int, Field(ge=1, le=2**31)]) -> Any:
    """自己发起的作业的状态与结果。"""
    actor = actor_of(request)
    found = job(actor, number)
    return job_data(found, result(actor, found))


def job_data(found: Job, told: dict[str, Any]) -> dict[str, Any]:
    """作业的样子。"""
    names = ("kind", "title", "state", "total", "done", "message", "error")
    return {
        "number": found.pk,
        **{name: getattr(found, name) for name in names},
        "result": told,
    }
