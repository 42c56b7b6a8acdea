"""作业的表：一件长活一行；状态写在 states.py。"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from miaopu.access.models import Account
from miaopu.jobs.states import OPEN, State


class Job(models.Model):
    """一件长活。params、result 是 JSON 文本；beat 是最近一次心跳；attempt 是第几次做。

    owner 为空是系统发起；key 不为空时，同一个 key 只有一件没做完的作业，由数据库把关。
    reach 是发起时看得到结果的范围（Reach.mark 的摘要）；seen 是失败了、发起人已知道。
    fault 是失败在程序上（程序出错、做事的进程没了），不是内容不对。
    joined 不存：这次发起没有另开一件，是并到了已有的同样一件上，这里是说给人的一句话。
    """

    joined = ""

    kind = models.CharField("种类", max_length=40)
    title = models.CharField("名称", max_length=200)
    state = models.CharField("状态", max_length=10, default=State.WAITING.value, db_index=True)
    owner = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="jobs")
    by = models.CharField("发起人", max_length=60)
    params = models.TextField(default="{}")
    key = models.CharField("幂等键", max_length=120, null=True, db_index=True)
    total = models.IntegerField("总数", null=True)
    done = models.IntegerField("已做", default=0)
    message = models.CharField("正在做", max_length=200, null=True)
    cancelling = models.BooleanField("请求取消", default=False)
    attempt = models.IntegerField("第几次", default=0)
    result = models.TextField("结果", null=True)
    file = models.CharField("结果文件", max_length=300, null=True)
    error = models.TextField("失败原因", null=True)
    fault = models.BooleanField("失败在程序上", default=False)
    reach = models.CharField("发起时的范围", max_length=80, null=True)
    seen = models.BooleanField("已知道", default=False)
    created = models.DateTimeField("发起时间", auto_now_add=True)
    started = models.DateTimeField("开始时间", null=True)
    beat = models.DateTimeField("心跳", null=True)
    ended = models.DateTimeField("结束时间", null=True)

    class Meta:
        db_table = "jobs_job"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=Q(state__in=OPEN), name="jobs_one_open_key"),
        ]
