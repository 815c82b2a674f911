"""Who is asking, and for which team."""

from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from apps.accounts.models import Membership
from apps.core import http
from apps.core.prepared import Prepared

_memberships = Prepared(lambda user: Membership.objects.filter(user_id=user).select_related("team").order_by("pk"), user=-1)


class SignInRequired(LoginRequiredMiddleware):
    """Every view wants a signed-in person unless it says otherwise; part of a page never turns into a sign-in form."""

    def handle_no_permission(self, request, view_func):
        if request.headers.get("HX-Request"):
            response = http.fault(
                request, 401, "You are signed out", "Your text is kept in this browser. Sign in again, then send it."
            )
            response["HX-Trigger"] = "signed-out"
            return response
        return super().handle_no_permission(request, view_func)


class CurrentTeam:
    """``request.membership``: the person's membership in the team they work in now, or None; times by their own clock."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.membership = SimpleLazyObject(lambda: membership_of(request))
        with timezone.override(zone_of(request)):
            return self.get_response(request)


def zone_of(request):
    """The time zone that the browser named, or UTC for a name that means nothing."""
    try:
        return ZoneInfo(request.COOKIES.get("tz", "UTC"))
    except (ValueError, OSError, ZoneInfoNotFoundError):
        return ZoneInfo("UTC")


def membership_of(request):
    if not request.user.is_authenticated:
        return None
    memberships = _memberships.all(user=request.user.pk)
    return among(memberships, request.session.get("team")) or next(iter(memberships), None)


def membership_in(user, team_id):
    """The person's membership in the team, with the team; None where there is none."""
    return among(_memberships.all(user=user.pk), team_id)


def among(memberships, team_id):
    return next((membership for membership in memberships if membership.team_id == team_id), None)
