"""导出的基准：一张 207,455 × 20 的表（8 列文字、12 列数），本系统的大表导出与同行同场轮流写。

用法：python -m bench.export [--rows N] [--rounds 次]；目标：不超过写得最快的同行的 1.5 倍。
"""

import argparse
import importlib.util
import random
import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import xlsxwriter

from bench.rounds import peak, ratio, robin
from miaopu.papers.bulk import headings, shown, write_bulk
from miaopu.papers.layout import Field, Sheet
from miaopu.papers.marks import Marks

ON = date(2026, 11, 20)
MARKS = Marks("某市工业和信息化局", ON, ON, ON, "0" * 16, (), True)
TEXTS = (
    "县区",
    "企业名称",
    "统一社会信用代码",
    "行业代码",
    "主导产品",
    "重点产业链",
    "住所",
    "结论",
)
AMOUNTS = ("营业收入", "净利润", "资产总额", "研发费用")
NUMBERS = tuple(f"{name}{year}年" for name in AMOUNTS for year in (2023, 2024, 2025))


def table(rows: int) -> pl.DataFrame:
    """虚构的宽表：文字八列，金额（分）十二列，一成空着。"""
    chance = random.Random(20261120)
    texts = {name: [f"虚构{name}{chance.randrange(10**6):06d}" for _ in range(rows)] for name in TEXTS}
    money = {
        name: [None if chance.random() < 0.1 else chance.randrange(10**12) for _ in range(rows)] for name in NUMBERS
    }
    return pl.DataFrame({**texts, **money})


def sheet(frame: pl.DataFrame) -> Sheet:
    """这张表的版式。"""
    fields = tuple(Field((name,), name, "code" if name == "统一社会信用代码" else "text") for name in TEXTS)
    return Sheet("大表", "大表", (*fields, *(Field((name,), name, "money") for name in NUMBERS)), frame)


def constant_memory(frame: pl.DataFrame, path: Path) -> None:
    """XlsxWriter 逐行写（constant_memory），文字与数各用一个格式。"""
    with xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False}) as book:
        page = book.add_worksheet()
        text = book.add_format({"border": 1, "num_format": "@"})
        money = book.add_format({"border": 1, "num_format": "#,##0.00"})
        page.write_row(0, 0, frame.columns)
        for at, row in enumerate(frame.iter_rows(), 1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    page.write_string(at, column, value, text)
                elif value is not None:
                    page.write_number(at, column, value, money)


def rust(frame: pl.DataFrame, path: Path) -> None:
    """rustpy-xlsxwriter 原样写，不带格式。"""
    import rustpy_xlsxwriter  # 同行：没有安装时照样跑别的

    rustpy_xlsxwriter.write_worksheet(frame, str(path))


def main(argv: list[str] | None = None) -> None:
    """读参数，打印比值与秒数。"""
    parser = argparse.ArgumentParser(description="大表导出基准")
    parser.add_argument("--rows", type=int, default=207_455)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args(argv)
    frame = table(given.rows)
    asked = sheet(frame)
    plain = shown(frame, asked.columns, headings(asked.columns))
    with tempfile.TemporaryDirectory() as work:
        folder = Path(work)
        runs: dict[str, Callable[[], object]] = {
            "本系统": lambda: write_bulk(folder / "ours.xlsx", asked, MARKS),
            "XlsxWriter": lambda: constant_memory(plain, folder / "peer.xlsx"),
        }
        if importlib.util.find_spec("rustpy_xlsxwriter"):
            runs["rustpy-xlsxwriter"] = lambda: rust(plain, folder / "rust.xlsx")
        else:
            print("没有安装 rustpy-xlsxwriter，少一个同行")
        seconds = robin(runs, given.rounds)
        size = (folder / "ours.xlsx").stat().st_size / 1e6
    peers = {name: used for name, used in seconds.items() if name != "本系统"}
    fastest = min(peers, key=lambda name: peers[name])
    print(f"导出 {frame.height} × {plain.width}，{given.rounds} 轮取中位数")
    print(ratio(f"本系统 ÷ 最快的同行（{fastest}）", seconds["本系统"] / peers[fastest], 1.5))
    for name, used in seconds.items():
        print(f"  {name} {used:.2f} 秒，每秒 {frame.height * plain.width / used / 1e6:.2f} 百万格")
    print(f"  文件 {size:.1f} MB，内存峰值 {peak():.2f} GB")


if __name__ == "__main__":
    main()
