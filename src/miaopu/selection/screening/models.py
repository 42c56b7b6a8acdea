"""筛选的读表：当前一轮的企业、曾用名、名单与分面；每轮在一个事务里换新，可随时由台账重建。"""

from __future__ import annotations

from django.db import models


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
    current = models.BooleanField("当前", default=False, db_index=True)

    class Meta:
        db_table = "screening_round"
        ordering = ["-made"]


class Firm(models.Model):
    """企业读表：一家一行。district 是县区代码（不详为空），county 是名称；search 是供查找的连写小写文字。"""

    enterprise = models.CharField("企业号", max_length=18, primary_key=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, null=True)
    name = models.CharField("企业名称", max_length=200)
    initials = models.CharField("拼音首字母", max_length=200)
    former = models.CharField("曾用名", max_length=400, null=True)
    search = models.CharField(max_length=900)
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
    next_tier = models.CharField("下一级", max_length=20, null=True)
    verdict = models.SmallIntegerField("下一级的结论", null=True)
    band = models.CharField("分档", max_length=12, null=True)
    short = models.SmallIntegerField("不满足项数", null=True)
    unknown = models.SmallIntegerField("待核项数", null=True)
    manual = models.SmallIntegerField("须人工项数", null=True)

    class Meta:
        db_table = "screening_firm"


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
