"""Presets: kept, applied, written anew, copied, deleted; by those who may, and by nobody else."""

import html
import json
import re
import threading

import pytest
from django.db import connections

from apps.accounts.models import Membership
from apps.conversations.models import Conversation
from apps.parameters.models import NameTaken, NotYours, Overtaken, Preset
from apps.parameters.preset_forms import described, texts
from tests.presets import FIELDS, SETTINGS, shown
from tests.upstream import says

pytestmark = pytest.mark.django_db(transaction=True)

NAMED = {"preset-name": "Steady", "preset-description": "For facts", "preset-audience": "team"}


def save(person, team, **fields):
    return person.post(f"/teams/{team.pk}/presets/", {**NAMED, **fields})


def names(person, team):
    return re.findall(r'class="preset-said"><strong dir="auto">([^<]*)', person.get(f"/teams/{team.pk}/presets/").text)


# What a preset is.


def test_a_preset_tells_what_differs_from_it(preset):
    assert preset.differences(SETTINGS, "m-1") == []
    now = {**SETTINGS, "temperature": 0.9, "seed": 1}
    del now["system"]
    assert preset.differences(now, "m-2") == [
        ("model", "m-1", "m-2"),
        ("temperature", 0.2, 0.9),
        ("system", "Be brief.", None),
        ("seed", None, 1),
    ]


def test_a_preset_without_a_model_does_not_look_at_it(people, ours):
    preset = Preset.keep(ours, people["alice"], name="Any", parameters={"store": True})
    assert preset.differences({"store": True}, "m-2") == []
    assert preset.differences({"store": 1}, "m-2") == [("store", True, 1)]
    preset.take({"seed": 1}, "m-2", preset.version)
    preset.refresh_from_db()
    assert (preset.model, preset.parameters) == ("", {"seed": 1})


def test_names_are_trimmed_and_stand_once_in_a_team(people, ours, preset):
    alice, bob, charlie = people["alice"], people["bob"], people["charlie"]
    assert Preset.keep(ours, alice, name="  Two \n words ", parameters={}).name == "Two words"
    with pytest.raises(NameTaken):
        Preset.keep(ours, bob, name="STEADY", parameters={})
    assert Preset.keep(charlie.teams.get(), charlie, name="Steady", parameters={}).name == "Steady"
    other = Preset.keep(ours, bob, name="Other", parameters={})
    with pytest.raises(NameTaken):
        other.describe(bob, name="steady", description="", private=False)
    other.refresh_from_db()
    assert other.name == "Other"
    other.describe(bob, name="OTHER", description="Its own name again", private=False)


def test_a_private_name_is_taken_for_its_maker_alone(people, ours, private):
    with pytest.raises(NameTaken):
        Preset.keep(ours, people["alice"], name="Hidden one", parameters={})
    assert Preset.keep(ours, people["bob"], name="Hidden one", parameters={}).pk


def test_one_name_is_given_once_however_many_ask_at_once(people, ours):
    taken = []

    def ask():
        try:
            Preset.keep(ours, people["bob"], name="Race", parameters={})
        except NameTaken:
            taken.append(True)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(taken), Preset.objects.filter(name="Race").count()) == (5, 1)


def test_a_preset_that_was_changed_meanwhile_is_not_written_over(preset):
    stale = preset.version
    assert preset.take({"seed": 1}, "m-1", stale)
    with pytest.raises(Overtaken):
        preset.take({"seed": 2}, "m-1", stale)
    preset.refresh_from_db()
    assert preset.parameters == {"seed": 1}


def test_a_page_that_has_no_model_yet_takes_none_away(preset):
    assert preset.take({"seed": 1}, "", preset.version)
    preset.refresh_from_db()
    assert (preset.model, preset.parameters) == ("m-1", {"seed": 1})


def test_taking_what_it_holds_changes_nothing(preset):
    before = preset.version
    assert preset.take(dict(SETTINGS), "m-1", before) == []
    preset.refresh_from_db()
    assert preset.version == before


def test_copies_find_names_of_their_own(people, ours, preset):
    bob = people["bob"]
    first, second = preset.duplicate(bob), preset.duplicate(bob)
    assert [first.name, second.name] == ["Steady (copy)", "Steady (copy 2)"]
    assert (first.parameters, first.model, first.description, first.created_by) == (SETTINGS, "m-1", "For facts", bob)
    long = Preset.keep(ours, bob, name="x" * 100, parameters={})
    assert long.duplicate(bob).name == "x" * 93 + " (copy)"


def test_only_its_maker_hides_a_preset(people, preset):
    with pytest.raises(NotYours):
        preset.describe(people["bob"], name="Gone", description="", private=True)
    preset.refresh_from_db()
    assert (preset.name, preset.private) == ("Steady", False)
    preset.describe(people["alice"], name="Steady", description="", private=True)
    assert not Preset.objects.visible_to(people["bob"]).exists()


# Doors.


def test_the_doors(people, ours, preset, private):
    def through(name):
        user = people[name]
        return [set(door(user).values_list("name", flat=True)) for door in (Preset.objects.visible_to, Preset.objects.editable_by)]

    assert through("alice") == [{"Steady", "Hidden one"}] * 2
    assert through("bob") == [{"Steady"}] * 2
    assert through("vera") == [{"Steady"}, set()]
    assert through("charlie") == [set(), set()]


def test_who_left_the_team_sees_nothing_of_it_nor_their_own(people, ours, private):
    Membership.objects.create(team=ours, user=people["charlie"], role="owner")
    Membership.objects.get(team=ours, user=people["alice"]).remove()
    assert not Preset.objects.visible_to(people["alice"]).exists()


def test_a_private_preset_is_unknown_to_teammates(bob, vera, private):
    for person in (bob, vera):
        for what in ("", "edit/", "delete/"):
            assert person.get(f"/presets/{private.pk}/{what}").status_code == 404
        for what in ("edit/", "update/", "duplicate/", "delete/"):
            assert person.post(f"/presets/{private.pk}/{what}", {**NAMED, "seen": private.version}).status_code == 404
        assert names(person, private.team) == []
        answer = person.get(f"/teams/{private.team_id}/presets/?preset={private.pk}")
        assert shown(answer) == ("", {})
    private.refresh_from_db()
    assert private.name == "Hidden one"


def test_a_viewer_reads_and_changes_nothing(vera, ours, preset):
    assert names(vera, ours) == ["Steady"]
    assert "Be brief." in vera.get(f"/presets/{preset.pk}/").text
    listed = vera.get(f"/teams/{ours.pk}/presets/?preset={preset.pk}").text
    assert "data-apply" not in listed and "data-update" not in listed and "Save" not in listed
    assert save(vera, ours, **FIELDS).status_code == 403
    assert vera.post(f"/presets/{preset.pk}/update/", {"seen": preset.version}).status_code == 403
    assert vera.post(f"/presets/{preset.pk}/delete/").status_code == 403
    preset.refresh_from_db()
    assert (preset.parameters, Preset.objects.count()) == (SETTINGS, 1)


# Over HTTP.


def test_what_stands_now_is_saved_and_applied(alice, bob, ours):
    answer = save(alice, ours, **FIELDS, model="m-1", **{"preset-with_model": "on"})
    assert answer.status_code == 200
    preset = Preset.objects.get()
    assert (preset.name, preset.description, preset.private, preset.model) == ("Steady", "For facts", False, "m-1")
    assert (preset.parameters, preset.created_by, preset.team) == (SETTINGS, alice.user, ours)
    id, controls = shown(answer)
    assert id == preset.pk
    assert controls == {**FIELDS, "tools": json.dumps(SETTINGS["tools"], indent=2)}
    assert names(bob, ours) == ["Steady"]


def test_the_model_is_left_out_on_request(alice, ours):
    assert save(alice, ours, model="m-1").status_code == 200
    assert Preset.objects.get().model == ""


@pytest.mark.parametrize(
    "fields, told",
    [
        ({"preset-name": "  "}, "A preset needs a name."),
        ({"preset-name": "x" * 101}, "A name may have up to 100 characters."),
        ({"preset-name": "no\x00name"}, "Null characters are not allowed."),
        ({"preset-description": "x" * 301}, "A description may have up to 300 characters."),
        ({"preset-audience": "world"}, "Select a valid choice."),
        ({"preset-name": "steady"}, "There is a preset called “steady” already."),
        ({"temperature": "9"}, "Temperature: Ensure this value is less than or equal to 2."),
        ({"tools": "[{"}, "Tools: This is not JSON"),
        ({"reasoning_format": "raw", "include_reasoning": "true"}, "It excludes Reasoning format"),
    ],
)
def test_what_is_wrong_is_told_and_stays_in_the_form(alice, preset, fields, told):
    said = {**NAMED, "preset-name": "Another", **fields}
    answer = alice.post(f"/teams/{preset.team_id}/presets/", said)
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, "#preset-form")
    text = html.unescape(answer.text)
    assert told in text
    assert f'value="{said["preset-name"]}"' in text and said["preset-description"] in text
    assert list(Preset.objects.values_list("name", flat=True)) == ["Steady"]


def test_a_preset_is_described_anew(bob, preset):
    form = html.unescape(bob.get(f"/presets/{preset.pk}/edit/").text)
    assert 'value="Steady"' in form and "For facts" in form
    changed = {"preset-name": "Steadier", "preset-description": "", "preset-audience": "team"}
    assert bob.post(f"/presets/{preset.pk}/edit/", changed).status_code == 200
    refused = bob.post(f"/presets/{preset.pk}/edit/", {**changed, "preset-audience": "private"})
    assert refused.status_code == 422 and "Only who made it may hide it" in refused.text
    preset.refresh_from_db()
    assert (preset.name, preset.description, preset.private, preset.parameters) == ("Steadier", "", False, SETTINGS)


def test_an_update_writes_what_stands_now(bob, preset):
    answer = bob.post(f"/presets/{preset.pk}/update/", {"seen": preset.version, "model": "m-2", "temperature": "0.9"})
    assert answer.status_code == 200 and "holds what stands now" in answer.text
    old = preset.version
    preset.refresh_from_db()
    # Controls that a page does not send, because it does not have them, keep what the preset holds.
    assert (preset.model, preset.parameters) == ("m-2", {**SETTINGS, "temperature": 0.9})
    late = bob.post(f"/presets/{preset.pk}/update/", {"seen": old, "temperature": "1.5"})
    assert late.status_code == 409 and "changed meanwhile" in late.text
    wrong = bob.post(f"/presets/{preset.pk}/update/", {"seen": preset.version, "temperature": "9"})
    assert wrong.status_code == 422 and "Temperature" in wrong.text
    preset.refresh_from_db()
    assert preset.parameters["temperature"] == 0.9


def test_what_the_form_no_longer_knows_is_kept_but_not_shown(bob, preset):
    Preset.objects.update(parameters={**SETTINGS, "of_tomorrow": [1]})
    preset.refresh_from_db()
    assert "of_tomorrow" not in json.loads(texts(preset))
    assert "of_tomorrow" not in str(described(preset))
    bob.post(f"/presets/{preset.pk}/update/", {"seen": preset.version, **FIELDS, "temperature": "1"})
    preset.refresh_from_db()
    assert preset.parameters == {**SETTINGS, "temperature": 1.0, "of_tomorrow": [1]}


def test_a_preset_goes_and_conversations_keep_their_settings(server, alice, bob, preset):
    server.upstream.default = says("Yes")
    message = alice.finish(alice.ask(preset=preset.pk, **FIELDS))
    conversation = Conversation.objects.get(pk=message.conversation_id)
    assert conversation.preset == preset
    assert "everyone in Ours" in bob.get(f"/presets/{preset.pk}/delete/").text
    answer = bob.post(f"/presets/{preset.pk}/delete/", {"preset": preset.pk})
    assert answer.status_code == 200 and shown(answer) == ("", {})
    conversation.refresh_from_db()
    assert (conversation.preset, conversation.parameters) == (None, SETTINGS)
    assert alice.post(f"/presets/{preset.pk}/update/", {"seen": preset.version}).status_code == 404


def test_copies_are_listed(bob, preset):
    answer = bob.post(f"/presets/{preset.pk}/duplicate/", {"preset": preset.pk})
    assert "“Steady (copy)” is made." in answer.text
    assert shown(answer)[0] == preset.pk
    assert names(bob, preset.team) == ["Steady", "Steady (copy)"]


def test_names_are_text_and_nothing_else(alice, ours):
    bad = "<img src=x onerror=alert(1)>\"'"
    answer = save(alice, ours, **{"preset-name": bad, "preset-description": bad}, system=bad)
    assert "<img" not in answer.text and shown(answer)[1]["system"] == bad
    assert "<img" not in alice.get(f"/presets/{Preset.objects.get().pk}/").text
