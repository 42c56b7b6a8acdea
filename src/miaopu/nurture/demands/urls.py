"""技术需求的网址。"""

from django.urls import path

from miaopu.nurture.demands.views import demands, matches, results

app_name = "demands"
urlpatterns = [
    path("", demands.index, name="index"),
    path("new/", demands.new, name="new"),
    path("export/", demands.export, name="export"),
    path("results/", results.index, name="results"),
    path("results/export/", results.export, name="results-export"),
    path("results/import/", results.take, name="results-import"),
    path("matches/<int:number>/<slug:step>/", matches.step, name="match-step"),
    path("matches/<int:number>/contract.file", matches.contract, name="contract"),
    path("<int:number>/", demands.show, name="show"),
    path("<int:number>/edit/", demands.edit, name="edit"),
    path("<int:number>/recommend/", matches.recommend, name="match"),
    path("<int:number>/steps/<slug:step>/", demands.step, name="step"),
]
