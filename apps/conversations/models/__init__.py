"""Conversations, the tree of their messages, and the runs that write answers into it."""

from apps.conversations.models.conversation import Busy, Conversation, KeyReused, Turn
from apps.conversations.models.message import ASSISTANT, SYSTEM, TOOL, USER, Message
from apps.conversations.models.run import LIVE, Piece, Run, State

__all__ = [
    "ASSISTANT",
    "LIVE",
    "SYSTEM",
    "TOOL",
    "USER",
    "Busy",
    "Conversation",
    "KeyReused",
    "Message",
    "Piece",
    "Run",
    "State",
    "Turn",
]
