"""命令测试共用的小城：真造文件、真入账、真评估的那一座，抄一份来写。"""

import contextlib
import io
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from miaopu.cli.main import main


@dataclass(frozen=True)
class Spoken:
    """一次命令的退出码、说的话、报的错。"""

    code: int
    out: str
    err: str

    @property
    def data(self) -> Any:
        return json.loads(self.out)


def speak(*words: str) -> Spoken:
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main([str(word) for word in words])
    return Spoken(code, out.getvalue(), err.getvalue())


@pytest.fixture
def miaopu() -> Callable[..., Spoken]:
    return speak


@pytest.fixture(scope="session")
def city(small_city: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """小城的工作文件夹，可以写：var/demo、var/ledger、out；当前目录就在这里。"""
    folder, before = tmp_path_factory.mktemp("city"), Path.cwd()
    for place in ("demo", "ledger"):
        shutil.copytree(small_city / place, folder / "var" / place)
    shutil.copytree(small_city / "out", folder / "out")
    os.chdir(folder)
    try:
        yield folder
    finally:
        os.chdir(before)
