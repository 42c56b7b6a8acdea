"""导出企业清单：正是筛出来的那些，题头、条件、标记齐全；少的当场给，多的交给作业；都记日志。"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import polars as pl
from django.conf import settings
from django.http import QueryDict

from miaopu.access.act import Wrong, act
from miaopu.access.actor import Actor
from miaopu.access.models import Account
from miaopu.access.queries import actor_of
from miaopu.access.text import file_name
from miaopu.jobs.actions import start
from miaopu.jobs.kinds import Assignment, Outcome, Progress, job
from miaopu.jobs.models import Job
from miaopu.papers.bulk import write_bulk
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import Marks, StandardMark
from miaopu.papers.sheet import write_book
from miaopu.screening.rank import WORDS
from miaopu.selection.city import today
from miaopu.selection.screening.firms.filters import Filters, exact, words
from miaopu.selection.screening.firms.find import Found, find
from miaopu.selection.screening.firms.roll import roll
from miaopu.selection.screening.models import Firm, FirmColumns, Round

OPERATION = "firm.export"
DIRECT = 5_000
"""至多这么多家当场下载；再多交给作业。"""

BATCH = 1_000
TITLE, TEMPLATE, FOLDER = "企业清单", "firm-list", "exports"
FIELDS = (
    Field(("企业名称",), "name", width=30),
    Field(("统一社会信用代码",), "uscc", "code", 20),
    Field(("曾用名",), "former", width=20),
    Field(("县区",), "county", width=12),
    Field(("行业门类",), "section_title", width=16),
    Field(("行业代码",), "industry", "code", 9),
    Field(("产业链",), "chain", width=12),
    Field(("规模",), "size", width=8),
    Field(("候选资格",), "candidate", width=8),
    Field(("不是候选的原因",), "not_candidate", width=16),
    Field(("已持有",), "held_title", width=18),
    Field(("下一级",), "next_title", width=18),
    Field(("下一级测算", "结论"), "verdict_word", width=8),
    Field(("下一级测算", "分档"), "band", width=10),
    Field(("下一级测算", "不满足项数"), "short", "count", 7),
    Field(("下一级测算", "待核项数"), "unknown", "count", 7),
    Field(("下一级测算", "须人工项数"), "manual", "count", 7),
    Field(("下一级测算", "排序分"), "score", "count", 7),
)
COLUMNS = ("name", "uscc", "former", "county", "section_title", "industry", "chain", "size", "candidate",
           "not_candidate", "held_title", "next_title", "verdict", "band", "short", "unknown", "manual",
           "score")  # fmt: skip

Step = Callable[[int], None]


def export(actor: Actor, filters: Filters, folder: Path) -> Path | Job:
    """导出：至多 DIRECT 家写到 folder 里给出路径，再多给发起的作业。没有企业抛 Wrong。"""
    held = roll()
    with act(actor, OPERATION, TITLE) as doing:
        found = find(actor, held, filters, OPERATION, counting=False)
        if not found.total:
            raise Wrong("按现在的条件一家企业也没有，没有东西可导出；请放宽条件")
        doing.after = {"条件": words(held, filters), "行数": found.total}
        if found.total > DIRECT:
            title = f"导出企业清单（{found.total} 家：{words(held, filters)}）"[:200]
            return start(actor, OPERATION, {"query": filters.query()}, title=title)
    return write(actor, found, folder)


def write(actor: Actor, found: Found, folder: Path, step: Step = lambda rows: None) -> Path:
    """把找到的写成工作簿；读表在中途换新过、行数对不上时抛 Wrong。"""
    marks, frame = _marks(actor, found), _frame(found, step)
    if frame.height != found.total or not _still(found):
        raise Wrong("导出时读表刚好换新，前后对不上，没有给出文件；请再导出一次")
    notes = (f"条件：{words(found.roll, found.filters)}", *marks.lines(f"共{found.total}家"))
    sheet = Sheet(TITLE, TITLE, FIELDS, frame, unit="家、项", notes=notes)
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file_name(f"{TITLE}_{today():%Y%m%d}_{found.total}家.xlsx")
    if found.total > DIRECT:
        return write_bulk(path, sheet, marks)
    return write_book(path, [sheet], marks, TEMPLATE)


def _still(found: Found) -> bool:
    """取标记、取各行期间读表没有换新过：花名册、行、标记是同一轮的。"""
    return FirmColumns.objects.filter(stamp=found.roll.stamp).exists()


def _frame(found: Found, step: Step) -> pl.DataFrame:
    rows = [row for part in _parts(found, step) for row in part]
    schema = {one: _type(one) for one in COLUMNS}
    word = pl.col("verdict").replace_strict(WORDS, default=None, return_dtype=pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(verdict_word=word)


def _parts(found: Found, step: Step) -> Iterator[list[tuple[object, ...]]]:
    for at in range(0, found.total, BATCH):
        part = found.firms(found.places[at : at + BATCH])
        yield [tuple(getattr(one, name) for name in COLUMNS) for one in part]
        step(len(part))


def _type(name: str) -> type[pl.DataType]:
    whole = Firm._meta.get_field(name).get_internal_type() in ("SmallIntegerField", "IntegerField")
    return pl.Int64 if whole else pl.String


def _marks(actor: Actor, found: Found) -> Marks:
    """材料的标记，取自当前一轮。"""
    current = Round.objects.get(current=True)
    told = {one["code"]: one for one in json.loads(current.marks)["standards"]}
    standards = tuple(
        StandardMark(one["code"], one["title"], one["version"], "", one["fingerprint"], one["unchecked"])
        for one in told.values()
    )
    return Marks(
        filled_by=_unit(actor, found, current.city),
        filled_on=today(),
        known_on=current.known_on,
        assessed_on=current.assessed_on,
        snapshot=current.snapshot,
        standards=standards,
        invented=found.roll.invented,
    )


def _unit(actor: Actor, found: Found, city: str) -> str:
    """填报单位：账号上写的单位；没有写的，只看一个县区的写县区局，其余写市局。"""
    unit = Account.objects.filter(pk=actor.account).values_list("unit", flat=True).first()
    titles = {one.code: one.title for one in found.roll.values["county"]}
    only = [titles.get(one, "") for one in found.reach.districts] if not found.reach.everywhere else []
    return unit or f"{only[0] if len(only) == 1 and only[0] else city}工业和信息化局"


@job(OPERATION, "导出企业清单", needs=OPERATION)
def _work(given: Assignment, progress: Progress) -> Outcome:
    """按发起人现在的权限与范围重新查一遍再写；重做时盖掉上次的文件。"""
    account = Account.objects.get(pk=given.owner)
    actor, held = actor_of(account, "作业"), roll()
    found = find(actor, held, exact(held, QueryDict(given.params["query"])), OPERATION, counting=False)
    progress.expect(found.total)
    progress.tell("取数")
    path = write(actor, found, Path(settings.FILES) / FOLDER / f"{given.job}", progress.advance)
    return Outcome(f"共 {found.total} 家", {"rows": found.total}, path.relative_to(settings.FILES))
