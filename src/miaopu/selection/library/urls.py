"""培育库入口的网址。"""

from django.urls import path

from miaopu.selection.library import views

app_name = "library"
urlpatterns = [
    path("", views.index, name="index"),
    path("nominations/", views.nominations, name="nominations"),
    path("nominations/<int:number>/", views.show, name="show"),
    path("propose/", views.propose, name="propose"),
    path("move/", views.move, name="move"),
    path("export/", views.download, name="export"),
]
