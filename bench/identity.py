"""主体对齐的基准：从名称造一份带噪声的名单，看自动对上的准不准、候选的头一名对不对，与单用 RapidFuzz 比。

用法：python -m bench.identity [名册.csv] [--rows N] [--growth]；csv 需 name 列，可有 address 列；不给则用虚构名称。
"""

import argparse
import random
import resource
import time
from pathlib import Path

import polars as pl
from rapidfuzz import fuzz, process

from bench.spoiled import KINDS, build, code, invented
from miaopu.ledger.resolve import REGISTRY_SCHEMA, Registry, resolve
from miaopu.ledger.resolve.settle import packaged_districts
from miaopu.terms import names

TITLES = dict(
    zip(
        KINDS,
        (
            "原样",
            "全半角",
            "空白",
            "繁体",
            "括号",
            "组织形式",
            "地区词",
            "错一字",
            "曾用名在册",
            "曾用名不在册",
            "不在名册",
        ),
        strict=True,
    )
)
CUT = 90.0
"""单用 RapidFuzz 时自动对上的分数线。"""


def rapidfuzz_alone(registry: pl.DataFrame, rows: pl.DataFrame) -> pl.DataFrame:
    """归一名逐一与名册全部现用、曾用名比 ratio，取最高。"""
    titles = pl.concat(
        [
            registry.select("enterprise", "name"),
            registry.select("enterprise", name="former_names").explode("name").drop_nulls(),
        ]
    )
    choices, keys = names.fold_column(titles["name"]).to_list(), titles["enterprise"].to_list()
    found = [process.extractOne(one, choices, scorer=fuzz.ratio) for one in names.fold_column(rows["name_raw"])]
    return pl.DataFrame(
        {
            "row_id": rows["row_id"],
            "best": [keys[at] for _, _, at in found],
            "auto": [score >= CUT for _, score, _ in found],
        }
    )


def ours(resolution: pl.DataFrame) -> pl.DataFrame:
    """自动对上的企业，或候选头一名。"""
    first = pl.col("candidates").list.get(0, null_on_oob=True).struct.field("enterprise")
    return resolution.select("row_id", best=pl.coalesce("enterprise", first), auto=pl.col("outcome") == "matched")


def report(title: str, found: pl.DataFrame, answers: pl.DataFrame, seconds: float) -> None:
    """总的与分种类的准确率、召回率、候选头一名正确率。"""
    table = answers.join(found, on="row_id").with_columns(right=(pl.col("best") == pl.col("truth")).fill_null(False))
    auto, there = table.filter("auto"), table.filter(pl.col("truth").is_not_null())
    print(f"\n{title}：{seconds:.2f} 秒，{1000 * seconds / table.height:.3f} 毫秒/行")
    print(
        f"  自动对上 {auto.height} 行，准确率 {auto['right'].mean() or 0:.4f}，"
        f"召回率 {(there['auto'] & there['right']).mean():.4f}，"
        f"头一名正确率 {there['right'].mean():.4f}"
    )
    for kind in KINDS:
        part = table.filter(kind=kind)
        if part.is_empty():
            continue
        took = part.filter("auto")
        wrong = took.height - took["right"].sum()
        first = "—" if kind == "absent" else f"{part['right'].mean():.3f}"
        print(
            f"    {TITLES[kind]:　<7}{part.height:>6} 行  自动 {took.height / part.height:.3f}  自动错 {wrong:>3}  头一名 {first}"
        )


def growth() -> None:
    """名册与名单一起加倍：全对上的与一成对不上的各用多少秒。"""
    for count in (51_864, 103_728, 207_455):
        source = invented(count, random.Random(count))
        codes = [code(number) for number in range(count)]
        filler = dict.fromkeys(("region", "entity_type"), pl.lit(None, pl.String))
        table = source.with_columns(
            enterprise=pl.Series(codes), uscc=pl.Series(codes), former_names=pl.lit([], pl.List(pl.String)), **filler
        )
        rows = source.select(
            row_id=pl.int_range(count, dtype=pl.UInt32),
            name_raw="name",
            address_raw="address",
            uscc_raw=pl.Series(codes),
        )
        started = Clock()
        registry = Registry(table.select(list(REGISTRY_SCHEMA)), packaged_districts())
        resolve(rows, registry, may_create=False)
        exact = started.passed()
        tenth = pl.col("row_id") % 10 == 0
        bad = pl.col("name_raw").str.replace("虚构", "虚购")
        worn = rows.with_columns(
            uscc_raw=pl.when(~tenth).then("uscc_raw"), name_raw=pl.when(tenth).then(bad).otherwise("name_raw")
        )
        started = Clock()
        resolve(worn, registry, may_create=False)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(
            f"{count:>8} 家对 {count} 行：代码与全名都在 {exact}；一成要找候选 {started.passed()}；内存峰值 {peak:.2f} GB"
        )


class Clock:
    """同时计钟面时间与处理器时间：机器忙时只有后者可比。"""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def passed(self) -> str:
        """至今用了多少。"""
        return f"{time.perf_counter() - self._wall:.2f} 秒（处理器 {time.process_time() - self._cpu:.2f} 秒）"


def main(argv: list[str] | None = None) -> None:
    """读参数，打印结果。"""
    parser = argparse.ArgumentParser(description="主体对齐基准")
    parser.add_argument("names", nargs="?", type=Path)
    parser.add_argument("--rows", type=int, default=4_000)
    parser.add_argument("--growth", action="store_true")
    given = parser.parse_args(argv)
    if given.growth:
        growth()
        return
    chance = random.Random(20261120)
    source = pl.read_csv(given.names, infer_schema_length=0) if given.names else invented(20_000, chance)
    if "address" not in source.columns:
        source = source.with_columns(address=pl.lit(None, pl.String))
    registry, rows, answers = build(source, given.rows, chance)
    print(f"{'真实' if given.names else '虚构'}名称：名册 {registry.height} 家，名单 {rows.height} 行，没有代码")
    begun = time.perf_counter()
    resolution = resolve(rows, registry, may_create=False)
    report("本系统", ours(resolution), answers, time.perf_counter() - begun)
    begun = time.perf_counter()
    alone = rapidfuzz_alone(registry, rows)
    report(f"单用 RapidFuzz（{CUT:g} 分以上自动）", alone, answers, time.perf_counter() - begun)


if __name__ == "__main__":
    main()
