"""筛选的网址。"""

from django.urls import URLPattern

app_name = "screening"
urlpatterns: list[URLPattern] = []
