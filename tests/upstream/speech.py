"""The upstream speaks: a tone for each request, as long as its text, in the format and at the rate that were asked for."""

from tests.audio.beeps import tone, written
from tests.upstream import chunks, scripts
from tests.upstream.exchange import Exchange

PATH = "/openai/v1/audio/speech"
KINDS = {"flac": "audio/flac", "mp3": "audio/mpeg", "mulaw": "audio/basic", "ogg": "audio/ogg", "wav": "audio/wav"}
# Seconds of sound a character.
PACE = 0.01


def speaks(*, hang: bool = False, seconds: float | None = None, rate: int | None = None) -> scripts.Script:
    """Answer with sound; ``hang`` waits before it, until ``upstream.resumes()`` or the client leaves."""

    async def play(exchange: Exchange) -> None:
        asked = exchange.request.json
        kind, samples = asked.get("response_format", "mp3"), rate or asked.get("sample_rate", 48000)
        if hang:
            await exchange.hang()
        length = seconds or max(0.05, len(asked["input"]) * PACE)
        body = written(tone(length, samples), kind, samples)
        await exchange.answer(200, {"content-type": KINDS[kind], "x-request-id": chunks.REQUEST_ID}, body)

    return scripts.Script(play)
