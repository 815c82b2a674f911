"""Weights that are missing, damaged or of another kind."""

import dataclasses
import struct
import sys

import httpx
import pytest

from apps.engine import weights
from tests.engine.conftest import MODEL


def test_the_bundled_weights_are_found_without_importing_their_package():
    found = weights.find()
    assert found.problem == ""
    assert (found.id, found.owner, found.trained_context) == (MODEL, "HuggingFaceTB", 8192)
    assert weights.PACKAGE not in sys.modules


def test_the_bundled_weights_are_what_they_should_be():
    weights.find().verify()
    with pytest.raises(weights.WeightsError, match="SHA-256"):
        dataclasses.replace(weights.find(), sha256="0" * 64).verify()


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (None, "cannot be read: No such file"),
        (b"", "not a GGUF file"),
        (b"PK\x03\x04 and so on", "not a GGUF file"),
        (b"GGUF\x03", "cut short"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 0), "not a language model"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 2**60, 2**60), "cut short"),
        (b"GGUF" + struct.pack("<IQQQ1sI", 3, 0, 1, 1, b"a", 99), "cut short or damaged"),
    ],
)
def test_a_file_that_is_no_model_says_so(tmp_path, content, problem):
    path = tmp_path / "mine.gguf"
    if content is not None:
        path.write_bytes(content)
    found = weights.find(str(path))
    assert found.id == "mine"
    assert problem in found.problem
    with pytest.raises(weights.WeightsError):
        found.verify()


async def test_without_a_model_every_chat_says_why(caplog):
    from apps.engine import whisper
    from apps.engine.app import App
    from apps.engine.model import Model
    from apps.engine.whisper import Whisper

    model = Model(weights.find("nowhere/lost.gguf"))
    model.start()
    reach = {"transport": httpx.ASGITransport(App(model, "key", Whisper(whisper.find()))), "base_url": "http://engine/openai/v1"}
    async with httpx.AsyncClient(headers={"authorization": "Bearer key"}, **reach) as http:
        listed = await http.get("/models")
        asked = await http.post("/chat/completions", json={"model": "lost", "messages": [{"role": "user", "content": "Hi"}]})
    assert listed.json()["data"][0]["active"] is False
    assert asked.status_code == 503
    assert asked.json()["error"]["code"] == "model_not_loaded"
    assert "lost.gguf cannot be read" in asked.json()["error"]["message"]
    assert "could not be loaded" in caplog.text
