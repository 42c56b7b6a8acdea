"""队伍与分工的表：征集、名册与变动、回避、服务队成员与任务、培训与到训、分工草案、配对。"""

from __future__ import annotations

from datetime import date

from django.db import models

from miaopu.access.models import Account
from miaopu.nurture.specialists.states import DraftState, State
from miaopu.selection.library.models import Move


class Call(models.Model):
    """一次公开征集：种类、起止日期、说明。"""

    kind = models.CharField("种类", max_length=20)
    title = models.CharField("名称", max_length=80)
    note = models.TextField("说明", null=True)
    opens = models.DateField("起")
    closes = models.DateField("止")
    by = models.CharField("谁", max_length=60)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        db_table = "roster_call"
        ordering = ["-opens", "-pk"]


class Person(models.Model):
    """名册的一行：一人，或一支服务队。kind 见目录 service.yaml；sectors、topics 用顿号隔开，没有写为空。

    on_leave_from 至 on_leave_until 之间请假（含首尾）；account 是他的登录账号，可以没有。
    """

    kind = models.CharField("种类", max_length=20, db_index=True)
    name = models.CharField("姓名", max_length=60)
    unit = models.CharField("单位", max_length=120, null=True)
    phone = models.CharField("手机", max_length=20, null=True)
    district = models.CharField("县区代码", max_length=6, null=True, db_index=True)
    county = models.CharField("县区", max_length=40, null=True)
    capacity = models.IntegerField("最多服务几家")
    sectors = models.CharField("行业专长", max_length=200, null=True)
    topics = models.CharField("议题专长", max_length=200, null=True)
    state = models.CharField("状态", max_length=10, default=State.APPLIED.value, db_index=True)
    call = models.ForeignKey(Call, models.SET_NULL, null=True, related_name="people")
    since = models.DateField("聘期起", null=True)
    until = models.DateField("聘期止", null=True)
    on_leave_from = models.DateField("请假起", null=True)
    on_leave_until = models.DateField("请假止", null=True)
    account = models.OneToOneField(Account, models.SET_NULL, null=True, related_name="roster")
    note = models.TextField("报名说明", null=True)
    version = models.IntegerField("版本", default=1)
    updated = models.DateTimeField("改动时间", auto_now=True)
    updated_by = models.CharField("谁改的", max_length=60)

    class Meta:
        db_table = "roster_person"
        ordering = ["kind", "district", "pk"]
        constraints = [models.CheckConstraint(condition=models.Q(capacity__gte=0), name="roster_capacity")]

    @property
    def at(self) -> State:
        """状态。"""
        return State(self.state)

    @property
    def code(self) -> str:
        """编号：六位，分工与工作簿里用。"""
        return f"P{self.pk:05}"

    def serves_on(self, day: date) -> bool:
        """这一天能不能服务：在册、在聘期内、没有请假。"""
        inside = (self.since is None or self.since <= day) and (self.until is None or day <= self.until)
        return self.state == State.APPOINTED.value and inside and not self.away_on(day)

    def away_on(self, day: date) -> bool:
        """这一天请假。"""
        begun = self.on_leave_from is not None and self.on_leave_from <= day
        return begun and (self.on_leave_until is None or day <= self.on_leave_until)


class Turn(models.Model):
    """名册的一次变动：从（报名为空）、到、理由、谁、何时；只增不改。"""

    person = models.ForeignKey(Person, models.CASCADE, related_name="turns")
    before = models.CharField("从", max_length=10, null=True)
    after = models.CharField("到", max_length=10)
    reason = models.TextField("理由")
    by = models.CharField("谁", max_length=60)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        db_table = "roster_turn"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="roster_turn_reason")]

    @property
    def words(self) -> str:
        """“报名待审”“报名待审 → 在册”。"""
        after = State(self.after).word
        return f"{State(self.before).word} → {after}" if self.before else after


class Avoidance(models.Model):
    """一名专员须回避的一家企业（利益冲突）；released 不为空是已解除。"""

    person = models.ForeignKey(Person, models.CASCADE, related_name="avoidances")
    enterprise = models.CharField("企业号", max_length=18)
    name = models.CharField("企业名称", max_length=200)
    reason = models.TextField("理由")
    by = models.CharField("谁", max_length=60)
    at = models.DateTimeField("时间", auto_now_add=True)
    released = models.DateTimeField("解除时间", null=True)
    released_by = models.CharField("谁解除", max_length=60, null=True)

    class Meta:
        db_table = "roster_avoidance"
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="roster_avoidance_reason")]


class Member(models.Model):
    """服务队的一名成员。"""

    team = models.ForeignKey(Person, models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, models.CASCADE, related_name="teams")
    duty = models.CharField("分工", max_length=60, null=True)

    class Meta:
        db_table = "roster_member"
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["team", "person"], name="roster_member_once")]


class Mission(models.Model):
    """服务队、专家的一次任务：何日、哪家、做什么、发现什么、谁跟进。"""

    team = models.ForeignKey(Person, models.CASCADE, related_name="missions")
    on = models.DateField("日期")
    enterprise = models.CharField("企业号", max_length=18, null=True, db_index=True)
    name = models.CharField("企业或地点", max_length=200)
    title = models.CharField("任务", max_length=120)
    findings = models.TextField("发现与建议", null=True)
    followed_by = models.CharField("谁跟进", max_length=60, null=True)
    by = models.CharField("谁记的", max_length=60)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        db_table = "roster_mission"
        ordering = ["-on", "-pk"]


class Training(models.Model):
    """一场培训：日期、名称、地点、材料（名称或网址，一行一个）。"""

    title = models.CharField("名称", max_length=120)
    on = models.DateField("日期")
    place = models.CharField("地点", max_length=120, null=True)
    materials = models.TextField("材料", null=True)
    by = models.CharField("谁", max_length=60)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        db_table = "roster_training"
        ordering = ["-on", "-pk"]


class Attendance(models.Model):
    """一人一场：到没到、测试成绩（没有考为空，0 至 100）。"""

    training = models.ForeignKey(Training, models.CASCADE, related_name="attendances")
    person = models.ForeignKey(Person, models.CASCADE, related_name="attendances")
    present = models.BooleanField("到训")
    score = models.SmallIntegerField("成绩", null=True)

    class Meta:
        db_table = "roster_attendance"
        ordering = ["person"]
        constraints = [models.UniqueConstraint(fields=["training", "person"], name="roster_attendance_once")]


class Draft(models.Model):
    """一份分工草案。firms 是企业号（逗号隔开），whole 为真即当时库里的全部。

    least 为真是重新统筹（只改非改不可的）；base 是统筹时现行配对的指纹，采用时对不上就不办。

    told 是结果的 JSON 文本（花费、下界、证明、负荷）；失败时是那句话。
    """

    state = models.CharField("状态", max_length=10, default=DraftState.WORKING.value)
    least = models.BooleanField("重新统筹")
    most_counties = models.SmallIntegerField("至多几个县区", default=0)
    cross_forbidden = models.BooleanField("不许跨县区", default=False)
    whole = models.BooleanField("整个培育库", default=True)
    firms = models.TextField("企业")
    base = models.CharField("统筹时的现状", max_length=64, null=True)
    told = models.TextField("结果", null=True)
    job = models.BigIntegerField("作业", null=True)
    by = models.CharField("谁", max_length=60)
    at = models.DateTimeField("时间", auto_now_add=True)
    adopted_by = models.CharField("采用人", max_length=60, null=True)
    adopted_at = models.DateTimeField("采用时间", null=True)
    reason = models.TextField("采用理由", null=True)

    class Meta:
        db_table = "pair_draft"
        ordering = ["-pk"]

    @property
    def stage(self) -> DraftState:
        """状态。"""
        return DraftState(self.state)


class Proposed(models.Model):
    """草案里的一对：拟由谁、原来是谁、花费、为什么、次选为什么不是。"""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="pairs")
    enterprise = models.CharField("企业号", max_length=18)
    name = models.CharField("企业名称", max_length=200)
    district = models.CharField("县区代码", max_length=6, null=True)
    county = models.CharField("县区", max_length=40, null=True)
    tier = models.CharField("培育层级", max_length=60, null=True)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    former = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    cost = models.IntegerField("花费")
    reason = models.TextField("为什么")
    why_not = models.TextField("次选为什么不是")
    pinned = models.BooleanField("人工指定")

    class Meta:
        db_table = "pair_proposed"
        ordering = ["district", "enterprise"]


class Pairing(models.Model):
    """一对：谁帮谁，从何日起；until 为空是现行的，open_key 那时是企业号（一家至多一名）。pinned 为真是人工指定。

    left 是让企业出了培育库、这一对因而结束的那次变动；别的缘由结束的为空。
    """

    enterprise = models.CharField("企业号", max_length=18, db_index=True)
    name = models.CharField("企业名称", max_length=200)
    district = models.CharField("县区代码", max_length=6, null=True, db_index=True)
    county = models.CharField("县区", max_length=40, null=True)
    tier = models.CharField("培育层级", max_length=60, null=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="pairings")
    draft = models.ForeignKey(Draft, models.SET_NULL, null=True, related_name="pairings")
    since = models.DateField("起")
    until = models.DateField("止", null=True)
    open_key = models.CharField(max_length=18, null=True, unique=True)
    pinned = models.BooleanField("人工指定", default=False)
    reason = models.TextField("为什么")
    why_not = models.TextField("次选为什么不是", null=True)
    handover = models.TextField("交接说明", null=True)
    by = models.CharField("谁", max_length=60)
    ended_by = models.CharField("谁结束", max_length=60, null=True)
    ended_why = models.TextField("为什么结束", null=True)
    left = models.ForeignKey(Move, models.SET_NULL, null=True, related_name="+")
    version = models.IntegerField("版本", default=1)

    class Meta:
        db_table = "pair_pairing"
        ordering = ["district", "enterprise", "pk"]
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="pairing_reason")]
