"""应用登记；启动时登记收数的作业。"""

from django.apps import AppConfig


class IntakeConfig(AppConfig):
    """收数。"""

    name = "miaopu.selection.intake"
    label = "intake"
    verbose_name = "收数"

    def ready(self) -> None:
        """登记作业。"""
        from miaopu.selection.intake import work  # noqa: F401 模型装好之后才能引入
