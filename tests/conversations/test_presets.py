"""A conversation and the preset that was applied on it last."""

import re

import pytest

from apps.accounts.models import Membership
from apps.conversations.models import Conversation
from apps.parameters.models import Preset
from tests.people import strange_id
from tests.presets import FIELDS, shown
from tests.upstream import says

pytestmark = pytest.mark.django_db(transaction=True)


def settings_of(person, conversation, **fields):
    answer = person.post(f"/c/{conversation}/settings/", fields)
    assert answer.status_code == 204
    return Conversation.objects.get(pk=conversation).preset_id


@pytest.fixture
def conversation(server, alice):
    server.upstream.default = says("Yes")
    return alice.finish(alice.ask()).conversation_id


def test_a_conversation_remembers_what_was_applied(alice, bob, conversation, preset):
    assert settings_of(alice, conversation, preset=preset.pk, **FIELDS) == preset.pk
    for person in (alice, bob):
        assert shown(person.get(f"/c/{conversation}/"))[0] == preset.pk
    # A page that knows nothing of presets leaves it.
    assert settings_of(alice, conversation, temperature="1") == preset.pk
    assert settings_of(bob, conversation, preset="") is None


def test_presets_of_strangers_and_of_nobody_are_none(alice, charlie, people, conversation, preset):
    theirs = Preset.keep(people["charlie"].teams.get(), people["charlie"], name="Secret", parameters={})
    for unknown in (theirs.pk, strange_id(), "nonsense", "\x00" * 3):
        assert settings_of(alice, conversation, preset=preset.pk) == preset.pk
        assert settings_of(alice, conversation, preset=unknown) is None
    assert "Secret" not in alice.get(f"/teams/{preset.team_id}/presets/?preset={theirs.pk}").text


def test_a_preset_of_another_team_of_mine_is_none(alice, people, conversation):
    other = people["charlie"].teams.get()
    Membership.objects.create(team=other, user=people["alice"], role="member")
    elsewhere = Preset.keep(other, people["alice"], name="Elsewhere", parameters={})
    assert settings_of(alice, conversation, preset=elsewhere.pk) is None


def test_a_private_preset_on_a_shared_conversation_stays_its_makers(alice, bob, conversation, private):
    assert settings_of(alice, conversation, preset=private.pk) == private.pk
    page = bob.get(f"/c/{conversation}/")
    assert shown(page) == ("", {}) and "Hidden one" not in page.text
    # Bob's page says that none is applied, because it knows no better.
    assert settings_of(bob, conversation, preset="", temperature="1") == private.pk
    assert settings_of(alice, conversation, preset="") is None


def test_nothing_that_is_sent_is_lost_for_a_preset_that_is_gone(server, alice, conversation, preset):
    preset_id = preset.pk
    preset.delete()
    assert alice.send("Still here", conversation, preset=preset_id).status_code == 200
    assert Conversation.objects.get(pk=conversation).preset_id is None


def test_a_new_chat_keeps_what_its_model_disables(server, alice, ours):
    server.upstream.default = says("Yes")
    preset = Preset.keep(ours, alice.user, name="Deep", parameters={"reasoning_effort": "low", "seed": 1})
    # The page sends no disabled control.
    message = alice.finish(alice.ask(preset=preset.pk, seed="1"))
    assert message.conversation.parameters == {"reasoning_effort": "low", "seed": 1}
    assert "reasoning_effort" not in server.turns[-1].json


def test_a_link_begins_a_chat_with_a_preset(alice, charlie, preset):
    page = alice.get(f"/?preset={preset.pk}")
    assert shown(page)[0] == preset.pk
    assert "Be brief.</textarea>" in page.text and '<option value="m-1" selected>' in page.text
    for nothing in (charlie.get(f"/?preset={preset.pk}"), alice.get("/?preset=nonsense")):
        assert nothing.status_code == 200 and shown(nothing) == ("", {}) and "Be brief." not in nothing.text


def test_the_palette_names_presets_to_those_who_may_apply_them(alice, bob, vera, charlie, preset, private):
    def found(person):
        return re.findall(r'data-applies="(\w+)"', person.get("/palette/?q=d").text)

    assert found(alice) == [private.pk, preset.pk]
    assert (found(bob), found(vera), found(charlie)) == ([preset.pk], [], [])
