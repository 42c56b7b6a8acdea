"""巡检共用的：谁去走，哪个县区、哪一家。"""

from miaopu.selection.screening.models import Firm
from miaopu.terms.catalog import Catalog

DISTRICT, NEIGHBOUR = "371502", "371503"
ACCOUNTS = Catalog.default().read("demo/accounts.yaml")["accounts"]
COUNTIES = ("dongchangfu", "chiping")
LOGINS = [one["login"] for one in ACCOUNTS if one["login"] in COUNTIES or one["roles"][0]["role"] != "county_lead"]
"""每个角色一个；县区主管走本县区与别的县区两个就够，各县区的权限一样。"""


def firm(at: int = 0) -> Firm:
    """一家（第 at 家）东昌府区的企业，不在专员、专家、企业账号名下。"""
    return Firm.objects.filter(district=DISTRICT, uscc__isnull=False).order_by("-enterprise")[at]


def other(at: int = 0) -> Firm:
    """一家（第 at 家）茌平区的企业，也不在谁的名下。"""
    return Firm.objects.filter(district=NEIGHBOUR, uscc__isnull=False).order_by("-enterprise")[at]
