"""应用登记。"""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    """筛选。"""

    name = "miaopu.selection.screening"
    label = "screening"
    verbose_name = "筛选"

    def ready(self) -> None:
        """引入登记作业的模块。"""
        from miaopu.selection.screening import actions  # noqa: F401  要等各应用的表装好之后
        from miaopu.selection.screening.firms import export  # noqa: F401  同上
        from miaopu.selection.screening.rounds import books, documents, turn  # noqa: F401  同上
