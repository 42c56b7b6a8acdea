"""应用登记。"""

from django.apps import AppConfig


class LibraryConfig(AppConfig):
    """培育库入口。"""

    name = "miaopu.selection.library"
    label = "library"
    verbose_name = "培育库入口"
