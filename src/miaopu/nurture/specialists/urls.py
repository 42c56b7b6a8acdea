"""网址。"""

from django.urls import path

from miaopu.nurture.specialists.views import contacts, events, pairs, roster, training

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
    path("contacts/", contacts.index, name="contacts"),
    path("contacts/export/", contacts.download, name="contacts-export"),
    path("contacts/import/", contacts.receive, name="contacts-import"),
    path("events/", events.index, name="events"),
    path("events/firms/", events.firms, name="attended"),
    path("events/firms/export/", events.firms_export, name="attended-export"),
    path("events/<int:number>/", events.event, name="event"),
    path("events/<int:number>/export/", events.event_export, name="event-export"),
    path("invitations/<int:number>/", events.reply, name="reply"),
    path("benchmark/<str:enterprise>/", events.benchmark, name="benchmark"),
    path("benchmark/<str:enterprise>/export/", events.benchmark_export, name="benchmark-export"),
    path("pairs/", pairs.board, name="pairs"),
    path("pairs/export/", pairs.download, name="pairs-export"),
    path("pairs/<int:number>/", pairs.pair, name="pair"),
    path("drafts/", pairs.drafts, name="drafts"),
    path("drafts/<int:number>/", pairs.draft, name="draft"),
]
