"""Which models a person can choose from, and what is said when nobody knows."""

import html
import re

import pytest

from apps.catalog import catalog
from tests.people import HTMX
from tests.upstream import chunks
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)


def read(person, wanted, query=""):
    """The picker, as soon as it has what is wanted: it asks again while the list is on its way."""
    return until(lambda: wanted in (text := person.get(f"/models/options/{query}", headers=HTMX).text) and text)


def test_chat_models_come_first_and_are_asked_for_once(server, alice):
    options = read(alice, "llama-3.1-8b-instant")
    assert options.index("llama-3.1-8b-instant") < options.index("whisper-large-v3")
    assert 'label="Other"' in options
    alice.get("/models/options/", headers=HTMX)
    assert len([r for r in server.upstream.requests if r.path.endswith("/models")]) == 1


@pytest.mark.parametrize(
    ("offered", "met"),
    [
        (["allam-2-7b", "groq/compound", "llama-3.1-8b-instant"], "llama-3.1-8b-instant"),
        (["groq/compound", "llama-3.1-8b-instant", "openai/gpt-oss-120b"], "openai/gpt-oss-120b"),
        (["whisper-large-v3", "b-model", "a-model"], "a-model"),
    ],
)
def test_who_has_chosen_none_meets_a_usual_model(server, alice, offered, met):
    server.upstream.models[:] = [chunks.model(id) for id in offered]
    [chosen] = re.findall(r'<option value="([^"]+)" selected', read(alice, met))
    assert chosen == met


def test_a_list_that_cannot_be_read_is_told_with_a_way_out(server, alice):
    server.upstream.refuses(401, "Invalid API Key", path="/openai/v1/models")
    options = read(alice, "The list of models could not be read")
    assert "Invalid API Key" in options and "Read it again" in options
    assert "hx-trigger" not in options
    assert "llama-3.1-8b-instant" in read(alice, "llama-3.1-8b-instant", "?again=1")
    assert len([r for r in server.upstream.requests if r.path.endswith("/models")]) == 2


def test_a_list_that_could_not_be_read_for_a_moment_comes_by_itself(server, alice):
    server.upstream.refuses(404, "Not there yet", path="/openai/v1/models")
    options = read(alice, "The list of models could not be read", "?for=transcription")
    waits = html.unescape(re.search(r'hx-get="([^"]+)" hx-trigger="load delay:2s"', options)[1])
    assert "for=transcription" in waits
    assert 'id="unread"' not in alice.get(waits, headers=HTMX).text
    catalog.forget_errors()
    there = until(lambda: "whisper-large-v3" in (text := alice.get(waits, headers=HTMX).text) and text)
    assert 'id="unread" hx-swap-oob="delete"' in there and 'label="Transcription"' in there and "hx-trigger" not in there


def test_a_key_that_is_refused_is_told_where_it_matters_until_it_is_taken(server, alice):
    server.upstream.refuses(401, "Invalid API Key", path="/openai/v1/models")
    read(alice, "The list of models could not be read")
    sent = alice.send("Hello", model="")
    assert sent.status_code == 422
    for words in ("Not sent", "Invalid API Key.", "Read it again", 'href="/settings/"'):
        assert words in sent.text
    assert "The API refuses this key:" in alice.get("/settings/").text
    read(alice, "llama-3.1-8b-instant", "?again=1")
    assert "The API refuses this key:" not in alice.get("/settings/").text


def test_an_api_that_says_nothing_holds_nobody_up(server, alice):
    server.upstream.sends(end="hang", path="/openai/v1/models")
    for _ in range(12):
        assert "Reading the list" in alice.get("/models/options/", headers=HTMX, timeout=2).text
    assert alice.get("/health", timeout=2).text == "ok\n"
    server.upstream.resumes()


def test_a_message_without_a_model_is_not_sent_and_says_why(server, alice):
    server.upstream.sends(end="hang", path="/openai/v1/models")
    answer = alice.send("Hello", model="")
    assert answer.status_code == 422
    assert "Choose one first." in answer.text
    server.upstream.resumes()


def test_names_of_models_are_text_not_markup(server, alice):
    server.upstream.models.append({"id": "<img src=x onerror=alert(1)>", "object": "model", "created": 1, "owned_by": "x"})
    options = read(alice, "onerror")
    assert "<img" not in options and "&lt;img" in options
