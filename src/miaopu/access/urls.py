"""权限的网址。"""

from django.urls import path

from miaopu.access import views

urlpatterns = [
    path("login/", views.enter, name="login"),
    path("logout/", views.leave, name="logout"),
]
