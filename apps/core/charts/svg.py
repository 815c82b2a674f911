"""SVG as text: attributes and words are escaped here and nowhere else."""

from html import escape

FONT = 12


def element(name, *children, **attributes):
    """``element("rect", x=1, class_="bar")``; children are SVG that was made here, words go through ``words``."""
    given = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{shown(value)}"' for key, value in attributes.items() if value is not None
    )
    return f"<{name}{given}>{''.join(children)}</{name}>" if children else f"<{name}{given}/>"


def words(text):
    return escape(text)


def shown(value):
    return plain(value) if isinstance(value, float) else escape(str(value))


def plain(value):
    """A coordinate, to a tenth of a pixel."""
    written = f"{value:.1f}"
    return written.removesuffix(".0") if written != "-0.0" else "0"


def text(x, y, said, anchor="middle", class_=None, **more):
    return element("text", words(said), x=float(x), y=float(y), text_anchor=anchor, class_=class_, **more)


def width(said, size=FONT):
    """About how wide words are: nobody can measure them here."""
    return sum(letter_width(letter) for letter in said) * size


def letter_width(letter):
    if ord(letter) > 0x2E7F:
        return 1.0
    return 0.34 if letter in "iljtfI.,:;'|()[] " else 0.78 if letter in "mwMW%@" else 0.6


def fitted(said, room):
    """The words, cut to what fits."""
    if width(said) <= room:
        return said
    while said and width(said) + FONT > room:
        said = said[:-1]
    return f"{said.rstrip()}…"
