"""本层测试共用：发布的目录、标准库、判例执行者与事实读者，各只装一次。"""

from datetime import date

import pytest

from miaopu.standards.cases import CaseRunner
from miaopu.standards.given.facts import FactsReader
from miaopu.standards.load import load_library
from miaopu.terms.catalog import Catalog

GATES = {
    "registered_in_china": True,
    "legal_person": True,
    "is_sme": True,
    "abnormal_list": False,
    "dishonest_list": False,
    "prohibited_product": False,
    "incident_3y": "none",
}
DAY = date(2026, 5, 10)


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
