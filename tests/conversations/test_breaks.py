"""The answer begins late, breaks off or ends oddly: its text stays, and no truncation passes for an end."""

import re
import socket

import pytest

from tests.upstream import chunks

pytestmark = pytest.mark.django_db(transaction=True)


def ended(person, text="Go on"):
    """The message when its run is over, and its page."""
    message = person.finish(person.ask(text))
    return message, person.get(f"/c/{message.conversation_id}/").text


def interrupted(person, text, code):
    message, page = ended(person)
    assert (message.text, message.run.state) == (text, "interrupted")
    assert message.run.error["code"] == code
    assert "Interrupted" in page and ">Retry<" in page and ">Continue<" in page
    return message, page


def test_nobody_listens_at_the_address(server, alice, settings):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        settings.GROQ_BASE_URL = f"http://127.0.0.1:{free.getsockname()[1]}"
    server.reconnect()
    message, page = ended(alice)
    assert (message.run.state, message.run.attempts) == ("failed", 3)
    assert "between this server and the API" in page and ">Retry<" in page
    assert "What the connection said" in page and "What came back instead" not in page


@pytest.mark.parametrize("reset", [True, False])
def test_a_connection_lost_before_the_headers_is_tried_again(server, alice, quick_retries, reset):
    server.upstream.cuts(before="headers", reset=reset).says("Second try")
    message, _ = ended(alice)
    assert (message.text, message.run.state) == ("Second try", "complete")
    assert len(server.turns) == 2


@pytest.mark.parametrize("reset", [True, False])
def test_a_connection_lost_after_the_headers_is_not_tried_again(server, alice, quick_retries, reset):
    server.upstream.cuts(before="body", reset=reset)
    message, page = ended(alice)
    # There is nothing to go on from.
    assert (message.run.state, message.run.error["code"]) == ("failed", "connection_lost")
    assert ">Retry<" in page and ">Continue<" not in page
    assert len(server.turns) == 1


@pytest.mark.parametrize("reset", [True, False])
def test_a_connection_lost_in_the_middle_keeps_the_text(server, alice, quick_retries, reset):
    server.upstream.cuts("Half a sentence", reset=reset)
    interrupted(alice, "Half a sentence", "connection_lost")
    assert len(server.turns) == 1


def test_waiting_for_the_first_word_is_told(server, alice):
    server.upstream.says("Late", hang=True, delay=0.4)
    message = alice.ask()
    with alice.socket() as socket:
        socket.watch(f"message:{message.pk}")
        first = socket.read()
        assert first["snapshot"]["status"]["waiting"] is True
        assert first["snapshot"]["status"]["elapsed"] >= 0
        socket.until(lambda frame: frame.get("status", {}).get("streaming"))
        server.upstream.resumes()
        assert socket.until_final()["state"] == "complete"


def test_no_first_word_in_time_fails(server, alice, settings):
    settings.GROQ_FIRST_BYTE_TIMEOUT = 0.3
    server.reconnect()
    server.upstream.says("Never", delay=30)
    message, page = ended(alice)
    assert (message.run.state, message.run.error["code"]) == ("failed", "first_byte_timeout")
    assert "did not begin to answer within 0.3 seconds" in page
    server.turns[0].wait_left()
    assert len(server.turns) == 1


def test_silence_in_the_middle_interrupts_and_frees_the_connection(server, alice, settings):
    settings.GROQ_STALL_TIMEOUT = 0.3
    server.reconnect()
    server.upstream.says("Then silence", hang=True)
    interrupted(alice, "Then silence", "stalled")
    server.turns[0].wait_left()


def test_comments_are_life(server, alice, settings):
    settings.GROQ_STALL_TIMEOUT = 0.5
    server.reconnect()
    beats = [b": keepalive\n\n"] * 8
    server.upstream.sends(chunks.chunk({"content": "Still "}), *beats, chunks.chunk({"content": "here"}, finish="stop"), pause=0.15)
    message, _ = ended(alice)
    assert (message.text, message.run.state) == ("Still here", "complete")


def test_an_end_without_a_mark_is_no_end(server, alice):
    server.upstream.says("All of it?", finish=None, done=False)
    interrupted(alice, "All of it?", "ended_early")


def test_a_finish_reason_alone_is_an_end(server, alice):
    server.upstream.says("All of it.", done=False)
    message, _ = ended(alice)
    assert (message.text, message.run.state) == ("All of it.", "complete")


@pytest.mark.parametrize(
    "event",
    [
        chunks.event({"error": {"message": "Model <b>overloaded</b>", "code": "overloaded"}}),
        chunks.event({"message": "Model <b>overloaded</b>", "code": "overloaded"}, name="error"),
        chunks.chunk({}, x_groq={"id": "req_x", "error": "Model <b>overloaded</b>"}),
    ],
    ids=["object", "event", "x_groq"],
)
def test_an_error_in_the_middle_keeps_the_text_and_says_why(server, alice, event):
    server.upstream.sends(chunks.chunk({"content": "So far"}), event, chunks.event("[DONE]"))
    message, page = ended(alice)
    assert (message.text, message.run.state) == ("So far", "interrupted")
    assert "Model &lt;b&gt;overloaded&lt;/b&gt;" in page and "<b>overloaded" not in page


@pytest.mark.parametrize("reason", ["length", "content_filter", "tool_calls", "something_new"])
def test_the_finish_reason_is_shown_as_it_is(server, alice, reason):
    server.upstream.says("Cut", finish=reason)
    message, page = ended(alice)
    assert (message.run.state, message.run.finish_reason) == ("complete", reason)
    assert f'<span title="Finish reason">{reason}</span>' in page
    assert (">Continue<" in page) == (reason == "length")


def test_an_answer_cut_at_the_limit_goes_on_from_its_words(server, alice):
    server.upstream.says("One two", finish="length").says(" three.")
    first, _ = ended(alice)
    alice.post(f"/messages/{first.pk}/onward/", {"key": "onward-1"})
    sent = server.wait_turns(2)[1].json["messages"]
    assert sent[-1] == {"role": "assistant", "content": "One two"}
    later = first.conversation.messages.exclude(pk=first.pk).get(role="assistant")
    assert alice.finish(later).text == "One two three."


def test_thoughts_alone_are_kept_but_are_no_answer(server, alice):
    server.upstream.says("", reasoning="Hmm, let me <i>think</i>", finish=None, done=False)
    message, page = ended(alice)
    assert (message.text, message.reasoning, message.run.state) == ("", "Hmm, let me <i>think</i>", "interrupted")
    assert "let me &lt;i&gt;think&lt;/i&gt;" in page


def test_unknown_usage_is_unknown_and_not_nothing(server, alice):
    server.upstream.says("No figures", usage=None)
    message, page = ended(alice)
    assert message.run.usage is None
    assert "tokens unknown" in page
    assert not re.search(r"\b0 (in|out)\b", page)


def test_incredible_usage_is_unknown(server, alice):
    server.upstream.says("Odd", usage={"prompt_tokens": -1, "completion_tokens": "many", "total_time": -3})
    message, page = ended(alice)
    assert message.run.state == "complete"
    assert "-1" not in re.search(r'<p class="metrics">.*?</p>', page, re.S)[0]
    assert "unknown" in page


def test_a_stream_that_stays_open_after_its_end_is_closed_by_us(server, alice):
    server.upstream.says("Done", hold=True)
    message, _ = ended(alice)
    assert message.run.state == "complete"
    server.turns[0].wait_left(1)


def test_bad_events_are_skipped_until_there_are_too_many(server, alice):
    good, bad = chunks.chunk({"content": "Well"}), b"data: {not json\n\n"
    server.upstream.sends(good, bad, bad, chunks.chunk({"content": "!"}, finish="stop"), chunks.event("[DONE]"))
    message, _ = ended(alice)
    assert (message.text, message.run.state) == ("Well!", "complete")
    server.upstream.sends(good, bad, bad, bad, chunks.chunk({"content": "!"}, finish="stop"))
    interrupted(alice, "Well", "unreadable")
