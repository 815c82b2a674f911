"""One event, one line: what a stranger can put into a log must not look like another line of it."""

import logging
import re

from django.conf import settings

SECRET = re.compile(r"\b(gsk_|sk-)[A-Za-z0-9_\-]{8,}|(?<=Bearer )\S+")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class OneLine(logging.Formatter):
    def formatMessage(self, record):
        record.message = clean(record.message)
        return super().formatMessage(record)

    def format(self, record):
        text = SECRET.sub("[secret]", super().format(record))
        # That of another API may look like anything.
        return text.replace(settings.GROQ_API_KEY, "[secret]") if settings.GROQ_API_KEY else text


def clean(text):
    return CONTROL.sub(" ", text.replace("\n", " ⏎ "))
