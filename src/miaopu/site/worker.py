"""做作业的进程：从队列里取作业来做；另一条线每隔一会儿找没有心跳的作业。"""

from __future__ import annotations

import os
import threading

import django
from django.core.management import call_command

REAP = 15.0
"""隔多久找一次没有心跳的作业，秒。"""


def main() -> None:
    """一直做，直到收到终止信号。"""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "miaopu.site.settings")
    django.setup()
    threading.Thread(target=_reap, daemon=True).start()
    call_command("db_worker", queue_name="*", interval=0.5, reload=False, verbosity=0)


def _reap() -> None:
    from django.db import close_old_connections  # 要等 django.setup() 之后

    from miaopu.jobs.perform import reap  # 同上

    pause = threading.Event()
    while True:
        close_old_connections()
        reap()
        pause.wait(REAP)


if __name__ == "__main__":
    main()
