"""The three operations of sound, as handlers of the HTTP side."""

import asyncio
import contextlib

from apps.engine import body, encoding, hearing, multipart, transcript_wire
from apps.engine.refusal import Refusal
from apps.engine.whisper import Heard

TRANSCRIPTIONS = "/openai/v1/audio/transcriptions"
TRANSLATIONS = "/openai/v1/audio/translations"
SPEECH = "/openai/v1/audio/speech"


async def write_down(whisper, task, form, sender):
    """Answer with what is heard in the file of the form."""
    asked = hearing.parse(form, task, whisper.id)
    heard = Heard()
    # In a thread: to read a file out of its letters takes a moment.
    file = await asyncio.to_thread(hearing.recording, form)
    async with contextlib.aclosing(whisper.hear(asked, file, heard)) as steps:
        async for _ in steps:
            pass
    if asked.format == "text":
        await sender.start(200, b"text/plain; charset=utf-8")
        await sender.end(transcript_wire.text(heard).encode())
    elif asked.format == "json":
        await sender.json(200, transcript_wire.plain(heard, sender.id))
    else:
        await sender.json(200, transcript_wire.verbose(heard, asked, sender.id))


async def say(voice, asked, sender):
    """Answer with the sound of a text, piece by piece as it is made."""
    async with contextlib.aclosing(voice.speak(asked)) as pieces:
        async for data in pieces:
            # Nothing is sent before there is something to hear, so that a refusal can still have its status.
            if data and not sender.started:
                await sender.start(200, encoding.media_type(asked.format, asked.rate))
            if data:
                await sender.more(data)
    await sender.end()


def read_form(scope, receive):
    return multipart.read(scope, receive, hearing.LARGE)


async def read_speech(scope, receive, voice):
    if voice is None:
        message = "This engine has no voice. Install locks/voice.txt, and do not set ENGINE_VOICE to none."
        raise Refusal(404, message, code="model_not_found", param="model")
    return voice.parse(await body.read(scope, receive))
