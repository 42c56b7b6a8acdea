"""读入测试的共用件：来源声明与写文件的桌子。"""

from pathlib import Path

import pytest
from tests.ledger.reading.bench_kit import Desk

from miaopu.ledger.source import Sources, load_sources
from miaopu.terms.catalog import Catalog


@pytest.fixture(scope="session")
def sources() -> Sources:
    """随软件发布的来源，本市为聊城。"""
    return load_sources(Catalog.default(), city="371500")


@pytest.fixture
def desk(tmp_path: Path, sources: Sources) -> Desk:
    """桌子。"""
    return Desk(tmp_path, sources)
