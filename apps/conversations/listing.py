"""The list of conversations: newest first, by day, without their bodies."""

from datetime import timedelta
from itertools import groupby
from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.conversations.models import Conversation
from apps.core.searching import containing

PAGE = 50


def listing(request):
    """Context of ``conversations/_list.html``: groups of a day, and the cursor of what comes after."""
    query = request.GET.get("q", "").strip()[:200]
    whose = "team" if request.GET.get("whose") == "team" else "mine"
    before = parse_moment(request.GET.get("before", ""))
    found = Conversation.objects.visible_to(request.user).only("pk", "title", "updated_at", "created_by_id")
    if request.membership:
        found = found.filter(team=request.membership.team_id)
    if whose == "mine":
        found = found.filter(created_by=request.user)
    if query:
        found = found.filter(containing("title", query))
    if before:
        found = found.filter(updated_at__lt=before)
    rows = list(found.order_by("-updated_at")[: PAGE + 1])
    more = len(rows) > PAGE
    rows = rows[:PAGE]
    today = timezone.localdate()
    return {
        "groups": [(day, list(group)) for day, group in groupby(rows, lambda row: day_name(row.updated_at, today))],
        "next": rows[-1].updated_at.isoformat() if more else "",
        "before": before,
        "query": query,
        "current": current(request),
        "whose": whose,
    }


def current(request):
    """The id of the conversation that the page shows, also when only the list is asked for."""
    try:
        path = request.htmx.current_url_abs_path or "" if request.htmx else request.path
        return resolve(urlsplit(path).path).kwargs.get("pk", "")
    except (Resolver404, ValueError):
        return ""


def parse_moment(value):
    try:
        moment = parse_datetime(value)
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None


def day_name(moment, today):
    day = timezone.localtime(moment).date()
    if day >= today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    if day > today - timedelta(days=7):
        return "Previous 7 days"
    return f"{day:%B}" if day.year == today.year else f"{day:%B %Y}"
