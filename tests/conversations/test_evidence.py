"""What came beside the text, as cards, sources and tables: any JSON is shown, none of it is markup."""

import json
from html.parser import HTMLParser

import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.conversations import evidence
from apps.conversations.evidence import pictures, probabilities, servers, tools, using
from apps.conversations.models import ASSISTANT, Conversation, Message, Run
from apps.core import markdown, reading
from tests import exhibits

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(serving):
    """Templates name files that are collected when the server starts."""


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**20), 10**20)
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["<b>x</b>", "javascript:x"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=10,
)


def bent(value):
    """A value of the described shape with any of its parts replaced by something else."""
    if isinstance(value, dict):
        inner = st.fixed_dictionaries({}, optional={name: bent(item) for name, item in value.items()})
    elif isinstance(value, list):
        inner = st.lists(st.one_of([bent(item) for item in value[:3]]) if value else JSON, max_size=3)
    else:
        inner = st.just(value)
    return inner | JSON if not isinstance(value, str) else st.one_of(inner, inner, JSON)


EXTRAS = {
    "annotations": [exhibits.cites("handbook", 0, 4), {"type": "function_citation", "function_citation": {"tool_call_id": "c"}}],
    "executed_tools": [exhibits.SEARCH, exhibits.CODE, exhibits.BROWSER],
    "logprobs": exhibits.LOGPROBS,
    "mcp_list_tools": exhibits.SERVERS,
    "thinking": {"seconds": 3.2, "skipped": 0},
}
REQUEST = {
    "documents": exhibits.DOCUMENTS,
    "messages": [{"role": "tool", "tool_call_id": "c", "content": "12 °C"}],
}


class Tags(HTMLParser):
    """The tags and links of a fragment; fails for a tag that nobody wrote."""

    # fmt: off
    OURS = {
        "read-aloud",
        "a", "article", "button", "code", "copy-button", "dd", "defs", "desc", "details", "div", "dl", "dt", "figcaption", "figure",
        "footer", "h3", "img", "keyed-button", "li", "line", "ol", "p", "path", "pattern", "pre", "rect", "section", "small",
        "span", "strong", "summary", "sup", "svg", "table", "tbody", "td", "text", "th", "thead", "title", "token-map", "tr", "ul",
        "use",
    }
    # fmt: on

    def __init__(self, html):
        super().__init__()
        self.links = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        assert tag in self.OURS, tag
        assert not {"style", "onerror", "onclick", "onload"} & given.keys()
        if tag == "a":
            self.links.append(given)
        if tag == "img":
            assert given["src"].startswith("/messages/")


def message(extras, text="Some text.", breakdown=None, **fields):
    """An answer that was never saved, with its run."""
    conversation = Conversation(model="m")
    made = Message(conversation=conversation, role=ASSISTANT, text=text, extras=extras, **fields)
    made.run = Run(message=made, conversation=conversation, model="m", state="complete", request=REQUEST, usage_breakdown=breakdown)
    return made


def drawn(made):
    html = render_to_string("conversations/_message.html", {"message": made})
    return html, Tags(html)


@given(
    st.fixed_dictionaries({}, optional={name: bent(value) for name, value in EXTRAS.items()} | {"new": JSON}),
    bent(exhibits.BREAKDOWN),
)
@settings(max_examples=150)
def test_any_json_is_shown_and_none_of_it_is_markup(extras, breakdown):
    made = message(extras, breakdown=breakdown, reasoning="Hm.")
    evidence.of(made, made.run)
    _, tags = drawn(made)
    for link in tags.links:
        outside = not link["href"].startswith(("#", "/"))
        assert not outside or (link["href"].startswith(("http://", "https://")) and link["rel"] == "noopener noreferrer nofollow")
    Tags(render_to_string("conversations/evidence/_probabilities.html", {"map": probabilities.of(extras.get("logprobs"))}))
    assert all(isinstance(line, str) and len(line) < 400 for line in using.lines(reading.objects(extras.get("executed_tools"))))


def test_an_answer_without_anything_beside_it_asks_for_nothing(monkeypatch):
    monkeypatch.setattr(evidence, "of", lambda *args: pytest.fail("it was asked"))
    html, _ = drawn(message({}))
    assert "evidence" not in html and "sources" not in html


def test_a_fault_of_ours_shows_the_data_instead(monkeypatch, caplog):
    monkeypatch.setattr(evidence, "of", lambda *args: 1 / 0)
    html, _ = drawn(message({"executed_tools": [{"type": "<new>"}]}))
    assert "&lt;new&gt;" in html and "ZeroDivisionError" in caplog.text


def test_search_results_link_only_to_the_web():
    card = tools.card(exhibits.SEARCH, iter([]), "x")
    assert card.words == "Searched the web for “how fast is an LPU”"
    lpu, evil = card.found
    assert (lpu.title, lpu.href, lpu.host, lpu.score) == (
        "What an <LPU> is",
        "https://example.org/lpu?a=1&b=2",
        "example.org",
        "0.91",
    )
    assert (evil.href, evil.host, evil.text) == ("", "javascript:alert(1)", "<img src=x onerror=alert(1)>")
    assert card.images == [("https://example.org/lpu.png", "example.org")]
    html, tags = drawn(message({"executed_tools": [exhibits.SEARCH]}))
    assert {link["href"] for link in tags.links if link["href"].startswith("http")} == {
        "https://example.org/lpu?a=1&b=2",
        "https://example.org/lpu.png",
    }
    assert "&lt;img src=x" in html


@pytest.mark.parametrize(
    "address",
    [
        "javascript:x",
        "data:text/html,x",
        "//x.org",
        "/x",
        "http://",
        "https://x y",
        'https://x"y',
        "https://[x",
        "https://x\n",
        "ftp://x",
        None,
        3,
    ],
)
def test_addresses_that_may_not_be_followed(address):
    assert reading.link(address) is None


def test_code_results():
    card = tools.card(exhibits.CODE, iter(range(9)), "x")
    text, drawn_one = card.results
    assert (card.words, card.code, text.text) == ("Ran code", "print(sum(range(10)))\nplot()", "45")
    # What its results say is not said again.
    assert card.output == ""
    assert (drawn_one.picture, drawn_one.place) == ((64, 40), 0)
    assert drawn_one.charts[0].title == "Sales by quarter"


def test_charts_of_a_superchart_and_odd_ones():
    result = {"charts": [exhibits.SUPERCHART, {"type": "unknown", "elements": []}]}
    (made,) = tools.card({"type": "python", "code_results": [result]}, iter([]), "x").results
    assert [chart.title for chart in made.charts] == ["Sales by quarter", "Where the time goes"]
    assert json.loads(made.other) == {"charts": [{"type": "unknown", "elements": []}]}


@pytest.mark.parametrize("bad", ["", "AAAA" * 20, "<svg>" * 20, exhibits.png(9000, 9), None, 12, "é" * 60])
def test_pictures_that_are_none(bad, monkeypatch):
    monkeypatch.setattr(pictures, "MOST_PIXELS", 80_000)
    assert pictures.look(bad) is None
    card = tools.card({"type": "python", "code_results": [{"png": bad, "text": "x"}]}, iter([]), "x")
    assert card.results[0].picture is None
    assert bool(bad) == ("not a PNG picture" in card.results[0].other)


def test_the_bytes_of_a_picture_by_its_number():
    executed = [exhibits.CODE, {"type": "python", "code_results": [{"png": "no"}, {"png": exhibits.png(8, 9)}]}]
    assert tools.picture_bytes(executed, 0).startswith(pictures.MAGIC)
    assert pictures.look(exhibits.png(8, 9)) == (8, 9)
    assert len(tools.picture_bytes(executed, 1)) < len(tools.picture_bytes(executed, 0))
    assert tools.picture_bytes(executed, 2) is None
    spoilt = exhibits.png()[:-8] + "!!!!!!!!"
    assert tools.picture_bytes([{"code_results": [{"png": spoilt}]}], 0) is None


@pytest.mark.parametrize(
    ("tool", "words"),
    [
        ({"type": "search", "arguments": '{"query": "a\\n b"}'}, "Searching the web for “a b”"),
        ({"type": "search", "arguments": "not json"}, "Searching the web"),
        ({"type": "python", "arguments": '{"code": "1"}'}, "Running code"),
        ({"type": "code_interpreter", "output": "1"}, "Ran code"),
        ({"type": "visit", "arguments": '{"url": "https://x.org/"}', "output": "x"}, "Opened https://x.org/"),
        ({"type": "function", "name": "forecast", "arguments": "{}"}, "Calling forecast"),
        ({"type": "something", "arguments": "{}"}, "Using something"),
        ({}, "Using a tool"),
        ({"type": ["search"], "arguments": 3}, "Using a tool"),
    ],
)
def test_what_a_tool_does_in_a_line(tool, words):
    assert using.lines([tool]) == [words]


def test_sources_are_numbered_by_their_first_place():
    text = "One fact. Another fact. A third."
    annotations = [
        exhibits.cites("prices", 10, 23),
        exhibits.cites("handbook", 0, 9),
        exhibits.cites("handbook", 24, 31),
        {"type": "new"},
    ]
    made = message({"annotations": annotations}, text=text)
    made.html = evidence.cite(text, markdown.render(text), annotations, 0, made.pk)
    found = evidence.of(made, made.run)
    assert [(s.number, s.id, s.places, s.marked) for s in found.sources] == [
        (1, "handbook", 2, True),
        (2, "prices", 1, True),
        (0, "unused", 0, False),
    ]
    assert found.sources[0].content.startswith("Refunds") and json.loads(found.sources[1].content) == {"basic": 9, "pro": 29}
    assert json.loads(found.odd_annotations) == [{"type": "new"}]
    html, tags = drawn(made)
    for link in tags.links:
        if link["href"].startswith("#"):
            assert f'id="{link["href"][1:]}"' in html


def test_tool_results_are_sources_and_what_was_not_sent_says_so():
    annotations = [
        {"type": "function_citation", "function_citation": {"tool_call_id": "c", "start_index": 0, "end_index": 4}},
        exhibits.cites("ghost", 0, 4),
    ]
    made = message({"annotations": annotations})
    tool, ghost = evidence.of(made, made.run).sources[:2]
    assert (tool.kind, tool.content) == ("Tool result", "12 °C")
    assert ghost.note == "It is not among what was sent with this request."


def test_servers_and_shares():
    (weather,) = servers.servers(exhibits.SERVERS)
    assert weather.label == "weather" and [tool.name for tool in weather.tools] == ["forecast", "now"]
    llama, oss = servers.shares(exhibits.BREAKDOWN)
    assert llama == ("llama-3.3-70b-versatile", "1,200", "80", "0.41 s", "400")
    assert servers.shares([{"model": "m", "usage": None}]) == [("m", "", "", "", "")]
    html, _ = drawn(message({}, breakdown=exhibits.BREAKDOWN))
    assert "Usage by model · 2 models" in html and "openai/gpt-oss-120b" in html


def test_probabilities_in_five_steps():
    found = probabilities.of(exhibits.LOGPROBS)
    assert [token.step for token in found.tokens] == [1, 2, 1, 3, 1, 4, 5, 3, 5]
    assert [token.chance for token in found.tokens][:2] == ["97.0 %", "81.0 %"] and found.tokens[-1].chance == "under 0.1 %"
    assert json.loads(found.tokens[0].rivals) == [["“The”", "97.0 %"], ["“A”", "2.0 %"]]
    assert found.tokens[7].name == "“↵”"
    assert probabilities.of([{"token": "x", "logprob": 3}, {"token": "x"}]).tokens[0].step == 0
    assert probabilities.of(None).tokens == []
