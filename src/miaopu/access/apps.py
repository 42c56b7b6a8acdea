"""应用登记。"""

from django.apps import AppConfig


class AccessConfig(AppConfig):
    """权限。"""

    name = "miaopu.access"
    label = "access"
    verbose_name = "权限"
