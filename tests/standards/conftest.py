"""本层测试共用：发布的目录、标准库、判例执行者与事实读者，各只装一次。"""

import sys
from pathlib import Path

import pytest

from miaopu.standards.cases import CaseRunner
from miaopu.standards.given.facts import FactsReader
from miaopu.standards.load import load_library
from miaopu.terms.catalog import Catalog

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def catalog():
    return Catalog.default()


@pytest.fixture(scope="session")
def library(catalog):
    return load_library(catalog)


@pytest.fixture(scope="session")
def runner(catalog, library):
    return CaseRunner(catalog, library)


@pytest.fixture(scope="session")
def reader(catalog, library):
    return FactsReader(catalog, library.vocabulary)


@pytest.fixture(scope="session")
def judge(runner):
    return runner.judge
