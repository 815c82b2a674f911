"""A turn of a conversation: what one send made, why it may make nothing, and how two sends are told apart."""

import hashlib
import json
from typing import NamedTuple

from apps.conversations.models.message import Message
from apps.conversations.models.run import Run

TITLE_LENGTH = 80


class Busy(Exception):
    """An answer is still being written on this conversation."""


class NothingToAnswer(Exception):
    """There is nothing new that an answer could be given to."""


class KeyReused(Exception):
    """The idempotency key came before, with something else to say."""


class Turn(NamedTuple):
    """What one send made: ``question`` is None when what is answered was said before."""

    question: Message | None
    answer: Message
    run: Run
    repeated: bool = False


def halved(run):
    """Half the temperature of a run, which is the API's own where none was set."""
    asked = run.request.get("temperature")
    # Of a body that was written by hand, anything.
    return round((asked if isinstance(asked, int | float) and 0 <= asked <= 2 else 1) / 2, 2)


def digest_of(*said):
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def title_of(text):
    """The first words of the first message, on one line."""
    line = " ".join(text.split())
    return line if len(line) <= TITLE_LENGTH else line[: TITLE_LENGTH - 1].rsplit(" ", 1)[0] + "…"
