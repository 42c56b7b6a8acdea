"""应用登记。"""

from django.apps import AppConfig


class RegistersConfig(AppConfig):
    """专项登记。"""

    name = "miaopu.nurture.registers"
    label = "registers"
    verbose_name = "专项登记"
