"""网页的网址。"""

from django.urls import path, re_path

from miaopu.web.views import cohorts, firm, firms, health, home, selfcheck, system

urlpatterns = [
    path("", home.home, name="home"),
    path("health/", health.health, name="health"),
    path("ladder/<str:tier>/", home.ladder, name="ladder"),
    path("selfcheck/", selfcheck.index, name="selfcheck"),
    path("selfcheck/<str:tier>/", selfcheck.tier, name="selfcheck-tier"),
    path("desk/", home.desk, name="desk"),
    path("firms/", firms.index, name="firms"),
    path("system/", system.index, name="system"),
    path("firms/suggest/", firms.suggest, name="firms_suggest"),
    path("firms/export/", firms.download, name="firms_export"),
    path("firms/cohorts/", cohorts.index, name="cohorts"),
    path("firms/cohorts/keep/", cohorts.keep, name="cohort_keep"),
    path("firms/cohorts/<int:number>/rename/", cohorts.rename, name="cohort_rename"),
    path("firms/cohorts/<int:number>/drop/", cohorts.drop, name="cohort_drop"),
    path("firms/cohorts/<int:number>/restore/", cohorts.restore, name="cohort_restore"),
    re_path(r"^firms/(?P<enterprise>[0-9A-Z]{1,20})/$", firm.show, name="firm"),
    re_path(r"^firms/(?P<enterprise>[0-9A-Z]{1,20})/export/$", firm.export, name="firm_export"),
    re_path(r"^firms/(?P<enterprise>[0-9A-Z]{1,20})/numbers/(?P<column>[^/]{1,120})/$", firm.number, name="number"),
]
