"""网页的网址。"""

from django.urls import path

from miaopu.web.views import firms, home, system

urlpatterns = [
    path("", home.home, name="home"),
    path("desk/", home.desk, name="desk"),
    path("firms/", firms.index, name="firms"),
    path("system/", system.index, name="system"),
]
