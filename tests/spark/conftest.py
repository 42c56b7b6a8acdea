"""Spark 测试共用：借性质测试的造数（它们不认识 Spark），开一个本机两线程的会话。"""

import sys
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from miaopu.standards.load import load_library
from miaopu.terms.catalog import Catalog

sys.path.insert(0, str(Path(__file__).parents[1] / "properties"))


@pytest.fixture(scope="session")
def library():
    return load_library(Catalog.default())


@pytest.fixture(scope="session")
def session(tmp_path_factory):
    """只在本机：不开网页、不出网卡；溢出即报错（ansi），不许悄悄绕回去。"""
    builder = SparkSession.builder.master("local[2]").appName("miaopu")
    settings = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "2g",
        "spark.sql.ansi.enabled": "true",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": str(tmp_path_factory.mktemp("warehouse")),
    }
    for name, value in settings.items():
        builder = builder.config(name, value)
    opened = builder.getOrCreate()
    opened.sparkContext.setLogLevel("ERROR")
    yield opened
    opened.stop()
