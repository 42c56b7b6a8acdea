"""应用登记。"""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """网页。"""

    name = "miaopu.web"
    label = "web"
    verbose_name = "网页"
