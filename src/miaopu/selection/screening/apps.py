"""应用登记。"""

from django.apps import AppConfig


class ScreeningConfig(AppConfig):
    """筛选。"""

    name = "miaopu.selection.screening"
    label = "screening"
    verbose_name = "筛选"
