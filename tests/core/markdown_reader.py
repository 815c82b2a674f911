"""HTML as a reader and a browser take it: tags, attributes and text."""

import logging
from collections import Counter
from html.parser import HTMLParser

import pytest

from apps.core import markdown


class Loud(logging.Handler):
    """The product logs a block it cannot draw and shows its source; a test must fail."""

    def emit(self, record):
        raise AssertionError(record.getMessage())


loud = Loud()
logging.getLogger("apps.core.markdown.drawing").addHandler(loud)
EMPTY = {"br", "hr"}


@pytest.fixture(autouse=True, scope="module")
def patient():
    """No test but those of the limits depends on how fast the machine is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(markdown.limits, "seconds", 60)
        patch.setattr(markdown.limits, "grace", 60)
        yield


class Reading(HTMLParser):
    """What `html` holds. `text` is what is read, `hints` what an attribute says."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.tags, self.hints, self.open, self.problems, self.pieces = [], [], [], [], []
        self.feed(html)
        self.close()
        self.problems += [f"<{tag}> is never closed" for tag in self.open]

    @property
    def text(self):
        return "".join(self.pieces)

    @property
    def names(self):
        return Counter(name for name, _ in self.tags)

    @property
    def words(self):
        """Everything that can be read somewhere."""
        return "\n".join([self.text, *self.hints])

    def all(self, name):
        """The attributes of every tag of this name."""
        return [attributes for tag, attributes in self.tags if tag == name]

    def handle_starttag(self, tag, attrs):
        if len(dict(attrs)) != len(attrs):
            self.problems.append(f"<{tag}> has an attribute twice")
        self.tags.append((tag, dict(attrs)))
        self.hints += [value or "" for _, value in attrs]
        if tag not in EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.problems.append(f"</{tag}> closes nothing")

    def handle_data(self, data):
        self.pieces.append(data)

    def handle_comment(self, data):
        self.problems.append(f"comment {data!r}")

    handle_decl = handle_pi = unknown_decl = handle_comment


def read(text):
    """The reading of a text drawn as Markdown."""
    return Reading(markdown.render(text))
