"""分工的表：分工草案与草案里的每一对、现行与历史的配对。"""

from __future__ import annotations

from django.db import models

from miaopu.nurture.specialists.models.roster import Person
from miaopu.nurture.specialists.states import DraftState
from miaopu.selection.library.models import Move


class Draft(models.Model):
    """一份分工草案。firms 是企业号（逗号隔开），whole 为真即当时库里的全部。

    least 为真是重新统筹（只改非改不可的）；base 是统筹时现行配对的指纹，采用时对不上就不办。

    told 是结果的 JSON 文本（花费、下界、证明、负荷）；失败时是那句话。
    """

    state = models.CharField("状态", max_length=10, default=DraftState.WORKING.value)
    least = models.BooleanField("重新统筹")
    most_counties = models.SmallIntegerField("至多几个县区", default=0)
    cross_forbidden = models.BooleanField("不许跨县区", default=False)
    whole = models.BooleanField("整个培育库", default=True)
    firms = models.TextField("企业")
    base = models.CharField("统筹时的现状", max_length=64, null=True)
    told = models.TextField("结果", null=True)
    job = models.BigIntegerField("作业", null=True)
    by = models.CharField("谁", max_length=60)
    at = models.DateTimeField("时间", auto_now_add=True)
    adopted_by = models.CharField("采用人", max_length=60, null=True)
    adopted_at = models.DateTimeField("采用时间", null=True)
    reason = models.TextField("采用理由", null=True)

    class Meta:
        db_table = "pair_draft"
        ordering = ["-pk"]

    @property
    def stage(self) -> DraftState:
        """状态。"""
        return DraftState(self.state)


class Proposed(models.Model):
    """草案里的一对：拟由谁、原来是谁、花费、为什么、次选为什么不是。"""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="pairs")
    enterprise = models.CharField("企业号", max_length=18)
    name = models.CharField("企业名称", max_length=200)
    district = models.CharField("县区代码", max_length=6, null=True)
    county = models.CharField("县区", max_length=40, null=True)
    tier = models.CharField("培育层级", max_length=60, null=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    former = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    cost = models.IntegerField("花费")
    reason = models.TextField("为什么")
    why_not = models.TextField("次选为什么不是")
    pinned = models.BooleanField("人工指定")

    class Meta:
        db_table = "pair_proposed"
        ordering = ["district", "enterprise"]


class Pairing(models.Model):
    """一对：谁帮谁，从何日起；until 为空是现行的，open_key 那时是企业号（一家至多一名）。pinned 为真是人工指定。

    left 是让企业出了培育库、这一对因而结束的那次变动；别的缘由结束的为空。
    """

    enterprise = models.CharField("企业号", max_length=18, db_index=True)
    name = models.CharField("企业名称", max_length=200)
    district = models.CharField("县区代码", max_length=6, null=True, db_index=True)
    county = models.CharField("县区", max_length=40, null=True)
    tier = models.CharField("培育层级", max_length=60, null=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="pairings")
    draft = models.ForeignKey(Draft, models.SET_NULL, null=True, related_name="pairings")
    since = models.DateField("起")
    until = models.DateField("止", null=True)
    open_key = models.CharField(max_length=18, null=True, unique=True)
    pinned = models.BooleanField("人工指定", default=False)
    reason = models.TextField("为什么")
    why_not = models.TextField("次选为什么不是", null=True)
    handover = models.TextField("交接说明", null=True)
    by = models.CharField("谁", max_length=60)
    ended_by = models.CharField("谁结束", max_length=60, null=True)
    ended_why = models.TextField("为什么结束", null=True)
    left = models.ForeignKey(Move, models.SET_NULL, null=True, related_name="+")
    version = models.IntegerField("版本", default=1)

    class Meta:
        db_table = "pair_pairing"
        ordering = ["district", "enterprise", "pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="pairing_reason")]
