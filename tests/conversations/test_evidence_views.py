"""What came beside the text, from the API to the page: streamed, kept, fetched, and shown to nobody else."""

import json

import pytest

from apps.conversations.models import Message
from tests import exhibits
from tests.people import HTMX
from tests.upstream import chunks

pytestmark = pytest.mark.django_db(transaction=True)

TEXT = "Refunds take **five days**. The pro plan costs 29 €."
ANNOTATIONS = [exhibits.cites("handbook", 0, TEXT.index(".")), exhibits.cites("prices", 28, len(TEXT))]


def event(delta, **choice):
    """One event whose choice has more than a delta."""
    body = {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "groq/compound"}
    return chunks.event({**body, "choices": [{"index": 0, "delta": delta, "finish_reason": None, **choice}]})


def compound(text=TEXT):
    """An answer with everything beside it, as events."""
    return [
        event({"role": "assistant", "executed_tools": [{name: exhibits.SEARCH[name] for name in ("index", "type", "arguments")}]}),
        event({"executed_tools": [exhibits.SEARCH]}),
        event({"executed_tools": [exhibits.CODE, exhibits.BROWSER]}),
        event({"content": text}, logprobs={"content": exhibits.LOGPROBS}),
        event({"annotations": ANNOTATIONS}),
        chunks.chunk(
            {},
            finish="stop",
            usage_breakdown={"models": exhibits.BREAKDOWN},
            mcp_list_tools=exhibits.SERVERS,
            x_groq={"id": "r", "usage": chunks.usage_of(5, 9)},
        )
        + b"data: [DONE]\n\n",
    ]


@pytest.fixture
def answer(server, alice):
    server.upstream.sends(*compound())
    return alice.finish(alice.ask(documents=json.dumps(exhibits.DOCUMENTS), model="groq/compound"))


def tools_told(socket):
    return [lines for frame in socket.frames if (lines := frame.get("snapshot", frame).get("tools"))]


def test_tools_at_work_are_told_while_they_work(server, alice):
    server.upstream.sends(compound()[0], end="hang")
    message = alice.ask(model="groq/compound")
    with alice.socket() as socket:
        socket.watch(f"message:{message.pk}")
        socket.until(lambda frame: frame.get("snapshot", frame).get("tools"))
        assert tools_told(socket) == [["Searching the web for “how fast is an LPU”"]]


def test_what_tools_did_is_told_before_the_answer_ends(server, alice):
    # The last tools, the text and its citations in one event: who is told of the ones is past the others, too.
    rest = event({"executed_tools": [exhibits.CODE, exhibits.BROWSER], "content": TEXT, "annotations": ANNOTATIONS})
    server.upstream.sends(*compound()[:2], rest, end="hang")
    message = alice.ask(model="groq/compound")
    with alice.socket() as socket:
        socket.watch(f"message:{message.pk}")
        socket.until(lambda frame: "Opened https://example.org/" in frame.get("snapshot", frame).get("tools", []))
        assert tools_told(socket)[-1] == ["Searched the web for “how fast is an LPU”", "Ran code", "Opened https://example.org/"]
        alice.post(f"/c/{message.conversation_id}/stop/")
        final = socket.until_final()["final"]
    assert "What an &lt;LPU&gt; is" in final and 'class="citation"' in final
    assert final in alice.get(f"/c/{message.conversation_id}/").text


def test_everything_stands_under_the_answer(server, alice, answer):
    assert answer.run.state == "complete" and answer.text == TEXT
    page = alice.get(f"/c/{answer.conversation_id}/").text
    for words in (
        "Ran code",
        "Sales by quarter",
        "weather: 2 tools",
        "Sources",
        "Ask Ms. &lt;b&gt;Ünal&lt;/b&gt;.",
        "Show probabilities",
    ):
        assert words in page, words
    assert f'<a href="#source-{answer.pk}-1" id="cite-{answer.pk}-1" aria-label="Source 1: Document handbook">1</a>' in answer.html
    assert f'<li id="source-{answer.pk}-1"' in page
    # What is shown is not what is sent.
    server.upstream.says("Next")
    alice.finish(alice.ask("Next", answer.conversation_id, model="groq/compound"))
    assert server.turns[-1].json["messages"][1] == {"role": "assistant", "content": TEXT}


def test_citations_count_from_the_answer_behind_raw_thoughts_and_the_words_before(server, alice):
    thought = "<think>\nHm.\n</think>\n\n"
    server.upstream.sends(
        event({"content": f"{thought}A fact. More."}),
        event({"annotations": [exhibits.cites("handbook", len(thought), len(thought) + 6)]}),
        chunks.chunk({}, finish="length") + b"data: [DONE]\n\n",
    )
    first = alice.finish(alice.ask())
    assert 'A fact<sup class="citation">' in first.html
    server.upstream.sends(
        event({"content": " Another fact."}),
        event({"annotations": [exhibits.cites("handbook", 0, 13)]}),
        chunks.chunk({}, finish="stop") + b"data: [DONE]\n\n",
    )
    alice.post(f"/messages/{first.pk}/onward/", {"key": "onward-key"})
    second = alice.finish(Message.objects.exclude(pk=first.pk).get(role="assistant"))
    assert second.text == "A fact. More. Another fact."
    assert 'Another fact<sup class="citation">' in second.html


@pytest.mark.parametrize("nested", [True, False])
def test_pages_are_cited_by_their_titles_and_linked_where_they_may_be(server, alice, nested):
    def cites(url, title, start, end):
        told = {"url": url, "title": title, "start_index": start, "end_index": end}
        return {"type": "url_citation", **({"url_citation": told} if nested else told)}

    cited = [cites("https://example.org/a?b=1", "A <b>page</b>", 0, 6), cites("javascript:alert(1)", None, 8, 12)]
    server.upstream.sends(
        event({"content": "A fact. More."}),
        event({"annotations": cited}),
        chunks.chunk({}, finish="stop") + b"data: [DONE]\n\n",
    )
    answer = alice.finish(alice.ask())
    page = alice.get(f"/c/{answer.conversation_id}/").text
    rel = 'target="_blank" rel="noopener noreferrer nofollow" dir="auto"'
    link = f'<a href="https://example.org/a?b=1" {rel}>A &lt;b&gt;page&lt;/b&gt;</a>'
    assert link in page
    assert 'A fact<sup class="citation">' in answer.html
    assert 'href="javascript' not in page and "javascript:alert(1)</span>" in page


def test_probabilities_are_fetched_on_demand(alice, answer):
    page = alice.get(f"/c/{answer.conversation_id}/").text
    assert "token-map" not in page
    part = alice.get(f"/messages/{answer.pk}/probabilities/", headers=HTMX).text
    assert part.count('<button type="button" class="token"') == len(exhibits.LOGPROBS)
    assert "“ capital” 81.0 %" in part and "&lt;b&gt;" in part and "<b>" not in part


def test_pictures_are_served_as_pictures_and_nothing_else(alice, answer):
    shown = alice.get(f"/messages/{answer.pk}/pictures/0/")
    assert shown.status_code == 200 and shown.content.startswith(b"\x89PNG")
    assert shown.headers["content-type"] == "image/png" and shown.headers["x-content-type-options"] == "nosniff"
    assert "private" in shown.headers["cache-control"]
    assert alice.get(f"/messages/{answer.pk}/pictures/1/").status_code == 404


def test_strangers_see_none_of_it_and_teammates_all(answer, charlie, vera):
    for path in (f"/messages/{answer.pk}/pictures/0/", f"/messages/{answer.pk}/probabilities/"):
        assert charlie.get(path).status_code == 404
        assert vera.get(path).status_code == 200


def test_an_answer_without_anything_beside_it_is_drawn_as_before(server, alice):
    server.upstream.says("Plain.")
    stored = alice.finish(alice.ask())
    assert stored.extras == {}
    page = alice.get(f"/c/{stored.conversation_id}/").text
    article = page[page.index(f'id="message-{stored.pk}"') : page.index("message-foot", page.index(f'id="message-{stored.pk}"'))]
    assert "evidence" not in article and "<details" not in article
