"""性质测试共用：本文件夹的参照解释器与造数，以及只装一次的标准库。"""

import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from miaopu.standards.load import load_library
from miaopu.terms.catalog import Catalog

sys.path.insert(0, str(Path(__file__).parent))
settings.register_profile(
    "quick",
    max_examples=int(os.environ.get("EXAMPLES", "8")),
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
)
settings.load_profile("quick")


@pytest.fixture(scope="session")
def library():
    return load_library(Catalog.default())
