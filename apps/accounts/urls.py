from allauth.account import views as allauth
from django.urls import path

from apps.accounts.views import entering, team, yourself

urlpatterns = [
    path("start/<str:token>/", entering.start, name="start"),
    path("join/<str:token>/", entering.join, name="join"),
    path("settings/", yourself.settings, name="settings"),
    path("settings/team/", yourself.choose_team, name="choose_team"),
    path("settings/teams/<id:pk>/", team.team, name="team"),
    path("settings/teams/<id:pk>/role/", team.change_role, name="change_role"),
    path("settings/teams/<id:pk>/remove/", team.remove, name="remove_member"),
    path("settings/teams/<id:pk>/withdraw/", team.withdraw, name="withdraw_invitation"),
    # Only what exists here is reachable: no sign-up, no e-mail management, until there is mail to send.
    path("accounts/login/", allauth.login, name="account_login"),
    path("accounts/signup/", allauth.signup, name="account_signup"),
    path("accounts/logout/", allauth.logout, name="account_logout"),
    path("accounts/password/change/", allauth.PasswordChangeView.as_view(success_url="/settings/"), name="account_change_password"),
    path("accounts/password/set/", allauth.PasswordSetView.as_view(success_url="/settings/"), name="account_set_password"),
    path("accounts/reauthenticate/", allauth.reauthenticate, name="account_reauthenticate"),
]
