"""Coming in, going out, and the page about yourself and your team."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.forms import ProfileForm
from apps.accounts.models import Membership, StartLink
from apps.core import connection, http


@login_not_required
@require_safe
def start(request, token):
    """The first-run link: signs the owner in, once. A browser that only prefetches it does not use it up."""
    if request.user.is_authenticated:
        return redirect("home")
    if request.method == "GET" and not request.headers.get("Sec-Purpose"):
        user = StartLink.redeem(token)
        if user is not None:
            login(request, user)
            return redirect("home")
    return http.fault(
        request,
        410,
        "This link was used or is too old",
        "Each start of the server prints a new one. Or sign in with e-mail and password.",
    )


@require_http_methods(["GET", "POST"])
def settings(request):
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
