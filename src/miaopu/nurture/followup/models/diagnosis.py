"""专家诊断的表：一次诊断、逐条的问题与材料建议、每条问题的整改与销号；历史的行只增不改。"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from miaopu.access.models import Account
from miaopu.nurture.followup.states import Mend


class Diagnosis(models.Model):
    """一次诊断：哪家、对照哪一级、哪天、怎样做的、总的意见；owner 是专家的账号，round 是当时看的一轮（没有评过的为空）。"""

    enterprise = models.CharField("企业号", max_length=18, db_index=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, null=True)
    name = models.CharField("企业名称", max_length=200)
    district = models.CharField("县区代码", max_length=6, null=True, db_index=True)
    county = models.CharField("县区", max_length=40, null=True)
    standard = models.CharField("对照的标准", max_length=80)
    round = models.CharField("轮次", max_length=20, null=True)
    on = models.DateField("日期", db_index=True)
    way = models.CharField("怎样做的", max_length=10)
    people = models.CharField("企业方", max_length=300, null=True)
    summary = models.TextField("总的意见")
    expert = models.CharField("专家", max_length=60)
    owner = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    made = models.DateTimeField(auto_now_add=True)
    key = models.CharField(max_length=64, null=True, unique=True)

    class Meta:
        db_table = "followup_diagnosis"
        ordering = ["-on", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(summary=""), name="diagnosis_summary")]


class Point(models.Model):
    """一条问题：关于哪条条款（没有为空）、当时的状态与实际、问题、材料建议、谁来改、哪天前；due 以后没有了结的是误期。"""

    diagnosis = models.ForeignKey(Diagnosis, models.CASCADE, related_name="points")
    place_order = models.IntegerField()
    about = models.CharField("关于", max_length=80, null=True)
    clause = models.CharField("条款", max_length=40, null=True)
    found = models.CharField("当时", max_length=160, null=True)
    words = models.CharField("问题", max_length=500)
    advice = models.CharField("材料建议", max_length=500)
    party = models.CharField("谁来改", max_length=20)
    due = models.DateField("哪天前", db_index=True)
    state = models.CharField("状态", max_length=10, default=Mend.OPEN.value, db_index=True)
    ended = models.DateField("了结日", null=True)
    version = models.IntegerField(default=1)
    updated = models.DateTimeField(auto_now=True)
    updated_by = models.CharField(max_length=60)

    class Meta:
        db_table = "followup_point"
        ordering = ["diagnosis_id", "place_order"]
        constraints = [
            models.UniqueConstraint(fields=["diagnosis", "place_order"], name="one_point_a_place"),
            models.CheckConstraint(condition=~Q(words="") & ~Q(advice=""), name="point_words"),
        ]

    @property
    def at(self) -> Mend:
        """状态。"""
        return Mend(self.state)


class PointStep(models.Model):
    """一条问题办的一步：报整改、退回、销号、不再跟；proof 是凭台账里已经满足的条款（没有附件时）。"""

    point = models.ForeignKey(Point, models.CASCADE, related_name="steps")
    act = models.CharField("办什么", max_length=10)
    words = models.CharField("话", max_length=500)
    proof = models.CharField("台账佐证", max_length=200, null=True)
    on = models.DateField("日期")
    by = models.CharField("谁", max_length=60)
    made = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "followup_point_step"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="point_step_words")]
