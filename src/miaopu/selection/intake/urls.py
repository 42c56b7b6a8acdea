"""收数的网址。"""

from django.urls import URLPattern

app_name = "intake"
urlpatterns: list[URLPattern] = []
