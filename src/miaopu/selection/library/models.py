"""培育库入口的表：提名一件一行，每次变动另记一行，只增不改。"""

from __future__ import annotations

from django.db import models

from miaopu.selection.library.states import State


class Nomination(models.Model):
    """一件入库提名。baseline 是提名时的情形（轮次、名次、结论、差距），写下后不改。

    open_key 是“企业号:层级”，提名与已入库的才有，退回、撤回后为空：同一企业同一层级至多一件算数的。
    """

    enterprise = models.CharField("企业号", max_length=18, db_index=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, null=True)
    name = models.CharField("企业名称", max_length=200)
    district = models.CharField("县区代码", max_length=6, null=True, db_index=True)
    county = models.CharField("县区", max_length=40, null=True)
    tier = models.CharField("层级", max_length=20)
    tier_title = models.CharField("层级名称", max_length=60)
    state = models.CharField("状态", max_length=10, default=State.PROPOSED.value, db_index=True)
    open_key = models.CharField(max_length=40, null=True, unique=True)
    reason = models.TextField("提名理由")
    round = models.CharField("轮次", max_length=20)
    rank = models.IntegerField("提名时的全市名次")
    verdict = models.SmallIntegerField("提名时的结论")
    baseline = models.TextField("提名时的情形")
    proposed_by = models.CharField("提名人", max_length=60)
    proposed_at = models.DateTimeField("提名时间", auto_now_add=True)
    decided_by = models.CharField("决定人", max_length=60, null=True)
    decided_at = models.DateTimeField("决定时间", null=True)
    version = models.IntegerField("版本", default=1)

    class Meta:
        db_table = "library_nomination"
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="nomination_reason")]

    @property
    def at(self) -> State:
        """状态。"""
        return State(self.state)


class Move(models.Model):
    """一次变动：从、到、理由、谁、何时；before 为空是提名。"""

    nomination = models.ForeignKey(Nomination, models.CASCADE, related_name="moves")
    before = models.CharField("从", max_length=10, null=True)
    after = models.CharField("到", max_length=10)
    reason = models.TextField("理由")
    by = models.CharField("谁", max_length=60)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        db_table = "library_move"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="move_reason")]

    @property
    def words(self) -> str:
        """“提名”“提名 → 已入库”。"""
        after = State(self.after).word
        return f"{State(self.before).word} → {after}" if self.before else after
