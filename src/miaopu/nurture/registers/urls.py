"""专项登记的网址。"""

from django.urls import path

from miaopu.nurture.registers.views import entries, lists

app_name = "registers"
urlpatterns = [
    path("", lists.index, name="index"),
    path("entries/<int:number>/", entries.show, name="show"),
    path("entries/<int:number>/edit/", entries.edit, name="edit"),
    path("entries/<int:number>/undo/", entries.undo, name="undo"),
    path("entries/<int:number>/steps/<slug:step>/", entries.step, name="step"),
    path("firms/<str:enterprise>/", entries.firm, name="firm"),
    path("<slug:book>/", lists.listing, name="list"),
    path("<slug:book>/new/", entries.new, name="new"),
    path("<slug:book>/export/", lists.export, name="export"),
    path("<slug:book>/report/", lists.report, name="report"),
    path("<slug:book>/import/", lists.take, name="import"),
    path("<slug:book>/missing/", lists.missing, name="missing"),
    path("<slug:book>/missing/export/", lists.export_missing, name="missing-export"),
]
