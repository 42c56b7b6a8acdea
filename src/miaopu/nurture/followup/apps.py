"""应用登记：作业在这里装起。"""

from importlib import import_module

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    """跟进。"""

    name = "miaopu.nurture.followup"
    label = "followup"
    verbose_name = "跟进"

    def ready(self) -> None:
        """登记作业，与企业出库以后怎么了结。"""
        import_module("miaopu.nurture.followup.plans.leavers")
        import_module("miaopu.nurture.followup.work")
        import_module("miaopu.nurture.followup.plans.papers")
