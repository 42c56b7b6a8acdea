"""应用登记；启动时登记统筹分工的作业，与企业出库、回库以后分工怎么办。"""

from django.apps import AppConfig


class SpecialistsConfig(AppConfig):
    """服务队伍与分工。"""

    name = "miaopu.nurture.specialists"
    label = "specialists"
    verbose_name = "服务队伍与分工"

    def ready(self) -> None:
        """登记作业与培育库变动的后续。"""
        from miaopu.nurture.specialists import leavers, work  # noqa: F401 模型装好之后才能引入
