"""子进程：入一批账，在第 n 次落盘动作之前或之后用 SIGKILL 杀死自己。用法：dying.py 文件夹 n before|after|half"""

import os
import signal
import sys
from datetime import date
from pathlib import Path

from firms import A, book

from miaopu.ledger.journal import open_ledger

STEPS = ("fsync", "rename", "write")


def main() -> None:
    root, target, moment = Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    ledger = open_ledger(root)
    state = {"step": 0}
    for name in STEPS:
        setattr(os, name, _deadly(getattr(os, name), name, state, target, moment))
    book(ledger, "tax", [{"firm": A, "indicator": "revenue", "value": 100, "period": "2025"}], date(2026, 3, 1))
    print(state["step"])


def _deadly(real, name, state, target, moment):
    def step(*arguments, **options):
        state["step"] += 1
        if state["step"] != target:
            return real(*arguments, **options)
        if moment == "half" and name == "write":
            real(arguments[0], arguments[1][: len(arguments[1]) // 2])
        if moment == "after":
            real(*arguments, **options)
        os.kill(os.getpid(), signal.SIGKILL)

    return step


main()
