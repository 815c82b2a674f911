"""Messages of any role: added without asking, put into the assistant's mouth, and the results of tool calls."""

import json
import re

import pytest

from apps.conversations.models import Message, Run
from tests.upstream import chunks

pytestmark = pytest.mark.django_db(transaction=True)

CALL = {"id": "call_1", "type": "function", "function": {"name": "weather", "arguments": '{"city": "Bern"}'}}
OTHER = {"id": "call_2", "type": "function", "function": {"name": "time", "arguments": "{broken"}}


def add(person, text, role, conversation=None, **how):
    answer = person.send(text, conversation, role=role, add="1", **how)
    assert answer.status_code == 200, answer.text
    [id] = re.findall(r'id="message-(\w+)"', answer.text)
    return Message.objects.select_related("conversation").get(pk=id)


def asked(call):
    """The call as the scripted upstream takes it."""
    return {"id": call["id"], **call["function"]}


def sent(server):
    return server.upstream.requests[-1].json["messages"]


def test_every_role_is_added_without_asking_and_sent_later(server, alice):
    server.upstream.says("Understood")
    first = add(alice, "Be brief.", "system")
    conversation = first.conversation_id
    for role, text, how in [
        ("developer", "Use <b>no</b> markup.", {}),
        ("user", "What is it?", {}),
        ("assistant", "It is a test.", {}),
        ("tool", "42", {"tool_call_id": "call_9"}),
    ]:
        add(alice, text, role, conversation, **how)
    assert not any(request.path.endswith("completions") for request in server.upstream.requests)
    assert not Run.objects.exists()
    page = alice.get(f"/c/{conversation}/").text
    for name in ("System", "Developer", "User", "Assistant", "Tool"):
        assert f'aria-label="{name} message"' in page
    assert "Use &lt;b&gt;no&lt;/b&gt; markup." in page
    alice.finish(alice.ask("And now?", conversation))
    assert sent(server) == [
        {"role": "system", "content": "Be brief."},
        {"role": "developer", "content": "Use <b>no</b> markup."},
        {"role": "user", "content": "What is it?"},
        {"role": "assistant", "content": "It is a test."},
        {"role": "tool", "content": "42", "tool_call_id": "call_9"},
        {"role": "user", "content": "And now?"},
    ]


def test_adding_twice_with_one_key_adds_once(server, alice):
    first = add(alice, "Once", "user", key="the-very-same-key")
    again = add(alice, "Once", "user", first.conversation_id, key="the-very-same-key")
    assert again.pk == first.pk
    assert Message.objects.count() == 1


def test_nothing_said_answers_what_was_added(server, alice):
    server.upstream.says("Here I am")
    added = add(alice, "Who is there?", "user")
    message = alice.finish(alice.ask("", added.conversation_id))
    assert message.parent_id == added.pk
    assert sent(server) == [{"role": "user", "content": "Who is there?"}]
    # Now there is nothing that waits for an answer.
    refused = alice.send("", added.conversation_id)
    assert refused.status_code == 422
    assert "Write a message first." in refused.text
    assert alice.send("", key="another-key-1").status_code == 422
    assert alice.send(" ", added.conversation_id, add="1").status_code == 422


@pytest.mark.parametrize("at_once", [True, False])
def test_the_answer_begins_with_the_words_of_the_assistant(server, alice, at_once):
    server.upstream.says("two, three")
    question = add(alice, "Count!", "user")
    if at_once:
        message = alice.ask("One, ", question.conversation_id, role="assistant")
    else:
        prefill = add(alice, "One, ", "assistant", question.conversation_id)
        message = alice.ask("", question.conversation_id)
        assert message.parent_id == prefill.parent_id
    message = alice.finish(message)
    assert message.text == "One, two, three"
    assert sent(server)[-1] == {"role": "assistant", "content": "One, "}
    server.upstream.says("four")
    alice.finish(alice.ask("Go on", question.conversation_id))
    assert [part["content"] for part in sent(server)] == ["Count!", "One, two, three", "Go on"]


def test_an_answer_may_begin_a_chat(server, alice):
    server.upstream.says("upon a time").says("two, three")
    message = alice.finish(alice.ask("Once ", role="assistant"))
    assert (message.text, message.parent) == ("Once upon a time", None)
    prefill = add(alice, "One, ", "assistant")
    message = alice.finish(alice.ask("", prefill.conversation_id))
    assert (message.text, message.parent) == ("One, two, three", None)


def test_what_stands_on_the_page_is_not_drawn_beside_itself(server, alice):
    question = add(alice, "Count!", "user")
    prefill = add(alice, "One, ", "assistant", question.conversation_id)
    answer = alice.send("", question.conversation_id)
    assert answer.headers["HX-Retarget"] == "#log"
    assert answer.text.count(f'id="message-{question.pk}"') == 1
    # Its words stand in the answer now.
    assert f'id="message-{prefill.pk}"' not in answer.text


def test_tool_calls_get_their_results_by_hand(server, alice):
    server.upstream.says("", tool_calls=[asked(CALL), asked(OTHER)], finish="tool_calls").says("It is 20 °C in Bern.")
    message = alice.finish(alice.ask("The weather?"))
    page = alice.get(f"/c/{message.conversation_id}/").text
    assert "Result of weather" in page and "&quot;city&quot;: &quot;Bern&quot;" in page and "{broken" in page
    at, key = f"/messages/{message.pk}/results/", {"key": "results-key"}
    # Every call wants one, and what was typed is not lost by asking.
    refused = alice.post(at, {**key, "result-0": "20"})
    assert refused.status_code == 422
    assert "Result of time" in refused.text
    for _ in range(2):
        assert alice.post(at, {**key, "result-0": '{"celsius": 20}', "result-1": "noon"}).status_code == 200
    answer = alice.finish(Run.objects.order_by("-created_at")[0].message)
    assert answer.text == "It is 20 °C in Bern."
    assert Run.objects.count() == 2
    assert sent(server)[1:] == [
        {"role": "assistant", "content": None, "tool_calls": [CALL, OTHER]},
        {"role": "tool", "content": '{"celsius": 20}', "tool_call_id": "call_1"},
        {"role": "tool", "content": "noon", "tool_call_id": "call_2"},
    ]
    page = alice.get(f"/c/{message.conversation_id}/").text
    assert page.count('aria-label="Tool message"') == 2
    assert "Send result" not in page


def test_arguments_are_seen_while_they_are_written(server, alice):
    pieces = ['{"ci', 'ty": ', '"Bern"', "}"]
    call = {"index": 0, "id": "call_1", "type": "function", "function": {"name": "weather", "arguments": ""}}
    more = [{"index": 0, "function": {"arguments": piece}} for piece in pieces]
    server.upstream.sends(*[chunks.chunk({"tool_calls": [part]}) for part in [call, *more]], pause=0.1, end="hang")
    message = alice.ask("The weather?")
    with alice.socket() as live:
        live.watch(f"message:{message.pk}")
        name, written = "", ""
        while written != "".join(pieces):
            frame = live.read()
            if "snapshot" in frame:
                name, written = "", ""
            for call in frame.get("snapshot", frame).get("calls", ()):
                assert call["at"] == 0
                name, written = call["name"], written + call["append"]
        assert name == "weather"
    # Whoever comes now sees all of it at once.
    with alice.socket() as live:
        live.watch(f"message:{message.pk}")
        first = live.until(lambda frame: "snapshot" in frame)
        assert first["snapshot"]["calls"] == [{"at": 0, "name": "weather", "append": "".join(pieces)}]
        server.upstream.resumes()
        live.until_final()
    assert json.loads(alice.finish(message).tool_calls[0]["function"]["arguments"]) == {"city": "Bern"}


@pytest.mark.parametrize("how", [{"role": "robot"}, {"role": "tool"}, {"tool_call_id": "x" * 201}])
def test_what_is_no_message_is_refused(server, alice, how):
    answer = alice.send("Hello", **how)
    assert answer.status_code == 422
    assert not Message.objects.exists()
