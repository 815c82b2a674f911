"""Forms, however they are cut, and whatever is in them."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.engine import multipart
from apps.engine.body import ClientGone
from apps.engine.refusal import Refusal

KIND = b"multipart/form-data; boundary=XX"
NAMES = st.text("abcdefghij[]_", min_size=1, max_size=12).filter(lambda name: name != "file")


def part(name, data, more=""):
    return f'--XX\r\nContent-Disposition: form-data; name="{name}"{more}\r\n\r\n'.encode() + data + b"\r\n"


def whole(*parts):
    return b"".join(parts) + b"--XX--\r\n"


async def read(*pieces, kind=KIND, gone=False, length=None):
    messages = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    messages.append({"type": "http.disconnect"} if gone else {"type": "http.request", "more_body": False})
    headers = [(b"content-type", kind), (b"content-length", str(length or sum(map(len, pieces))).encode())]

    async def receive():
        return messages.pop(0)

    return await multipart.read({"headers": headers}, receive, ("file", "url"))


async def refused(*pieces, **options):
    with pytest.raises(Refusal) as refusal:
        await read(*pieces, **options)
    return refusal.value


@given(
    texts=st.lists(st.tuples(NAMES, st.text(st.characters(codec="utf-8"), max_size=40)), max_size=8),
    file=st.none() | st.binary(max_size=300),
    cuts=st.lists(st.integers(1, 60), min_size=1, max_size=30),
)
async def test_what_was_sent_is_read_wherever_it_is_cut(texts, file, cuts):
    parts = [part(name, text.encode()) for name, text in texts]
    body, pieces = whole(*parts, *([] if file is None else [part("file", file, '; filename="a.wav"')])), []
    if any(b"\r\n--XX" in data for data in (file or b"", *(text.encode() for _, text in texts))):
        return
    while body:
        size = cuts[len(pieces) % len(cuts)]
        pieces.append(body[:size])
        body = body[size:]
    with await read(*pieces) as form:
        assert form.texts == {name: [text for other, text in texts if other == name] for name, _ in texts}
        assert {name: held.read() for name, held in form.files.items()} == ({} if file is None else {"file": file})


@given(
    st.binary(max_size=400)
    | st.lists(st.sampled_from([b"--XX", b"\r\n", b"--", b"Content-Disposition: form-data; name=", b'"a"', b": ", b"x"])).map(
        b"".join
    )
)
async def test_whatever_comes_is_read_or_refused(body):
    try:
        (await read(body)).__exit__()
    except Refusal as refusal:
        assert refusal.status == 400


@pytest.mark.parametrize("kind", [b"", b"application/json", b"multipart/form-data", b"multipart/form-data; boundary=" + b"x" * 500])
async def test_what_is_no_form_is_refused(kind):
    assert (await refused(whole(part("model", b"x")), kind=kind)).status == 400


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "last boundary"),
        (part("model", b"x"), "last boundary"),
        (whole(part("file", b"x"), part("file", b"y")), "file: must be given once"),
        (whole(part("model", b"x", '; filename="model"')), "model: must be text"),
        (whole(part("model", b"\xff")), "model: must be UTF-8"),
        (whole(b"--XX\r\nContent-Type: text/plain\r\n\r\nx\r\n"), "has no name"),
        (whole(*[part("a", b"x")] * 65), "more than 64 parts"),
    ],
    ids=range(7),
)
async def test_a_form_that_is_wrong_says_where(body, words):
    refusal = await refused(body)
    assert refusal.status == 400
    assert words in str(refusal)


async def test_too_much_is_refused_as_soon_as_it_is_clear():
    assert (await refused(b"", length=multipart.BODY_LIMIT + 1)).status == 413
    assert (await refused(whole(part("prompt", b"x" * (multipart.TEXT_LIMIT + 1))))).status == 413
    half = b"x" * (multipart.BODY_LIMIT // 2)
    # Without the announcement, too; the rest is never asked for.
    assert (await refused(part("file", half)[:-2], half, half, gone=True, length=1)).status == 413


async def test_nothing_stays_open_when_the_client_goes(tmp_path, monkeypatch):
    monkeypatch.setattr(multipart.tempfile, "tempdir", str(tmp_path))
    open_before = len(os.listdir("/proc/self/fd"))
    with pytest.raises(ClientGone):
        await read(part("file", b"x" * (multipart.IN_MEMORY + 1))[:-2], gone=True)
    assert len(os.listdir("/proc/self/fd")) == open_before
    assert not list(tmp_path.iterdir())
