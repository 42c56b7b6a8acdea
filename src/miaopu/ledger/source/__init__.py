"""来源：各部门送什么表、怎样读，由 catalog/sources 声明；declared 是声明的形状，load 装载。"""

from miaopu.ledger.source.declared import IDENTITY_ROLES, Column, Source, Sources, Table
from miaopu.ledger.source.ground import barred_sources, ungrounded
from miaopu.ledger.source.load import load_sources

__all__ = ["IDENTITY_ROLES", "Column", "Source", "Sources", "Table", "barred_sources", "load_sources", "ungrounded"]
