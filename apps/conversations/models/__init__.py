"""Conversations, the tree of their messages, and the runs that write answers into it."""

from apps.conversations.models.conversation import Busy, Conversation, KeyReused, Turn
from apps.conversations.models.exchange import Attachment, Exchange
from apps.conversations.models.message import ASSISTANT, DEVELOPER, SYSTEM, TOOL, USER, Message
from apps.conversations.models.run import LIVE, Piece, Run, State

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
    "KeyReused",
    "Message",
    "Piece",
    "Run",
    "State",
    "Turn",
]
