"""分工：哪名专员帮哪家企业。企业与专员的表进，配对、理由、负荷、证明出；不读台账，不知道网站。"""

from miaopu.allocation.assignment.shape import Clash, Client, Helper, Load, Pair, Part, Result, Terms
from miaopu.allocation.assignment.solve import assign, reassign, shares
from miaopu.allocation.assignment.terms import load_terms

__all__ = [
    "Clash", "Client", "Helper", "Load", "Pair", "Part", "Result", "Terms", "assign", "load_terms", "reassign", "shares",
]  # fmt: skip
