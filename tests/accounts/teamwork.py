"""What owners do on the page of their team, and newcomers with an invitation."""

import re

import httpx

from apps.accounts.models import MEMBER, Membership
from tests.people import NO_TLS

PASSWORD = "correct horse battery"


def post(person, path, data=None):
    """As a page without scripts posts it."""
    return person.post(path, data, headers={})


def invite(owner, email="new@example.org", role=MEMBER, name="Nora"):
    """The link that the page shows, as a path."""
    answer = post(owner, f"/settings/teams/{owner.user.teams.get().pk}/", {"email": email, "name": name, "role": role})
    assert answer.status_code == 200, answer.text
    return re.search(r'value="http://[^/"]+(/join/[^"]+)"', answer.text)[1]


def visitor(server):
    """A browser without a session."""
    token = "t" * 32
    headers = {"Origin": server.url, "X-CSRFToken": token}
    return httpx.Client(base_url=server.url, headers=headers, cookies={"csrf": token}, timeout=20, verify=NO_TLS)


def join(server, path, name="Nora", password=PASSWORD, again=None):
    """A new person opens the link and fills in the form; (browser, its answer)."""
    browser = visitor(server)
    return browser, browser.post(path, data={"name": name, "password1": password, "password2": again or password})


def role_of(user, team):
    return Membership.objects.filter(user=user, team=team).values_list("role", flat=True).first()


def set_role(person, team, user, role):
    member = Membership.objects.get(user=user, team=team)
    return post(person, f"/settings/teams/{team.pk}/role/", {"member": member.pk, "role": role})


def remove(person, team, user):
    member = Membership.objects.get(user=user, team=team)
    return post(person, f"/settings/teams/{team.pk}/remove/", {"member": member.pk})
