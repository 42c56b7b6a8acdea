"""专项登记的表：一件一行，各列的内容是 JSON 文本（金额以分计，日期写 ISO，没有填的不写）；每一步另记，只增不改。"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from miaopu.nurture.registers.shapes import DONE, OPEN, Register, State, registers


class Entry(models.Model):
    """登记的一件。企业号为空的是市外企业；kind 是状态的类（在办、办成、不算）；key 防一张表单交两遍；version 每改一次加一。"""

    register = models.CharField("哪一本", max_length=20, db_index=True)
    enterprise = models.CharField("企业号", max_length=18, null=True, db_index=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, null=True)
    name = models.CharField("企业名称", max_length=200)
    district = models.CharField("县区代码", max_length=6, null=True, db_index=True)
    county = models.CharField("县区", max_length=40, null=True)
    title = models.CharField("名称", max_length=200)
    year = models.SmallIntegerField("会计年度", null=True, db_index=True)
    due = models.DateField("期限", null=True, db_index=True)
    held = models.TextField("各列的内容")
    state = models.CharField("状态", max_length=12, db_index=True)
    kind = models.CharField("状态的类", max_length=6, default=OPEN, db_index=True)
    key = models.CharField(max_length=32, null=True, unique=True)
    version = models.IntegerField("版本", default=1)
    created_by = models.CharField("登记人", max_length=60)
    made = models.DateField("登记日期")
    updated_by = models.CharField("修改人", max_length=60)
    updated = models.DateTimeField("修改时间", auto_now=True)

    class Meta:
        db_table = "registers_entry"
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(title="") & ~Q(name=""), name="register_entry_named")]

    @property
    def book(self) -> Register:
        """哪一本。"""
        return registers()[self.register]

    @property
    def at(self) -> State:
        """状态。"""
        return self.book.states[self.state]

    @property
    def code(self) -> str:
        """编号，如 D00003。"""
        return f"D{self.pk:05d}"

    @property
    def done(self) -> bool:
        """办成了。"""
        return self.kind == DONE

    @property
    def values(self) -> dict[str, Any]:
        """各列的值：金额（分）、个数、年度是整数，日期是 date，没有填的没有这一项。"""
        told = json.loads(self.held)
        dates = {one.code for one in self.book.columns if one.kind == "date"}
        return {name: date.fromisoformat(one) if name in dates else one for name, one in told.items()}


def written(values: Mapping[str, Any]) -> str:
    """各列的值 → JSON 文本；没有填的不写。"""
    told = {name: one.isoformat() if isinstance(one, date) else one for name, one in values.items() if one is not None}
    return json.dumps(told, ensure_ascii=False, sort_keys=True)


class Move(models.Model):
    """一步：before 为空是登记，前后相同是改内容。只增不改，理由不得为空。"""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="moves")
    title = models.CharField("办了什么", max_length=40)
    before = models.CharField("从", max_length=12, null=True)
    after = models.CharField("到", max_length=12)
    reason = models.TextField("理由")
    given = models.TextField("所填", null=True)
    by = models.CharField("谁", max_length=60)
    on = models.DateField("日期")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        db_table = "registers_move"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="register_move_reason")]
