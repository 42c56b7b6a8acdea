"""接口的网址。"""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
