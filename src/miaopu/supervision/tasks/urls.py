"""任务台账的网址。"""

from django.urls import URLPattern

app_name = "tasks"
urlpatterns: list[URLPattern] = []
