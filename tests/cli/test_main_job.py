"""主线：造城、入账、评估、说明、溯源、撤回，全走命令。"""

import shutil
from pathlib import Path

import polars as pl
import pytest

LEDGER = "var/ledger/2000-2026"
DATES = ("--known-on", "2026-11-20", "--assessed-on", "2026-11-20")


@pytest.fixture
def own(city: Path, tmp_path: Path) -> Path:
    """一份自己的台账，改了不影响别的测试。"""
    shutil.copytree(city / LEDGER, tmp_path / "ledger")
    return tmp_path / "ledger"


def test_every_firm_is_judged_and_counts_add_up(miaopu, city) -> None:
    found = miaopu("screen", "--ledger", LEDGER, *DATES, "--json").data
    assert found["enterprises"] == 2000
    assert found["reused"] is True
    assert {"LG-2026", "SRDI-2026", "INNOV-63", "LG-63"} <= set(found["verdicts"])
    assert all(sum(counts.values()) == 2000 for counts in found["verdicts"].values())
    assert all(len(item["fingerprint"]) >= 16 for item in found["standards"])


def test_second_demo_run_changes_nothing(miaopu, city) -> None:
    before = (city / LEDGER / "journal.jsonl").read_bytes()
    assert miaopu("demo", "--firms", 2000, "--json").code == 0
    assert (city / LEDGER / "journal.jsonl").read_bytes() == before


def test_explain_names_cells_and_citations(miaopu, city) -> None:
    wide = pl.read_parquet(next((city / LEDGER / "runs").glob("*/wide.parquet")))
    firm = wide.filter(pl.col("revenue_t1").is_not_null() & (pl.col("srdi") == 1))["enterprise"][0]
    spoken = miaopu("explain", firm, "LG-2026", "--ledger", LEDGER, *DATES)
    assert spoken.code == 0
    assert "附件2（二）" in spoken.out and "未核原文" in spoken.out
    assert "出处：上年营业收入 ← 《" in spoken.out and "批次" in spoken.out


def test_trace_walks_to_the_cell(miaopu, city) -> None:
    wide = pl.read_parquet(next((city / LEDGER / "runs").glob("*/wide.parquet")))
    row = wide.filter(pl.col("revenue_t1").is_not_null()).row(0, named=True)
    spoken = miaopu("trace", row["enterprise"], "revenue_t1", "--ledger", LEDGER, *DATES)
    assert spoken.code == 0
    assert f"{row['revenue_t1'] / 1_000_000:,.2f}万元" in spoken.out and "《" in spoken.out


def test_unknown_firm_gets_near_names(miaopu, city) -> None:
    spoken = miaopu("explain", "虚构", "LG-2026", "--ledger", LEDGER, *DATES)
    assert spoken.code == 2 and "名称里含有它的有" in spoken.err


def test_same_file_twice_changes_nothing(miaopu, city, own) -> None:
    before = (own / "journal.jsonl").read_bytes()
    spoken = miaopu("read", "var/demo/2000-2026/tax", "--ledger", own, "--json")
    assert all(one["repeated"] for one in spoken.data["files"])
    assert (own / "journal.jsonl").read_bytes() == before


def test_dry_run_writes_nothing(miaopu, city, tmp_path) -> None:
    spoken = miaopu("read", "var/demo/2000-2026/tax", "--ledger", tmp_path / "new", "--dry-run", "--json")
    assert spoken.data["files"][0]["rows"] > 0
    assert spoken.data["files"][0]["batch"] is None
    assert (tmp_path / "new" / "journal.jsonl").read_text(encoding="utf-8") == ""


def test_withdrawing_a_batch_takes_its_facts_away(miaopu, city, own) -> None:
    files = miaopu("read", "var/demo/2000-2026/tax", "--ledger", own, "--json").data["files"]
    for one in files:
        spoken = miaopu(
            "withdraw", one["batch"], "--reason", "试撤回", "--on", "2026-11-20", "--ledger", own, "--by", "张三"
        )
        assert spoken.code == 0, spoken.err
    run = Path(miaopu("screen", "--ledger", own, "--out", own.parent / "out", *DATES, "--json").data["folder"])
    before = pl.read_parquet(next((city / LEDGER / "runs").glob("*/wide.parquet")))
    after = pl.read_parquet(run / "wide.parquet")
    assert after["revenue_t1"].count() < before["revenue_t1"].count() / 2


def test_withdrawing_nothing_is_refused(miaopu, own) -> None:
    spoken = miaopu("withdraw", "没有这批", "--reason", "试", "--ledger", own)
    assert spoken.code == 3 and "没有这批" in spoken.err


def test_resolve_says_why(miaopu, city, tmp_path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text(
        "统一社会信用代码,纳税人名称,2025年营业收入（元）\n91371502MA0DEM11X1,根本没有的公司,100\n", encoding="utf-8"
    )
    spoken = miaopu("resolve", path, "--source", "tax", "--against", LEDGER, "--json")
    assert spoken.code == 1
    assert spoken.data["rows"][0]["outcome"] == "review"
    assert spoken.data["rows"][0]["reason"]


def test_a_broken_file_is_refused_and_nothing_posted(miaopu, own, tmp_path) -> None:
    path = tmp_path / "坏.xlsx"
    path.write_bytes(b"PK\x03\x04 broken")
    before = (own / "journal.jsonl").read_bytes()
    spoken = miaopu("read", path, "--ledger", own)
    assert spoken.code == 3 and "坏.xlsx" in spoken.out
    assert (own / "journal.jsonl").read_bytes() == before


def test_explain_takes_a_tier_and_reuses_the_run(miaopu, city) -> None:
    wide = pl.read_parquet(next((city / LEDGER / "runs").glob("*/wide.parquet")))
    firm = wide.filter(pl.col("srdi") == 1)["enterprise"][0]
    before = sorted((city / LEDGER / "runs").iterdir())
    by_tier = miaopu("explain", firm, "LG", "--ledger", LEDGER, *DATES, "--json")
    assert by_tier.code == 0, by_tier.err
    assert by_tier.data["standard"] == "LG-2026"
    assert sorted((city / LEDGER / "runs").iterdir()) == before


def test_trace_of_a_count_gives_both_ends_and_each_item(miaopu, city) -> None:
    wide = pl.read_parquet(next((city / LEDGER / "runs").glob("*/wide.parquet")))
    firm = wide.filter(pl.col("valid_invention_patents_low") > 0)["enterprise"][0]
    spoken = miaopu("trace", firm, "valid_invention_patents", "--ledger", LEDGER, *DATES)
    assert "valid_invention_patents_low" in spoken.out and "valid_invention_patents_high" in spoken.out
    assert "条目" in spoken.out and "口径" in spoken.out


def test_a_changed_catalog_is_assessed_anew(miaopu, city, own, tmp_path) -> None:
    """口径改了不得复用旧结果。"""
    (tmp_path / "local" / "indicators").mkdir(parents=True)
    text = "- {key: extra_note, title: 本地备注, kind: text, period: day, definition: 本地加的一个指标}\n"
    (tmp_path / "local" / "indicators" / "own.yaml").write_text(text, encoding="utf-8")
    told = ("screen", "--ledger", own, "--standard", "LG-2026", *DATES, "--json")
    miaopu(*told)
    assert miaopu(*told).data["reused"] is True
    assert miaopu(*told, "--catalog", tmp_path / "local").data["reused"] is False
