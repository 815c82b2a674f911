"""Teams with people in each role, for demonstrations and for tests from outside."""

import json
import os
import secrets

from django.core.management.base import BaseCommand
from django.db import transaction

from apps.accounts.models import ROLES, Membership, Team, User
from apps.core.up import database


def count(text):
    number = int(text)
    if number < 1:
        raise ValueError
    return number


class Command(BaseCommand):
    help = "Make teams with an owner, a member and a viewer each, and print them as JSON, passwords among it."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--teams", type=count, default=2, help="how many teams to make (default: 2)")

    def handle(self, *, teams, **options):
        os.umask(0o077)
        with database.alone_there(self.stderr.write):
            database.prepare()
        with database.plainly(), transaction.atomic():
            made = [make_team() for _ in range(teams)]
        self.stdout.write(json.dumps({"teams": made}, indent=2))


def make_team():
    """One new team as it is printed: {"name", "users": [{"email", "password", "role"}]}."""
    mark = secrets.token_hex(4)
    team = Team.objects.create(name=f"Team {mark}")
    return {"name": team.name, "users": [make_user(team, role, mark) for role, _ in ROLES]}


def make_user(team, role, mark):
    # A domain that is reserved for examples: nobody's mail goes astray.
    email, password = f"{role}@{mark}.example", secrets.token_urlsafe(15)
    user = User.objects.create_user(email, password, name=f"{role.title()} {mark}")
    Membership.objects.create(team=team, user=user, role=role)
    return {"email": email, "password": password, "role": role}
