"""The Speech page: asking, the library, its sound and its code; and reading aloud."""

import json
import re
import subprocess
import sys

import pytest
from django_tasks_db.models import DBTaskResult

from apps.accounts.models import Membership
from apps.audio.models import Speech
from apps.audio.runs import speaking, worker
from apps.audio.sound.reading import samples_of
from apps.catalog import catalog
from apps.groq.errors import GroqError
from tests.audio.speeches import LONG
from tests.people import HTMX, strange_id
from tests.upstream import says
from tests.upstream.speech import speaks

pytestmark = pytest.mark.django_db(transaction=True)

SAY = {"text": "Hello there.", "model": "playai-tts", "voice": "Fritz-PlayAI", "key": "page-key"}


@pytest.fixture(autouse=True)
def speaker(server, kept, monkeypatch):
    server.upstream.default = speaks()
    monkeypatch.setattr(worker, "LOOK_EVERY", 0.02)
    return server.upstream


@pytest.fixture
def queued(transactional_db):
    """The ids that were put into the queue, in their order."""
    return lambda: [task.args_kwargs["args"][0] for task in DBTaskResult.objects.order_by("enqueued_at")]


def offered(server):
    """Once the list of models is known."""
    server.call(catalog.refresh)


def test_a_text_becomes_a_card_and_then_a_sound(server, bob, queued):
    answer = bob.post("/speech/", {**SAY, "sample_rate": "16000", "response_format": "wav", "speed": ""})
    speech = Speech.objects.get()
    assert answer.status_code == 200 and f'id="speech-{speech.pk}"' in answer.text and "data-plays" in answer.text
    assert (speech.created_by, speech.parameters, queued()) == (
        bob.user,
        {"response_format": "wav", "sample_rate": 16000},
        [speech.pk],
    )
    speaking.play(speech.pk)
    card = bob.get(f"/speech/{speech.pk}/card/", headers=HTMX).text
    assert "<audio controls" in card and "speech-player" not in card and "16,000 Hz" in card
    sound = bob.get(f"/speech/{speech.pk}/sound")
    assert (sound.status_code, sound.headers["Content-Type"], len(sound.content)) == (
        200,
        "audio/wav",
        int(sound.headers["Content-Length"]),
    )
    assert samples_of(sound.content)[1] == 16000
    assert "sandbox" in sound.headers["Content-Security-Policy"] and sound.headers["X-Content-Type-Options"] == "nosniff"
    saved = bob.get(f"/speech/{speech.pk}/sound?download")
    assert saved.headers["Content-Disposition"] == 'attachment; filename="Hello there.wav"'
    # A text of one piece is its only piece, too.
    assert bob.get(f"/speech/{speech.pk}/pieces/0").content == sound.content


def test_sound_is_given_in_the_parts_that_a_player_asks_for(bob, spoken):
    speech = spoken(response_format="wav")
    whole = bob.get(f"/speech/{speech.pk}/sound").content
    for asked, part in [
        ("bytes=0-9", whole[:10]),
        ("bytes=10-", whole[10:]),
        ("bytes=-7", whole[-7:]),
        ("bytes=5-99999999", whole[5:]),
    ]:
        answer = bob.get(f"/speech/{speech.pk}/sound", headers={"Range": asked})
        assert (answer.status_code, answer.content) == (206, part), asked
    assert bob.get(f"/speech/{speech.pk}/sound", headers={"Range": "bytes=99999999-"}).status_code == 416


def test_sending_twice_is_one_and_another_text_is_refused(bob, queued):
    for _ in range(2):
        assert bob.post("/speech/", SAY).status_code == 200
    assert Speech.objects.count() == 1
    refused = bob.post("/speech/", {**SAY, "text": "Something else."})
    assert refused.status_code == 409 and Speech.objects.get().text == "Hello there."


@pytest.mark.parametrize(
    "wrong, words",
    [
        ({"text": "  \n"}, "Write what is to be spoken."),
        ({"text": "x" * 50_001}, "this has 50001"),
        ({"model": "", "other_model": ""}, "Choose a model"),
        ({"voice": ""}, "Choose a voice"),
        ({"speed": "9"}, "Speed"),
        ({"sample_rate": "123"}, "Sample rate"),
        ({"response_format": "aac"}, "Format"),
    ],
)
def test_what_cannot_be_spoken_is_said(bob, queued, wrong, words):
    answer = bob.post("/speech/", {**SAY, **wrong})
    assert (answer.status_code, answer.headers["HX-Retarget"]) == (422, "#notices")
    assert words in answer.text and not Speech.objects.exists() and not queued()


@pytest.mark.parametrize("key", ["", "short", "x" * 65, "a\x00bcdefgh", "with a space", "line\nfeed"])
def test_a_key_that_no_page_makes_is_refused(bob, queued, key):
    answer = bob.post("/speech/", {**SAY, "key": key})
    assert answer.status_code == 422 and "Load the page again." in answer.text
    assert not Speech.objects.exists() and not queued()


@pytest.mark.parametrize("again", ["x", "a%00b", "%ED%A0%80", "x" * 5000])
def test_an_id_that_none_is_is_not_found(bob, again):
    assert bob.get(f"/speech/?again={again}").status_code == 404


def test_a_model_and_a_voice_may_be_typed(bob, queued):
    bob.post("/speech/", {**SAY, "model": "", "other_model": "my-tts", "voice": "", "other_voice": "me"})
    assert Speech.objects.values_list("model", "voice").get() == ("my-tts", "me")


def test_the_page_knows_models_voices_and_what_was_used_last(server, bob, spoken, say):
    offered(server)
    page = bob.get("/speech/").text
    voices = json.loads(re.search(r'data-voices="([^"]*)"', page)[1].replace("&quot;", '"'))
    assert voices["playai-tts"][0] == "Fritz-PlayAI" and len(voices["playai-tts"]) == 19
    assert "<option selected>playai-tts</option>" in page and "What you have spoken will stand here" in page
    bob.post("/speech/", {**SAY, "voice": "Nia-PlayAI", "speed": "1.5"})
    page = bob.get("/speech/").text
    assert "<option selected>Nia-PlayAI</option>" in page and 'value="1.5"' in page
    assert "What you have spoken" not in page


def test_use_again_fills_the_form_and_a_strangers_is_not_found(bob, charlie, say):
    speech = say("Once more, with feeling.", voice="Gail-PlayAI", response_format="ogg")
    page = bob.get(f"/speech/?again={speech.pk}").text
    assert "Once more, with feeling.</textarea>" in page.replace("\n", "")
    assert "<option selected>Gail-PlayAI</option>" in page and '<option value="ogg" selected>' in page
    assert charlie.get(f"/speech/?again={speech.pk}").status_code == 404


def test_the_library_is_paged_and_leaves_out_what_was_read_aloud(bob, charlie, say):
    made = [say(f"Text number {number}.", key=str(number)) for number in range(25)]
    say("An answer.", key="aloud", aloud=True)
    page = bob.get("/speech/").text
    assert re.findall(r'id="speech-(\w{20})"', page) == [speech.pk for speech in made[::-1][:20]]
    older = re.search(r'hx-get="(/speech/\?before=[^"]+)"', page)[1]
    part = bob.get(older, headers=HTMX).text
    assert re.findall(r'id="speech-(\w{20})"', part) == [speech.pk for speech in made[::-1][20:]]
    assert "<html" not in part and "An answer." not in page + part
    assert "<html" in bob.get(older).text
    assert "Text number" not in charlie.get("/speech/").text


def test_stop_retry_and_delete(server, bob, say, queued, kept):
    speech = say(LONG)
    assert "Stopped." in bob.post(f"/speech/{speech.pk}/stop/").text
    retried = bob.post(f"/speech/{speech.pk}/retry/").text
    assert "speech-player" in retried and queued() == [speech.pk]
    speaking.play(speech.pk)
    answer = bob.post(f"/speech/{speech.pk}/delete/")
    assert (answer.status_code, answer.text) == (200, "")
    assert not Speech.objects.exists() and not [path for path in kept.rglob("*") if path.is_file()]


def test_pieces_are_heard_before_the_whole_is_done(server, bob, vera, charlie, say, speaker):
    speech = say(LONG)
    speaker.plays(speaks(), path="/openai/v1/audio/speech").refuses(400, path="/openai/v1/audio/speech")
    speaking.play(speech.pk)
    heard = vera.get(f"/speech/{speech.pk}/pieces/0")
    assert heard.headers["Content-Type"] == "audio/wav" and samples_of(heard.content)
    for person, number in ((vera, 1), (charlie, 0)):
        assert person.get(f"/speech/{speech.pk}/pieces/{number}").status_code == 404
    assert vera.get(f"/speech/{speech.pk}/sound").status_code == 404
    card = vera.get(f"/speech/{speech.pk}/card/").text
    assert "Not spoken." in card and "data-over" in card and "Retry" not in card


def test_watchers_are_told_of_every_piece_and_strangers_of_nothing(server, bob, charlie, say):
    speech = say(LONG)
    topic, count = f"speech:{speech.pk}", speech.pieces.count()
    with bob.socket() as socket, charlie.socket() as stranger:
        stranger.watch(topic)
        assert stranger.read() == {"topic": topic, "unknown": True}
        socket.watch(topic)
        assert socket.read()["speech"] == {"state": "queued", "done": 0, "pieces": count, "waits": "Waiting for a worker"}
        speaking.play(speech.pk)
        told = socket.until(lambda frame: frame.get("speech", {}).get("state") == "complete")
        assert told["speech"] == {"state": "complete", "done": count, "pieces": count, "waits": ""}
    with bob.socket() as late:
        late.watch(topic)
        assert late.read()["speech"]["state"] == "complete"


def test_who_watches_what_is_deleted_hears_that_it_is_gone(server, bob, say):
    speech = say()
    with bob.socket() as socket:
        socket.watch(f"speech:{speech.pk}")
        socket.read()
        speech.remove()
        socket.until(lambda frame: frame.get("gone"))


def codes(answer):
    return [
        code.replace("&#x27;", "'").replace("&quot;", '"').replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&")
        for code in re.findall(r'<code id="code\w*-\d+">(.*?)</code>', answer.text, re.DOTALL)
    ]


def test_the_code_sends_the_request_and_writes_a_file(server, bob, spoken, tmp_path):
    data = {**SAY, "text": "It’s \"so\" 'simple'.\nTwo lines $HOME", "response_format": "wav", "sample_rate": "8000"}
    shell, python, script = codes(bob.post("/speech/code/", data))
    environment = {"GROQ_API_KEY": "gsk_1", "PATH": "/usr/bin:/bin"}
    subprocess.run(["bash", "-c", shell], cwd=tmp_path, env=environment, check=True, timeout=20)
    assert samples_of((tmp_path / "speech.wav").read_bytes())[1] == 8000
    body = server.upstream.request.json
    assert body == {
        "model": "playai-tts",
        "input": data["text"],
        "voice": "Fritz-PlayAI",
        "response_format": "wav",
        "sample_rate": 8000,
    }
    (tmp_path / "speech.wav").unlink()
    subprocess.run([sys.executable, "-c", python], cwd=tmp_path, env=environment, check=True, timeout=30)
    assert server.upstream.request.json == body and samples_of((tmp_path / "speech.wav").read_bytes())[1] == 8000
    assert '"speech.wav"' in script and "gsk_1" not in shell + python + script
    speech = spoken("Hello.")
    assert "Hello." in codes(bob.get(f"/speech/{speech.pk}/code/"))[0]


def test_reading_aloud_makes_the_same_words_once(server, bob, alice, queued):
    offered(server)
    first = bob.post("/speech/aloud/", {"text": "An answer."}).json()
    again = alice.post("/speech/aloud/", {"text": "An answer."}).json()
    assert first == again == {"topic": first["topic"], "piece": first["piece"], "state": "queued", "done": 0}
    speech = Speech.objects.get()
    assert (speech.aloud, speech.model, speech.voice) == (True, "playai-tts", "Fritz-PlayAI")
    speaking.play(speech.pk)
    assert bob.post("/speech/aloud/", {"text": "An answer."}).json()["state"] == "complete"
    assert samples_of(bob.get(first["piece"]).content)
    # In the voice that was used last, it is another.
    bob.post("/speech/", {**SAY, "voice": "Nia-PlayAI"})
    assert bob.post("/speech/aloud/", {"text": "An answer."}).json()["topic"] != first["topic"]


def test_reading_aloud_tries_again_what_failed(server, bob, queued, speaker):
    offered(server)
    speaker.refuses(400, path="/openai/v1/audio/speech")
    bob.post("/speech/aloud/", {"text": "An answer."})
    speaking.play(Speech.objects.get().pk)
    assert bob.post("/speech/aloud/", {"text": "An answer."}).json()["state"] == "queued"
    assert queued() == [Speech.objects.get().pk] * 2


def test_what_is_read_aloud_belongs_to_the_team_of_its_chat(server, people, ours, alice, bob, vera, charlie, queued):
    """Not to the team that its reader works in at that moment."""
    offered(server)
    theirs = people["charlie"].teams.get()
    Membership.objects.create(team=theirs, user=alice.user, role="member")
    Membership.objects.create(team=theirs, user=bob.user, role="viewer")
    made = alice.post("/speech/aloud/", {"text": "An answer.", "team": theirs.pk}).json()
    assert Speech.objects.get().team == theirs
    assert (
        charlie.get(made["piece"]).status_code == 404 and charlie.get(f"/speech/{Speech.objects.get().pk}/card/").status_code == 200
    )
    assert vera.get(f"/speech/{Speech.objects.get().pk}/card/").status_code == 404
    # Who may only look at that team has nothing read; of a stranger's team nobody hears that it is there.
    refused = [bob.post("/speech/aloud/", {"text": "An answer.", "team": team}) for team in (theirs.pk,)]
    refused += [
        charlie.post("/speech/aloud/", {"text": "An answer.", "team": team}) for team in (ours.pk, strange_id(), "x", "x" * 99)
    ]
    assert [answer.status_code for answer in refused] == [403] * 4 + [422] and Speech.objects.count() == 1


def test_the_page_of_a_chat_says_whose_it_is(server, people, ours, bob):
    server.upstream.default = says("Yes.")
    message = bob.finish(bob.ask())
    assert f'data-team="{ours.pk}"' in bob.get(f"/c/{message.conversation_id}/").text


def test_without_a_model_that_speaks_it_is_said_and_not_offered(server, bob):
    server.upstream.models = [model for model in server.upstream.models if "playai" not in model["id"]]
    offered(server)
    answer = bob.post("/speech/aloud/", {"text": "An answer."})
    assert answer.status_code == 409 and "no model that speaks" in answer.text
    assert "The API lists no model that speaks." in bob.get("/speech/").text
    assert re.search(r'<body class="chat-page\s+mute"', bob.get("/").text)
    assert bob.post("/speech/aloud/", {"text": " "}).status_code == 422


def test_why_there_is_no_model_to_choose_is_said(server, bob):
    server.upstream.refuses(401, "Invalid API Key", path="/openai/v1/models")
    with pytest.raises(GroqError):
        offered(server)
    page = bob.get("/speech/").text
    assert "The list of models could not be read. Invalid API Key." in page and "lists no model" not in page
    assert 'finds more in <a href="/settings/">Settings</a>' in page
    catalog.forget_errors()
    offered(server)
    assert "is not here yet" not in bob.get("/speech/").text


def test_an_answer_has_the_button_and_a_question_has_none(server, bob):
    server.upstream.default = says("Yes.")
    message = bob.finish(bob.ask())
    page = bob.get(f"/c/{message.conversation_id}/").text
    assert page.count('<read-aloud class="needs-edit" data-url="/speech/aloud/"') == 1
