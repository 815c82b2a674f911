"""Small words for templates: numbers as people compare them, moments as they say them."""

import functools

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timesince

from apps.core import text as words
from apps.core.text import pretty

register = template.Library()
register.filter(pretty)


@register.filter
def seconds(value):
    """0.004 s, 0.21 s, 12.3 s, 2 min 5 s; an empty string when it is not known."""
    if value is None or value == "":
        return ""
    if value < 0.1:
        return f"{value:.3f} s"
    if value < 10:
        return f"{value:.2f} s"
    if value < 60:
        return f"{value:.1f} s"
    return f"{int(value // 60)} min {int(value % 60)} s"


@register.filter
def clock(value):
    """0:05, 12:03, 1:02:03: a length as players show it; an empty string when it is not known."""
    if value is None or value == "":
        return ""
    return words.clock(value)


@register.filter
def sentence(text):
    """The text with a full stop where it has no end of its own."""
    text = str(text).rstrip()
    return text if text.endswith((".", "!", "?", "…", ":", '"')) else f"{text}."


@register.filter
def count(value):
    """12,345; an empty string when it is not known."""
    return "" if value is None or value == "" else f"{value:,}"


@register.simple_tag
def moment(value):
    """A relative time with the exact one on hover."""
    ago = timesince(value, timezone.now(), depth=1)
    exact = timezone.localtime(value).strftime("%Y-%m-%d %H:%M:%S")
    said = "just now" if ago.startswith("0") else f"{ago} ago"
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), exact, said)


@register.simple_tag
@functools.cache
def icon(name):
    """An icon of the sprite; the name a person hears stands on the control around it."""
    sprite = static("icons/sprite.svg")
    return format_html('<svg class="icon" aria-hidden="true" width="20" height="20"><use href="{}#{}"></use></svg>', sprite, name)
