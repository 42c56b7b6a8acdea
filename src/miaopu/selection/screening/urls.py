"""筛选的网址。"""

from django.urls import path

from miaopu.selection.screening.views import charts, compare, documents, lists, page, rounds, watch

app_name = "screening"
urlpatterns = [
    path("", rounds.index, name="index"),
    path("rounds/", rounds.rounds, name="rounds"),
    path("run/", rounds.run, name="run"),
    path("turn/", rounds.turn, name="turn"),
    path("lists/", lists.index, name="lists"),
    path("charts/", charts.index, name="charts"),
    path("compare/", compare.index, name="compare"),
    path("documents/", documents.index, name="documents"),
    path("documents/write/", documents.write, name="documents_write"),
    path("documents/fetch/", documents.fetch, name="documents_fetch"),
    path("focus/", watch.focus, name="focus"),
    path("watch/", watch.scale_up, name="watch"),
    path("goals/", watch.goals, name="goals"),
    path("export/<slug:kind>/", page.download, name="export"),
]
