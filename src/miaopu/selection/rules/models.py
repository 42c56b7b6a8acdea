"""提案的表：一份提案一行，另有它的文件与经过；状态写在 states.py。批准以后，作准的是本地目录里的文件。"""

from __future__ import annotations

from django.db import models

from miaopu.access.models import Account
from miaopu.jobs.models import Job
from miaopu.selection.rules.states import State


class Proposal(models.Model):
    """一份提案：由 base 改出 folder/release。edition 是内容的版次，version 是并发用的版本（内容、状态有变都加一）。

    kind 为空是新申请与复核都用；effect_edition 与 edition 相同时，影响是按现在的内容算的。
    """

    folder = models.CharField("文件夹", max_length=40)
    release = models.CharField("版本名", max_length=30)
    code = models.CharField("标准代码", max_length=40)
    base = models.CharField("由哪一版改来", max_length=40)
    title = models.CharField("标准名称", max_length=200)
    reason = models.TextField("为什么改")
    basis = models.CharField("依据的文件", max_length=200)
    kind = models.CharField("事项", max_length=10, null=True)
    starts = models.DateField("从哪天起用")
    ends = models.DateField("用到哪天", null=True)
    state = models.CharField("状态", max_length=12, default=State.DRAFT.value, db_index=True)
    edition = models.IntegerField("内容版次", default=1)
    version = models.IntegerField("并发版本", default=1)
    proposer = models.ForeignKey(Account, models.PROTECT, related_name="+")
    checker = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    approver = models.ForeignKey(Account, models.PROTECT, related_name="+", null=True)
    created = models.DateTimeField("提出时间", auto_now_add=True)
    updated = models.DateTimeField("最近改动", auto_now=True)
    updated_by = models.CharField("最近改动的人", max_length=60)
    proposed_on = models.DateField("提出日期")
    checked_on = models.DateField("核对日期", null=True)
    approved_on = models.DateField("批准日期", null=True)
    retired_from = models.DateField("从哪天起停用", null=True)
    effect_job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    effect_edition = models.IntegerField("影响按哪个版次算的", null=True)

    class Meta:
        db_table = "rules_proposal"
        ordering = ["-pk"]


class ProposalFile(models.Model):
    """提案的一个文件：主文件或判例。"""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="files")
    name = models.CharField("文件名", max_length=80)
    text = models.TextField("文字")

    class Meta:
        db_table = "rules_file"
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["proposal", "name"], name="rules_file_once")]


class Step(models.Model):
    """经过：谁在何时走了哪一步，从什么状态到什么状态，写了什么意见。"""

    proposal = models.ForeignKey(Proposal, models.CASCADE, related_name="steps")
    at = models.DateTimeField("时间", auto_now_add=True)
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    name = models.CharField("姓名", max_length=60)
    move = models.CharField("哪一步", max_length=12)
    title = models.CharField("做了什么", max_length=120)
    before = models.CharField("原状态", max_length=12, null=True)
    after = models.CharField("新状态", max_length=12)
    edition = models.IntegerField("内容版次")
    opinion = models.TextField("意见", null=True)

    class Meta:
        db_table = "rules_step"
        ordering = ["pk"]
