"""事务要短：动作自己的事务里不写工作簿与文档、不求解；装上以后整套测试都守着，哪里犯了哪里的测试就失败。

先在事务外写好、算好，再开事务，核对其间没有变（如 selection/library/actions/issues.py）。
"""

import sys
import threading
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from django.db.transaction import Atomic

PACKAGE = str(Path(__file__).resolve().parents[2] / "src" / "miaopu")
WRITERS = {
    ("xlsxwriter.workbook", "Workbook"): "close",
    ("openpyxl.workbook.workbook", "Workbook"): "save",
    ("docx.document", "Document"): "save",
}
SOLVERS = {
    "miaopu.allocation.cohort": ("pick",),
    "miaopu.allocation.assignment": ("assign", "reassign"),
    "miaopu.desk.planning": ("plan_firm", "plan_many"),
}
_open = threading.local()


class TooLong(AssertionError):
    """长活在事务里。"""


def opened() -> list[str]:
    """这条线上开着的事务是哪个模块开的；测试自己开的（退回用）、框架开的不算。"""
    found = getattr(_open, "found", None)
    if found is None:
        found = _open.found = []
    return found


def _owner(frame: Any) -> str:
    """开事务的那个函数的文件；当装饰器用的，是被装饰的函数的。"""
    function = frame.f_locals.get("func") if frame.f_code.co_filename.endswith("contextlib.py") else None
    return function.__code__.co_filename if function is not None else frame.f_code.co_filename


def _watched(what: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def inner(*args: Any, **given: Any) -> Any:
        if within := [one for one in opened() if one.startswith(PACKAGE)]:
            raise TooLong(f"{what} 在 {within[0]} 开的事务里；请在事务外写好、算好，再开事务，核对其间没有变")
        return real(*args, **given)

    return inner


def install() -> None:
    """装上；一个进程一次。"""
    enter, leave = Atomic.__enter__, Atomic.__exit__

    def entered(self: Atomic) -> None:
        enter(self)
        opened().append(_owner(sys._getframe(1)))

    def left(self: Atomic, *error: Any) -> None:
        opened().pop()
        leave(self, *error)

    Atomic.__enter__, Atomic.__exit__ = entered, left
    for (module, name), method in WRITERS.items():
        kind = getattr(import_module(module), name)
        setattr(kind, method, _watched(f"{module}.{name}.{method}", getattr(kind, method)))
    for module, names in SOLVERS.items():
        for name in names:
            _everywhere(getattr(import_module(module), name), f"{module}.{name}")


def _everywhere(real: Callable[..., Any], what: str) -> None:
    """按名字引入了它的各模块都换上。"""
    watched = _watched(what, real)
    for module in [one for key, one in sys.modules.items() if key.startswith("miaopu.")]:
        for name in [name for name, value in vars(module).items() if value is real]:
            setattr(module, name, watched)
