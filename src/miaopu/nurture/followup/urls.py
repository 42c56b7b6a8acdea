"""跟进的网址。"""

from django.urls import path

from miaopu.nurture.followup.views import diagnoses, home, ledgers, plans, records, requests, trials, visits, yearly

app_name = "followup"
urlpatterns = [
    path("", home.home, name="home"),
    path("requests/", requests.index, name="requests"),
    path("requests/new/", requests.new, name="request-new"),
    path("requests/goal/", requests.goal, name="goal"),
    path("requests/<int:number>/", requests.show, name="request"),
    path("requests/<int:number>/<str:step>/", requests.step, name="request-step"),
    path("visits/", visits.index, name="visits"),
    path("visits/agenda/", visits.agenda, name="agenda"),
    path("visits/new/", visits.new, name="visit-new"),
    path("visits/drop-in/", records.drop_in, name="drop-in"),
    path("visits/<int:number>/", visits.show, name="visit"),
    path("visits/<int:number>/record/", records.record, name="record"),
    path("visits/<int:number>/<str:step>/", visits.step, name="visit-step"),
    path("plans/", plans.index, name="plans"),
    path("plans/draft/", plans.draft, name="plan-draft"),
    path("plans/batch/", plans.batch, name="plan-batch"),
    path("plans/papers/", plans.papers, name="plan-papers"),
    path("plans/<int:number>/", plans.show, name="plan"),
    path("plans/<int:number>/try/", trials.show, name="plan-try"),
    path("plans/<int:number>/<str:step>/", plans.step, name="plan-step"),
    path("stages/<int:number>/", plans.stage, name="stage"),
    path("mine/", home.mine, name="mine"),
    path("board/", home.board, name="board"),
    path("diagnoses/", diagnoses.index, name="diagnoses"),
    path("diagnoses/new/", diagnoses.new, name="diagnosis-new"),
    path("diagnoses/points/", diagnoses.points, name="points"),
    path("diagnoses/<int:number>/", diagnoses.show, name="diagnosis"),
    path("diagnoses/<int:number>/paper/", diagnoses.paper, name="diagnosis-paper"),
    path("points/<int:number>/<str:step>/", diagnoses.step, name="point-step"),
    path("yearly/", yearly.index, name="yearly"),
    path("yearly/export/", yearly.download, name="yearly-export"),
    path("ledgers/<str:book>/", ledgers.show, name="ledger"),
    path("ledgers/<str:book>/export/", ledgers.download, name="ledger-export"),
    path("ledgers/<str:book>/back/", ledgers.back, name="ledger-back"),
    path("lists/<str:listing>/export/", ledgers.listed, name="list-export"),
    path("imports/<int:number>/", ledgers.imported, name="imported"),
    path("imports/<int:number>/book/", ledgers.returned, name="returned"),
    path("attachments/<int:number>/", visits.attachment, name="attachment"),
]
