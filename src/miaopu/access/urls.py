"""权限的网址。"""

from django.urls import path

from miaopu.access.views import accounts, enter, identity, own, trail

urlpatterns = [
    path("login/", enter.enter, name="login"),
    path("login/token/", enter.token, name="token"),
    path("login/resume/", enter.resume, name="kept"),
    path("login/identity/", identity.go, name="identity"),
    path("login/identity/back/", identity.back, name="identity-back"),
    path("logout/", enter.leave, name="logout"),
    path("password/", own.password, name="password"),
    path("second/", own.verify, name="second"),
    path("second/unbind/", own.unbind, name="second-unbind"),
    path("visits/", own.visits, name="visits"),
    path("visits/<int:visit>/end/", own.end_visit, name="visit-end"),
    path("accounts/", accounts.index, name="accounts"),
    path("accounts/export/", accounts.export, name="account-export"),
    path("accounts/add/", accounts.add, name="account-add"),
    path("accounts/import/", accounts.bring, name="account-import"),
    path("accounts/import/form/", accounts.blank, name="account-form"),
    path("accounts/<int:account>/", accounts.show, name="account"),
    path("accounts/<int:account>/unlock/", accounts.unlock, name="account-unlock"),
    path("accounts/<int:account>/reset/", accounts.reset, name="account-reset"),
    path("accounts/<int:account>/grant/", accounts.grant, name="account-grant"),
    path("accounts/<int:account>/withdraw/<int:posting>/", accounts.withdraw, name="account-withdraw"),
    path("accounts/<int:account>/do/<slug:what>/", accounts.settle, name="account-settle"),
    path("security/", trail.security, name="security"),
    path("log/", trail.index, name="log"),
    path("log/export/", trail.export, name="log-export"),
    path("log/verify/", trail.verify, name="log-verify"),
    path("log/<int:seq>/", trail.entry, name="log-entry"),
]
