"""The HTTP side: an ASGI application of seven paths behind one key."""

import asyncio
import contextlib
import hmac
import logging

from apps.engine import audio, body, request, response_wire, responses, wire
from apps.engine.chat import Reply
from apps.engine.refusal import Refusal, unknown_model
from apps.engine.sender import Sender

MODELS = "/openai/v1/models"
CHAT = "/openai/v1/chat/completions"
RESPONSES = "/openai/v1/responses"
logger = logging.getLogger(__name__)


class App:
    """``App(model, key, whisper, voice)``; the model begins to load when the server starts, the others when they are asked.

    There may be no ``voice``, then there is no speech.
    """

    def __init__(self, model, key, whisper, voice=None):
        self._model, self._whisper, self._voice = model, whisper, voice
        self._known = {each.id: each for each in (model, whisper, voice) if each is not None}
        self._key = f"Bearer {key}".encode()

    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] == "http":
            await self._answer(scope, receive, Sender(send))

    async def _live(self, receive, send):
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self._model.start()
            await send({"type": f"{message['type']}.complete"})
            if message["type"] == "lifespan.shutdown":
                return

    async def _answer(self, scope, receive, sender):
        try:
            self._admit(scope)
            handler = self._route(scope["method"], scope["path"])
            await handler(scope, receive, sender)
        except body.ClientGone:
            pass  # nobody is left to be told
        except Exception as error:
            refused = isinstance(error, Refusal)
            if not refused:
                logger.exception("%s %s failed", scope["method"], scope["path"])
            if sender.started:
                raise  # the server breaks the connection off, which says that this was not the end
            if refused:
                await sender.refuse(error)
                return
            await sender.refuse(Refusal(500, "The engine failed; its terminal says why.", code="internal_error"))

    def _admit(self, scope):
        given = dict(scope["headers"]).get(b"authorization", b"")
        if not hmac.compare_digest(given, self._key):
            raise Refusal(401, "Invalid API Key", code="invalid_api_key")

    def _route(self, method, path):
        path = path.rstrip("/")
        if path == CHAT:
            allowed, handler = "POST", self._chat
        elif path == RESPONSES:
            allowed, handler = "POST", self._responses
        elif path == audio.TRANSCRIPTIONS:
            allowed, handler = "POST", self._transcription
        elif path == audio.TRANSLATIONS:
            allowed, handler = "POST", self._translation
        elif path == audio.SPEECH:
            allowed, handler = "POST", self._speech
        elif path == MODELS or path.startswith(f"{MODELS}/"):
            allowed, handler = "GET", self._models
        else:
            raise Refusal(404, f"Unknown request URL: {method} {path}. Please check the URL for typos.", code="unknown_url")
        if method != allowed:
            raise Refusal(405, f"{path} does not take {method}, only {allowed}.", code="method_not_allowed")
        return handler

    async def _models(self, scope, receive, sender):
        name = scope["path"].rstrip("/").removeprefix(MODELS).removeprefix("/")
        if name and name not in self._known:
            raise unknown_model(name)
        about = [wire.model(each) for each in self._known.values() if name in ("", each.id)]
        await sender.json(200, about[0] if name else {"object": "list", "data": about})

    async def _chat(self, scope, receive, sender):
        # In a thread: a schema may be large, and other answers are being written.
        asked = await asyncio.to_thread(request.parse, await body.read(scope, receive), self._model)
        envelope = wire.Envelope(self._model.id, self._model.fingerprint, sender.id, asked.seed)
        await unless_gone(receive, self._reply(asked, envelope, sender))

    async def _responses(self, scope, receive, sender):
        asked, repeated = await asyncio.to_thread(responses.parse, await body.read(scope, receive), self._model)
        envelope = response_wire.Envelope(self._model.id, repeated)
        try:
            await unless_gone(receive, self._reply(asked, envelope, sender))
        except Refusal as refusal:
            # The model knows messages only.
            if refusal.error["param"] == "messages":
                refusal.error["param"] = "input"
            raise

    async def _transcription(self, scope, receive, sender):
        with await audio.read_form(scope, receive) as form:
            await unless_gone(receive, audio.write_down(self._whisper, "transcribe", form, sender))

    async def _translation(self, scope, receive, sender):
        with await audio.read_form(scope, receive) as form:
            await unless_gone(receive, audio.write_down(self._whisper, "translate", form, sender))

    async def _speech(self, scope, receive, sender):
        asked = await audio.read_speech(scope, receive, self._voice)
        await unless_gone(receive, audio.say(self._voice, asked, sender))

    async def _reply(self, asked, envelope, sender):
        reply = Reply(self._model, asked)
        async with contextlib.aclosing(reply.deltas()) as deltas:
            if asked.stream:
                await self._stream(deltas, reply, envelope, sender)
            else:
                message = await whole(deltas)
                await sender.json(200, envelope.whole(message, reply.tally, reply.finish_reason, asked.service_tier))

    async def _stream(self, deltas, reply, envelope, sender):
        # Nothing is sent before there is something to say, so that a refusal can still have its status.
        first = await anext(deltas, None)
        await sender.start(200, b"text/event-stream", (b"cache-control", b"no-cache"))
        await sender.more(envelope.first())
        try:
            if first is not None:
                await sender.more(envelope.delta(first))
            async for delta in deltas:
                await sender.more(envelope.delta(delta))
        except Refusal as refusal:
            await sender.end(envelope.broken(refusal))
        else:
            await sender.end(envelope.last(reply.tally, reply.finish_reason))


async def whole(deltas):
    """The message that the deltas add up to (ChatCompletionResponseMessage)."""
    message, texts = {"role": "assistant", "content": None}, []
    async for delta in deltas:
        texts.append(delta.pop("content", ""))
        for call in delta.get("tool_calls", ()):
            del call["index"]
        message |= delta
    called = "tool_calls" in message or "function_call" in message
    return message if called else {**message, "content": "".join(texts)}


async def unless_gone(receive, answer):
    """Await ``answer`` unless the client goes away first, which cancels it."""
    answering, watching = asyncio.ensure_future(answer), asyncio.ensure_future(gone(receive))
    try:
        await asyncio.wait((answering, watching), return_when=asyncio.FIRST_COMPLETED)
        if answering.done():
            answering.result()
    finally:
        answering.cancel()
        watching.cancel()
        await asyncio.gather(answering, watching, return_exceptions=True)


async def gone(receive):
    while (await receive())["type"] != "http.disconnect":
        pass
