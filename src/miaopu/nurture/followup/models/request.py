"""诉求的表：一件一行，每一步另记一行，只增不改。"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from miaopu.access.models import Account
from miaopu.nurture.followup.states import Asked


class Request(models.Model):
    """一件诉求。due 是现在这一步的期限（待转办的是转办期限，办理中的是答复期限），soon 那天起亮黄灯。

    target 是转给谁（来源代码，或 bureau、county、specialist）；key 是防重的标记；solved 评价以后才有。
    """

    enterprise = models.CharField("企业号", max_length=18, db_index=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, null=True)
    name = models.CharField("企业名称", max_length=200)
    district = models.CharField("县区代码", max_length=6, null=True, db_index=True)
    county = models.CharField("县区", max_length=40, null=True)
    kind = models.CharField("种类", max_length=20)
    title = models.CharField("事由", max_length=120)
    words = models.TextField("内容")
    contact = models.CharField("联系人", max_length=60, null=True)
    phone = models.CharField("联系电话", max_length=30, null=True)
    behalf = models.BooleanField("专员代提", default=False)
    raised_on = models.DateField("提出日", db_index=True)
    raised_by = models.CharField("提出人", max_length=60)
    owner = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    state = models.CharField("状态", max_length=10, default=Asked.RAISED.value, db_index=True)
    target = models.CharField("转给谁", max_length=30, null=True, db_index=True)
    routed_on = models.DateField("转办日", null=True)
    due = models.DateField("期限", db_index=True)
    soon = models.DateField("提醒日")
    due_note = models.CharField("期限的说明", max_length=200, null=True)
    answer = models.TextField("答复", null=True)
    answered_on = models.DateField("答复日", null=True)
    answered_by = models.CharField("答复人", max_length=60, null=True)
    score = models.SmallIntegerField("满意度", null=True)
    rated_words = models.TextField("评价", null=True)
    solved = models.BooleanField("办成", null=True)
    closed_on = models.DateField("办结日", null=True)
    reopened = models.SmallIntegerField("重办次数", default=0)
    key = models.CharField(max_length=64, null=True, unique=True)
    version = models.IntegerField(default=1)
    updated = models.DateTimeField(auto_now=True)
    updated_by = models.CharField(max_length=60)

    class Meta:
        db_table = "followup_request"
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(words=""), name="request_words"),
            models.CheckConstraint(condition=Q(score__isnull=True) | Q(score__range=(1, 5)), name="request_score"),
            models.CheckConstraint(condition=Q(reopened__range=(0, 1)), name="request_reopened_once"),
            models.CheckConstraint(
                condition=~Q(state__in=("routed", "answered")) | Q(target__isnull=False), name="request_target"
            ),
            models.CheckConstraint(condition=~Q(state="answered") | Q(answer__isnull=False), name="request_answer"),
        ]

    @property
    def at(self) -> Asked:
        """状态。"""
        return Asked(self.state)


class RequestStep(models.Model):
    """一步：做了什么、话、谁、哪天（业务日期）；只增不改。"""

    request = models.ForeignKey(Request, models.CASCADE, related_name="steps")
    act = models.CharField("做了什么", max_length=20)
    words = models.TextField("说明")
    target = models.CharField("转给谁", max_length=30, null=True)
    due = models.DateField("期限", null=True)
    on = models.DateField("日期")
    by = models.CharField("谁", max_length=60)
    role = models.CharField("身份", max_length=120)
    made = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        db_table = "followup_request_step"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="request_step_words")]
