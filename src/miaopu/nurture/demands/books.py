"""工作簿：技术需求清单、成果与院所登记表的写出与读回；按单位的表格样式，读回的意见说到格。不改数据库。"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import polars as pl

from miaopu.access.text import masked
from miaopu.nurture.back import Form
from miaopu.nurture.demands.entry import HEADS
from miaopu.nurture.demands.models import Demand, Result
from miaopu.nurture.demands.states import choices
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import INVENTED, registered
from miaopu.papers.sheet import write_book
from miaopu.selection.city import today
from miaopu.terms.complaint import Complaint, Severity

SHEET = "成果与院所"
NEEDED = ("成果名称", "院所", "领域")
NOTES = (
    "改好可以再导入：编号、版本不要改；新增的写在最后一行之下，编号、版本空着；删去的行不动登记。",
    "领域、成熟度从下拉里选；地点山东省内写到市，省外写到省；不知道的空着，不要写 0 或“无”。",
)
DEMANDS = (
    Field(("编号",), "code", width=9),
    Field(("县区",), "county", width=12),
    Field(("企业名称",), "name", width=30),
    Field(("统一社会信用代码",), "uscc", "code", 21),
    Field(("需求", "名称"), "title", width=26),
    Field(("需求", "领域"), "field", width=16),
    Field(("需求", "要解决的问题"), "problem", width=40),
    Field(("需求", "技术指标"), "targets", width=34),
    Field(("需求", "已有的基础"), "existing", width=26),
    Field(("需求", "预算"), "budget", "money", 12),
    Field(("需求", "合作方式"), "form", width=14),
    Field(("需求", "希望完成"), "deadline", "date", 12),
    Field(("联系", "联系人"), "contact", width=10),
    Field(("联系", "电话"), "phone", width=14),
    Field(("状态",), "state", width=14),
    Field(("省需求库", "推荐批次"), "batch", width=14),
    Field(("省需求库", "推荐日期"), "recommended_on", "date", 12),
    Field(("省需求库", "入库编号"), "number", width=14),
    Field(("省需求库", "入库日期"), "entered_on", "date", 12),
    Field(("对接", "院所与情形"), "matches", width=34),
)


def demands_book(path: Path, seen: Sequence[tuple[Demand, bool, bool]], filled_by: str) -> Path:
    """需求清单；seen 是（需求，看得到企业名称吗，看得到联系人吗）。"""
    kinds = {one.column: pl.Int64 if one.kind == "money" else pl.String for one in DEMANDS}
    rows = pl.DataFrame([_demand(*one) for one in seen], schema=kinds)
    invented = any(INVENTED in one.name for one, *_ in seen)
    notes = [f"共 {len(seen)} 项，截至 {today():%Y-%m-%d}；金额为万元，空着的是没有填。",
             "需求由企业填报、县区审核；入省需求库以省级主管部门公布的为准。"]  # fmt: skip
    notes += ["企业均为虚构，仅供演示。"] if invented else []
    sheet = Sheet("技术需求", "技术创新需求清单", DEMANDS, rows, "项、万元", tuple(notes))
    return _written(path, [sheet], filled_by, "DEMANDS")


def _demand(one: Demand, named: bool, contactable: bool) -> dict[str, Any]:
    plain = ("code", "county", "title", "problem", "targets", "existing", "budget", "batch", "number")
    told = {name: getattr(one, name) for name in plain}
    days = ("deadline", "recommended_on", "entered_on")
    told |= {name: getattr(one, name).isoformat() if getattr(one, name) else None for name in days}
    told |= {"field": one.field_title, "form": one.form_title, "state": one.at.title}
    told |= {"name": one.name if named else "（不公开）", "uscc": one.uscc if named else None}
    told |= {"contact": one.contact, "phone": one.phone} if contactable else hidden(one, named)
    matches = one.matches.select_related("result").order_by("pk")
    return told | {"matches": "\n".join(f"{each.result.institute}：{each.at.title}" for each in matches) or None}


def hidden(one: Demand, maskable: bool) -> dict[str, str | None]:
    """联系人的掩码；专家与看不到企业的人不给。"""
    if not maskable:
        return {"contact": None, "phone": None}
    contact, phone = one.contact or "", one.phone or ""
    return {"contact": masked(contact, 1, 0) or None, "phone": masked(phone, 3, 4) or None}


def results_book(path: Path, found: Sequence[Result], filled_by: str) -> Path:
    """成果与院所登记表：可改可再导入；填写说明另在一张表，好在最后一行之下接着写。"""
    fields = tuple(_field(head) for head in HEADS)
    rows = pl.DataFrame([_result(one) for one in found], schema={one.column: pl.String for one in fields})
    notes = (*NOTES, "标有“虚构”的院所、成果仅供演示。") if any(one.invented for one in found) else NOTES
    told = Sheet(
        "填写说明", "填写说明", (Field(("说明",), "note", width=90),), pl.DataFrame({"note": notes}), "条", (), "说明"
    )
    register = Sheet(SHEET, "成果与院所登记表", fields, rows, "项", (), "成果名称")
    return _written(path, [register, told], filled_by, "RESULTS")


def _field(head: str) -> Field:
    lists = {"领域": tuple(choices().fields.values()), "成熟度": tuple(choices().maturity.values())}
    width = {"成果名称": 34, "院所": 26, "关键词": 34, "领域": 18, "联系方式": 22}.get(head, 11)
    return Field((head,), HEADS[head], width=width, choices=lists.get(head, ()), required=head in NEEDED)


def _result(one: Result) -> dict[str, str | None]:
    told = {name: getattr(one, name) for name in ("code", "title", "institute", "keywords", "contact")}
    coded = {"field": one.field_title, "maturity": one.maturity_title or None, "place": one.place_title}
    return {**told, **coded, "version": str(one.version)}


def _written(path: Path, sheets: list[Sheet], filled_by: str, template: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_book(path, sheets, registered(filled_by, today()), template)


def read_results(path: Path, name: str) -> list[tuple[int, dict[str, str]]]:
    """读回登记表：（第几行，各列的文字）；不是登记表的抛 Refusal。name 是给人看的文件名。"""
    return Form("RESULTS", "成果与院所登记表", NEEDED, HEADS).read(path, name)


def complaint(name: str, row: int, head: str, value: str, found: str, remedy: str) -> Complaint:
    """一格的意见；列按登记表的次序（首列是序号）。"""
    column = list(HEADS).index(head) + 2
    told = f"“{head}”是“{value or '空的'}”，{found}"
    return Complaint("RESULTS", Severity.REFUSE, name, told, f"对的{head}", remedy, SHEET, row, column)
