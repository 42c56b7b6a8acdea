"""任务台账的表：方案、任务、目标、责任期（谁在哪一期办）、进展、附件；状态写在 states.py。"""

from __future__ import annotations

from django.db import models

from miaopu.access.models import Account


class Board(models.Model):
    """一份方案在本城的台账。running 为真的计灯、催办；shift 是各日期顺延的年数。"""

    code = models.CharField("方案代码", max_length=20, unique=True)
    running = models.BooleanField("启用", default=False)
    shift = models.IntegerField("顺延年数", default=0)
    opened = models.DateField("启用日", null=True)
    opened_by = models.CharField("启用人", max_length=60, null=True)
    version = models.IntegerField(default=1)

    class Meta:
        db_table = "tasks_board"


class Task(models.Model):
    """一项任务；内容取自方案目录，位置 place_order 是方案里的次序。日期已经顺延。"""

    board = models.ForeignKey(Board, models.CASCADE, related_name="tasks")
    code = models.CharField("任务代码", max_length=20, unique=True)
    place_order = models.IntegerField("次序")
    stage = models.CharField("阶段", max_length=20)
    title = models.CharField("任务", max_length=120)
    lead = models.CharField("牵头", max_length=300)
    support = models.CharField("配合", max_length=600, null=True)
    cadence = models.CharField("周期", max_length=20)
    since = models.DateField("起")
    due = models.DateField("止")
    counties = models.BooleanField("县区各有一行", default=False)

    class Meta:
        db_table = "tasks_task"
        ordering = ["board_id", "place_order"]


class Goal(models.Model):
    """任务的一个可计数目标；per 为空是整个窗口的，否则每期各算。"""

    task = models.ForeignKey(Task, models.CASCADE, related_name="goals")
    number = models.IntegerField("序")
    title = models.CharField("目标", max_length=120)
    value = models.BigIntegerField("目标数")
    unit = models.CharField("单位", max_length=20)
    word = models.CharField("原文说法", max_length=60)
    quote = models.CharField("原文", max_length=200)
    per = models.CharField("每期", max_length=20, null=True)
    target = models.CharField("目标代码", max_length=40, null=True)

    class Meta:
        db_table = "tasks_goal"
        ordering = ["task_id", "number"]
        constraints = [models.UniqueConstraint(fields=["task", "number"], name="one_goal_number")]


class Duty(models.Model):
    """责任期：一项任务、一个责任单位、一期。district 为空是市级；version 每改一次加一。"""

    task = models.ForeignKey(Task, models.CASCADE, related_name="duties")
    district = models.CharField("县区代码", max_length=6, null=True, db_index=True)
    place_order = models.IntegerField("责任单位次序", default=0)
    body = models.CharField("责任单位", max_length=120)
    person = models.CharField("责任人", max_length=60, null=True)
    label = models.CharField("期", max_length=30)
    since = models.DateField("起")
    due = models.DateField("到期", db_index=True)
    state = models.CharField("状态", max_length=10, default="todo", db_index=True)
    ended = models.DateField("了结日", null=True)
    version = models.IntegerField(default=1)
    updated = models.DateTimeField("更新时间", null=True)
    updated_by = models.CharField("更新人", max_length=60, null=True)

    class Meta:
        db_table = "tasks_duty"
        ordering = ["task_id", "since", "place_order"]
        constraints = [models.UniqueConstraint(fields=["task", "place_order", "label"], name="one_duty_a_period")]


class Aim(models.Model):
    """分到一个县区一期的目标数：市级的目标分解下去，县区的灯照它算。"""

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="aims")
    goal = models.ForeignKey(Goal, models.CASCADE, related_name="aims")
    value = models.BigIntegerField("目标数")

    class Meta:
        db_table = "tasks_aim"
        constraints = [models.UniqueConstraint(fields=["duty", "goal"], name="one_aim_a_goal")]


class Entry(models.Model):
    """一条进展：日期、说明、完成数（本次新增，没有为空）。填错的撤回并写理由，不删。"""

    duty = models.ForeignKey(Duty, models.CASCADE, related_name="entries")
    goal = models.ForeignKey(Goal, models.PROTECT, null=True, related_name="entries")
    on = models.DateField("日期")
    text = models.TextField("进展")
    count = models.BigIntegerField("完成数", null=True)
    by = models.CharField("填报人", max_length=60)
    owner = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    made = models.DateTimeField("填报时间", auto_now_add=True)
    withdrawn = models.DateTimeField("撤回时间", null=True)
    withdrawn_by = models.CharField("撤回人", max_length=60, null=True)
    withdrawn_why = models.CharField("撤回理由", max_length=300, null=True)

    class Meta:
        db_table = "tasks_entry"
        ordering = ["-on", "-pk"]


class Evidence(models.Model):
    """进展的附件：原名、文件库里的相对路径、大小与摘要。"""

    entry = models.ForeignKey(Entry, models.CASCADE, related_name="files")
    name = models.CharField("文件名", max_length=130)
    path = models.CharField("路径", max_length=200)
    size = models.BigIntegerField("大小")
    digest = models.CharField("摘要", max_length=64)

    class Meta:
        db_table = "tasks_evidence"
