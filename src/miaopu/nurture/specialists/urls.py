"""网址。"""

from django.urls import path

from miaopu.nurture.specialists.views import pairs, roster, training

app_name = "specialists"
urlpatterns = [
    path("", roster.index, name="roster"),
    path("export/", roster.download, name="export"),
    path("import/", roster.receive, name="import"),
    path("apply/", roster.apply, name="apply"),
    path("people/<int:number>/", roster.person, name="person"),
    path("calls/", training.calls, name="calls"),
    path("open/", training.public, name="public"),
    path("trainings/", training.trainings, name="trainings"),
    path("trainings/<int:number>/", training.training, name="training"),
    path("pairs/", pairs.board, name="pairs"),
    path("pairs/export/", pairs.download, name="pairs-export"),
    path("pairs/<int:number>/", pairs.pair, name="pair"),
    path("drafts/", pairs.drafts, name="drafts"),
    path("drafts/<int:number>/", pairs.draft, name="draft"),
]
