"""后台的两件活：试读（intake.read）与入账（intake.post）；都可以从头再做而不做两遍。"""

from __future__ import annotations

import json
import os
import time
from datetime import date

from django.urls import reverse
from django.utils import timezone

from miaopu.access.act import Wrong, act
from miaopu.access.actor import system
from miaopu.jobs.kinds import Assignment, Outcome, Progress, job
from miaopu.ledger.intake import Intake, Receipt
from miaopu.ledger.journal import active
from miaopu.ledger.post import Batch
from miaopu.ledger.reading.write_back import write_back
from miaopu.selection.city import city, today
from miaopu.selection.intake.files import UPLOADS, full_told, path_of
from miaopu.selection.intake.models import Upload
from miaopu.selection.intake.preview import build
from miaopu.selection.intake.queries.uploads import PREVIEW, note_of, results_of
from miaopu.selection.intake.states import State

READ, POST = "intake.read", "intake.post"
WHOLE, ONLY_BAD = "意见.xlsx", "只含坏行.xlsx"
SERIOUS = ("refuse", "reject", "warn")
HUNDRED, PAUSE = 100, 0.5
"""进度条一共几格；同一步里隔多久写一次、看一次要不要停，秒。"""


@job(READ, "读一份部门文件", needs="intake.upload")
def read(given: Assignment, progress: Progress) -> Outcome:
    """试收，写下预览与意见表；不入账。"""
    one = _upload(given)
    bar = _Bar(progress)
    path = path_of(UPLOADS, one.pk, one.name)
    space = city()
    desk = Intake(space.ledger, space.sources, received=today(), by=one.by, accept_units=True)
    with full_told("没有读成"):
        receipt = desk.take(path, source=one.wanted, dry_run=True, tell=lambda step, share: bar(step, share * 0.8))
        bar("与台账对照", 0.8)
        told = _allowed(build(space, receipt, active(space.ledger, today())), given.params["allowed"])
        _books(one, receipt, told, bar)
        _write(one, json.dumps(told, ensure_ascii=False, default=str))
    bar("读完", 1.0)
    return _read_done(one, told)


@job(POST, "接收入账", needs="intake.accept")
def post(given: Assignment, progress: Progress) -> Outcome:
    """入账；同一份文件只入一次，做到一半没了的从头再做也不会入两遍。"""
    one = _upload(given)
    bar = _Bar(progress)
    path = path_of(UPLOADS, one.pk, one.name)
    space, by = city(), str(given.params["by"])
    received = date.fromisoformat(given.params["received"])
    accept = one.units_reason is not None
    desk = Intake(space.ledger, space.sources, received=received, by=by, accept_units=accept, note=note_of(one))
    with full_told("没有入账"):
        receipt = desk.take(path, source=one.source, tell=bar)
    if receipt.batch is None:
        raise Wrong("这份文件现在整份读不成了，没有入账；请重新预览，看清意见")
    return _posted(one, receipt.batch)


def _upload(given: Assignment) -> Upload:
    return Upload.objects.get(pk=given.params["upload"])


class _Bar:
    """进度条：（正在做什么，全程做到几成）写进作业；要取消的就在这里停。同一步里叫得再勤，也隔一会儿才写。"""

    def __init__(self, progress: Progress) -> None:
        self.progress, self.done, self.step, self.at = progress, 0, "", 0.0
        progress.expect(HUNDRED)

    def __call__(self, step: str, share: float) -> None:
        now = time.monotonic()
        if step == self.step and now - self.at < PAUSE:
            return
        self.step, self.at = step, now
        self.progress.tell(step)
        if (more := int(share * HUNDRED) - self.done) > 0:
            self.progress.advance(more)
            self.done += more


def _allowed(told: dict, allowed: list[str]) -> dict:
    """认出来的来源不归上传人报的，整份拒收。"""
    if told["refused"] or told["source"] in allowed:
        return told
    mine = "、".join(city().sources[code].title for code in allowed)
    sentence = f"这份文件像“{told['title']}”的表，您只能报送{mine}的；请由{told['department']}报送，或选对来源再读"
    group = {"sheet": "", "kind": "整份拒收", "severity": "refuse", "word": "整份拒收", "count": 1}
    return {
        "refused": True,
        "file": told["file"],
        "complaints": [{**group, "examples": [{"cell": "", "sentence": sentence}]}],
    }


def _books(one: Upload, receipt: Receipt, told: dict, bar: _Bar) -> None:
    """有意见、冲突或待人工的，写意见表与只含坏行的一份。"""
    reading = receipt.reading
    stuck = receipt.outcomes["conflict"] + receipt.outcomes["review"]
    serious = any(group["severity"] in SERIOUS for group in told["complaints"])
    told["books"] = []
    results_of(one).mkdir(exist_ok=True)
    for name in (WHOLE, ONLY_BAD):
        (results_of(one) / name).unlink(missing_ok=True)
    if reading is None or told["refused"] != reading.refused or not (serious or stuck):
        return
    resolution = None if reading.refused else receipt.resolution
    for name, only_bad in ((WHOLE, False), (ONLY_BAD, True)):
        if not (only_bad and reading.refused):
            bar(f"写{name}", 0.9)
            how = {"resolution": resolution, "only_bad": only_bad, "tell": lambda name=name: bar(f"写{name}", 0.9)}
            write_back(receipt.path, reading, results_of(one) / name, **how)
            told["books"].append(name)


def _write(one: Upload, text: str) -> None:
    """先写旁边再改名：半截的预览不算数。"""
    target = results_of(one) / PREVIEW
    aside = target.with_suffix(".tmp")
    aside.write_text(text, encoding="utf-8")
    os.replace(aside, target)


def _read_done(one: Upload, told: dict) -> Outcome:
    refused = told["refused"]
    state = State.REFUSED if refused else State.PREVIEWED
    sentence = told["complaints"][0]["examples"][0]["sentence"] if refused else None
    seen = sum(group["count"] for group in told["complaints"] if group["severity"] in SERIOUS)
    fields = {"source": told.get("source") or one.wanted, "rows": told.get("rows"), "facts": told.get("facts")}
    with act(system("收数"), "intake.upload", f"上传件 {one.pk}《{one.name}》") as doing:
        Upload.objects.filter(pk=one.pk, state=State.READING).update(
            state=state, told=sentence, complaints=seen, batch=None, changed=timezone.now(), **fields
        )
        doing.after = {"状态": state.word, "意见": seen}
    page = {"page": reverse("intake:upload", args=[one.pk])}
    return Outcome(f"整份拒收：{sentence}" if refused else f"读完：{told['rows']} 行，意见 {seen} 条，待接收", page)


def _posted(one: Upload, batch: Batch) -> Outcome:
    mine = batch.note == note_of(one)
    state = State.POSTED if mine else State.REPEATED
    told = None if mine else f"这份文件已由{batch.posted_by}于 {batch.received} 入账为批次 {batch.id}，这次没有改变台账"
    with act(system("收数"), "intake.accept", f"上传件 {one.pk}《{one.name}》") as doing:
        Upload.objects.filter(pk=one.pk).update(state=state, batch=batch.id, told=told, changed=timezone.now())
        doing.after = {"批次": batch.id, "事实": batch.facts, "状态": state.word}
    page = {"page": reverse("intake:upload", args=[one.pk]), "batch": batch.id}
    return Outcome(told or f"已入账：批次 {batch.id}，数据 {batch.facts} 项，待复核 {batch.review} 行", page)
