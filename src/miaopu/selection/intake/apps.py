"""应用登记。"""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """收数。"""

    name = "miaopu.selection.intake"
    label = "intake"
    verbose_name = "收数"
