"""What came beside an answer's text, for the templates that show it."""

import logging

from django import template

from apps.conversations import evidence as gathering
from apps.core.reading import pretty

register = template.Library()
logger = logging.getLogger(__name__)


@register.simple_tag
def evidence(message, run):
    """The Evidence of an answer."""
    try:
        return gathering.of(message, run)
    except Exception:
        # A fault of ours may spoil the look of what came, never take the page away; the data itself is shown.
        logger.exception("evidence of %s", message.pk)
        return gathering.Evidence(other=pretty(message.extras))


@register.simple_tag
def thoughts(message, run):
    """The words around an answer's reasoning."""
    return gathering.thoughts.of(message, run)
