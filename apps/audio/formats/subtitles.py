"""SRT and WebVTT, written by pysubs2. Whatever a text says, it stays text and begins no cue of its own."""

import html
import re

from apps.audio.formats.cues import cues

_TIME = re.compile(r"(\d{1,2}:)(?=\d{2}:\d{2}[,.]\d{1,3})|(?<=\d:)(\d{2}:)(?=\d{2}[,.]\d)")
_ESCAPE = re.compile(r"\\(?=[hnN])")
# Joins what stands on both sides of it, and is not seen.
JOINER = "\u2060"


def srt(segments, shape, speakers=False):
    """SRT knows no escape: an arrow is drawn as an arrow, and a time is no time for a reader of the file."""
    return written(segments, shape, speakers, "srt", lambda line: _TIME.sub(rf"\g<0>{JOINER}", line.replace("-->", "→")))


def vtt(segments, shape, speakers=False):
    return written(segments, shape, speakers, "vtt", lambda line: _TIME.sub(rf"\g<0>{JOINER}", html.escape(line, quote=False)))


def written(segments, shape, speakers, kind, safe):
    import pysubs2

    file, last = pysubs2.SSAFile(), ""
    for cue in cues(segments, shape):
        lines = [safe(line) for line in cue.lines]
        if speakers and cue.speaker and cue.speaker != last:
            lines[0] = f"{safe(cue.speaker)}: {lines[0]}"
        last = cue.speaker
        # A backslash before these is a sign of pysubs2's own.
        text = r"\N".join(_ESCAPE.sub(lambda _: "\\" + JOINER, line) for line in lines)
        file.append(pysubs2.SSAEvent(round(cue.start * 1000), round(cue.end * 1000), text))
    return file.to_string(kind, keep_ssa_tags=True)
