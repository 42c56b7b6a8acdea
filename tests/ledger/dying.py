"""给被杀的子进程用：入一批账，在第 n 次落盘动作之前、之后或写到一半时用 SIGKILL 杀死自己；没被杀则退出码为动作次数。"""

import os
import signal
import sys
from datetime import date
from pathlib import Path

from firms import A, book

from miaopu.ledger.journal import open_ledger

STEPS = ("fsync", "rename", "write")


def post_and_die(root: str, target: int, moment: str) -> None:
    ledger = open_ledger(Path(root))
    state = {"step": 0}
    for name in STEPS:
        setattr(os, name, _deadly(getattr(os, name), name, state, target, moment))
    book(ledger, "tax", [{"firm": A, "indicator": "revenue", "value": 100, "period": "2025"}], date(2026, 3, 1))
    sys.exit(state["step"])


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
