"""Events are the same however the bytes are cut."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.groq.sse import Event, Reader, TooLarge


def read(*parts: bytes) -> list[Event]:
    reader = Reader()
    events = [event for part in parts for event in reader.feed(part)]
    return events + reader.close()


def cut(stream: bytes, places: list[int]) -> list[bytes]:
    places = sorted({place % (len(stream) + 1) for place in places})
    return [stream[start:end] for start, end in zip([0, *places], [*places, len(stream)], strict=True)]


LINE = st.one_of(
    st.text(alphabet='ab: {}"é\u2028\u2029\x85\x0b\x1c😀\N{ZERO WIDTH JOINER}', max_size=12).map("data: {}".format),
    st.sampled_from(["data:x", "data:", "data", ": comment", "event: error", "id: 7", "retry: 10", "nonsense", "", "", ""]),
)
END = st.sampled_from(["\n", "\r", "\r\n"])
STREAMS = st.lists(st.tuples(LINE, END), max_size=20).map(lambda lines: "".join(line + end for line, end in lines).encode())


@given(stream=STREAMS, places=st.lists(st.integers(0, 400), max_size=12), bom=st.booleans())
def test_any_cut_gives_the_same_events(stream, places, bom):
    stream = b"\xef\xbb\xbf" * bom + stream
    assert read(*cut(stream, places)) == read(stream)
    assert read(*(stream[place : place + 1] for place in range(len(stream)))) == read(stream)


@given(stream=st.binary(max_size=200), places=st.lists(st.integers(0, 200), max_size=8))
def test_any_bytes_give_the_same_events_however_cut(stream, places):
    assert read(*cut(stream, places)) == read(stream)


@given(texts=st.lists(st.text(alphabet=st.characters(blacklist_characters="\r\n", codec="utf-8"), min_size=1), max_size=8), end=END)
def test_what_is_sent_arrives(texts, end):
    stream = "".join(f"data: {text}{end}{end}" for text in texts).encode()
    assert read(stream) == [Event(text) for text in texts]


@pytest.mark.parametrize(
    ("stream", "events"),
    [
        (b"data: a\n\ndata: b\n\n", [Event("a"), Event("b")]),
        (b"data:a\n\n", [Event("a")]),
        (b"data:  a\n\n", [Event(" a")]),
        (b"data: a\r\ndata: b\r\n\r\n", [Event("a\nb")]),
        (b"data: a\r\rdata: b\r\r", [Event("a"), Event("b")]),
        (b"data: a\n\rdata: b\r\n\n", [Event("a"), Event("b")]),
        (b"event: error\ndata: a\nid: 1\nretry: 5\n\n", [Event("a", "error")]),
        (b"\xef\xbb\xbfdata: a\n\n", [Event("a")]),
        (b": keepalive\n\n:\n\ndata: a\n\n", [Event("a")]),
        (b"\n\n\n\ndata: a\n\n\n\n\n", [Event("a")]),
        (b"data:\n\ndata: \n\ndata\n\nevent: x\n\n", []),
        (b"data: a\n: comment\ndata: b\n\n", [Event("a\nb")]),
        (b"data: a", [Event("a")]),
        (b"data: a\ndata: b\n", [Event("a\nb")]),
        ("data: a\u2028b\u2029c\x85d\x0be\x0cf\x1cg\n\n".encode(), [Event("a\u2028b\u2029c\x85d\x0be\x0cf\x1cg")]),
        ("event: x\ndata: a\u2028b\x85c\x0bd\x1ce\n\n".encode(), [Event("a\u2028b\x85c\x0bd\x1ce", "x")]),
        ("data:a\u2029b\ndata: c\x0cd\n\n".encode(), [Event("a\u2029b\nc\x0cd")]),
        (b"data: \xff\n\n", [Event("\N{REPLACEMENT CHARACTER}")]),
    ],
)
def test_the_format(stream, events):
    assert read(stream) == events
    assert read(*(stream[place : place + 1] for place in range(len(stream)))) == events


def test_a_line_feed_after_a_cut_carriage_return_is_not_a_blank_line():
    reader = Reader()
    assert reader.feed(b"data: a\r") == []
    assert reader.feed(b"\ndata: b\r") == []
    assert reader.feed(b"\n\r\n") == [Event("a\nb")]


@pytest.mark.parametrize("end", [b"\n\n", b"\r\n\r\n"])
def test_an_event_comes_with_the_byte_that_completes_it(end):
    reader = Reader()
    for text in ("a", "b"):
        stream = b"data: " + text.encode() + end
        *before, last = [reader.feed(stream[place : place + 1]) for place in range(len(stream))]
        # A carriage return is an end of line at once, whatever follows.
        found, last = ([event for events in before for event in events], last)
        assert [*found, *last] == [Event(text)]


def test_a_large_event_costs_in_proportion():
    def seconds(size: int) -> float:
        stream = b"data: " + b"x" * size + b"\n\n"
        began = time.process_time()
        assert len(read(*(stream[at : at + 4096] for at in range(0, len(stream), 4096)))[0].data) == size
        return time.process_time() - began

    small = min(seconds(2_000_000) for _ in range(3))
    large = min(seconds(16_000_000) for _ in range(2))
    assert large < 40 * small + 0.01  # Eight times the bytes; the square would be 64 times the work.


def test_an_endless_event_is_refused():
    reader = Reader(limit=1000)
    with pytest.raises(TooLarge):
        for _ in range(100):
            reader.feed(b"data: " + b"x" * 100)
