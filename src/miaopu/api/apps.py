"""应用登记。"""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """接口。"""

    name = "miaopu.api"
    label = "api"
    verbose_name = "接口"
