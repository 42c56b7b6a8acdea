"""作业的网址。"""

from django.urls import path

from miaopu.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.index, name="index"),
    path("<int:number>/", views.show, name="show"),
    path("<int:number>/progress/", views.progress, name="progress"),
    path("<int:number>/cancel/", views.stop, name="cancel"),
    path("<int:number>/dismiss/", views.dismiss, name="dismiss"),
    path("<int:number>/file/", views.file, name="file"),
]
