"""培育库的表：在库的企业与变动、名额、选配草案、下发与意见、发布的名单、预警；变动、意见、名额只增不改。"""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Length, Trim
from django.db.models.lookups import GreaterThan

from miaopu.selection.city import today
from miaopu.selection.library.states import State, flow


def told(column: str, name: str) -> models.CheckConstraint:
    """一列文字不空、不只是空格。"""
    return models.CheckConstraint(condition=GreaterThan(Length(Trim(column)), 0), name=name)


class Entry(models.Model):
    """记下的一件：谁、哪天（业务日期，给人看的都是它）、何时（真实时刻，只认先后）。"""

    by = models.CharField("谁", max_length=60)
    on = models.DateField("日期", default=today)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        abstract = True


class Member(models.Model):
    """一家企业在一个层级的库里。situation 是进来时的情形，baseline 几列是入库时冻结的基线，写下后不改。

    open_key 是“企业号:层级”，算数的才有：同一企业同一层级至多一件。office、person 是责任科室与责任人。
    """

    enterprise = models.CharField("企业号", max_length=18, db_index=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, null=True)
    name = models.CharField("企业名称", max_length=200)
    district = models.CharField("县区代码", max_length=6, null=True, db_index=True)
    county = models.CharField("县区", max_length=40, null=True)
    tier = models.CharField("层级", max_length=20)
    tier_title = models.CharField("层级名称", max_length=60)
    year = models.SmallIntegerField("年度")
    state = models.CharField("状态", max_length=10, db_index=True)
    open_key = models.CharField(max_length=40, null=True, unique=True)
    round = models.CharField("进来时的轮次", max_length=20)
    rank = models.IntegerField("进来时的全市名次")
    verdict = models.SmallIntegerField("进来时的结论")
    band = models.CharField("进来时的分档", max_length=12)
    situation = models.TextField("进来时的情形")
    baseline_file = models.CharField("基线文件", max_length=120, null=True)
    baseline_line = models.IntegerField("基线在第几行", null=True)
    baseline_seal = models.CharField("基线摘要", max_length=80, null=True)
    entered = models.DateField("入库日期", null=True)
    office = models.CharField("责任科室", max_length=60, null=True)
    person = models.CharField("责任人", max_length=40, null=True)
    watched = models.CharField("监测到哪一轮", max_length=20, null=True)
    by = models.CharField("谁提的", max_length=60)
    made = models.DateField("哪天提的", default=today)
    updated = models.DateTimeField("最近变动", auto_now=True)
    version = models.IntegerField("版本", default=1)

    class Meta:
        db_table = "library_member"
        ordering = ["tier", "district", "rank", "enterprise"]

    @property
    def at(self) -> State:
        """状态。"""
        return flow().states[self.state]


class Move(Entry):
    """一次变动：从、到、理由、依据、谁、何时；before 为空是新进；undoes 是它撤销的那一次。"""

    member = models.ForeignKey(Member, models.CASCADE, related_name="moves")
    code = models.CharField("变动", max_length=12)
    before = models.CharField("从", max_length=10, null=True)
    after = models.CharField("到", max_length=10)
    reason = models.TextField("理由")
    proof = models.TextField("依据", null=True)
    undoes = models.OneToOneField("self", models.PROTECT, null=True, related_name="undone")

    class Meta:
        db_table = "library_move"
        ordering = ["pk"]
        constraints = [told("reason", "library_move_reason")]

    @property
    def words(self) -> str:
        """“选配入库：储备”“转入培育：储备 → 培育”。"""
        known = flow()
        title = known.undo.title if self.code == known.undo.code else known.steps[self.code].title
        after = known.states[self.after].title
        return f"{title}：{known.states[self.before].title} → {after}" if self.before else f"{title}：{after}"


class Proof(models.Model):
    """变动的依据文件；path 相对文件库，名字是摘要。"""

    move = models.ForeignKey(Move, models.CASCADE, related_name="files")
    name = models.CharField("文件名", max_length=140)
    path = models.CharField(max_length=120)
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        db_table = "library_proof"


class QuotaSet(Entry):
    """一个层级一年度的名额，一版一行，只增不改；note 是出处与公式的话。"""

    tier = models.CharField("层级", max_length=20)
    year = models.SmallIntegerField("年度")
    version = models.IntegerField("版本")
    total = models.IntegerField("总数")
    note = models.TextField("出处")
    reason = models.TextField("理由")

    class Meta:
        db_table = "library_quota"
        ordering = ["tier", "-year", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["tier", "year", "version"], name="library_quota_version"),
            told("reason", "library_quota_reason"),
        ]


class QuotaLine(models.Model):
    """名额的一条：方面、取值、名称，至少与至多（不限为空）。"""

    quota = models.ForeignKey(QuotaSet, models.CASCADE, related_name="lines")
    dimension = models.CharField("方面", max_length=10)
    value = models.CharField("取值", max_length=60)
    title = models.CharField("名称", max_length=60)
    least = models.IntegerField("至少", null=True)
    most = models.IntegerField("至多", null=True)

    class Meta:
        db_table = "library_quota_line"
        ordering = ["pk"]


class Draft(Entry):
    """一份选配草案：按哪一轮、哪一版名额；expected、bound 是精确分数的文字；做不到的 clash 写明哪几条相抵。"""

    tier = models.CharField("层级", max_length=20)
    tier_title = models.CharField("层级名称", max_length=60)
    year = models.SmallIntegerField("年度")
    round = models.CharField("轮次", max_length=20)
    quota = models.ForeignKey(QuotaSet, models.PROTECT)
    required = models.TextField("必选", null=True)
    barred = models.TextField("必不选", null=True)
    chosen = models.IntegerField("入选家数")
    expected = models.CharField("预期通过数", max_length=60, null=True)
    bound = models.CharField("上界", max_length=60, null=True)
    proof = models.CharField("怎样证明的", max_length=60, null=True)
    clash = models.TextField("相抵的名额", null=True)
    adopted_by = models.CharField("采用人", max_length=60, null=True)
    adopted_on = models.DateField("采用日", null=True)
    adopted_why = models.TextField("采用的理由", null=True)

    class Meta:
        db_table = "library_draft"
        ordering = ["-pk"]


class Choice(models.Model):
    """草案里的一家候选：入选没有、为什么。"""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="choices")
    enterprise = models.CharField("企业号", max_length=18)
    name = models.CharField("企业名称", max_length=200)
    district = models.CharField("县区代码", max_length=6, null=True)
    county = models.CharField("县区", max_length=40, null=True)
    section = models.CharField("行业门类", max_length=60, null=True)
    rank = models.IntegerField("全市名次")
    band = models.CharField("分档", max_length=12)
    weight = models.CharField("分值", max_length=12)
    chosen = models.BooleanField("入选")
    reason = models.TextField("理由")

    class Meta:
        db_table = "library_choice"
        ordering = ["-chosen", "rank", "enterprise"]


class Dispatch(Entry):
    """一次下发：一个层级一年度的储备名单发给县区。"""

    tier = models.CharField("层级", max_length=20)
    tier_title = models.CharField("层级名称", max_length=60)
    year = models.SmallIntegerField("年度")
    reason = models.TextField("说明")

    class Meta:
        db_table = "library_dispatch"
        ordering = ["-pk"]
        constraints = [told("reason", "library_dispatch_reason")]


class Parcel(models.Model):
    """下发给一个县区的一份：期限、签收、报意见、市局复核、收回；live 为空是收回的，不再算。"""

    dispatch = models.ForeignKey(Dispatch, models.CASCADE, related_name="parcels")
    district = models.CharField("县区代码", max_length=6, db_index=True)
    county = models.CharField("县区", max_length=40)
    due = models.DateField("报意见的期限")
    received_by = models.CharField("签收人", max_length=60, null=True)
    received_on = models.DateField("签收日", null=True)
    opined_on = models.DateField("报意见日", null=True)
    reviewed_on = models.DateField("复核日", null=True)
    withdrawn_by = models.CharField("收回人", max_length=60, null=True)
    withdrawn_on = models.DateField("收回日", null=True)
    withdrawn_why = models.TextField("收回的理由", null=True)
    version = models.IntegerField("版本", default=1)

    class Meta:
        db_table = "library_parcel"
        ordering = ["-dispatch_id", "district"]
        constraints = [told("withdrawn_why", "library_parcel_why")]

    def standing(self) -> models.QuerySet[Item]:
        """还要意见的各家：在库、没有放开；出了库的、出库期间办过一步而放开的留着看。"""
        return self.items.filter(live_key__isnull=False, member__state__in=flow().inside)


class Item(models.Model):
    """一份里的一家；live_key 是库里这一件的编号，一家同时只在一份里；收回的、报意见或复核时不在库而放开的为空。"""

    parcel = models.ForeignKey(Parcel, models.CASCADE, related_name="items")
    member = models.ForeignKey(Member, models.PROTECT, related_name="items")
    live_key = models.IntegerField(null=True, unique=True)

    class Meta:
        db_table = "library_item"
        ordering = ["pk"]


class Opinion(Entry):
    """一家的意见：level 是 county 县区或 city 市局；后来的盖过先前的，先前的留着。"""

    item = models.ForeignKey(Item, models.CASCADE, related_name="opinions")
    level = models.CharField("哪一级", max_length=6)
    agree = models.BooleanField("同意")
    reason = models.TextField("理由")

    class Meta:
        db_table = "library_opinion"
        ordering = ["pk"]
        constraints = [told("reason", "library_opinion_reason")]


class Issue(Entry):
    """发布的名单：上会的日期与纪要编号、冻结的工作簿与摘要；一次一版，不改。"""

    tier = models.CharField("层级", max_length=20)
    tier_title = models.CharField("层级名称", max_length=60)
    year = models.SmallIntegerField("年度")
    version = models.IntegerField("版本")
    meeting_on = models.DateField("上会日期")
    minutes = models.CharField("会议纪要编号", max_length=60)
    reason = models.TextField("理由")
    firms = models.IntegerField("家数")
    path = models.CharField(max_length=120)
    seal = models.CharField("摘要", max_length=80)
    members = models.ManyToManyField(Member, related_name="issues", db_table="library_issue_member")

    class Meta:
        db_table = "library_issue"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["tier", "year", "version"], name="library_issue_version"),
            told("reason", "library_issue_reason"),
        ]


class Alert(models.Model):
    """一条预警：曾满足的一条，这一轮不再满足；column 是数的来历的列名，told 写明哪个数；left 是企业出库而使它了结的那次变动。"""

    member = models.ForeignKey(Member, models.CASCADE, related_name="alerts")
    round = models.CharField("轮次", max_length=20)
    clause = models.CharField("条款", max_length=40)
    title = models.CharField("条款名称", max_length=200)
    before = models.CharField("原来", max_length=120)
    after = models.CharField("现在", max_length=120)
    told = models.TextField("怎么回事")
    column = models.CharField("来历", max_length=60, null=True)
    at = models.DateTimeField("时间", auto_now_add=True)
    acked_by = models.CharField("处置人", max_length=60, null=True)
    acked_on = models.DateField("处置日", null=True)
    ack_reason = models.TextField("处置说明", null=True)
    left = models.ForeignKey(Move, models.SET_NULL, null=True, related_name="+")

    class Meta:
        db_table = "library_alert"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["member", "round", "clause"], name="library_alert_once"),
            told("ack_reason", "library_alert_reason"),
        ]
