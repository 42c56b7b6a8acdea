"""应用登记。"""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """培育库。"""

    name = "miaopu.selection.library"
    label = "library"
    verbose_name = "培育库"

    def ready(self) -> None:
        """引入登记作业、登记变动的后续的模块。"""
        from miaopu.selection.library import work  # noqa: F401  要等各应用的表装好之后
        from miaopu.selection.library.watch import leavers  # noqa: F401  同上
