"""筛选的表：读表（当前一轮的企业与名单，每轮在一个事务里换新，可随时由台账重建）与常用筛选。"""

from __future__ import annotations

import json

from django.db import models

from miaopu.access.models import Account


class Round(models.Model):
    """一轮评估：两个日期、快照与标准的指纹（marks 是 JSON 文本）；current 为真的是页面所看的那一轮。"""

    code = models.CharField("轮次", max_length=20, primary_key=True)
    folder = models.CharField("结果文件夹", max_length=300)
    known_on = models.DateField("知于")
    assessed_on = models.DateField("判于")
    snapshot = models.CharField("快照指纹", max_length=80)
    enterprises = models.IntegerField("企业数")
    city = models.CharField("城市", max_length=40)
    marks = models.TextField()
    made = models.DateTimeField("完成时间", auto_now_add=True)
    by = models.CharField("发起人", max_length=60)
    form = models.SmallIntegerField("读表形状的版本", default=0)
    current = models.BooleanField("当前", default=False, db_index=True)

    class Meta:
        db_table = "screening_round"
        ordering = ["-made"]
        constraints = [
            models.UniqueConstraint(fields=["current"], condition=models.Q(current=True), name="screening_one_current")
        ]

    @property
    def unchecked(self) -> bool:
        """所依据的标准里有没有未核原文的。"""
        return any(one["unchecked"] for one in json.loads(self.marks)["standards"])


class Firm(models.Model):
    """企业读表：一家一行。district 是县区代码（不详为空），county 是名称；score 是下一级名单里的排序分。

    查找与分面用它的列式一份（FirmColumns）；一家或一页的显示从这里取。
    """

    enterprise = models.CharField("企业号", max_length=18, primary_key=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, null=True)
    name = models.CharField("企业名称", max_length=200)
    initials = models.CharField("拼音首字母", max_length=200)
    former = models.TextField("曾用名", null=True)
    district = models.CharField("县区代码", max_length=6, null=True, db_index=True)
    county = models.CharField("县区", max_length=40, null=True)
    section = models.CharField("行业门类", max_length=1, null=True)
    section_title = models.CharField("行业门类名称", max_length=60, null=True)
    industry = models.CharField("行业代码", max_length=6, null=True)
    chain = models.CharField("产业链", max_length=40, null=True)
    size = models.CharField("规模", max_length=20, null=True)
    candidate = models.CharField("是否候选", max_length=4)
    not_candidate = models.CharField("不是候选的原因", max_length=60, null=True)
    held = models.CharField("已持有的级", max_length=20)
    held_title = models.CharField("已持有", max_length=60)
    next_rung = models.CharField("下一级", max_length=20, null=True)
    next_title = models.CharField("下一级名称", max_length=60, null=True)
    next_tier = models.CharField("下一级的标准层级", max_length=20, null=True)
    verdict = models.SmallIntegerField("下一级的结论", null=True)
    band = models.CharField("分档", max_length=12, null=True)
    short = models.SmallIntegerField("不满足项数", null=True)
    unknown = models.SmallIntegerField("待核项数", null=True)
    manual = models.SmallIntegerField("须人工项数", null=True)
    score = models.IntegerField("排序分", null=True)

    class Meta:
        db_table = "screening_firm"


class FirmColumns(models.Model):
    """企业读表的列式一份，只有一行：stamp 每次换新都不同，data 是压缩的列，about 是取值与次序（JSON 文本）。"""

    stamp = models.CharField(max_length=32, primary_key=True)
    about = models.TextField()
    data = models.BinaryField()

    class Meta:
        db_table = "screening_columns"


class Cohort(models.Model):
    """常用筛选：名字与一段网址参数；shared 为真的全体业务人员看得到；dropped 不为空是已删除（可撤销）。"""

    owner = models.ForeignKey(Account, models.CASCADE, related_name="cohorts")
    name = models.CharField("名称", max_length=40)
    query = models.TextField("条件")
    shared = models.BooleanField("全体业务人员可见", default=False)
    version = models.IntegerField("版本", default=1)
    created = models.DateTimeField("建立时间", auto_now_add=True)
    updated = models.DateTimeField("修改时间", auto_now=True)
    dropped = models.DateTimeField("删除时间", null=True)

    class Meta:
        db_table = "screening_cohort"
        ordering = ["name", "pk"]


class Listing(models.Model):
    """名单的一行：某层级差几项以内的候选，按排序分。各列的意思同 screening.rank.LIST_COLUMNS。"""

    tier = models.CharField("层级", max_length=20)
    rank = models.IntegerField("全市位次")
    county_rank = models.IntegerField("县区位次")
    enterprise = models.CharField("企业号", max_length=18, db_index=True)
    district = models.CharField("县区代码", max_length=6, null=True)
    verdict = models.SmallIntegerField("结论")
    band = models.CharField("分档", max_length=12)
    short = models.SmallIntegerField("不满足项数")
    unknown = models.SmallIntegerField("待核项数")
    manual = models.SmallIntegerField("须人工项数")
    score = models.IntegerField("排序分")
    short_titles = models.TextField("不满足的要求", null=True)
    unknown_titles = models.TextField("待核的要求", null=True)
    manual_titles = models.TextField("须人工的要求", null=True)
    distance = models.TextField("距离", null=True)
    departments = models.TextField("缺哪个部门的数", null=True)

    class Meta:
        db_table = "screening_listing"
        indexes = [models.Index(fields=["tier", "rank"], name="listing_tier_rank")]


class Turn(models.Model):
    """换看一轮：哪一轮、此前是哪一轮、谁、为什么；只增不改。"""

    round = models.ForeignKey(Round, models.CASCADE, related_name="turns")
    previous = models.ForeignKey(Round, models.SET_NULL, null=True, related_name="+")
    by = models.CharField("换的人", max_length=60)
    reason = models.TextField("理由")
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        db_table = "screening_turn"
        ordering = ["-pk"]
