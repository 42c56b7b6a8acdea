"""改一份写好的文件：换一件的内容、添一件；测试核对共用。"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

Forge = Callable[[str], str]


def forged(path: Path, changes: Mapping[str, Forge], more: Mapping[str, str] = {}) -> Path:
    """包里的各件照 changes 改过、添上 more；没有改动的不算。"""
    out = path.with_name(f"改过{path.suffix}")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name in changes:
                made = changes[name](data.decode()).encode()
                assert made != data, f"{name} 没有改到"
                data = made
            target.writestr(name, data)
        for name, text in more.items():
            target.writestr(name, text)
    return out


def swap(old: str, new: str) -> Forge:
    """头一处 old 换成 new。"""
    return lambda text: text.replace(old, new, 1)
