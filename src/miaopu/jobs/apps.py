"""应用登记。"""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """作业。"""

    name = "miaopu.jobs"
    label = "jobs"
    verbose_name = "后台作业"
