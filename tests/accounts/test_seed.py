"""``manage.py seed``: teams for demonstrations, printed as JSON and nothing else."""

import io
import json
import os

import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import Membership, User


@pytest.fixture
def seed(db):
    mask = os.umask(0o077)

    def run(teams):
        printed = io.StringIO()
        call_command("seed", teams=teams, stdout=printed)
        return json.loads(printed.getvalue())["teams"]

    yield run
    os.umask(mask)


def test_each_team_has_a_person_in_each_role(seed):
    teams = seed(2)
    assert len({team["name"] for team in teams}) == 2
    for team in teams:
        assert [user["role"] for user in team["users"]] == ["owner", "member", "viewer"]
        for user in team["users"]:
            membership = Membership.objects.get(team__name=team["name"], user__email=user["email"])
            assert membership.role == user["role"]
    assert User.objects.get(email=teams[0]["users"][0]["email"]).check_password(teams[0]["users"][0]["password"])
    assert len({user["password"] for team in teams for user in team["users"]}) == 6


def test_another_call_makes_further_teams(seed):
    seed(1)
    seed(1)
    assert User.objects.count() == 6


@pytest.mark.parametrize("teams", ["0", "-1", "many"])
def test_a_number_of_teams_is_needed(teams):
    with pytest.raises(CommandError, match="--teams"):
        call_command("seed", "--teams", teams)
