"""Answers about sound, in the shape that the API gives them."""

from typing import Any

PATHS = ("/openai/v1/audio/transcriptions", "/openai/v1/audio/translations")


def verbose(text: str, step: float = 0.5, **more: Any) -> dict[str, Any]:
    """``verbose_json`` of a text whose words are said one every ``step`` seconds."""
    words = [{"word": word, "start": at * step, "end": (at + 0.8) * step} for at, word in enumerate(text.split())]
    end = len(words) * step
    segment = {
        "id": 0,
        "seek": 0,
        "start": 0.0,
        "end": end,
        "text": f" {text}",
        "tokens": [1],
        "temperature": 0,
        "avg_logprob": -0.2,
        "compression_ratio": 1.2,
        "no_speech_prob": 0.01,
    }
    return {
        "task": "transcribe",
        "language": "english",
        "duration": end,
        "text": text,
        "segments": [segment],
        "words": words,
        **more,
    }
