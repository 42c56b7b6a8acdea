"""网址总表：每个应用一段。"""

from django.urls import include, path

from miaopu.web.views import problem

urlpatterns = [
    path("", include("miaopu.web.urls")),
    path("", include("miaopu.access.urls")),
    path("jobs/", include("miaopu.jobs.urls")),
    path("intake/", include("miaopu.selection.intake.urls")),
    path("screening/", include("miaopu.selection.screening.urls")),
    path("library/", include("miaopu.selection.library.urls")),
    path("rules/", include("miaopu.selection.rules.urls")),
    path("specialists/", include("miaopu.nurture.specialists.urls")),
    path("followup/", include("miaopu.nurture.followup.urls")),
    path("demands/", include("miaopu.nurture.demands.urls")),
    path("registers/", include("miaopu.nurture.registers.urls")),
    path("tasks/", include("miaopu.supervision.tasks.urls")),
    path("api/", include("miaopu.api.urls")),
]
handler400, handler403, handler404, handler500 = problem.bad, problem.denied, problem.missing, problem.broken
