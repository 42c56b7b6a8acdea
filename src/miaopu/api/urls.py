"""接口的网址。"""

from django.urls import path

from miaopu.api import views
from miaopu.api.v1 import api

urlpatterns = [
    path("v1/", api.urls),
    path("tokens/", views.tokens_page, name="tokens"),
    path("tokens/<int:number>/revoke/", views.stop_token, name="token-revoke"),
]
