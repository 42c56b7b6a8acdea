"""附件的表：诉求的一步、走访记录、签认、方案进展与变动、诊断问题一步的文件与照片；文件库里按摘要存。"""

from __future__ import annotations

from django.db import models

from miaopu.nurture.followup.models.diagnosis import PointStep
from miaopu.nurture.followup.models.plan import PaperMove, Progress
from miaopu.nurture.followup.models.request import RequestStep
from miaopu.nurture.followup.models.visit import Record, Signing


class Attachment(models.Model):
    """一个附件；六个外键里恰有一个不空。taken 是照片自带的拍摄时间，位置等其余信息收下时已去掉。"""

    step = models.ForeignKey(RequestStep, models.CASCADE, null=True, related_name="files")
    record = models.ForeignKey(Record, models.CASCADE, null=True, related_name="files")
    signing = models.ForeignKey(Signing, models.CASCADE, null=True, related_name="files")
    progress = models.ForeignKey(Progress, models.CASCADE, null=True, related_name="files")
    move = models.ForeignKey(PaperMove, models.CASCADE, null=True, related_name="files")
    mending = models.ForeignKey(PointStep, models.CASCADE, null=True, related_name="files")
    name = models.CharField("文件名", max_length=130)
    path = models.CharField("路径", max_length=200)
    size = models.BigIntegerField("大小")
    digest = models.CharField("摘要", max_length=64)
    photo = models.BooleanField("照片", default=False)
    taken = models.CharField("拍摄时间", max_length=20, null=True)

    class Meta:
        db_table = "followup_attachment"
        ordering = ["pk"]
