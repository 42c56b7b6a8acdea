"""让本层测试共用 firms.py；空台账里只有登记过的几家。"""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture
def ledger(tmp_path):
    """一份登记过几家的空台账。"""
    from firms import registered  # 上面一行之后才找得到

    from miaopu.ledger.journal import open_ledger

    found = open_ledger(tmp_path / "台账")
    registered(found)
    return found
