"""The page about yourself and your team."""

from allauth.core import ratelimit
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.forms import ProfileForm
from apps.accounts.models import Membership
from apps.core import connection


@require_http_methods(["GET", "POST"])
def settings(request):
    if request.POST.get("password") and (refusal := ratelimit.consume_or_429(request, action="reauthenticate", user=request.user)):
        return refusal
    form = ProfileForm(request.POST or None, instance=request.user)
    saved = request.method == "POST" and form.is_valid()
    if saved:
        form.save()
    context = {
        "form": form,
        "saved": saved,
        "upstream": connection.describe(),
        "teams": request.user.memberships.select_related("team"),
        "members": Membership.objects.filter(team=request.membership.team).select_related("user") if request.membership else [],
        "place": "Settings",
    }
    return render(request, "accounts/settings.html", context, status=200 if saved or request.method == "GET" else 422)


@require_POST
def choose_team(request):
    membership = get_object_or_404(request.user.memberships, team_id=request.POST.get("team", ""))
    request.session["team"] = membership.team_id
    return redirect("home")
