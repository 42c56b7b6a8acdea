"""目录：随软件发布的文件夹，加上至多一个本地文件夹；本地只增不改，重名即报错。"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miaopu.terms import yaml_lines
from miaopu.terms.yaml_lines import CatalogError


def packaged_root() -> Path:
    """随包安装的目录；开发时是仓库根下的 catalog/。"""
    package = Path(__file__).resolve().parents[1]
    inside = package / "catalog"
    return inside if inside.is_dir() else package.parents[1] / "catalog"


@dataclass(frozen=True)
class Catalog:
    """packaged 是国家与省的文件；local 是本地文件夹（可无）。"""

    packaged: Path
    local: Path | None = None

    @classmethod
    def default(cls, local: Path | None = None) -> "Catalog":
        """打开随软件发布的目录。"""
        return cls(packaged_root(), local)

    def files(self, folder: str, pattern: str = "*.yaml") -> Iterator[Path]:
        """某个文件夹下的文件，先发布的后本地的；同一相对路径出现两次即报错。"""
        seen: set[str] = set()
        for root in filter(None, (self.packaged, self.local)):
            for path in sorted((root / folder).rglob(pattern)):
                name = path.relative_to(root).as_posix()
                if name in seen:
                    raise CatalogError(path, 1, f"本地文件与发布文件重名：{name}；本地只能新增，不能替换")
                seen.add(name)
                yield path

    def file(self, name: str) -> Path:
        """一个具名文件（相对路径）；没有即报错。"""
        for root in filter(None, (self.packaged, self.local)):
            if (root / name).is_file():
                return root / name
        raise CatalogError(name, 0, "目录里没有这个文件")

    def read(self, name: str) -> Any:
        """读一个具名 YAML 文件。"""
        return yaml_lines.read(self.file(name))

    def is_local(self, path: Path) -> bool:
        """文件是否来自本地文件夹。"""
        return self.local is not None and path.is_relative_to(self.local)
