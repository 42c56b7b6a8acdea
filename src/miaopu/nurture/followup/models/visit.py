"""走访的表：登记、加入的部门、记录（更正是后一版）、签认；非请勿扰的名额由唯一约束把关。"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from miaopu.access.models import Account
from miaopu.nurture.followup.models.request import Request
from miaopu.nurture.followup.states import Seen


class Visit(models.Model):
    """一次走访。asked 是企业邀请或由诉求引起的；不是的须占当月、当季的名额（month_slot、quarter_slot），
    没有名额的须写 over_reason。slot 是“企业号:2026-11:1”，取消后为空；version 每改一次加一。
    """

    enterprise = models.CharField("企业号", max_length=18, db_index=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, null=True)
    name = models.CharField("企业名称", max_length=200)
    district = models.CharField("县区代码", max_length=6, null=True, db_index=True)
    county = models.CharField("县区", max_length=40, null=True)
    body = models.CharField("哪个部门", max_length=30)
    body_title = models.CharField("部门名称", max_length=80)
    purpose = models.CharField("目的", max_length=300)
    on = models.DateField("日期", db_index=True)
    asked = models.BooleanField("应邀", default=False)
    invitation = models.CharField("邀请的说明", max_length=300, null=True)
    request = models.ForeignKey(Request, models.PROTECT, null=True, related_name="visits")
    month_slot = models.CharField(max_length=40, null=True, unique=True)
    quarter_slot = models.CharField(max_length=40, null=True, unique=True)
    over_reason = models.CharField("破例的理由", max_length=300, null=True)
    state = models.CharField("状态", max_length=10, default=Seen.PLANNED.value, db_index=True)
    planned_by = models.CharField("登记人", max_length=60)
    owner = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    planned_at = models.DateTimeField("登记时间", auto_now_add=True)
    cancelled_why = models.CharField("取消的理由", max_length=300, null=True)
    key = models.CharField(max_length=64, null=True, unique=True)
    version = models.IntegerField(default=1)
    updated = models.DateTimeField(auto_now=True)
    updated_by = models.CharField(max_length=60)

    class Meta:
        db_table = "followup_visit"
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(asked=True)
                | Q(state="cancelled")
                | Q(month_slot__isnull=False, quarter_slot__isnull=False)
                | (Q(over_reason__isnull=False) & ~Q(over_reason="")),
                name="visit_over_needs_reason",
            ),
            models.CheckConstraint(
                condition=Q(asked=False) | Q(invitation__isnull=False) | Q(request__isnull=False),
                name="visit_asked_by_whom",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | Q(cancelled_why__isnull=False), name="visit_cancel_reason"
            ),
        ]

    @property
    def at(self) -> Seen:
        """状态。"""
        return Seen(self.state)

    @property
    def over(self) -> bool:
        """破例的：超过次数，或在休息日。"""
        return self.over_reason is not None

    @property
    def going(self) -> list[Joined]:
        """同去的部门；退出了的不算。"""
        return [one for one in self.joined.all() if one.left_on is None]


class Joined(models.Model):
    """加入这次走访的另一个部门：要问什么；left_on 不为空是退出了，那一行留着。"""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="joined")
    body = models.CharField("部门", max_length=30)
    body_title = models.CharField("部门名称", max_length=80)
    words = models.CharField("要问什么", max_length=300)
    by = models.CharField("谁", max_length=60)
    made = models.DateTimeField(auto_now_add=True)
    left_on = models.DateField("退出日", null=True)
    left_why = models.CharField("退出的理由", max_length=300, null=True)

    class Meta:
        db_table = "followup_joined"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "body"], condition=Q(left_on=None), name="one_join_a_body"),
            models.CheckConstraint(
                condition=Q(left_on=None) | (Q(left_why__isnull=False) & ~Q(left_why="")), name="joined_left_reason"
            ),
        ]


class Record(models.Model):
    """走访记录的一版；第一版之后的都要写更正的理由，旧版还在。"""

    visit = models.ForeignKey(Visit, models.CASCADE, related_name="records")
    number = models.IntegerField("版")
    on = models.DateField("走访日")
    purpose = models.CharField("目的", max_length=300)
    people = models.CharField("参加人员", max_length=300)
    firm_people = models.CharField("企业方", max_length=300, null=True)
    next_step = models.CharField("下一步", max_length=500, null=True)
    next_on = models.DateField("下次日期", null=True)
    why = models.CharField("更正的理由", max_length=300, null=True)
    by = models.CharField("谁", max_length=60)
    owner = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    made = models.DateTimeField(auto_now_add=True)
    key = models.CharField(max_length=64, null=True, unique=True)

    class Meta:
        db_table = "followup_record"
        ordering = ["visit_id", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["visit", "number"], name="one_record_version"),
            models.CheckConstraint(
                condition=Q(number=1) | (Q(why__isnull=False) & ~Q(why="")), name="record_correction_reason"
            ),
        ]


class Finding(models.Model):
    """一条发现：关于哪条条款或措施（自由写，没有为空）、说了什么、补没补上。"""

    record = models.ForeignKey(Record, models.CASCADE, related_name="findings")
    place_order = models.IntegerField()
    about = models.CharField("关于", max_length=80, null=True)
    words = models.CharField("发现", max_length=500)
    closed = models.BooleanField("缺口补上了", default=False)

    class Meta:
        db_table = "followup_finding"
        ordering = ["record_id", "place_order"]


class Signing(models.Model):
    """一版记录的签认：企业账号签，或纸面签认（附照片并写理由）。"""

    record = models.OneToOneField(Record, models.CASCADE, related_name="signing")
    way = models.CharField("怎么签的", max_length=10)
    words = models.CharField("企业的话或理由", max_length=500, null=True)
    by = models.CharField("谁", max_length=60)
    on = models.DateField("日期")
    made = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "followup_signing"
        constraints = [
            models.CheckConstraint(
                condition=Q(way="account") | (Q(way="paper", words__isnull=False) & ~Q(words="")),
                name="paper_signing_reason",
            )
        ]
