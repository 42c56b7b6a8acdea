"""页面上的清单导出成工作簿：我的企业、还缺什么、一企一策、有求必应、专家诊断与问题；所见即所导，只看不交回，导出记日志。"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from miaopu.access.act import Wrong, act, permit
from miaopu.access.actor import Actor
from miaopu.desk.planning.answer import money
from miaopu.nurture.followup.ledgers.books import COUNTY, MOST, NAME
from miaopu.nurture.followup.ledgers.diagnosed import applicant_rows, point_rows
from miaopu.nurture.followup.ledgers.form import Given
from miaopu.nurture.followup.ledgers.write import placed, write_lines
from miaopu.nurture.followup.policy.tiers import tier_title
from miaopu.nurture.followup.queries.cared import Cared
from miaopu.nurture.followup.queries.datum import Lacking, first_data
from miaopu.nurture.followup.queries.home import Card, board, mine
from miaopu.nurture.followup.queries.plans import plans
from miaopu.nurture.followup.queries.requests import answered
from miaopu.papers.layout import Field
from miaopu.selection.screening.rounds.books import unit_of

Row = Mapping[str, str | None]


@dataclass(frozen=True)
class Listing:
    """一张清单：名称、计数的单位、各列、合条件的行（已收窄）。"""

    title: str
    unit: str
    fields: tuple[Field, ...]
    rows: Callable[[Actor, Given], list[Row]]


def export_list(actor: Actor, code: str, given: Given, folder: Path) -> Path:
    """写一张清单；没有这张、一行也没有、太多抛 Wrong。逐家要算的不在事务里：事务占着全站的写。"""
    if code not in LISTS:
        raise Wrong("没有这张清单；请从页面上的“导出”进")
    permit(actor, "service.export")
    chosen = LISTS[code]
    rows = chosen.rows(actor, given)
    with act(actor, "service.export", chosen.title) as doing:
        if not 0 < len(rows) <= MOST:
            raise Wrong(f"按现在的条件有 {len(rows)} {chosen.unit}，一本装 1 至 {MOST} {chosen.unit}；请改条件")
        unit = unit_of(doing.reach)
        doing.after = {"行数": len(rows), "条件": {name: value for name, value in given.items() if value}}
    path = placed(folder, chosen.title, len(rows), chosen.unit)
    return write_lines(path, chosen.title, chosen.fields, rows, (), unit, f"FOLLOWUP-{code.upper()}")


def _firm(one: Cared) -> dict[str, str | None]:
    told = {"name": one.name, "county": one.county, "uscc": one.uscc}
    return told | {
        "tiers": "、".join(map(tier_title, one.tiers)) or None,
        "specialists": "、".join(one.specialists) or None,
    }


def _cards(actor: Actor, given: Given) -> list[Row]:
    found = mine(actor)
    data = first_data(actor, ((one.firm, one.paper) for one in found))
    return [_card(one, data.get(one.firm.enterprise)) for one in found]


def _card(one: Card, datum: Lacking | None) -> Row:
    step = one.step
    return _firm(one.firm) | {
        "light": f"{one.light.word}：{one.why}",
        "next_tier": one.firm.firm.next_title if one.firm.firm else None,
        "gap": one.gap,
        "datum": datum.title if datum else None,
        "asked": f"向{datum.department}要，约 {datum.minutes} 分钟" if datum and datum.name else None,
        "chance": datum.chance if datum else None,
        "plan": f"第 {one.paper.number} 版 {one.paper.at.word}" if one.paper else None,
        "step": step.title if step else None,
        "due": step.due.isoformat() if step else None,
        "last": one.last.isoformat() if one.last else None,
        "open": str(one.open),
    }


def _lacks(actor: Actor, given: Given) -> list[Row]:
    lacks = board(actor)[1]
    chosen = next((one for one in lacks if one.code == given.get("lack")), lacks[0])
    return [_firm(one) | {"lack": chosen.title} for one in chosen.firms]


def _plans(actor: Actor, given: Given) -> list[Row]:
    return [
        {
            "name": one.name, "county": one.county, "uscc": one.uscc, "tiers": one.tier_title,
            "version": f"第 {one.number} 版", "state": one.at.word, "cost": money((one.low, one.high)),
            "told": "做得到" if one.possible else f"最早 {one.earliest}" if one.earliest else "往后几年没有办法",
            "review": one.review_on.isoformat() if one.review_on else None,
        }
        for one in plans(actor, given).order_by("district", "name")[: MOST + 1]
    ]  # fmt: skip


def _goal(actor: Actor, given: Given) -> list[Row]:
    rows = [one for one in answered(actor) if given.get("show") == "all" or not one.met]
    return [_firm(one.firm) | {"raised": str(one.raised), "solved": str(one.solved)} for one in rows]


def _fields(*told: tuple[str, str, float]) -> tuple[Field, ...]:
    dates = {"due", "last", "review", "on"}
    return tuple(Field((head,), name, "date" if name in dates else "text", wide) for head, name, wide in told)


USCC, TIERS = ("统一社会信用代码", "uscc", 20.0), ("层级", "tiers", 10.0)
WHO = ("服务专员", "specialists", 12.0)
LISTS: Mapping[str, Listing] = {
    "firms": Listing("企业跟进一览", "家", (NAME, COUNTY, *_fields(
        USCC, WHO, ("灯", "light", 20), ("下一级", "next_tier", 16), ("差在哪", "gap", 26), ("先补哪个数", "datum", 22),
        ("向谁要", "asked", 22), ("补上就有结论的机会", "chance", 12), ("方案", "plan", 14), ("下一步", "step", 22),
        ("完成日", "due", 12), ("最近走访", "last", 12), ("没办的诉求", "open", 8))), _cards),
    "lacks": Listing("还缺什么", "家", (NAME, COUNTY, *_fields(USCC, TIERS, WHO, ("缺什么", "lack", 20))), _lacks),
    "plans": Listing("一企一策清单", "份", (NAME, COUNTY, *_fields(
        USCC, TIERS, ("方案", "version", 10), ("状态", "state", 12), ("结论", "told", 18), ("花费（估计）", "cost", 20),
        ("评审日", "review", 12))), _plans),
    "goal": Listing("有求必应", "家", (NAME, COUNTY, *_fields(
        USCC, WHO, ("提了几件", "raised", 9), ("办成几件", "solved", 9))), _goal),
    "diagnoses": Listing("申报企业专家诊断", "家", (NAME, COUNTY, *_fields(
        ("层级", "tier", 18), ("状态", "state", 8), ("做过几次", "held", 9), ("最近一次", "last", 12), ("问题（条）", "points", 9),
        ("没了结（条）", "live", 9))), applicant_rows),
    "points": Listing("诊断问题清单", "条", (NAME, COUNTY, *_fields(
        ("灯", "light", 6), ("关于", "about", 24), ("问题", "words", 36), ("材料建议", "advice", 36), ("谁来改", "party", 12),
        ("哪天前", "due", 12), ("状态", "state", 14), ("佐证", "evidence", 24), ("专家", "expert", 14), ("诊断日", "on", 12))),
        point_rows),
}  # fmt: skip
