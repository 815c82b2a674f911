"""One streamed turn through client and reply, as the product plays it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from apps.groq import chat
from apps.groq.client import Client
from apps.groq.errors import GroqError
from apps.groq.retry import Retry
from apps.groq.stream import Stream


@dataclass
class Turn:
    reply: chat.Reply = field(default_factory=chat.Reply)
    state: str = ""
    error: GroqError | None = None
    stream: Stream | None = None
    retries: list[Retry] = field(default_factory=list)
    shown: str = ""  # what a page would have appended, delta by delta
    reads: int = 0


async def play(client: Client, text: str = "Hi", *, each: Callable[[], Any] | None = None, **parameters: Any) -> Turn:
    """Ask, absorb everything, and tell how it ended; ``each`` is awaited after every read."""
    turn = Turn()
    body = chat.request("llama-3.1-8b-instant", [{"role": "user", "content": text}], stream=True, **parameters)
    turn.stream = client.stream(chat.PATH, body, on_retry=turn.retries.append)
    try:
        async with turn.stream as stream:
            async for chunks in stream:
                turn.reads += 1
                for chunk in chunks:
                    turn.shown += turn.reply.absorb(chunk).content
                if each:
                    await each()
    except GroqError as error:
        turn.error = error
    turn.state = turn.reply.ended(turn.stream.finished)
    return turn
