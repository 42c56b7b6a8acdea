"""读入的基准：一份 207,455 × 8 的工作簿与 csv，预检、取格、对列解析分开计时，与单用 calamine、fastexcel 同场轮流读。

用法：python -m bench.reading [--rows N] [--columns 8|40] [--rounds 次]；目标：取格不超过 calamine 的 2 倍。
"""

import argparse
import csv
import importlib.util
import random
import tempfile
from pathlib import Path

import polars as pl
import python_calamine

from bench.rounds import peak, ratio, robin, timed
from bench.spoiled import code
from miaopu.ledger.reading.read import read
from miaopu.ledger.reading.workbook import child, grid
from miaopu.ledger.reading.workbook.budget import STANDARD
from miaopu.ledger.reading.workbook.open import look
from miaopu.ledger.source import load_sources
from miaopu.terms.catalog import Catalog

SOURCE = "tax"


def table(rows: int, columns: int) -> pl.DataFrame:
    """虚构的税务收入表：代码、名称、三年收入（元）、信用等级，其余列是不认得的数。"""
    chance = random.Random(20261120)
    money = [f"{year}年营业收入（元）" for year in (2023, 2024, 2025)]
    out: dict[str, object] = {
        "统一社会信用代码": [code(number) for number in range(rows)],
        "纳税人名称": [f"聊城虚构{number}号机械有限公司" for number in range(rows)],
        **{name: [round(chance.random() * 1e8, 2) for _ in range(rows)] for name in money},
        "纳税信用等级": [chance.choice("ABMC") for _ in range(rows)],
    }
    for number in range(len(out), columns):
        out[f"备查{number}"] = [chance.randrange(10**6) for _ in range(rows)]
    return pl.DataFrame(out)


def calamine(path: Path) -> None:
    """单用 python-calamine 取格。"""
    python_calamine.CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def fastexcel(path: Path) -> None:
    """单用 fastexcel 读成表。"""
    import fastexcel  # 同行：没有安装时照样跑别的

    fastexcel.read_excel(str(path)).load_sheet(0).to_polars()


def plain_csv(path: Path) -> None:
    """标准库逐行读。"""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        list(csv.reader(stream))


def fetched(path: Path, kind: str) -> None:
    """本系统取格：子进程读、传回、建格子。"""
    for payload in child.fetch(path, kind, STANDARD):
        grid.build(payload)


def report(path: Path, kind: str, cells: int, rounds: int) -> None:
    """一份文件：先比值，后各步秒数。"""
    sources = load_sources(Catalog.default())
    peers = {"calamine": lambda: calamine(path)} if kind == "xlsx" else {"csv 模块": lambda: plain_csv(path)}
    if kind == "xlsx" and importlib.util.find_spec("fastexcel"):
        peers["fastexcel"] = lambda: fastexcel(path)
    steps = {"预检": lambda: look(path, kind, STANDARD), "取格": lambda: fetched(path, kind)}
    used = robin({**steps, **peers}, rounds)
    whole = timed(lambda: read(path, sources, source=SOURCE))
    print(f"{path.suffix} {path.stat().st_size / 1e6:.1f} MB，{cells / 1e6:.2f} 百万格，{rounds} 轮取中位数")
    for name in peers:
        print("  " + ratio(f"取格 ÷ {name}", used["取格"] / used[name], 2.0 if name == "calamine" else None))
    for name, seconds in {**used, "读入全程（含对列、解析成事实）": whole}.items():
        print(f"  {name} {seconds:.2f} 秒，每秒 {cells / seconds / 1e6:.2f} 百万格")


def main(argv: list[str] | None = None) -> None:
    """读参数，造文件，打印结果。"""
    parser = argparse.ArgumentParser(description="读入基准")
    parser.add_argument("--rows", type=int, default=207_455)
    parser.add_argument("--columns", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(argv)
    frame = table(given.rows, given.columns)
    with tempfile.TemporaryDirectory() as work:
        book, text = Path(work) / "企业营业收入.xlsx", Path(work) / "企业营业收入.csv"
        frame.write_excel(book)
        text.write_text(frame.write_csv(), encoding="utf-8-sig")
        print(f"读入 {frame.height} × {frame.width}")
        report(book, "xlsx", frame.height * frame.width, given.rounds)
        report(text, "text", frame.height * frame.width, given.rounds)
    print(f"  内存峰值：主进程（含同行）{peak():.2f} GB")


if __name__ == "__main__":
    main()
