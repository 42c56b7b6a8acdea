"""台账交回的表：一次交回一行，办成了几处、有几条意见、退回的工作簿在哪。"""

from __future__ import annotations

from django.db import models

from miaopu.access.models import Account


class Imported(models.Model):
    """一次交回台账。complaints 为零才办了，否则一处也没有办；path 是写了意见的工作簿，没有意见为空。

    missing 是导出时有、交回的文件里没有的几行，没有动它们；gone 一行一件：“类:号 企业名称”。
    """

    kind = models.CharField("哪本台账", max_length=20)
    name = models.CharField("文件名", max_length=130)
    digest = models.CharField("摘要", max_length=64)
    reason = models.CharField("理由", max_length=300)
    rows = models.IntegerField("行数")
    changes = models.IntegerField("改了几处")
    complaints = models.IntegerField("意见几条")
    told = models.TextField("意见", null=True)
    missing = models.IntegerField("少了几行", default=0)
    gone = models.TextField("少了的行", null=True)
    path = models.CharField("退回的工作簿", max_length=200, null=True)
    by = models.CharField("谁", max_length=60)
    owner = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    made = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "followup_imported"
        ordering = ["-pk"]
