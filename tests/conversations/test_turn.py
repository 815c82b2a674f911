"""One streamed turn, from the send to the row."""

import pytest

from apps.conversations.models import Message

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_message_is_answered_word_by_word_and_kept(server, alice):
    server.upstream.says("Hello **there**, Alice.", rate=50)
    answer = alice.ask("Hello?")
    with alice.socket() as socket:
        socket.watch(f"message:{answer.pk}")
        final = socket.until_final()
    message = alice.finish(answer)
    assert (message.text, message.run.state) == ("Hello **there**, Alice.", "complete")
    assert "<strong>there</strong>" in final["final"]
    assert final["final"] in alice.get(f"/c/{message.conversation_id}/").text
    sent = server.upstream.requests[-1].json
    assert sent["messages"] == [{"role": "user", "content": "Hello?"}]
    assert Message.objects.count() == 2
