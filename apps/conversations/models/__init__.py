"""Conversations, the tree of their messages, and the runs that write answers into it."""

from apps.conversations.models.attachment import Attachment, Gone
from apps.conversations.models.conversation import Conversation
from apps.conversations.models.exchange import Exchange
from apps.conversations.models.message import ASSISTANT, DEVELOPER, SYSTEM, TOOL, USER, Message
from apps.conversations.models.run import LIVE, Piece, Run, State
from apps.conversations.models.turn import Busy, KeyReused, NothingToAnswer, Turn

__all__ = [
    "ASSISTANT",
    "DEVELOPER",
    "LIVE",
    "SYSTEM",
    "TOOL",
    "USER",
    "Attachment",
    "Busy",
    "Conversation",
    "Exchange",
    "Gone",
    "KeyReused",
    "Message",
    "NothingToAnswer",
    "Piece",
    "Run",
    "State",
    "Turn",
]
