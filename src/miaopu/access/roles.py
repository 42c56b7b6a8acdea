"""角色：目录 roles.yaml 里的角色、操作与范围；只读数据，不查数据库。"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError

REACHES = ("city", "district", "charge", "own", "none")
KINDS = ("business", "admin", "public")
FILE = "roles.yaml"


@dataclass(frozen=True)
class Role:
    """一个角色：代码、名称、类别、看得到哪些企业、能做的操作；of_department 为真的授予时写明部门。"""

    code: str
    title: str
    kind: str
    reach: str
    operations: frozenset[str]
    of_department: bool = False

    @property
    def scope(self) -> str:
        """授予时要写明的范围：district 县区、enterprise 企业、department 部门，不要为空串。"""
        return "department" if self.of_department else {"district": "district", "own": "enterprise"}.get(self.reach, "")


@dataclass(frozen=True)
class Roles:
    """全部角色与操作。"""

    roles: dict[str, Role]
    operations: dict[str, str]

    def __getitem__(self, code: str) -> Role:
        return self.roles[code]

    def clash(self, codes: set[str]) -> str:
        """不能由一人兼任的说明；可以兼任为空串。三员互斥，三员也不兼业务角色。"""
        admins = [self[code].title for code in sorted(codes) if self[code].kind == "admin"]
        others = [self[code].title for code in sorted(codes) if self[code].kind == "business"]
        if len(admins) > 1:
            return f"{'、'.join(admins)}必须由不同的人担任"
        return f"{admins[0]}不能兼任业务角色（{'、'.join(others)}）" if admins and others else ""


@cache
def roles() -> Roles:
    """读目录；代码重复、操作或类别写错时报 CatalogError。"""
    catalog = Catalog.default()
    data, path = catalog.read(FILE), catalog.file(FILE)
    operations = {one["code"]: one["title"] for one in data["operations"]}
    found: dict[str, Role] = {}
    for one in data["roles"]:
        code = one["code"]
        if code in found or one["kind"] not in KINDS or one["reach"] not in REACHES:
            raise CatalogError(path, 0, f"角色“{code}”重复，或类别、范围写错")
        chosen, scoped = _operations(one["may"], operations, path), bool(one.get("department"))
        found[code] = Role(code, one["title"], one["kind"], one["reach"], chosen, scoped)
    return Roles(found, operations)


def _operations(words: list[str], known: dict[str, str], path: object) -> frozenset[str]:
    chosen: set[str] = set()
    for word in words:
        match = {code for code in known if code == word or (word.endswith("*") and code.startswith(word[:-1]))}
        if not match:
            raise CatalogError(str(path), 0, f"没有操作“{word}”")
        chosen |= match
    return frozenset(chosen)
