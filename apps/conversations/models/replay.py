"""Which thoughts of earlier answers go out again: the rule is the model's (apps/parameters/capabilities.json)."""

from apps.conversations.models.message import ASSISTANT, USER
from apps.parameters.capabilities import replays_reasoning


def replayed(history, model):
    """The ids of the messages whose reasoning ``model`` gets back with this history, oldest message first."""
    thoughtful = [message for message in history if message.role == ASSISTANT and message.reasoning]
    if not thoughtful:
        return set()
    rule = replays_reasoning(model)
    if rule == "always":
        return {message.pk for message in thoughtful}
    if rule == "never":
        return set()
    # A turn lasts from what a person said last: the thoughts behind its tool calls are still being acted on.
    asked = max((place for place, message in enumerate(history) if message.role == USER), default=-1)
    return {message.pk for message in history[asked + 1 :] if message in thoughtful and message.tool_calls}
