"""应用登记。"""

from django.apps import AppConfig
from django.utils.module_loading import import_string


class RulesConfig(AppConfig):
    """规则中心。"""

    name = "miaopu.selection.rules"
    label = "rules"
    verbose_name = "规则中心"

    def ready(self) -> None:
        """登记作业：算一份提案的影响。"""
        import_string("miaopu.selection.rules.effects.measure")
