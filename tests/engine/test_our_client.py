"""Sound through the client that the app uses."""

import io

import pytest

from apps.groq import audio
from apps.groq.client import Client
from apps.groq.errors import GroqError

pytestmark = pytest.mark.model
TEXT = "The clocks were striking twelve when the train arrived."


async def test_a_text_is_spoken_heard_and_translated(engine):
    async with Client(engine.base_url, engine.key) as client:
        spoken = await audio.speak(
            client, model="piper-en-us-joe", input=TEXT, voice="joe", response_format="ogg", sample_rate=16_000, speed=0.9
        )
        recording = {"model": "whisper-base", "file": ("a.ogg", io.BytesIO(spoken.body), "audio/ogg"), "temperature": 0}
        asked = {"response_format": "verbose_json", "timestamp_granularities": ["word", "segment"], "language": "en"}
        heard = await audio.transcribe(client, **recording, **asked)
        assert {"clocks", "train"} <= set(heard.data["text"].rstrip(".").split())
        assert len(heard.data["words"]) == len(heard.data["text"].split())
        recording["file"][1].seek(0)
        told = await audio.translate(client, **recording, response_format="text")
        assert b"train" in told.body
        with pytest.raises(GroqError, match="fetches nothing"):
            await audio.transcribe(client, model="whisper-base", url="https://example.org/a.mp3")
