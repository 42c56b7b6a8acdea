"""应用登记；启动时把接口令牌登记为随账号作废的凭据。"""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """接口。"""

    name = "miaopu.api"
    label = "api"
    verbose_name = "接口"

    def ready(self) -> None:
        """登记。"""
        from miaopu.access.signin import sessions  # 模型装好之后才能引入
        from miaopu.api import tokens  # 同上

        sessions.LAPSING.append(tokens.lapse)
