"""What the upstream does with one request."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any, Literal

from tests.upstream import audio, chunks, responses

if TYPE_CHECKING:
    from tests.upstream.exchange import Exchange

EVENT_STREAM, JSON = chunks.EVENT_STREAM, chunks.JSON


class Script:
    """One way to answer; ``play`` is called with the exchange it may write to."""

    def __init__(self, play: "Callable[[Exchange], Awaitable[None]]") -> None:
        self.play = play


def says(
    text: str | list[str] = "",
    *,
    reasoning: str | list[str] = "",
    tool_calls: list[dict[str, Any]] | None = None,
    delay: float = 0,
    rate: float | None = None,
    hang: bool = False,
    cut: Literal["close", "reset"] | None = None,
    finish: str | None = "stop",
    usage: dict[str, Any] | Literal["count"] | None = "count",
    done: bool = True,
    hold: bool = False,
    headers: dict[str, str] | None = None,
    extra: dict[str, Any] | None = None,
    split: int | list[int] | None = None,
    gzip: bool = False,
) -> Script:
    """Answer with ``text`` in word-like pieces (or the pieces given), streamed if the request asks for it.

    A request to the Responses API is answered in its events.

    delay       seconds before the first byte, headers included
    rate        pieces a second; None is as fast as possible
    hang        wait after the text, until ``upstream.resumes()`` or the client leaves
    cut         drop the connection after the text, by closing or by a reset
    finish      the finish reason; None leaves out the last chunk
    usage       the usage of the last chunk; "count" counts pieces, None leaves it out
    done        whether [DONE] ends the stream
    hold        keep the connection open after the end, as long as the client does
    tool_calls  whole calls, ``[{"id", "name", "arguments"}]``, sent as one fragment each
    extra       further members of the last chunk's ``x_groq``
    split       bytes per write, or a list of places to cut at
    """
    words, thoughts = chunks.pieces(text), chunks.pieces(reasoning)

    async def play(exchange: "Exchange") -> None:
        body = exchange.request.json or {}
        model = body.get("model", "unknown")
        counts = usage
        if usage == "count":
            counts = chunks.usage_of(len(body.get("messages", [])) * 10, len(words) + len(thoughts))
        calls = [
            {"index": index, "id": call.get("id", f"call_{index}"), "type": "function", "function": _function(call)}
            for index, call in enumerate(tool_calls or [])
        ]
        await asyncio.sleep(delay)
        if exchange.request.path.endswith(responses.PATH):
            answer = responses.Answer(body, words, thoughts, tool_calls or [], finish, usage, extra or {})
            await responses.play(
                exchange, answer, rate=rate, hang=hang, cut=cut, done=done, hold=hold, headers=headers, split=split
            )
            return
        if not body.get("stream"):
            message = {"role": "assistant", "content": "".join(words) or None}
            if thoughts:
                message["reasoning"] = "".join(thoughts)
            if calls:
                message["tool_calls"] = calls
            if hang:
                await exchange.hang()
            await exchange.answer(200, {**JSON, **(headers or {})}, chunks.completion(message, finish or "stop", counts, model))
            return
        await exchange.start(200, {**EVENT_STREAM, **(headers or {})}, split=split, gzip=gzip)
        await exchange.send(
            chunks.chunk({"role": "assistant", "content": ""}, model=model, x_groq={"id": chunks.REQUEST_ID}), flush=False
        )
        deltas = [{"reasoning": piece} for piece in thoughts] + [{"content": piece} for piece in words]
        deltas += [{"tool_calls": [call]} for call in calls]
        await exchange.pace([chunks.chunk(delta, model=model) for delta in deltas], rate)
        if hang:
            await exchange.hang()
        if cut:
            await exchange.cut(reset=cut == "reset")
            return
        if finish:
            x_groq = {"id": chunks.REQUEST_ID, **({"usage": counts} if counts else {}), **(extra or {})}
            await exchange.send(chunks.chunk({}, finish=finish, model=model, x_groq=x_groq), flush=not done)
        if done:
            await exchange.send(b"data: [DONE]\n\n")
        if hold:
            await exchange.left()
        await exchange.end()

    return Script(play)


def hears(
    answer: dict[str, Any] | str | bytes | Callable[[Any], Any] = "Hello there.",
    *,
    delay: float = 0,
    hang: bool = False,
    headers: dict[str, str] | None = None,
) -> Script:
    """Answer a request for a transcript: with an object, with a text, or with what a function makes of the request.

    A text is wrapped as the request wants it: plain, or an object with one segment and the times of its words.
    """

    async def play(exchange: "Exchange") -> None:
        request = exchange.request
        heard = await asyncio.to_thread(answer, request) if callable(answer) else answer
        await asyncio.sleep(delay)
        if hang:
            await exchange.hang()
        wanted = request.fields.get("response_format", "json")
        if isinstance(heard, str):
            heard = heard if wanted == "text" else audio.verbose(heard) if wanted == "verbose_json" else {"text": heard}
        elif isinstance(heard, dict) and wanted == "text":
            heard = heard.get("text", "")
        kind = JSON if isinstance(heard, dict | list) else {"content-type": "text/plain; charset=utf-8"}
        given = {**kind, "x-request-id": chunks.REQUEST_ID, **(headers or {})}
        await exchange.answer(200, given, heard)

    return Script(play)


def refuses(
    status: int,
    message: str = "No.",
    *,
    code: str | None = None,
    type: str = "invalid_request_error",
    headers: dict[str, str] | None = None,
    body: bytes | str | dict[str, Any] | None = None,
    delay: float = 0,
    **members: Any,
) -> Script:
    """Answer with an HTTP error; ``members`` are further ones of the error object, ``body`` replaces it all."""
    error = {"message": message, "type": type, **({"code": code} if code else {}), **members}

    async def play(exchange: "Exchange") -> None:
        await asyncio.sleep(delay)
        kind = "text/html" if isinstance(body, bytes | str) else "application/json"
        given = {"content-type": kind, "x-request-id": chunks.REQUEST_ID, **(headers or {})}
        await exchange.answer(status, given, {"error": error} if body is None else body)

    return Script(play)


def cuts(text: str | list[str] = "", *, before: Literal["headers", "body"] | None = None, reset: bool = False) -> Script:
    """Drop the connection, before the headers, before the body, or after ``text``; ``reset`` sends a RST."""
    if before is None:
        return says(text, cut="reset" if reset else "close")

    async def play(exchange: "Exchange") -> None:
        if before == "body":
            await exchange.start(200, EVENT_STREAM)
        await exchange.cut(reset=reset)

    return Script(play)


def sends(
    *parts: bytes,
    status: int = 200,
    headers: dict[str, str] | None = None,
    pause: float = 0,
    split: int | list[int] | None = None,
    gzip: bool = False,
    end: Literal["end", "hang", "close", "reset"] = "end",
    trailers: bytes = b"",
) -> Script:
    """Answer with these very bytes as the body, each part written by itself, ``pause`` seconds apart."""

    async def play(exchange: "Exchange") -> None:
        await exchange.start(status, EVENT_STREAM if headers is None else headers, split=split, gzip=gzip)
        for part in parts:
            await exchange.send(part)
            await asyncio.sleep(pause)
        if end == "hang":
            await exchange.hang()
        if end in ("close", "reset"):
            await exchange.cut(reset=end == "reset")
        else:
            await exchange.end(trailers)

    return Script(play)


def _function(call: dict[str, Any]) -> dict[str, str]:
    arguments = call.get("arguments", {})
    return {"name": call["name"], "arguments": arguments if isinstance(arguments, str) else json.dumps(arguments)}
