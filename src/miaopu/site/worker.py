"""做作业的进程：从队列里取作业来做；另一条线每隔一会儿找没有心跳的作业、清理过了保留期的。"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable

import django
from django.core.management import call_command

log = logging.getLogger(__name__)
REAP = 15.0
"""隔多久找一次没有心跳的作业，秒。"""
PRUNE = 3600.0
"""隔多久清理一次，秒。"""


def main() -> None:
    """一直做，直到收到终止信号。"""
    os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "miaopu.site.settings")
    django.setup()
    threading.Thread(target=_reap, daemon=True).start()
    _lasting(lambda: call_command("db_worker", queue_name="*", interval=0.5, reload=False, verbosity=0), 1.0)


def _reap() -> None:
    from django.db import close_old_connections  # 要等 django.setup() 之后

    from miaopu.jobs.perform import reap  # 同上
    from miaopu.site.prune import prune  # 同上

    due = 0.0
    while True:
        close_old_connections()
        _lasting(reap, REAP)
        if time.monotonic() >= due:
            _lasting(prune, REAP)
            due = time.monotonic() + PRUNE
        time.sleep(REAP)


def _lasting(doing: Callable[[], object], pause: float) -> None:
    """做到成；案件库断了不退，隔 pause 秒再来。"""
    from django.db import Error, connection  # 要等 django.setup() 之后

    while True:
        try:
            doing()
            return
        except Error as error:
            log.warning("案件库连不上，%s 秒后再看：%s", pause, error)
            connection.close()
            time.sleep(pause)


if __name__ == "__main__":
    main()
