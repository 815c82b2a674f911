"""An owner looks after a team: who belongs to it, in which role, and who is invited."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.forms import InvitationForm, RemovalForm, RoleForm, WithdrawalForm
from apps.accounts.models import OWNER, ROLES, Invitation, LastOwner


def owned(request, pk):
    """The team, for its owners: a team of others is not found, to its members and viewers it is refused."""
    membership = get_object_or_404(request.user.memberships.select_related("team"), team_id=pk)
    if membership.role != OWNER:
        raise PermissionDenied("Only an owner of the team may look after its people.")
    return membership.team


@require_http_methods(["GET", "HEAD", "POST"])
def team(request, pk):
    """The people of the team; a POST invites one more. The link is shown in that answer only: what is kept of it opens nothing."""
    team = owned(request, pk)
    if request.method != "POST":
        return page(request, team, news=request.session.pop("news", ""))
    form = InvitationForm(team, request.POST)
    if not form.is_valid():
        return page(request, team, status=422, form=form)
    token = Invitation.issue(team, invited_by=request.user, **form.cleaned_data)
    link = request.build_absolute_uri(reverse("join", args=[token]))
    return page(request, team, link=link, invited=Invitation.find(token))


def page(request, team, status=200, form=None, **more):
    members = list(team.memberships.select_related("user").order_by("pk"))
    context = {
        "team": team,
        "members": members,
        "owners": sum(member.role == OWNER and member.user.is_active for member in members),
        "invitations": Invitation.open().filter(team=team).order_by("created_at"),
        "form": form or InvitationForm(team),
        "roles": ROLES,
        "place": "Settings",
        **more,
    }
    return render(request, "accounts/team.html", context, status=status)


@require_POST
def change_role(request, pk):
    return change(request, owned(request, pk), RoleForm)


@require_POST
def remove(request, pk):
    return change(request, owned(request, pk), RemovalForm)


@require_POST
def withdraw(request, pk):
    return change(request, owned(request, pk), WithdrawalForm)


def change(request, team, kind):
    form = kind(team, request.POST)
    if not form.is_valid():
        return page(request, team, status=422, trouble=form.words())
    try:
        news = form.save()
    except LastOwner:
        return page(request, team, status=409, trouble="A team keeps an owner. Make somebody else an owner first.")
    if not request.user.memberships.filter(team=team, role=OWNER).exists():
        # Whoever has just left, or gave the ownership away, has no more business here.
        return redirect("settings")
    request.session["news"] = news
    return redirect("team", pk=team.pk)
