"""A prepared question answers as its query set does."""

import pytest

from apps.accounts.models import Membership, Team
from apps.conversations.models import Conversation
from apps.core.prepared import Prepared, Whoever, delete, update

pytestmark = pytest.mark.django_db(transaction=True)

DOOR = Prepared(
    lambda user, pk: Conversation.objects.visible_to(Whoever(user)).select_related("team").filter(pk=pk), user=-1, pk="?"
)


def test_the_words_stay_and_the_values_change(people):
    alice, charlie = people["alice"], people["charlie"]
    mine = Conversation.objects.create(team=alice.teams.get(), title="mine")
    theirs = Conversation.objects.create(team=charlie.teams.get(), title="theirs")
    assert DOOR.first(user=alice.pk, pk=mine.pk) == mine
    assert DOOR.first(user=charlie.pk, pk=theirs.pk).title == "theirs"
    assert DOOR.first(user=charlie.pk, pk=mine.pk) is None
    assert DOOR.all(user=alice.pk, pk="unknown") == []


def test_related_objects_come_in_the_same_query(people, django_assert_num_queries):
    conversation = Conversation.objects.create(team=Team.objects.get(name="Ours"))
    DOOR.first(user=people["alice"].pk, pk=conversation.pk)
    with django_assert_num_queries(1):
        assert DOOR.first(user=people["alice"].pk, pk=conversation.pk).team.name == "Ours"


def test_a_value_that_has_no_place_is_refused(people):
    with pytest.raises(TypeError):
        Prepared(lambda user, pk: Membership.objects.filter(user_id=user), user=-1, pk="?").all(user=1, pk="x")


def test_only_the_rows_that_fit_are_given_new_values(people):
    team = Team.objects.get(name="Ours")
    one, other = (Conversation.objects.create(team=team, title=title, model="m") for title in ("one", "other"))
    changed = update(Conversation, {"title": "new", "parameters": {"seed": 1}, "head": None}, id=[one.pk, "unknown"], model="m")
    assert changed == 1
    one.refresh_from_db()
    other.refresh_from_db()
    assert (one.title, one.parameters, other.title) == ("new", {"seed": 1}, "other")
    assert update(Conversation, {"title": "never"}, id=one.pk, model="another") == 0


def test_only_the_rows_that_fit_are_deleted(people):
    team = Team.objects.get(name="Ours")
    one, other = (Conversation.objects.create(team=team, title=title) for title in ("one", "other"))
    assert delete(Conversation, id=one.pk) == 1
    assert list(Conversation.objects.filter(team=team)) == [other]
