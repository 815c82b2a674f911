"""Code blocks: a figure with the language, a button to copy, and colours as classes."""

import functools
import re
from html import escape

from .limits import TooMuch, limits

# Languages whose lexers were tried with hostile text; for every other one the code has no colours.
_NAMES = """
bash sh shell zsh c cpp c++ csharp c# css dart diff docker dockerfile elixir erlang go
golang graphql haskell hcl html http ini java javascript js json jsx julia kotlin latex tex
lua make makefile markdown md nginx objective-c objc perl php powershell ps1 protobuf
proto py python python3 pycon r rb ruby rs rust sass scala scss sql swift terraform toml ts tsx
typescript vue xml yaml yml zig
"""
LANGUAGES = frozenset(_NAMES.split())
# What a token is, to the class that colours it; kinds that look like text have none.
_KINDS = {
    "Comment": "c", "Keyword": "k", "Keyword.Type": "t", "Operator.Word": "k", "Name.Builtin": "b",
    "Name.Builtin.Pseudo": "k", "Name.Function": "f", "Name.Class": "t", "Name.Exception": "t", "Name.Decorator": "d",
    "Name.Tag": "k", "Name.Attribute": "d", "Name.Constant": "n", "Name.Variable": "d", "Name.Entity": "n", "Literal": "s",
    "Literal.Number": "n", "Literal.String.Escape": "n", "Literal.String.Interpol": "n", "Generic.Inserted": "i",
    "Generic.Deleted": "x", "Generic.Heading": "f", "Generic.Subheading": "f", "Generic.Prompt": "c", "Generic.Output": "c",
    "Generic.Strong": "f",
}  # fmt: skip
CLASSES = frozenset(_KINDS.values())
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u061c\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]")
_BUTTON = '<copy-button><button type="button" aria-label="Copy code">Copy</button></copy-button>'


def language_name(info: str) -> str:
    """The language in the info string of a fence, as its author wrote it."""
    words = info.split(None, 1)
    return words[0].strip("{}.,")[:40] if words else ""


def figure(source: str, info: str, deadline) -> str:
    """A code block as HTML that is not sanitised yet."""
    name = language_name(info)
    body = highlight(mark_invisible(source), name.lower(), deadline)
    caption = f"<figcaption><span>{escape(info.strip()) or 'text'}</span>{_BUTTON}</figcaption>"
    return (
        f'<figure class="code-block" data-language="{escape(name)}">{caption}'
        f'<pre tabindex="0" dir="ltr"><code class="highlight">{body}</code></pre></figure>\n'
    )


def mark_invisible(source):
    """Code with its invisible characters made visible: what a reader copies must be what they saw."""
    return _INVISIBLE.sub(lambda match: f"[U+{ord(match[0]):04X}]", source) if _INVISIBLE.search(source) else source


def highlight(source: str, language: str, deadline) -> str:
    """Escaped code with a span around what has a colour, as far as that costs little."""
    coloured = source[: limits.colours]
    if language not in LANGUAGES or max(map(len, coloured.split("\n"))) > limits.code_line:
        return escape(source)
    with deadline.paused():
        lexer = _lexer(language)
    return _spans(lexer.get_tokens(coloured), source, deadline)


def _spans(tokens, source, deadline):
    parts, name, start, end = [], "", 0, 0
    try:
        for kind, value in tokens:
            deadline.tick()
            if _class(kind) != name and not value.isspace():
                parts.append(_span(name, source[start:end]))
                name, start = _class(kind), end
            end += len(value)
    except TooMuch:
        name = ""
    return "".join([*parts, _span(name, source[start:end]), escape(source[end:])])


def _span(name, text):
    return f'<span class="{name}">{escape(text)}</span>' if name else escape(text)


@functools.cache
def _class(kind):
    while kind:
        if name := _KINDS.get(".".join(kind)):
            return name
        kind = kind.parent
    return ""


@functools.cache
def _lexer(language):
    from pygments.lexers import find_lexer_class_by_name  # Memory for those who read code, not for every process.

    return find_lexer_class_by_name(language)(stripnl=False, ensurenl=False)
