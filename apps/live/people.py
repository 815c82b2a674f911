"""Who holds a socket, and whether they still may."""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.models import Session
from django.http import HttpRequest, parse_cookie
from django.utils import timezone

from apps.accounts.models import Membership, User


def from_scope(scope):
    """(user, session key, rights) of the handshake's cookie; three times None when nobody is signed in. For a worker thread."""
    cookies = b"; ".join(value for name, value in scope["headers"] if name == b"cookie").decode("latin1")
    key = parse_cookie(cookies).get(settings.SESSION_COOKIE_NAME)
    if not key:
        return None, None, None
    request = HttpRequest()
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    user = get_user(request)
    if not user.is_authenticated:
        return None, None, None
    return user, key, frozenset(user.memberships.values_list("team_id", "role"))


def standing(sockets):
    """{socket: what it is based on} for the sockets whose people are still signed in, in three queries for all of them.

    The value changes when a role or a membership does, so that the socket asks at its doors again.
    """
    keys = {socket.session_key for socket in sockets}
    people = {socket.user.pk for socket in sockets}
    alive = set(Session.objects.filter(session_key__in=keys, expire_date__gt=timezone.now()).values_list("session_key", flat=True))
    users = User.objects.filter(is_active=True).in_bulk(people)
    rights = {}
    for user_id, team_id, role in Membership.objects.filter(user_id__in=people).values_list("user_id", "team_id", "role"):
        rights.setdefault(user_id, set()).add((team_id, role))
    found = {}
    for socket in sockets:
        user = users.get(socket.user.pk)
        # A new password ends the sessions that were opened with the old one.
        if socket.session_key in alive and user is not None and user.password == socket.user.password:
            found[socket] = frozenset(rights.get(user.pk, ()))
    return found
