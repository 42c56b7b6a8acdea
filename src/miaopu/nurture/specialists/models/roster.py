"""队伍的表：征集、名册与变动、回避、服务队成员与任务、培训与到训。"""

from __future__ import annotations

from datetime import date

from django.db import models

from miaopu.access.models import Account, Charge
from miaopu.nurture.specialists.states import State


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
        return self.engaged_on(day) and not self.away_on(day)

    def engaged_on(self, day: date) -> bool:
        """这一天在册、在聘期内；请假的也是。"""
        inside = (self.since is None or self.since <= day) and (self.until is None or day <= self.until)
        return self.state == State.APPOINTED.value and inside

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
    until = models.DateField("完结日", null=True)
    by = models.CharField("谁记的", max_length=60)
    at = models.DateTimeField("时间", auto_now_add=True)

    class Meta:
        db_table = "roster_mission"
        ordering = ["-on", "-pk"]


class Opened(models.Model):
    """因一次任务而开通的：哪次任务、哪个账号看哪家。任务完结、离队时只收回这些。"""

    mission = models.ForeignKey(Mission, models.CASCADE, related_name="opened")
    charge = models.ForeignKey(Charge, models.CASCADE, related_name="+")

    class Meta:
        db_table = "roster_mission_opened"
        constraints = [models.UniqueConstraint(fields=["mission", "charge"], name="roster_opened_once")]

    @classmethod
    def to(cls, account: Account) -> set[str]:
        """没有完结的任务让这个账号看得到的企业。"""
        live = cls.objects.filter(mission__until__isnull=True, charge__account=account, charge__until__isnull=True)
        return set(live.values_list("charge__enterprise", flat=True))


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
