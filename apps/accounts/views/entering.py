"""Coming in by a link: the owner's of the first run, and the invitation of everybody else."""

from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.forms import JoinForm
from apps.accounts.models import Invitation, StartLink, User
from apps.core import http

ANOTHER = "Ask an owner of the team for a new one."


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
    return gone(request, "Each start of the server prints a new one. Or sign in with e-mail and password.")


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def join(request, token):
    """The page of an invitation: a new person chooses a password, a known one signs in and says yes. Looking uses nothing up."""
    invitation = Invitation.find(token)
    if invitation is None:
        return gone(request, ANOTHER)
    known = invitation.known
    context = {"invitation": invitation, "known": known}
    if request.user.is_authenticated and request.user != known:
        return render(
            request, "accounts/join.html", {**context, "someone_else": True}, status=200 if request.method != "POST" else 403
        )
    if known:
        if request.method == "POST" and request.user.is_authenticated:
            return enter(request, invitation, known)
        if request.method == "POST" and Invitation.find(token) is None:
            # Somebody became known by it between our two looks.
            return gone(request, ANOTHER)
        # The link alone opens nobody's account: that takes its password, as ever.
        return render(request, "accounts/join.html", context)
    form = JoinForm(User(email=invitation.email), request.POST or None, initial={"name": invitation.name})
    if request.method == "POST" and form.is_valid():
        return enter(request, invitation, form.person())
    return render(request, "accounts/join.html", {**context, "form": form}, status=422 if form.is_bound else 200)


def enter(request, invitation, user):
    membership = invitation.accept(user)
    if membership is None:
        return gone(request, ANOTHER)
    if request.user != user:
        login(request, user)
    request.session["team"] = membership.team_id
    return redirect("home")


def gone(request, advice):
    return http.fault(request, 410, "This link was used or is too old", advice)
