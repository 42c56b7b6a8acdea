"""企业活动的表：一场培训交流、邀请与回复、到场；邀请一家一行。"""

from __future__ import annotations

from django.db import models

from miaopu.nurture.specialists.states import Reply, came


class Event(models.Model):
    """一场面向企业的培训、交流、对标活动；district 空着是市里办的；cancelled_why 不为空是取消了。"""

    title = models.CharField("名称", max_length=120)
    kind = models.CharField("种类", max_length=20)
    on = models.DateField("日期", db_index=True)
    place = models.CharField("地点", max_length=120, null=True)
    materials = models.TextField("材料", null=True)
    reply_by = models.DateField("回复期限", null=True)
    district = models.CharField("县区代码", max_length=6, null=True, db_index=True)
    county = models.CharField("县区", max_length=40, null=True)
    cancelled_why = models.CharField("取消的理由", max_length=300, null=True)
    by = models.CharField("谁", max_length=60)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        db_table = "roster_event"
        ordering = ["-on", "-pk"]


class Invitation(models.Model):
    """一家一场：请了、回复了什么、来了几人；present 为空是还没有记到场。"""

    event = models.ForeignKey(Event, models.CASCADE, related_name="invitations")
    enterprise = models.CharField("企业号", max_length=18, db_index=True)
    name = models.CharField("企业名称", max_length=200)
    district = models.CharField("县区代码", max_length=6, null=True, db_index=True)
    county = models.CharField("县区", max_length=40, null=True)
    reply = models.CharField("回复", max_length=10, default=Reply.WAITING.value, db_index=True)
    words = models.CharField("回复的话", max_length=300, null=True)
    replied_by = models.CharField("谁回的", max_length=60, null=True)
    replied_on = models.DateField("回复日", null=True)
    present = models.BooleanField("到场", null=True)
    people = models.SmallIntegerField("来了几人", null=True)
    by = models.CharField("谁请的", max_length=60)
    on = models.DateField("邀请日")
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "roster_invitation"
        ordering = ["district", "name", "pk"]
        constraints = [models.UniqueConstraint(fields=["event", "enterprise"], name="roster_invited_once")]

    @property
    def at(self) -> Reply:
        """回复的状态。"""
        return Reply(self.reply)

    @property
    def came_word(self) -> str:
        """到场的写法。"""
        return came(self.present)
