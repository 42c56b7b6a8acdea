"""联络员的表：一家企业在一级上的联络员（首席服务员），从何日起；换人即结束旧的一行，理由都在。"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from miaopu.nurture.specialists.models.roster import Person


class Contact(models.Model):
    """一家一级一名：open_key 是“企业号:级”，现行的才有。person 是名册里的联络员。"""

    enterprise = models.CharField("企业号", max_length=18, db_index=True)
    name = models.CharField("企业名称", max_length=200)
    district = models.CharField("县区代码", max_length=6, null=True, db_index=True)
    county = models.CharField("县区", max_length=40, null=True)
    level = models.CharField("哪一级", max_length=12)
    person = models.ForeignKey(Person, models.PROTECT, related_name="contacts")
    since = models.DateField("起")
    until = models.DateField("止", null=True)
    open_key = models.CharField(max_length=32, null=True, unique=True)
    reason = models.CharField("理由", max_length=300)
    handover = models.CharField("交接说明", max_length=500, null=True)
    by = models.CharField("谁定的", max_length=60)
    ended_by = models.CharField("谁结束", max_length=60, null=True)
    ended_why = models.CharField("为什么结束", max_length=300, null=True)
    version = models.IntegerField("版本", default=1)

    class Meta:
        db_table = "roster_contact"
        ordering = ["district", "enterprise", "level", "pk"]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="roster_contact_reason")]
