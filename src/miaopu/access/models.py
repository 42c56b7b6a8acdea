"""权限的表：账号、任职、负责企业、用过的密码、会话、操作日志。"""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower


class Accounts(BaseUserManager["Account"]):
    """账号的管理器。"""

    def create_user(self, login: str, password: str | None = None, **fields: Any) -> Account:
        """新账号；password 为 None 时不能用密码登录。"""
        account = self.model(login=login, **fields)
        account.set_password(password)
        account.save(using=self._db)
        return account

    def get_by_natural_key(self, username: str) -> Account:
        """登录名区分大小写。"""
        return self.get(login=username)


class Account(AbstractBaseUser):
    """账号：一人一号。subject 是统一身份的标识。"""

    login = models.CharField("登录名", max_length=60, unique=True)
    name = models.CharField("姓名", max_length=60)
    phone = models.CharField("手机", max_length=20, null=True)
    unit = models.CharField("单位", max_length=120, null=True)
    subject = models.CharField("统一身份标识", max_length=120, null=True, unique=True)
    is_active = models.BooleanField("在用", default=True)
    is_demo = models.BooleanField("演示账号", default=False)
    created = models.DateTimeField("建立时间", auto_now_add=True)
    password_changed = models.DateTimeField("改密时间", null=True)
    must_change = models.BooleanField("下次登录须改密", default=False)

    objects = Accounts()
    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        db_table = "access_account"
        constraints = [models.UniqueConstraint(Lower("login"), name="one_login")]

    def __str__(self) -> str:
        return self.name


class Posting(models.Model):
    """任职：一人一个角色一个范围；until 为空是仍在任。"""

    account = models.ForeignKey(Account, models.CASCADE, related_name="postings")
    role = models.CharField("角色", max_length=30)
    district = models.CharField("县区代码", max_length=6, null=True)
    department = models.CharField("部门（来源代码）", max_length=30, null=True)
    enterprise = models.CharField("企业号", max_length=18, null=True)
    since = models.DateField("起")
    until = models.DateField("止", null=True)
    granted_by = models.CharField("授予人", max_length=60)

    class Meta:
        db_table = "access_posting"


class Charge(models.Model):
    """负责的企业：服务专员、专家看得到的企业；until 为空是仍在负责。"""

    account = models.ForeignKey(Account, models.CASCADE, related_name="charges")
    enterprise = models.CharField("企业号", max_length=18, db_index=True)
    since = models.DateField("起")
    until = models.DateField("止", null=True)

    class Meta:
        db_table = "access_charge"
        constraints = [
            models.UniqueConstraint(
                fields=["account", "enterprise"], condition=Q(until__isnull=True), name="one_open_charge"
            )
        ]


class UsedPassword(models.Model):
    """用过的密码（散列），供“不得与最近几次相同”。"""

    account = models.ForeignKey(Account, models.CASCADE, related_name="used_passwords")
    password = models.CharField(max_length=128)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        db_table = "access_used_password"


class Visit(models.Model):
    """一次登录的会话：哪台机器、最后活动时间；供会话清单与强制下线。"""

    account = models.ForeignKey(Account, models.CASCADE, related_name="visits")
    session = models.CharField(max_length=40, unique=True)
    address = models.CharField("地址", max_length=60)
    browser = models.CharField("浏览器", max_length=200)
    began = models.DateTimeField("登录时间", auto_now_add=True)
    seen = models.DateTimeField("最后活动", auto_now=True)

    class Meta:
        db_table = "access_visit"


class LogEntry(models.Model):
    """操作日志的一行：只增，逐行含上一行摘要；before、after 是 JSON 文本，没有为空。"""

    seq = models.BigIntegerField(primary_key=True)
    at = models.CharField("时间", max_length=32)
    kind = models.CharField("行为人类别", max_length=10)
    account = models.BigIntegerField(null=True)
    login = models.CharField(max_length=60)
    name = models.CharField(max_length=60)
    roles = models.CharField(max_length=200)
    operation = models.CharField("操作", max_length=40, db_index=True)
    title = models.CharField("操作名称", max_length=80)
    target = models.CharField("对象", max_length=200, db_index=True)
    outcome = models.CharField("结果", max_length=10)
    before = models.TextField(null=True)
    after = models.TextField(null=True)
    reason = models.TextField(null=True)
    place = models.CharField("来自", max_length=120)
    prev = models.CharField(max_length=80)
    hash = models.CharField(max_length=80)

    class Meta:
        db_table = "access_log"


class LogHead(models.Model):
    """日志的末行：行号与摘要；写日志前先锁这一行，末行被删也看得出来。"""

    seq = models.BigIntegerField(default=0)
    hash = models.CharField(max_length=80)

    class Meta:
        db_table = "access_log_head"
