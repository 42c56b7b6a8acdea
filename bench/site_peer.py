"""网站基准的同行：同一个库上的裸 SQL（没有网页），与服务器各进程用的处理器时间。"""

import os
import sqlite3
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

FACETS = ("district", "section", "chain", "size", "held", "next_rung", "band", "verdict")


def raw_sql(home: Path, database: str) -> Callable[[str], None]:
    """裸 SQL：总数、五十行、八个分面各一句。"""
    if database:
        import psycopg  # 只有量 PostgreSQL 才要

        line: Any = psycopg.connect(database, autocommit=True)
    else:
        line = sqlite3.connect(home / "case.sqlite3")

    def ask(where: str) -> None:
        told = [f"SELECT COUNT(*) FROM screening_firm WHERE {where}",
                f"SELECT * FROM screening_firm WHERE {where} ORDER BY name LIMIT 50"]  # fmt: skip
        told += [f"SELECT {one}, COUNT(*) FROM screening_firm WHERE {where} GROUP BY {one}" for one in FACETS]
        for one in told:
            cursor = line.cursor()
            cursor.execute(one)
            cursor.fetchall()

    return ask


def timed_sql(ask: Callable[[str], None], where: str) -> float:
    """一次裸 SQL 的毫秒。"""
    began = time.perf_counter()
    ask(where)
    return 1000 * (time.perf_counter() - began)


def cpu_of(session: int) -> float:
    """一个服务器各进程至今用的处理器毫秒（Linux；别的系统为 nan）。"""
    if not Path("/proc/self/stat").exists():
        return float("nan")
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # 刚结束的进程
        if int(told[3]) == session:
            ticks += int(told[11]) + int(told[12])
    return 1000 * ticks / os.sysconf("SC_CLK_TCK")
