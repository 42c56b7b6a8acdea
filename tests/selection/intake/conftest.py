"""收数的测试各用各的文件库。"""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> Path:
    """自己的文件库。"""
    settings.FILES = tmp_path / "files"
    return settings.FILES
