"""应用登记。"""

from django.apps import AppConfig


class RulesConfig(AppConfig):
    """规则中心。"""

    name = "miaopu.selection.rules"
    label = "rules"
    verbose_name = "规则中心"
