"""网页的网址。"""

from django.urls import path

from miaopu.web.views import cohorts, firms, home, system

urlpatterns = [
    path("", home.home, name="home"),
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
]
