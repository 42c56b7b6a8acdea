"""新的完整名单：上一份有、这一份没有的企业，接收之前列在预览上；家数骤减的说清按补报处理。"""

from datetime import date

import polars as pl
import pytest
from tests.selection.intake.desk import book, previewed, told

from miaopu.ledger.journal import active, open_ledger
from miaopu.selection.screening.models import Firm

pytestmark = pytest.mark.django_db
HEAD = ("统一社会信用代码", "企业名称", "机构名称", "级别")


@pytest.fixture
def listed(own_ledger) -> list[Firm]:
    """台账里科技部门研发机构名单上、有代码的企业。"""
    paths = active(open_ledger(own_ledger), date(2026, 11, 20)).files("facts.parquet")
    on = pl.col("indicator").str.starts_with("institution.") & (pl.col("source") == "science")
    numbers = pl.scan_parquet(paths).filter(on).collect()["enterprise"].unique()
    return list(Firm.objects.filter(enterprise__in=list(numbers)).order_by("enterprise"))


def text_of(client, firms) -> str:
    rows = [(one.uscc, one.name, f"{one.name}技术中心", "省级") for one in firms]
    one = previewed(client, book(rows, HEAD, "研发机构"), "研发机构.xlsx", "science")
    return told(client.get(f"/intake/uploads/{one.pk}/"))


def test_those_left_out_of_a_new_list_are_named(client_of, listed, settings):
    settings.TODAY = date(2026, 12, 1)
    kept, gone = [one for one in listed[2:] if one.uscc], listed[:2]
    gone += [one for one in listed[2:] if not one.uscc]
    text = text_of(client_of("jingban"), kept)
    assert f"这一份 {len(kept)} 家，少了 {len(gone)} 家" in text and "少的就按“没有”判定" in text
    assert all(one.name in text for one in gone[:20])


def test_a_shrunken_list_is_said_to_be_a_supplement(client_of, listed, settings):
    settings.TODAY = date(2026, 12, 1)
    assert "先按补报处理" in text_of(client_of("jingban"), [one for one in listed if one.uscc][:1])


def test_a_second_file_of_the_same_day_adds_to_the_list(client_of, listed):
    assert "完整名单：上一份" not in text_of(client_of("jingban"), [one for one in listed if one.uscc][:1])
