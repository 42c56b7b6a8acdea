"""收数的表：上传件、核定的佐证附件；批次与决定只在台账里，这里只记编号。"""

from __future__ import annotations

from django.db import models

from miaopu.access.models import Account
from miaopu.selection.intake.states import State


class Upload(models.Model):
    """一份上传件。name 是整理过的文件名；wanted 是上传人指明的来源，source 是读出的来源。

    district、department 是上传人所在的县区、部门；job 是最近一件作业；batch 是入账的批次号；
    told 是拒收、失败或早已收过的一句话；units_reason 不为空即有人确认过单位。文件在 files/uploads/<编号>/。
    """

    name = models.CharField("文件名", max_length=130)
    size = models.BigIntegerField("字节数")
    digest = models.CharField("摘要", max_length=64, db_index=True)
    wanted = models.CharField("指明的来源", max_length=30, null=True)
    source = models.CharField("来源", max_length=30, null=True, db_index=True)
    state = models.CharField("状态", max_length=10, default=State.RECEIVED.value, db_index=True)
    owner = models.ForeignKey(Account, models.PROTECT, related_name="uploads")
    by = models.CharField("上传人", max_length=60)
    district = models.CharField("县区代码", max_length=6, null=True)
    department = models.CharField("部门（来源代码）", max_length=30, null=True)
    job = models.BigIntegerField("作业", null=True)
    batch = models.CharField("批次", max_length=80, null=True, db_index=True)
    told = models.TextField("一句话", null=True)
    rows = models.IntegerField("企业行", null=True)
    facts = models.IntegerField("数据项", null=True)
    complaints = models.IntegerField("意见", null=True)
    units_reason = models.TextField("确认单位的理由", null=True)
    created = models.DateTimeField("上传时间", auto_now_add=True)
    changed = models.DateTimeField("变动时间", auto_now=True)

    class Meta:
        db_table = "intake_upload"
        ordering = ["-pk"]


class Evidence(models.Model):
    """核定的佐证附件；decision 是台账里的决定号。文件在 files/evidence/<编号>/。"""

    name = models.CharField("文件名", max_length=130)
    digest = models.CharField("摘要", max_length=64)
    decision = models.CharField("决定", max_length=80, db_index=True)
    enterprise = models.CharField("企业号", max_length=18)
    by = models.CharField("上传人", max_length=60)
    created = models.DateTimeField("上传时间", auto_now_add=True)

    class Meta:
        db_table = "intake_evidence"
