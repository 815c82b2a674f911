"""Text and Markdown."""

import re

from apps.audio.formats import printable
from apps.core.text import clock

_MARKS = re.compile(r"([\\`*_\[\]<>#|~&]|^\s*(?:[-+]|\d+[.)]))", re.MULTILINE)


def text(segments, speakers=True, times=False):
    """A paragraph for each speaker's turn; a line for each segment where times are wanted."""
    told = ((head(turn, speakers, times), body) for turn, body in turns(segments, times))
    return "\n\n".join(f"{first}:\n{body}" if first else body for first, body in told) + "\n"


def head(segment, speakers, times):
    told = [f"[{clock(segment['start'])}]"] if times else []
    if speakers and segment.get("speaker"):
        told.append(printable(segment["speaker"]))
    return " ".join(told)


def markdown(segments, title="", speakers=True, times=True):
    parts = [f"# {escaped(title)}"] if title else []
    for turn, body in turns(segments, times):
        told = [f"**{escaped(turn['speaker'])}**"] if speakers and turn.get("speaker") else []
        told += [f"`{clock(turn['start'])}`"] if times else []
        parts.append((" ".join(told) + "  \n" if told else "") + escaped(body))
    return "\n\n".join(parts) + "\n"


def escaped(text):
    """The text as Markdown shows it unchanged."""
    return _MARKS.sub(lambda found: "\\" + found[0] if len(found[0]) == 1 else ahead(found[0]), " ".join(printable(text).split()))


def ahead(mark):
    """What would begin a list, told not to."""
    return mark[:-1] + "\\" + mark[-1]


def turns(segments, each):
    """[(first segment, text)]: segments of one speaker that follow one another are one turn, unless each is wanted alone."""
    made: list = []
    for segment in segments:
        body = " ".join(printable(segment["text"]).split())
        if not body:
            continue
        pause = made and segment["start"] - made[-1][2] > 2
        if made and not each and made[-1][0].get("speaker") == segment.get("speaker") and not pause:
            made[-1] = (made[-1][0], f"{made[-1][1]} {body}", segment["end"])
        else:
            made.append((segment, body, segment["end"]))
    return [(first, body) for first, body, _ in made]
