"""应用登记。"""

from django.apps import AppConfig


class DemandsConfig(AppConfig):
    """技术创新需求。"""

    name = "miaopu.nurture.demands"
    label = "demands"
    verbose_name = "技术创新需求"
