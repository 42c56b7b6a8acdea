"""跟进的表：诉求、走访、方案、附件；历史的行只增不改。"""

from miaopu.nurture.followup.models.attached import Attachment
from miaopu.nurture.followup.models.imported import Imported
from miaopu.nurture.followup.models.plan import Paper, PaperMove, Progress, Stage
from miaopu.nurture.followup.models.request import Request, RequestStep
from miaopu.nurture.followup.models.visit import Finding, Joined, Record, Signing, Visit

__all__ = [
    "Attachment",
    "Finding",
    "Imported",
    "Joined",
    "Paper",
    "PaperMove",
    "Progress",
    "Record",
    "Request",
    "RequestStep",
    "Signing",
    "Stage",
    "Visit",
]
