from allauth.account import views as allauth
from django.urls import path

from apps.accounts import views

urlpatterns = [
    path("start/<str:token>/", views.start, name="start"),
    path("settings/", views.settings, name="settings"),
    path("settings/team/", views.choose_team, name="choose_team"),
    # Only what exists here is reachable: no sign-up, no e-mail management, until there is mail to send.
    path("accounts/login/", allauth.login, name="account_login"),
    path("accounts/signup/", allauth.signup, name="account_signup"),
    path("accounts/logout/", allauth.logout, name="account_logout"),
    path("accounts/password/change/", allauth.PasswordChangeView.as_view(success_url="/settings/"), name="account_change_password"),
    path("accounts/password/set/", allauth.PasswordSetView.as_view(success_url="/settings/"), name="account_set_password"),
    path("accounts/reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
]
