"""应用登记。"""

from django.apps import AppConfig


class TasksConfig(AppConfig):
    """任务台账。"""

    name = "miaopu.supervision.tasks"
    label = "tasks"
    verbose_name = "任务台账"
