"""网页的网址。"""

from django.urls import path

from miaopu.web.views import firms, home, selfcheck

urlpatterns = [
    path("", home.home, name="home"),
    path("ladder/<str:tier>/", home.ladder, name="ladder"),
    path("selfcheck/", selfcheck.index, name="selfcheck"),
    path("selfcheck/<str:tier>/", selfcheck.tier, name="selfcheck-tier"),
    path("desk/", home.desk, name="desk"),
    path("firms/", firms.index, name="firms"),
]
