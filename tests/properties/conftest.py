"""性质测试共用：本文件夹的参照解释器与造数，以及只装一次的标准库。"""

import sys
from pathlib import Path

import pytest

from miaopu.standards.load import load_library
from miaopu.terms.catalog import Catalog

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def library():
    return load_library(Catalog.default())
