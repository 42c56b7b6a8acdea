"""一座两千户的演示城市，全部演示测试共用。"""

import pytest

from miaopu.demo import DemoCity, build
from miaopu.terms.catalog import Catalog


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> DemoCity:
    return build(tmp_path_factory.mktemp("city"), firms=2000, catalog=Catalog.default())
