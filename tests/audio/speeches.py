"""Speeches of Alice's team, and the work of the worker done in the test itself; ``tests/conftest.py`` loads this as a plugin."""

import pytest

from apps.audio.models import Speech
from apps.audio.models.speech import PIECE
from apps.audio.runs import speaking

LONG = "This is the first sentence of a text. " * 12


@pytest.fixture
def kept(settings, tmp_path):
    """The folder of what is kept in this test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


@pytest.fixture
def say(people, ours, kept):
    """``say("Some text")``: a speech that nobody has begun."""

    def say(text="Hello there.", key="a-key", *, most=PIECE, model="playai-tts", voice="Fritz-PlayAI", aloud=False, **parameters):
        return Speech.ask(
            ours, people["alice"], key=key, text=text, model=model, voice=voice, parameters=parameters, most=most, aloud=aloud
        )

    return say


@pytest.fixture
def spoken(say):
    """``spoken("Some text")``: the speech, when the worker has done with it."""

    def spoken(*said, **how):
        speech = say(*said, **how)
        speaking.play(speech.pk)
        speech.refresh_from_db()
        return speech

    return spoken
