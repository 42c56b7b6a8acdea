"""培育库入口的网址。"""

from django.urls import URLPattern

app_name = "library"
urlpatterns: list[URLPattern] = []
