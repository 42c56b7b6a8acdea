"""隔离：在子进程里取格；子进程怎样死都只变成一句话。"""

import marshal
import os
import select
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import miaopu
from miaopu.ledger.reading.workbook.budget import Budget, Share, unheard
from miaopu.ledger.reading.workbook.sniff import refuse

MODULE = "miaopu.ledger.reading.workbook.sheets"
UNREADABLE = 3
LOOK, USUAL = 0.5, 10.0
"""隔多久叫一声；大表通常要多久（进度按它估），秒。"""


def fetch(
    path: Path, kind: str, budget: Budget, readable: Path | None = None, tell: Share = unheard
) -> list[dict[str, Any]]:
    """各表的文字列（见 sheets.sheet）；readable 是实际去读的文件（压实过的副本）。

    子进程超时、崩溃、内存不足抛 Refusal；tell 抛错的，先收掉子进程。
    """
    with tempfile.TemporaryDirectory(prefix="miaopu-") as folder:
        target = Path(folder) / "sheets"
        arguments = [kind, str((readable or path).resolve()), str(target), str(budget.memory_bytes)]
        code = _run(arguments, path, budget, tell)
        if code == UNREADABLE:
            raise refuse(path.name, "unreadable", marshal.loads(target.read_bytes()))
        if code != 0 or not target.exists():
            raise _died(path, code)
        return marshal.loads(target.read_bytes())


def _run(arguments: list[str], path: Path, budget: Budget, tell: Share) -> int:
    places = os.pathsep.join([str(Path(miaopu.__file__).parents[1]), *filter(None, [os.environ.get("PYTHONPATH")])])
    child = subprocess.Popen(
        [sys.executable, "-m", MODULE, *arguments],
        env={**os.environ, "PYTHONPATH": places},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,  # 子进程不写它：它关上就是做完了，不必轮询（轮询一份文件平均白等 20 毫秒）
        stderr=subprocess.DEVNULL,
    )
    start = time.monotonic()
    with child:
        try:
            while not select.select([child.stdout], [], [], min(LOOK, budget.seconds))[0]:
                spent = time.monotonic() - start
                if spent >= budget.seconds:
                    raise _too_long(path, budget)
                tell(spent / (spent + USUAL))
        except BaseException:
            child.kill()
            raise
    return child.returncode


def _too_long(path: Path, budget: Budget) -> Exception:
    return refuse(path.name, "timeout", f"读了 {budget.seconds} 秒还没有读完", "能在时限内读完的表格", "分成几份报送")


def _died(path: Path, code: int) -> Exception:
    how = f"被信号 {-code} 终止" if code < 0 else f"退出码 {code}"
    return refuse(path.name, "child_died", f"解析时读表程序意外中止（{how}），文件可能损坏或过大", "能正常打开的表格")
