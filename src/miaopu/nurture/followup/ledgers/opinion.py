"""专家诊断意见书（docx）：一次诊断的总的意见与逐条问题、材料建议、谁改、哪天前、办到哪一步；写完照案件库重写一遍，逐段逐格核对。"""

from __future__ import annotations

from pathlib import Path

from miaopu.access.act import Wrong, act
from miaopu.access.actor import Actor
from miaopu.access.text import file_name
from miaopu.desk.improvement.proof import layout
from miaopu.nurture.followup.models import Diagnosis
from miaopu.nurture.followup.policy.rules import rules
from miaopu.papers.marks import STANDING_NOTE, UNCHECKED
from miaopu.papers.proof.numbers import Fault, open_document
from miaopu.papers.proof.plain import Plain, rewritten
from miaopu.papers.word.document import Writer
from miaopu.papers.word.outline import Outline
from miaopu.terms.shown import day

HEADS = ("序号", "关于", "当时", "问题", "材料建议", "谁来改", "哪天前", "办到哪一步")
WIDTHS = (10, 26, 20, 30, 30, 16, 16, 16)


def write_opinion(actor: Actor, one: Diagnosis, folder: Path) -> Path:
    """写一份；核对有不符的不给（抛 Wrong）。one 已经查过范围；记日志。"""
    with act(actor, "diagnosis.view", f"诊断意见书 {one.pk}（{one.name}）") as doing:
        doing.within(district=one.district or "-", enterprise=one.enterprise)
        doing.after = {"问题": one.points.count()}
    folder.mkdir(parents=True, exist_ok=True)
    pen, path = Writer(), folder / file_name(f"诊断意见书_{one.name}_{one.on:%Y%m%d}.docx")
    opinion(one, pen)
    pen.save(path)
    if faults := proved(path, one.pk):
        raise Wrong(f"意见书核对有 {len(faults)} 处不符，没有给出：{faults[0].sentence()}；请把这句话告诉维护人员")
    return path


def proved(path: Path, number: int) -> list[Fault]:
    """拆开写好的一份，照案件库里的另写一遍，逐段逐格比，再核版式；没有不符为空。"""
    pen = Plain()
    opinion(Diagnosis.objects.get(pk=number), pen)
    return [*rewritten(open_document(path), pen, set()), *layout(path)]


def opinion(one: Diagnosis, pen: Outline) -> None:
    """用这支笔写。"""
    told, points = rules().diagnoses, list(one.points.all())
    pen.title("专家诊断意见书", one.name)
    pen.body(f"诊断日期：{day(one.on)}；方式：{told.ways.get(one.way, one.way)}；专家：{one.expert}。")
    if one.people:
        pen.body(f"企业方：{one.people}。")
    pen.body(f"对照：{one.standard}（{UNCHECKED}的条款以文件原文为准）。")
    pen.one("总的意见")
    pen.body(one.summary)
    pen.one("问题与材料建议")
    rows = [
        (str(at), each.about or "条款以外", each.found, each.words, each.advice, told.parties.get(each.party, each.party),
         each.due.isoformat(), each.at.word)
        for at, each in enumerate(points, 1)
    ]  # fmt: skip
    pen.table("问题清单", HEADS, rows, WIDTHS, f"共{len(rows)}条")
    pen.one("说明")
    pen.body(STANDING_NOTE)
    pen.body("专家（签字）：　　　　　　　　企业（盖章）：")
