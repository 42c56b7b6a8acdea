"""方案的表：一家一级一版；结果原样存（frozen），步骤另成行跟进；变动与进展只增不改。"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from miaopu.access.models import Account
from miaopu.nurture.followup import states
from miaopu.nurture.followup.policy.tiers import tier_title
from miaopu.selection.library.models import Move


class Paper(models.Model):
    """一份一企一策。frozen 是求解结果的 JSON 文本，写下后不改；choice 是选了第几个方案（0 最省）。

    open_key、force_key 是“企业号:层级”：起草或已同意的、执行中的，各至多一份。金额是分。
    """

    enterprise = models.CharField("企业号", max_length=18, db_index=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, null=True)
    name = models.CharField("企业名称", max_length=200)
    district = models.CharField("县区代码", max_length=6, null=True, db_index=True)
    county = models.CharField("县区", max_length=40, null=True)
    tier = models.CharField("层级", max_length=20)
    standard = models.CharField("标准", max_length=60)
    number = models.IntegerField("版")
    state = models.CharField("状态", max_length=10, default=states.Paper.DRAFT.value, db_index=True)
    possible = models.BooleanField("做得到")
    earliest = models.DateField("最早的申报日", null=True)
    known_on = models.DateField("知于")
    judged_on = models.DateField("判于")
    low = models.BigIntegerField("最低花费")
    high = models.BigIntegerField("最高花费")
    frozen = models.TextField("结果")
    digest = models.CharField("结果的摘要", max_length=64)
    choice = models.IntegerField("选的方案", default=0)
    review_on = models.DateField("评审日", null=True)
    open_key = models.CharField(max_length=40, null=True, unique=True)
    force_key = models.CharField(max_length=40, null=True, unique=True)
    made_by = models.CharField("编制人", max_length=60)
    made_at = models.DateTimeField(auto_now_add=True)
    version = models.IntegerField(default=1)
    updated = models.DateTimeField(auto_now=True)
    updated_by = models.CharField(max_length=60)

    class Meta:
        db_table = "followup_paper"
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["enterprise", "tier", "number"], name="one_paper_version")]

    @property
    def at(self) -> states.Paper:
        """状态。"""
        return states.Paper(self.state)

    @property
    def tier_title(self) -> str:
        """层级的名称。"""
        return tier_title(self.tier)


class PaperMove(models.Model):
    """方案的一次变动：从、到、理由、谁；left 是让企业出了库、方案因而撤回的那次变动，别的为空。"""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="moves")
    before = models.CharField("从", max_length=10, null=True)
    after = models.CharField("到", max_length=10)
    reason = models.TextField("理由")
    by = models.CharField("谁", max_length=60)
    role = models.CharField("身份", max_length=120)
    on = models.DateField("日期")
    made = models.DateTimeField(auto_now_add=True)
    left = models.ForeignKey(Move, models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "followup_paper_move"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="paper_move_reason")]

    @property
    def words(self) -> str:
        """“起草”“起草 → 企业已同意”。"""
        after = states.Paper(self.after).word
        return f"{states.Paper(self.before).word} → {after}" if self.before else after


class Stage(models.Model):
    """方案的一步：措施、花费（分）、起止、谁负责、状态；内容取自求解结果，跟进的只有状态、责任人、完成日。"""

    paper = models.ForeignKey(Paper, models.CASCADE, related_name="stages")
    place_order = models.IntegerField()
    measure = models.CharField("措施", max_length=60)
    title = models.CharField("名称", max_length=200)
    low = models.BigIntegerField("最低花费")
    high = models.BigIntegerField("最高花费")
    start = models.DateField("开工")
    due = models.DateField("完成", db_index=True)
    clauses = models.CharField("条款", max_length=300, null=True)
    party = models.CharField("谁办", max_length=80)
    evidence = models.CharField("要的佐证", max_length=300, null=True)
    person = models.CharField("责任人", max_length=60, null=True)
    state = models.CharField("状态", max_length=10, default=states.Pace.UNSTARTED.value, db_index=True)
    ended = models.DateField("了结日", null=True)
    version = models.IntegerField(default=1)
    updated = models.DateTimeField(auto_now=True)
    updated_by = models.CharField(max_length=60, null=True)

    class Meta:
        db_table = "followup_stage"
        ordering = ["paper_id", "place_order"]
        constraints = [models.UniqueConstraint(fields=["paper", "place_order"], name="one_stage_place")]

    @property
    def at(self) -> states.Pace:
        """状态。"""
        return states.Pace(self.state)


class Progress(models.Model):
    """一步的进展：说明、改成的状态、台账里的佐证（列名，没有为空）；只增不改。"""

    stage = models.ForeignKey(Stage, models.CASCADE, related_name="notes")
    on = models.DateField("日期")
    words = models.TextField("进展")
    state = models.CharField("状态", max_length=10)
    column = models.CharField("台账里的数", max_length=80, null=True)
    by = models.CharField("谁", max_length=60)
    role = models.CharField("身份", max_length=120)
    owner = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    made = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "followup_progress"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~Q(words=""), name="progress_words")]
