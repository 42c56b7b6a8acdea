"""巡检用的参数共用的：哪个县区、哪一家。"""

from miaopu.selection.screening.models import Firm

DISTRICT = "371502"


def firm() -> Firm:
    """一家东昌府区的企业，不在专员、专家、企业账号名下。"""
    return Firm.objects.filter(district=DISTRICT, uscc__isnull=False).order_by("-enterprise")[0]
