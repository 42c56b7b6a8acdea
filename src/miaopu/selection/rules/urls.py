"""规则中心的网址。"""

from django.urls import URLPattern

app_name = "rules"
urlpatterns: list[URLPattern] = []
