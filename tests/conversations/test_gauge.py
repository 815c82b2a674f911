"""The gauge: what the latest answers said of the API's limits, for everybody who shares the key."""

import json
import re
import time

import pytest

from apps.accounts.models import Membership
from apps.conversations.runs import gauge
from apps.core import connection
from tests.people import strange_id

pytestmark = pytest.mark.django_db(transaction=True)

MODEL = "llama-3.1-8b-instant"
BARE = {"content-type": "text/event-stream"}


@pytest.fixture(autouse=True)
def nothing_known():
    """An upstream of an earlier test may have had the same address."""
    gauge.forget()


def limits_of(page):
    return json.loads(re.search(r'data-limits="(\{[^"]*&quot;requests[^"]*|\{\})"', page)[1].replace("&quot;", '"'))


def topic_of(page):
    return re.search(r'data-topic="(limits:\w{20})"', page)[1]


def test_an_answers_headers_reach_the_page(server, alice):
    assert limits_of(alice.get("/").text) == {}
    alice.finish(alice.ask())
    found = limits_of(alice.get("/").text)
    assert list(found) == [MODEL]
    assert found[MODEL]["tokens"] == {"limit": 6000, "remaining": 5990, "reset": found[MODEL]["tokens"]["reset"]}
    assert found[MODEL]["tokens"]["reset"] <= 0.1
    assert (found[MODEL]["requests"]["limit"], found[MODEL]["requests"]["remaining"]) == (14400, 14399)
    assert 0 <= found[MODEL]["requests"]["reset"] <= 6


def test_watchers_are_told_once_for_many_answers(server, alice, bob):
    topic = topic_of(alice.get("/").text)
    with bob.socket() as socket:
        socket.watch(topic)
        assert socket.until(lambda frame: frame.get("topic") == topic)["snapshot"] == {"limits": {}}

        def many_answers():
            for left in range(20, 0, -1):
                gauge.note(MODEL, {"x-ratelimit-remaining-tokens": str(left)})

        server.call(many_answers)
        told = socket.until(lambda frame: frame.get("topic") == topic)["snapshot"]["limits"]
        assert told[MODEL]["tokens"]["remaining"] == 1
        time.sleep(gauge.PAUSE + 0.1)
        socket.settle()
        assert sum(frame.get("topic") == topic for frame in socket.frames) == 2
        alice.finish(alice.ask())
        told = socket.until(lambda frame: frame.get("topic") == topic)["snapshot"]["limits"]
        assert told[MODEL]["tokens"]["remaining"] == 5990


def test_a_refusal_tells_of_the_limits_too(server, alice):
    headers = {"x-ratelimit-limit-tokens": "6000", "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "5m"}
    server.upstream.refuses(429, "Slow down", headers={"retry-after": "300", **headers})
    alice.finish(alice.ask())
    found = limits_of(alice.get("/").text)[MODEL]
    assert (found["tokens"]["remaining"], found["requests"]["remaining"]) == (0, None)
    assert 290 < found["tokens"]["reset"] <= 300


def test_an_answer_that_says_nothing_leaves_what_is_known(server, alice):
    server.upstream.sends(b"data: [DONE]\n\n", headers=BARE)
    alice.finish(alice.ask())
    assert limits_of(alice.get("/").text) == {}
    alice.finish(alice.ask())
    server.upstream.sends(b"data: [DONE]\n\n", headers=BARE | {"x-ratelimit-remaining-tokens": "many"})
    alice.finish(alice.ask())
    assert limits_of(alice.get("/").text)[MODEL]["tokens"]["remaining"] == 5990


def test_another_team_shares_the_key_and_whoever_is_in_no_team_sees_nothing(server, alice, charlie):
    alice.finish(alice.ask())
    topic = topic_of(alice.get("/").text)
    with charlie.socket() as socket:
        socket.watch(topic)
        assert MODEL in socket.until(lambda frame: frame.get("topic") == topic)["snapshot"]["limits"]
        Membership.objects.filter(user=charlie.user).delete()
        assert socket.until(lambda frame: frame.get("topic") == topic and "snapshot" not in frame)["unknown"]
        socket.watch(topic)
        assert socket.until(lambda frame: frame.get("topic") == topic)["unknown"]


def test_another_connections_limits_are_unknown(server, alice):
    alice.finish(alice.ask())
    with alice.socket() as socket:
        for name in (f"limits:{strange_id()}", "limits:", "limits"):
            socket.watch(name)
            assert socket.until(lambda frame, name=name: frame.get("topic") == name) == {"topic": name, "unknown": True}


def test_nothing_is_known_of_another_address_and_little_is_kept(server, settings):
    headers = {"x-ratelimit-limit-tokens": "10", "x-ratelimit-remaining-tokens": "5"}
    for number in range(gauge.MOST_MODELS + 5):
        server.call(gauge.note, f"model-{number}", headers)
    assert len(gauge.snapshot()["limits"]) == gauge.MOST_MODELS
    assert "model-0" not in gauge.snapshot()["limits"]
    settings.GROQ_BASE_URL = "http://127.0.0.1:9"
    server.call(server.hang_up)
    assert gauge.snapshot() == {"limits": {}}
    assert connection.available()


def test_a_page_without_an_api_has_no_gauge(server, alice, settings):
    message = alice.finish(alice.ask())
    settings.GROQ_BASE_URL = settings.GROQ_API_KEY = ""
    server.call(server.hang_up)
    page = alice.get(f"/c/{message.conversation_id}/")
    assert page.status_code == 200 and "<rate-gauge" not in page.text
