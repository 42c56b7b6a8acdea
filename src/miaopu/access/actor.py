"""行为人：一次请求、一条命令或一个作业里“是谁在做”；由账号与任职算出，之后不再变。"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from django.db.models import Q, QuerySet

from miaopu.access.roles import Role, roles

SYSTEM = "system"
PERSON = "person"
TOKEN = "token"
OWN = frozenset({"own.manage", "job.manage"})
"""登录的人不论角色都能做的：改本人密码、绑本人的动态口令、让本人的会话下线、取消与收起本人的作业。"""


@dataclass(frozen=True)
class Reach:
    """看得到哪些：everywhere 全市；否则只有这些县区与这些企业。departments 为 None 是不限来源。"""

    everywhere: bool = False
    districts: frozenset[str] = frozenset()
    enterprises: frozenset[str] = frozenset()
    departments: frozenset[str] | None = frozenset()

    def firms(self, found: QuerySet[Any], enterprise: str = "enterprise", district: str = "district") -> QuerySet[Any]:
        """把查询收窄到看得到的企业；enterprise、district 是这张表里的字段名（或跨表路径）。"""
        return found if self.everywhere else found.filter(self.clause(enterprise, district))

    def clause(self, enterprise: str = "enterprise", district: str = "district") -> Q:
        """看得到的企业的条件；everywhere 时为空条件。"""
        if self.everywhere:
            return Q()
        return Q(**{f"{district}__in": sorted(self.districts)}) | Q(**{f"{enterprise}__in": sorted(self.enterprises)})

    def covers(self, *, district: str | None = None, enterprise: str | None = None) -> bool:
        """一家企业或一个县区在不在范围里。"""
        return self.everywhere or district in self.districts or enterprise in self.enterprises

    @property
    def mark(self) -> str:
        """范围写成一行字：前后两次相同，范围就没有变。"""
        parts = [
            sorted(one) if one is not None else "全部" for one in (self.districts, self.enterprises, self.departments)
        ]
        return f"{'全市' if self.everywhere else ''}{parts}"

    def of_department(self, source: str) -> bool:
        """一个来源在不在范围里。"""
        return self.departments is None or source in self.departments


@dataclass(frozen=True)
class Held:
    """一项任职。"""

    role: Role
    district: str | None = None
    department: str | None = None
    enterprise: str | None = None


@dataclass(frozen=True)
class Actor:
    """行为人。kind：person 本人、token 接口令牌、system 系统；place 是来自哪里（地址、命令行、作业）。"""

    login: str
    name: str
    kind: str = PERSON
    account: int | None = None
    held: tuple[Held, ...] = ()
    charges: frozenset[str] = frozenset()
    place: str = ""
    only: frozenset[str] | None = field(default=None)

    @property
    def operations(self) -> frozenset[str]:
        """能做的全部操作；接口令牌另受令牌自己的范围（only）限制。"""
        if self.kind == SYSTEM:
            return frozenset(roles().operations)
        own = frozenset(code for one in self.held for code in one.role.operations)
        own |= OWN if self.kind == PERSON and self.account is not None else frozenset()
        return own if self.only is None else own & self.only

    @property
    def titles(self) -> str:
        """角色名称，连写；登录了但没有角色（或登录还没办完）的写“登录人”。"""
        return "、".join(dict.fromkeys(one.role.title for one in self.held)) or (
            "系统" if self.kind == SYSTEM else "登录人" if self.account is not None else "公众"
        )

    def may(self, operation: str) -> bool:
        """能不能做。"""
        return operation in self.operations

    def is_a(self, *codes: str) -> bool:
        """担任其中任一角色。"""
        return any(one.role.code in codes for one in self.held)

    def reach(self, operation: str) -> Reach:
        """做这件事时看得到哪些：只算有这项操作的任职。"""
        if self.kind == SYSTEM:
            return Reach(everywhere=True, departments=None)
        held = [one for one in self.held if operation in one.role.operations] if self.may(operation) else []
        return Reach(
            everywhere=any(one.role.reach == "city" for one in held),
            districts=frozenset(one.district for one in held if one.role.reach == "district" and one.district),
            enterprises=self._enterprises(held),
            departments=_departments(held),
        )

    def _enterprises(self, held: Iterable[Held]) -> frozenset[str]:
        own = {one.enterprise for one in held if one.role.reach == "own" and one.enterprise}
        return frozenset(own | (self.charges if any(one.role.reach == "charge" for one in held) else set()))

    def at(self, place: str) -> Actor:
        """同一个人，另一处。"""
        return replace(self, place=place)


def _departments(held: list[Held]) -> frozenset[str] | None:
    """市局与县区不限来源；部门数据员限于本部门。"""
    if any(one.role.reach in ("city", "district") for one in held):
        return None
    return frozenset(one.department for one in held if one.department)


def system(name: str) -> Actor:
    """系统行为人：名字写明是哪个程序，如“系统·筛选”。"""
    return Actor(login="system", name=f"系统·{name}", kind=SYSTEM, place="本机")


NOBODY = Actor(login="", name="公众")
"""没有登录的人。"""
