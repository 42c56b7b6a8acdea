"""规则中心的网址。"""

from django.urls import path

from miaopu.selection.rules.views import effects, proposals, public, standards, trials

app_name = "rules"
urlpatterns = [
    path("", standards.index, name="index"),
    path("standard/<str:code>/", standards.show, name="standard"),
    path("standard/<str:code>/print/", standards.printable, name="print"),
    path("standard/<str:code>/clauses.xlsx", standards.workbook, name="workbook"),
    path("standard/<str:code>/cases/", trials.cases, name="cases"),
    path("standard/<str:code>/cases/<str:name>/<int:row>/", trials.case, name="case"),
    path("standard/<str:code>/try/", trials.attempt, name="try"),
    path("compare/", standards.compare, name="compare"),
    path("calendar/", standards.calendar, name="calendar"),
    path("public/", public.index, name="public"),
    path("public/<str:code>/", public.show, name="public-standard"),
    path("proposals/", proposals.index, name="proposals"),
    path("proposals/new/", proposals.new, name="propose"),
    path("proposals/<int:number>/", proposals.show, name="proposal"),
    path("proposals/<int:number>/limits/", proposals.limits, name="limits"),
    path("proposals/<int:number>/terms/", proposals.terms, name="terms"),
    path("proposals/<int:number>/edit/", proposals.edit, name="edit"),
    path("proposals/<int:number>/accept/", proposals.accept, name="accept"),
    path("proposals/<int:number>/rerun/", proposals.rerun, name="rerun"),
    path("proposals/<int:number>/move/<str:code>/", proposals.move, name="move"),
    path("proposals/<int:number>/measure/", effects.measure, name="measure"),
    path("proposals/<int:number>/effect/", effects.effect, name="effect"),
    path("proposals/<int:number>/effect/export/", effects.workbook, name="effect-export"),
]
