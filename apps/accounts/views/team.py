"""An owner looks after a team: who belongs to it, in which role, and who is invited."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.forms import InvitationForm, MemberForm, RoleForm, WithdrawForm
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
        return page(request, team)
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
    team = owned(request, pk)
    form = RoleForm(team, request.POST)
    if not form.is_valid():
        return page(request, team, status=422, trouble=form.words())
    return changed(request, team, lambda: form.cleaned_data["member"].change_role(form.cleaned_data["role"]))


@require_POST
def remove(request, pk):
    team = owned(request, pk)
    form = MemberForm(team, request.POST)
    if not form.is_valid():
        return page(request, team, status=422, trouble=form.words())
    return changed(request, team, form.cleaned_data["member"].remove)


@require_POST
def withdraw(request, pk):
    team = owned(request, pk)
    form = WithdrawForm(team, request.POST)
    if not form.is_valid():
        return page(request, team, status=422, trouble=form.words())
    form.cleaned_data["invitation"].delete()
    return redirect("team", pk=pk)


def changed(request, team, change):
    try:
        change()
    except LastOwner:
        return page(request, team, status=409, trouble="A team keeps an owner. Make somebody else an owner first.")
    # Whoever has just left, or gave the ownership away, has no more business here.
    still = request.user.memberships.filter(team=team, role=OWNER).exists()
    return redirect("team", pk=team.pk) if still else redirect("settings")
