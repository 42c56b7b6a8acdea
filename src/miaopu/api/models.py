"""接口的表：令牌、每日用量、幂等的写。"""

from __future__ import annotations

from django.db import models

from miaopu.access.models import Account


class Token(models.Model):
    """接口令牌：只存摘要，原文只在发放时给一次。scopes 是操作代码，空格分开；quota 是每日次数。"""

    account = models.ForeignKey(Account, models.CASCADE, related_name="tokens")
    name = models.CharField("用途", max_length=80)
    digest = models.CharField(max_length=80, unique=True)
    hint = models.CharField("开头几位", max_length=12)
    scopes = models.CharField("范围", max_length=400)
    quota = models.IntegerField("每日次数")
    until = models.DateField("有效至")
    created = models.DateTimeField("发放时间", auto_now_add=True)
    revoked = models.DateTimeField("停用时间", null=True)

    class Meta:
        db_table = "api_token"
        ordering = ["-pk"]


class Use(models.Model):
    """令牌一天用了几次。"""

    token = models.ForeignKey(Token, models.CASCADE, related_name="uses")
    day = models.DateField()
    count = models.IntegerField(default=0)

    class Meta:
        db_table = "api_use"
        constraints = [models.UniqueConstraint(fields=["token", "day"], name="api_use_once_a_day")]


class Call(models.Model):
    """一次带幂等键的写：同一令牌同一键再来，原样给旧的答复；内容不同是错。"""

    token = models.ForeignKey(Token, models.CASCADE, related_name="calls")
    key = models.CharField(max_length=80)
    request = models.CharField("请求摘要", max_length=80)
    status = models.SmallIntegerField(null=True)
    answer = models.TextField(null=True)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "api_call"
        constraints = [models.UniqueConstraint(fields=["token", "key"], name="api_call_once")]
