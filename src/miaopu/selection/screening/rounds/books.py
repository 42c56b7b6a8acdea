"""导出：名单、摸排、小升规、目标、比较，各成一本 xlsx；正是筛出来的那些。少的当场写，多的交给作业；都记日志。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl
from django.conf import settings

from miaopu.access.act import Denied, Wrong, act, permit
from miaopu.access.actor import Actor, Reach
from miaopu.access.models import Account
from miaopu.access.queries import actor_of
from miaopu.access.text import file_name
from miaopu.jobs.actions import start
from miaopu.jobs.kinds import Assignment, Outcome, Progress, job
from miaopu.jobs.models import Job
from miaopu.papers.marks import Marks, StandardMark
from miaopu.papers.roster import BASIC, RankNote, roster_sheets, write_focus, write_scale_up
from miaopu.papers.sheet import write_book
from miaopu.selection.city import today
from miaopu.selection.screening.models import Round
from miaopu.selection.screening.queries import current
from miaopu.selection.screening.rounds import goals, sheets, watch
from miaopu.selection.screening.rounds.compare import Pair
from miaopu.selection.screening.rounds.kept import Kept, kept
from miaopu.selection.screening.rounds.lists import listed, parse, words
from miaopu.standards.run import WIDE

OPERATION, KIND, FOLDER = "screening.export", "screening.export", "exports"
DIRECT = 2_000
"""至多这么多行当场下载；再多交给作业。"""

Given = Mapping[str, str]


@dataclass(frozen=True)
class Made:
    """要写的一本：标题、条件的话、主要的表、写法、别的表几行。"""

    title: str
    told: str
    table: pl.DataFrame
    write: Callable[[Path, Marks], Path]
    also: int = 0

    @property
    def rows(self) -> int:
        """全书几行；also 是 table 以外各表的。"""
        return self.table.height + self.also


def export(actor: Actor, kind: str, given: Given, folder: Path) -> Path | Job:
    """导出：至多 DIRECT 行写到 folder 里给出路径，再多给发起的作业。一行也没有抛 Wrong。"""
    if kind not in BOOKS:
        raise Wrong("没有这种导出；请从页面上的“导出”进入")
    given = {name: value for name, value in given.items() if name != "csrfmiddlewaretoken"}
    held, made = _made(actor, kind, given)
    with act(actor, OPERATION, TITLES[kind]) as doing:
        doing.target = f"{made.title}（轮次 {held.code}）"
        doing.after = {"条件": made.told, "行数": made.rows}
        if made.rows > DIRECT:
            title = f"导出{made.title}（{made.rows} 行）"
            return start(actor, KIND, {"kind": kind, "given": dict(given)}, title=title[:200])
        marks = marks_of(held, doing.reach)
    return _write(made, marks, folder)


def _made(actor: Actor, kind: str, given: Given) -> tuple[Kept, Made]:
    """取要写的一本；费时，在事务外做。不许的经 act 拒绝，留下记录。"""
    try:
        reach = permit(actor, OPERATION)
        held = _round(given)
        made = BOOKS[kind](held, reach, given)
    except Denied as refused:
        with act(actor, OPERATION, TITLES[kind]):
            raise refused
    if not made.rows:
        raise Wrong("按现在的条件一行也没有，没有东西可导出；请放宽条件")
    return held, made


def _write(made: Made, marks: Marks, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return made.write(folder / file_name(f"{made.title}_{today():%Y%m%d}_{made.rows}行.xlsx"), marks)


def _round(given: Given) -> Kept:
    code = given.get("round", "")
    found = Round.objects.filter(pk=code).first() if code else Round.objects.filter(current=True).first()
    if found is None:
        raise Wrong("还没有这一轮评估；请先在筛选首页运行")
    return kept(found)


def unit_of(reach: Reach) -> str:
    """填报单位：市局；只看一个县区的写县区局。还没有评估的写“工业和信息化局”。"""
    now = current()
    return marks_of(kept(now), reach).filled_by if now else "工业和信息化局"


def marks_of(held: Kept, reach: Reach) -> Marks:
    """材料的标记，取自这一轮；只看一个县区的，填报单位写县区局。"""
    told = held.about
    names = [held.counties.get(one, "") for one in sorted(reach.districts)] if not reach.everywhere else []
    unit = names[0] if len(names) == 1 else told["place"]["name"]
    return Marks(
        filled_by=f"{unit}工业和信息化局",
        filled_on=today(),
        known_on=_day(told["known_on"]),
        assessed_on=_day(told["assessed_on"]),
        snapshot=told["snapshot"],
        standards=tuple(_standard(one) for one in held.tiers.values()),
        invented=told["invented"],
    )


def _standard(told: Mapping[str, str]) -> StandardMark:
    return StandardMark(
        told["standard"], told["title"], told["label"], told["document"], told["fingerprint"], bool(told["unchecked"])
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _list(held: Kept, reach: Reach, given: Given) -> Made:
    wanted = parse(held, given)
    rows, told = listed(held, reach, wanted), words(held, wanted)
    title = held.lists[wanted.tier]["title"]

    def write(path: Path, marks: Marks) -> Path:
        rank = held.about["rank"]
        note = RankNote(rank["base"], tuple((one["key"], one["title"], one["weight"]) for one in rank["parts"]))
        own = replace(marks, standards=(_standard(held.tiers[wanted.tier]),))
        firms = pl.scan_parquet(held.results / WIDE).filter(pl.col("enterprise").is_in(rows["enterprise"].to_list()))
        known = [one for one in ("enterprise", *BASIC) if one in firms.collect_schema()]
        order = [one for code, one in held.counties.items() if reach.everywhere or code in reach.districts]
        pages = roster_sheets(rows, firms.select(known).collect(), title, own, note, order)
        pages = [replace(one, notes=(f"条件：{told}", *one.notes)) for one in pages if one.frame.height]
        return write_book(path, pages, own, "拟培育企业名单")

    return Made(title, told, rows, write)


def _focus(held: Kept, reach: Reach, given: Given) -> Made:
    section, wanted = watch.section(held, given), watch.parse(held, given)
    rows = watch.focus_rows(held, reach, section, wanted)
    title = held.about["focus"][section]
    contact = held.about["contact"]
    return Made(
        f"{title}企业摸排名单", watch.words(held, wanted), rows,
        lambda path, marks: write_focus(path, rows, title, marks, contact),
    )  # fmt: skip


def _watch(held: Kept, reach: Reach, given: Given) -> Made:
    wanted = watch.parse(held, given)
    rows = watch.watch_rows(held, reach, wanted)
    return Made(
        "小升规关注名单", watch.words(held, wanted), rows, lambda path, marks: write_scale_up(path, rows, marks)
    )


def _goals(held: Kept, reach: Reach, given: Given) -> Made:
    if not reach.everywhere:
        raise Denied("目标推导是全市的，不分县区")
    rows = goals.rows()
    return Made("目标推导表", "不限", rows, lambda path, marks: sheets.write_goals(path, rows, marks))


def _compare(held: Kept, reach: Reach, given: Given) -> Made:
    """round 是新的一轮，with 是旧的一轮。"""
    pair = Pair(_round({"round": given.get("with", "")}), held)
    tier = given.get("tier", "")
    if tier not in pair.tiers:
        raise Wrong("请选一个两轮都有的层级再导出")
    parts = sheets.compared(pair, tier, reach, given.get("county", ""))
    title = f"{pair.new.tiers[tier]['rung']}结论变化"
    told = f"轮次 {pair.old.code} → {pair.new.code}"
    also = parts.entered.height + parts.left.height
    return Made(
        title, told, parts.changed, lambda path, marks: sheets.write_compared(path, parts, marks, title, told), also
    )


BOOKS: dict[str, Callable[[Kept, Reach, Given], Made]] = {
    "list": _list, "focus": _focus, "watch": _watch, "goals": _goals, "compare": _compare,
}  # fmt: skip
TITLES = {
    "list": "近选名单",
    "focus": "摸排名单",
    "watch": "小升规关注名单",
    "goals": "目标推导表",
    "compare": "两轮比较",
}


@job(KIND, "导出筛选名单", needs=OPERATION)
def _work(given: Assignment, progress: Progress) -> Outcome:
    """按发起人现在的权限与范围重新取一遍再写；重做时盖掉上次的文件。"""
    actor = actor_of(Account.objects.get(pk=given.owner), "作业")
    if not actor.may(OPERATION):
        raise Denied("发起之后，您的导出权限被收回了")
    asked = given.params["given"]
    reach = actor.reach(OPERATION)
    held = _round(asked)
    progress.tell("取数")
    made = BOOKS[given.params["kind"]](held, reach, asked)
    progress.tell(f"写 {made.rows} 行")
    path = _write(made, marks_of(held, reach), Path(settings.FILES) / FOLDER / f"{given.job}")
    return Outcome(f"共 {made.rows} 行", {"rows": made.rows}, path.relative_to(settings.FILES))
