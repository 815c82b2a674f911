"""What changes between the moment a request is read and the moment it is saved."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from apps.conversations.models import Attachment, Conversation, Gone, Message
from apps.conversations.views import presets
from apps.parameters.models import Preset
from tests.conversations.test_attachments import attached

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def preset(alice):
    return Preset.keep(alice.user.memberships.get().team, alice.user, name="Short", parameters={"seed": 1})


@pytest.fixture
def conversation(server, alice):
    return alice.finish(alice.ask()).conversation_id


@pytest.fixture
def deleted_meanwhile(preset, monkeypatch):
    """The preset goes right after the page's words about it were understood."""
    take_up = presets.take_up

    def taken(request, conversation):
        take_up(request, conversation)
        Preset.objects.filter(pk=preset.pk).delete()

    monkeypatch.setattr(presets, "take_up", taken)


@pytest.mark.parametrize("how", [{}, {"add": "1", "role": "user"}])
def test_a_preset_goes_while_a_message_is_sent(server, alice, preset, deleted_meanwhile, how):
    answer = alice.send("Hello", preset=preset.pk, **how)
    assert answer.status_code == 200
    assert Conversation.objects.get().preset_id is None
    assert Message.objects.filter(text="Hello").exists()


def test_a_preset_goes_while_settings_are_kept(alice, conversation, preset, deleted_meanwhile):
    answer = alice.post(f"/c/{conversation}/settings/", {"preset": preset.pk, "seed": "7"})
    assert answer.status_code == 204
    kept = Conversation.objects.get()
    assert (kept.preset_id, kept.parameters) == (None, {"seed": 7})


@pytest.mark.parametrize("again", ["answer_again", "resend"])
def test_settings_that_were_kept_meanwhile_stay(server, alice, preset, again):
    old = Message.objects.select_related("conversation", "run").get(pk=alice.finish(alice.ask()).pk)
    assert old.conversation.parameters == {}
    kept = {"parameters": {"seed": 7}, "model": "other", "preset_id": preset.pk, "falls_back": True}
    Conversation.objects.update(**kept)
    how = {"request": {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}} if again == "resend" else {}
    turn = getattr(old.conversation, again)(old, key="key-of-this", **how)
    assert Conversation.objects.values(*kept).get() == kept
    assert turn.run.request.get("seed") == (7 if again == "answer_again" else None)
    turn.run.finish("stopped", worker="", text="")


def test_a_file_goes_into_one_conversation(server, alice):
    file = attached(alice, "notes.txt", b"Once")
    first, other = alice.finish(alice.ask()), alice.finish(alice.ask())
    # As when both sends looked for it before either took it.
    Attachment.give([file], first.conversation_id)
    with pytest.raises(Gone):
        other.conversation.ask(alice.user, text="Mine", key="key-of-other", model="m", parameters={}, attachments=[file])
    assert Attachment.objects.get().conversation_id == first.conversation_id
    assert not Message.objects.filter(text="Mine").exists()


def test_a_file_is_taken_back_while_it_is_sent(server, alice):
    message, file = alice.finish(alice.ask()), attached(alice, "notes.txt", b"Once")
    Attachment.objects.all().delete()
    with pytest.raises(Gone):
        message.conversation.ask(alice.user, text="Mine", key="key-of-mine", model="m", parameters={}, attachments=[file])


def test_a_file_that_two_chats_send_at_once_is_in_one_of_them(server, alice):
    server.upstream.says("Read", times=2)
    file = attached(alice, "notes.txt", b"Once")
    chats = [alice.finish(alice.ask()).conversation_id for _ in range(2)]
    with ThreadPoolExecutor(2) as threads:
        answers = list(threads.map(lambda chat: alice.send("Look", chat, attachments=file.pk), chats))
    assert sorted(answer.status_code for answer in answers) == [200, 422]
    assert Message.objects.filter(text="Look").get().conversation_id == Attachment.objects.get().conversation_id


def test_the_same_key_adds_the_same_once_and_nothing_else(server, alice):
    conversation = alice.finish(alice.ask()).conversation_id
    same = {"key": "key-of-adding", "add": "1", "role": "system"}
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda _: alice.send("Be\r\nbrief", conversation, **same), range(8)))
    assert {answer.status_code for answer in answers} == {200}
    assert Message.objects.filter(role="system").count() == 1
    for other in ({"text": "Be long"}, {"text": "Be\nbrief", "role": "user"}):
        answer = alice.send(**{"conversation": conversation, **same, **other})
        assert answer.status_code == 409 and "sent before with other words" in answer.text
    assert Message.objects.get(role="system").text == "Be\nbrief"
