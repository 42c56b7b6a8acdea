"""筛选的动作：跑一轮评估并换新读表。与评估核心的接缝只在这里。"""

from __future__ import annotations

from datetime import date

from django.urls import reverse

from miaopu.access.act import Wrong, act
from miaopu.access.actor import Actor, system
from miaopu.jobs.actions import start
from miaopu.jobs.kinds import Assignment, Outcome, Progress, job
from miaopu.jobs.models import Job
from miaopu.screening import load_settings
from miaopu.selection.city import city, today
from miaopu.selection.screening.models import Round, Turn
from miaopu.selection.screening.refresh import FORM, Fresh, Tell, noted, prepared, stored, swap
from miaopu.selection.screening.rounds.kept import reopened
from miaopu.standards.run import Run

SCREEN = "screening.run"


def run(actor: Actor, known_on: date, assessed_on: date) -> Job:
    """发起一轮评估（作业）；日期不在可评估的范围里抛 Wrong。"""
    target = f"知于 {known_on}、判于 {assessed_on} 的评估"
    with act(actor, "screening.run", target) as doing:
        _check(known_on, assessed_on)
        params = {"known_on": known_on.isoformat(), "assessed_on": assessed_on.isoformat()}
        started = start(
            actor, SCREEN, params, title=f"评估全市企业（{target}）", key=f"{SCREEN}:{known_on}:{assessed_on}"
        )
        doing.after = {"作业": started.pk}
    return started


def _check(known_on: date, assessed_on: date) -> None:
    """知于不早于第一笔账、不晚于今天；判于在口径写明的起止之内。"""
    space = city()
    first = min((one.day for one in space.ledger.entries()), default=today())
    if not first <= known_on <= today():
        raise Wrong(f"“数据截至”应在 {first}（台账第一笔）到 {today()}（今天）之间，现在是 {known_on}；请改日期")
    span = load_settings(space.catalog).span
    last = date(today().year + span.years_ahead, 12, 31)
    if not span.earliest <= assessed_on <= last:
        raise Wrong(
            f"“按哪天的规则判”应在 {span.earliest} 到 {last} 之间（{span.reason}），现在是 {assessed_on}；请改日期"
        )


def assess(actor: Actor, known_on: date, assessed_on: date, tell: Tell = lambda step: None) -> Round:
    """当场跑一轮（复用没有变的），存下来。

    两个日期都是今天的才换新读表、成为当前一轮；别的日期只存着供看与比较，要换由人换看（rounds/turn），写明理由。
    """
    space = city()
    found = space.assess(known_on, assessed_on, tell=tell)
    code = found.marks["run"]
    known = Round.objects.filter(code=code).first()
    ours = known_on == assessed_on == today() or (known is not None and known.current)
    same = known is not None and known.folder == str(found.folder)
    if same and (not ours or (known.current and known.form == FORM)):
        return known
    if ours:
        return _shown(actor, prepared(space, found, tell))
    place = stored(space, found, tell)
    with act(actor, "screening.run", f"轮次 {code}（只存，不换当前一轮）") as doing:
        made = noted(found, place, actor.name)
        doing.after = {"企业数": made.enterprises, "快照": made.snapshot}
    return made


def _shown(actor: Actor, fresh: Fresh) -> Round:
    """换上备好的一轮。"""
    with act(actor, "screening.run", f"轮次 {fresh.run.marks['run']}") as doing:
        doing.before = {"轮次": _current_code()}
        made = swap(fresh, actor.name)
        doing.after = {"轮次": made.code, "企业数": made.enterprises, "快照": made.snapshot}
    return made


def _current_code() -> str | None:
    return Round.objects.filter(current=True).values_list("code", flat=True).first()


def begin(actor: Actor, tell: Tell = lambda step: None) -> Round:
    """开站时：人选的一轮还是当前的就留着（读表形状旧了按它重装，打不开了说清）；否则评估到今天，换新读表。"""
    last = Turn.objects.select_related("round").first()
    if last is not None and last.round.current:
        if last.round.form == FORM:
            return last.round
        try:
            return _shown(actor, prepared(city(), _again(last.round, tell), tell))
        except Wrong as error:
            tell(f"人选的一轮打不开，改看今天的（{error}）")
    return assess(actor, today(), today(), tell)


def _again(chosen: Round, tell: Tell) -> Run:
    """重新打开一轮；结果文件不在了（刚从备份恢复）而台账、目录没有变的，重算出同一轮。"""
    try:
        return reopened(chosen)
    except Wrong:
        found = city().assess(chosen.known_on, chosen.assessed_on, tell=tell)
        if found.marks["run"] != chosen.code:
            raise
        return found


@job(SCREEN, "评估全市企业", needs="screening.view")
def _work(given: Assignment, progress: Progress) -> Outcome:
    known_on, assessed_on = (date.fromisoformat(given.params[one]) for one in ("known_on", "assessed_on"))
    known = set(Round.objects.values_list("code", flat=True))
    made = assess(system("筛选"), known_on, assessed_on, progress.tell)
    reused, shown = made.code in known, made.current
    told = f"台账、标准、日期都与轮次 {made.code} 相同，沿用它，没有重算" if reused else f"评估完成，轮次 {made.code}"
    if not shown:
        told += "，存着供看与比较，没有换成当前一轮；要换，在“轮次与换看”里换，写明理由"
    page = reverse("screening:index") + ("" if shown else f"?round={made.code}")
    return Outcome(f"{told}：{made.enterprises} 家", {"round": made.code, "reused": reused, "page": page})
