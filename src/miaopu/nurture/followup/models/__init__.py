"""跟进的表：诉求、走访、方案、专家诊断、附件；历史的行只增不改。"""

from miaopu.nurture.followup.models.attached import Attachment
from miaopu.nurture.followup.models.diagnosis import Diagnosis, Point, PointStep
from miaopu.nurture.followup.models.imported import Imported
from miaopu.nurture.followup.models.plan import Paper, PaperMove, Progress, Stage
from miaopu.nurture.followup.models.request import Request, RequestStep
from miaopu.nurture.followup.models.visit import Finding, Joined, Record, Signing, Visit

__all__ = [
    "Attachment",
    "Diagnosis",
    "Finding",
    "Imported",
    "Joined",
    "Paper",
    "PaperMove",
    "Point",
    "PointStep",
    "Progress",
    "Record",
    "Request",
    "RequestStep",
    "Signing",
    "Stage",
    "Visit",
]
