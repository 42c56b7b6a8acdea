"""培育库的网址。"""

from django.urls import path

from miaopu.selection.library.views import alerts, dispatches, members, picks

app_name = "library"
urlpatterns = [
    path("", members.index, name="index"),
    path("members/<int:number>/", members.show, name="show"),
    path("members/<int:number>/undo/", members.undo, name="undo"),
    path("members/<int:number>/charge/", members.charge, name="charge"),
    path("members/<int:number>/baseline/", members.baseline, name="baseline"),
    path("propose/", members.propose, name="propose"),
    path("move/", members.move, name="move"),
    path("export/", members.download, name="export"),
    path("proofs/<int:number>/", members.proof, name="proof"),
    path("picks/", picks.index, name="picks"),
    path("picks/run/", picks.run, name="run"),
    path("picks/<int:number>/", picks.show, name="draft"),
    path("picks/<int:number>/adopt/", picks.adopt, name="adopt"),
    path("picks/<int:number>/export/", picks.download, name="draft_export"),
    path("quotas/", picks.quotas, name="quotas"),
    path("dispatches/", dispatches.index, name="dispatches"),
    path("dispatches/send/", dispatches.send, name="send"),
    path("parcels/<int:number>/", dispatches.show, name="parcel"),
    path("parcels/<int:number>/<slug:step>/", dispatches.act_on, name="parcel_step"),
    path("issues/", dispatches.issues, name="issues"),
    path("issues/<int:number>/", dispatches.issued, name="issued"),
    path("alerts/", alerts.index, name="alerts"),
    path("alerts/watch/", alerts.begin, name="watch"),
]
