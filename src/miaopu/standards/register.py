"""登记：收录范围（catalog/coverage.yaml）与已发布标准文件的内容指纹（standards/fingerprints.yaml）。

指纹只看解析后的内容，注释与排版不算；改动内容而不另出新版即可发现。
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from miaopu.standards.tree.clause import SOURCES
from miaopu.terms import yaml_lines
from miaopu.terms.catalog import Catalog
from miaopu.terms.yaml_lines import CatalogError, line_of

COVERAGE = "coverage.yaml"
LOCAL = "fingerprints.yaml"
"""本地目录里自己的指纹文件；批准发布时添一行。"""
FILE = "standards/fingerprints.yaml"
HEAD = (
    "# 已发布标准文件的内容指纹（注释与排版不算）。条文有变应另出新版文件，不改旧版；\n"
    "# 确属更正录入差错的，改后运行 python -m miaopu.standards.register 重新封存，并在提交说明里写明理由\n"
)


@dataclass(frozen=True)
class Modelled:
    """一份已收录的标准：称号、代码、状态、核到什么程度、说明。"""

    title: str
    standard: str
    status: str
    verified: str
    note: str


@dataclass(frozen=True)
class Gap:
    """一处已知缺口：缺什么、为什么、软件怎么处理。"""

    what: str
    why: str
    effect: str


@dataclass(frozen=True)
class Ambiguous:
    """一处歧义：问的是什么，本软件缺省怎么办，落在哪里。"""

    question: str
    default: str
    where: str


@dataclass(frozen=True)
class Coverage:
    """收录范围；ambiguities 是歧义代码 → 落在哪里，explained 是代码 → 问题与缺省。"""

    titles: tuple[Modelled, ...]
    gaps: tuple[Gap, ...]
    ambiguities: Mapping[str, str]
    explained: Mapping[str, Ambiguous]


def coverage(catalog: Catalog) -> Coverage:
    """读收录范围；缺键、多键、verified 不认识即报文件与行号。"""
    path, data = catalog.file(COVERAGE), catalog.read(COVERAGE)
    titles = tuple(_entry(Modelled, item, path) for item in data["titles"])
    for item, one in zip(data["titles"], titles, strict=True):
        if one.verified not in SOURCES:
            raise CatalogError(path, line_of(item, "verified"), f"verified 只能是 {'、'.join(SOURCES)}")
    gaps = tuple(_entry(Gap, item, path) for item in data["gaps"])
    told = {code: Ambiguous(one["question"], one["default"], one["where"]) for code, one in data["ambiguities"].items()}
    return Coverage(titles, gaps, {code: one.where for code, one in told.items()}, told)


def _entry(shape: type, item: Any, path: Path) -> Any:
    names = set(shape.__dataclass_fields__)
    if set(item) != names:
        raise CatalogError(
            path, line_of(item), f"应有且只有 {'、'.join(sorted(names))}，发现 {'、'.join(sorted(item))}"
        )
    return shape(**item)


def digest(data: Any) -> str:
    """解析后内容的指纹：键排序的 JSON 的 SHA-256，取前 32 位。"""
    text = json.dumps(data, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(text.encode("utf-8")).hexdigest()[:32]


def published(catalog: Catalog) -> dict[str, str]:
    """随软件发布的标准、通知、门槛、划型文件 → 现在的指纹；判例与本地文件不在内。"""
    root = catalog.packaged
    paths = [path for path in catalog.files("standards") if not catalog.is_local(path)]
    kept = [path for path in paths if not path.name.endswith(".cases.yaml") and path != root / FILE]
    return {path.relative_to(root / "standards").as_posix(): digest(yaml_lines.read(path)) for path in kept}


def sealed(catalog: Catalog) -> Mapping[str, str]:
    """封存的指纹。"""
    return dict(catalog.read(FILE))


def silent_edits(catalog: Catalog) -> list[str]:
    """与封存不符的文件，每个一句话：哪个文件、怎么了、怎么办；没有即空。"""
    now, then = published(catalog), sealed(catalog)
    remedy = "条文有变请另出新版文件；更正录入差错请运行 python -m miaopu.standards.register 重新封存并写明理由"
    told = [f"{name} 的内容与封存的指纹不符；{remedy}" for name in now if name in then and now[name] != then[name]]
    told += [f"{name} 还没有封存；{remedy}" for name in now if name not in then]
    return told + [f"{name} 已封存而文件不在；旧版要留着答复旧日期，请恢复" for name in then if name not in now]


def local_edits(catalog: Catalog) -> list[str]:
    """本地发布过的文件与发布时的指纹不符的，每个一句话；没有即空。没有经批准发布的本地文件不在内。"""
    root = catalog.local
    if root is None or not (root / LOCAL).is_file():
        return []
    remedy = "发布过的版本不改，要改请另提一版；请从备份恢复这个文件"
    told = []
    for name, value in yaml_lines.read(root / LOCAL).items():
        path = root / name
        if not path.is_file():
            told.append(f"{name} 已发布而文件不在；{remedy}")
        elif digest(yaml_lines.read(path)) != value:
            told.append(f"{name} 的内容与发布时的指纹不符；{remedy}")
    return told


def seal(catalog: Catalog) -> Path:
    """按现在的内容重新封存，给出写好的文件。"""
    path = catalog.packaged / FILE
    lines = [f"{name}: {value}\n" for name, value in sorted(published(catalog).items())]
    path.write_text(HEAD + "".join(lines), encoding="utf-8")
    return path


if __name__ == "__main__":
    seal(Catalog.default())
