"""What the scripted upstream says: a text in tokens, ordered by the prompt, with a number in every token.

The numbers are what makes a lost or doubled token visible wherever the text arrives: in a frame, in HTML, in a row.
"""

import re
from typing import NamedTuple

_ORDER = re.compile(r"bench (\S+) (\w+) (\d+) tokens at (\d+)")
_NUMBER = re.compile(r"\bw(\d+)\b")
_TAG = re.compile(r"<[^>]*>")
# Said in the last token of a text for a page: when a reader sees it, everything is there.
END = "theend"


class Order(NamedTuple):
    """One answer to give: ``rate`` in tokens a second, 0 for as fast as it goes."""

    name: str
    kind: str
    tokens: int
    rate: int

    @property
    def prompt(self):
        return f"bench {self.name} {self.kind} {self.tokens} tokens at {self.rate}"

    def text(self):
        return "".join(tokens(self.kind, self.tokens))


def read(prompt):
    """The order in a prompt; raises ValueError when there is none."""
    match = _ORDER.search(prompt)
    if match is None:
        raise ValueError(f"No order: {prompt!r}")
    return Order(match[1], match[2], int(match[3]), int(match[4]))


def tokens(kind, count):
    """The text as a list of tokens: "numbered" for relays, "realistic" for pages."""
    return [numbered(i) for i in range(count)] if kind == "numbered" else realistic(count)


def numbered(i):
    """Token ``i`` of a text with a heading, four paragraphs, a list and a piece of code in every 300 tokens."""
    place, word = i % 300, f"w{i}"
    if place in (79, 159, 199, 299):
        return f"{word}.\n\n"
    if place < 8:
        return {0: f"## {word} ", 7: f"{word}\n\n"}.get(place, f"{word} ")
    if 80 <= place < 120:
        item = f"- {word}" if place % 8 == 0 else word
        return f"{item}\n\n" if place == 119 else f"{item}\n" if place % 8 == 7 else f"{item} "
    if 200 <= place < 240:
        return {200: f"```python\n{word} ", 239: f"{word}\n```\n\n"}.get(place, f"{word}\n" if place % 8 == 7 else f"{word} ")
    return {3: f"**{word}** ", 7: f"`{word}` "}.get(place % 20, f"{word} ")


def numbers(text):
    """The numbers of all tokens in a text, in order."""
    return [int(number) for number in _NUMBER.findall(text)]


def numbers_of_html(html):
    return numbers(_TAG.sub(" ", html))


PARAGRAPH = (
    "A small team rarely needs more than one machine, and **one process** can serve it well when nothing in that process "
    "waits for anything else. The `database` is a file beside it, copied every night; the [manual](https://example.org/manual) "
    "says how. What grows is the text, and text is *cheap* as long as nobody reads all of it again for every new word.\n\n"
)
LIST = (
    "1. Measure first, with the work that people really do.\n2. Change **one** thing at a time:\n   - the query,\n"
    "   - the template,\n   - the `index`.\n3. Measure again, and write down what you found.\n\n"
)
TABLE = (
    "| System | Reads | Writes | Remarks |\n|---|---:|---:|:---|\n| SQLite | 41,000 | 9,800 | one file, *one* writer |\n"
    "| PostgreSQL | 28,000 | 12,400 | many writers, a server to look after |\n| A spreadsheet | 3 | 1 | everybody has one |\n\n"
)
CODE = """```python
def checkpoint(players, every=0.25):
    # What is new of every running answer, never the whole text.
    with transaction.atomic():
        for player in players:
            if news := player.unsaved():
                Piece.objects.create(run=player.run, text="".join(news))
    return len(players)
```

"""
SECTION = "## What a measurement is worth\n\n" + PARAGRAPH + LIST + PARAGRAPH + TABLE + PARAGRAPH + CODE + PARAGRAPH
# About as models cut: words with the space before them, long ones in pieces, punctuation and indents apart.
_PIECES = re.compile(r" ?[A-Za-z]{1,7}| ?[0-9]{1,3}|\n+| {2,}|[^\w\s]{1,2}|\s")


def realistic(count):
    """Markdown as models write it, cut about as they cut it."""
    section = _PIECES.findall(SECTION)
    text = (section * (count // len(section) + 1))[: count - 1]
    return [*text, f"\n```\n\n{END}" if "".join(text).count("```") % 2 else f"\n\n{END}"]
