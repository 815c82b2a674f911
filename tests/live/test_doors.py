"""Who may watch what: what is foreign, unknown or nonsense gets the same words, and rights that end, end on open sockets, too."""

import json
import time

import pytest
from django.contrib.sessions.models import Session

from apps.accounts.models import Membership, User
from apps.audio.models import Speech
from apps.conversations.models import Run
from apps.conversations.runs import gauge
from apps.conversations.topics import MessageTopic
from apps.core import serving
from apps.live import pulse, topics
from tests.audio.spoken import make_transcript, spoken
from tests.people import Person, strange_id

pytestmark = pytest.mark.django_db(transaction=True)


def said(socket, frame):
    """Everything the server answers to one frame, until it has dealt with it."""
    socket.socket.send(frame if isinstance(frame, str) else json.dumps(frame))
    before = len(socket.frames)
    socket.settle()
    return socket.frames[before:-1]


def variants(topic):
    kind, _, id = topic.partition(":")
    return [
        topic,
        f" {topic}",
        f"{topic} ",
        f"{topic}\u0000",
        f"{topic}\n",
        topic.upper(),
        f"{kind}_{id}",
        f"{kind}:{kind}:{id}",
        f"{kind}:{id}:",
        f"{kind}s:{id}",
        f"run:{id}",
        f"{kind}: {id}",
        id,
        f"{kind}:",
        f"{kind}:%",
        f"{kind}:{id[:-1]}_",
        f"{kind}:{'x' * 20}",
        f"{kind}:{'०' * 20}",
    ]


@pytest.fixture
def known(server, alice):
    """{kind: id} of one of each that can be watched, of Alice's team; the limits are of the server's key."""
    server.upstream.says("Secret words", hang=True)
    message = alice.ask("Secret question")
    transcript = make_transcript(message.conversation.team, alice.user, spoken(["Secret words."]))
    speech = Speech.ask(
        message.conversation.team, alice.user, key="the-first", text="Secret speech", model="m", voice="v", parameters={}
    )
    limits = gauge.name().partition(":")[2]
    return {
        "message": message.pk,
        "conversation": message.conversation_id,
        "transcript": transcript.pk,
        "speech": speech.pk,
        "limits": limits,
    }


def test_whatever_can_be_watched_has_a_door(server, alice, charlie, people, known):
    """A kind that is missing here fails: a stranger, a person without a team, and whoever has left it hear the same."""
    assert {kind for kind, _ in topics.kinds()} == set(known)
    charlies = charlie.user.memberships.get()
    for kind, id in known.items():
        topic, nothing = f"{kind}:{id}", f"{kind}:{strange_id()}"
        with alice.socket() as socket:
            assert not any(frame.get("unknown") for frame in said(socket, {"watch": topic})), topic
        if kind == "limits":
            charlies.delete()
        with charlie.socket() as socket:
            for name in [*variants(topic), nothing]:
                assert said(socket, {"watch": name, "epoch": None, "after": 0}) == [{"topic": name, "unknown": True}], name
    server.upstream.resumes()


@pytest.mark.parametrize("kind", ["message", "conversation"])
def test_a_strangers_topic_is_an_unknown_one(server, alice, charlie, kind):
    server.upstream.says("Secret words", hang=True)
    message = alice.ask("Secret question")
    server.wait_turns()
    theirs = f"{kind}:{message.pk if kind == 'message' else message.conversation_id}"
    with charlie.socket() as socket:
        for name in [*variants(theirs), *variants(f"{kind}:{strange_id()}")]:
            assert said(socket, {"watch": name, "epoch": None, "after": 0}) == [{"topic": name, "unknown": True}], name
        server.upstream.resumes()
        alice.finish(message)
        alice.post(f"/c/{message.conversation_id}/rename/", {"title": "Secret title"})
        assert said(socket, {"watch": theirs}) == [{"topic": theirs, "unknown": True}]
        assert "Secret" not in json.dumps(socket.frames)


def test_a_topic_that_is_no_name_is_unknown(server, alice):
    with alice.socket() as socket:
        for name in (42, "42", "042", None, True, {"$ne": 1}, ["message"], 1.5, "", "message", ":", "x" * 1000):
            assert said(socket, {"watch": name}) == [{"topic": name if isinstance(name, str) else None, "unknown": True}], name


def test_only_the_exact_name_opens_the_door(server, alice):
    server.upstream.says("Mine", hang=True)
    message = alice.ask()
    with alice.socket() as socket:
        for name in variants(f"message:{message.pk}")[1:]:
            assert said(socket, {"watch": name})[0]["unknown"], name
        assert "snapshot" in said(socket, {"watch": f"message:{message.pk}"})[0]


def test_where_one_was_is_not_believed(server, alice):
    server.upstream.says("Mine", hang=True)
    message = alice.ask()
    with alice.socket() as socket:
        for after in (-1, 10**30, "1", None, True, 1.5, [], {}):
            for epoch in (None, 1, "x", [], {}):
                frames = said(socket, {"watch": f"message:{message.pk}", "epoch": epoch, "after": after})
                assert "snapshot" in frames[0]
        assert said(socket, {"unwatch": {"a": 1}}) == said(socket, {"unwatch": "message:none"}) == []


def test_a_viewer_sees_and_a_finished_answer_is_told_at_once(server, alice, vera):
    message = alice.finish(alice.ask())
    with vera.socket() as socket:
        (frame,) = said(socket, {"watch": f"message:{message.pk}"})
        assert frame["state"] == "complete" and message.pk in frame["final"]
        question = said(socket, {"watch": f"message:{message.parent_id}"})
        assert question == [{"topic": f"message:{message.parent_id}", "unknown": True}]


def test_nothing_can_be_changed_over_the_socket(server, alice, vera):
    server.upstream.says("Going on", hang=True)
    message = alice.ask()
    for frame in ({"stop": "all"}, {"send": "Hi"}, {"type": "stop"}, {}):
        with vera.socket() as socket:
            socket.say(**frame)
            assert closed(socket) == 1008, frame
    assert Run.objects.get(pk=message.pk).is_live


def closed(socket, within=5):
    """The code the server closes with; frames before it are read."""
    until = time.monotonic() + within
    try:
        while True:
            socket.read(timeout=max(0.01, until - time.monotonic()))
    except TimeoutError:
        raise AssertionError("the socket stayed open") from None
    except Exception:
        return socket.socket.close_code


def test_signing_out_closes_the_sockets_of_that_session_at_once(server, alice, people, monkeypatch):
    # Not only when somebody looks who still has a session.
    monkeypatch.setattr(pulse.people, "standing", lambda sockets: {socket: socket.rights for socket in sockets})
    with Person(server, people["alice"]) as elsewhere, alice.socket() as here, elsewhere.socket() as there:
        here.settle(), there.settle()
        alice.http.post("/accounts/logout/")
        assert closed(here) == 4401
        there.settle()
        assert alice.get("/settings/").status_code == 302
        # Its cookie opens no other, either.
        with alice.socket() as again:
            assert closed(again) == 4401


def test_rights_that_were_taken_away_end_within_five_seconds(server, alice, bob, vera, charlie):
    """A session ended elsewhere, a new password, a membership removed, a person disabled; the answer goes on for the team."""
    server.upstream.says(["word "] * 400, rate=50)
    message = alice.ask()
    topic = f"message:{message.pk}"
    with alice.socket() as alices, bob.socket() as bobs, vera.socket() as veras, charlie.socket() as charlies:
        for socket in (alices, bobs, veras):
            socket.watch(topic)
            socket.until(lambda frame: "word" in str(frame))
        charlies.settle()
        Session.objects.filter(session_key=alice.session).delete()
        vera.user.memberships.all().delete()
        bob.user.set_password("a new password of Bob")
        bob.user.save()
        User.objects.filter(pk=charlie.user.pk).update(is_active=False)
        assert (closed(alices), closed(bobs), closed(charlies)) == (4401, 4401, 4401)
        assert veras.until(lambda frame: frame.get("unknown"))["topic"] == topic
        # Vera is still somebody: her socket stays, and shows her nothing more of it.
        assert said(veras, {"watch": topic}) == [{"topic": topic, "unknown": True}]
        assert not any("append" in frame for frame in said(veras, {"ping": True}))
    assert server.turns[0].left_at is None
    for person in (alice, bob, charlie):
        assert person.get("/settings/").status_code == 302
    assert vera.get(f"/c/{message.conversation_id}/").status_code == 404
    Membership.objects.create(team=message.conversation.team, user=vera.user, role="owner")
    vera.post(f"/c/{message.conversation_id}/stop/")
    assert vera.finish(message).run.state == "stopped"


def test_rights_that_end_while_the_door_is_being_passed(server, alice, vera, monkeypatch):
    """The door was open when it was asked; by the time that frames would begin, it is shut."""
    server.upstream.says("Ours", hang=True)
    message = alice.ask()
    topic, open_door, asked = f"message:{message.pk}", MessageTopic.open, []

    def leaving(*args):
        asked.append(open_door(*args))
        if len(asked) == 1:
            vera.user.memberships.all().delete()
            serving.wait_for(pulse.check_rights(), 5)
        return asked[-1]

    with vera.socket() as socket:
        socket.settle()
        monkeypatch.setattr(MessageTopic, "open", leaving)
        assert said(socket, {"watch": topic}) == [{"topic": topic, "unknown": True}]
    assert asked[0] is not None and asked[1:] == [None]
