"""任务台账的网址。"""

from django.urls import path

from miaopu.supervision.tasks import views

app_name = "tasks"
urlpatterns = [
    path("", views.index, name="index"),
    path("due/", views.due, name="due"),
    path("due/export/", views.export_due, name="due-export"),
    path("plan/<str:code>/", views.plan, name="plan"),
    path("plan/<str:code>/export/", views.export, name="export"),
    path("plan/<str:code>/start/", views.start, name="start"),
    path("task/<str:code>/", views.task, name="task"),
    path("duty/<int:number>/", views.duty, name="duty"),
    path("duty/<int:number>/assign/", views.assign, name="assign"),
    path("entry/<int:number>/withdraw/", views.withdraw, name="withdraw"),
    path("evidence/<int:number>/", views.evidence, name="evidence"),
]
