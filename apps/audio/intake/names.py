"""Names that people gave to files: labels, never paths."""

import mimetypes
import unicodedata

from django.utils.http import content_disposition_header

from apps.core.text import clean

LONGEST = 255
ENDINGS = {
    "audio/wav": (".wav",),
    "audio/flac": (".flac",),
    "audio/ogg": (".ogg", ".oga", ".opus"),
    "audio/mpeg": (".mp3", ".mpga", ".mpeg"),
    "audio/mp4": (".m4a", ".mp4"),
    "video/mp4": (".mp4", ".mov", ".m4v"),
    "audio/webm": (".webm", ".weba"),
    "video/webm": (".webm",),
    "video/mpeg": (".mpg", ".mpeg"),
    "video/x-matroska": (".mkv", ".mka"),
}


def label(name):
    """The last part of it, without what cannot be seen or turns the direction of writing."""
    name = unicodedata.normalize("NFC", clean(str(name or "").replace("\x00", ""))).replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in name if unicodedata.category(c) not in HIDDEN)
    return " ".join(kept.split())[:LONGEST]


# Control, format (among them the marks that turn the direction), unassigned and private characters.
HIDDEN = ("Cc", "Cf", "Cn", "Co", "Cs")


def title(name):
    """The name without its ending, for people to read."""
    stem, dot, ending = name.rpartition(".")
    return (stem if dot and stem and 2 <= len(ending) <= 4 and not ending.isdigit() else name)[:200]


def disposition(name, media_type, attachment):
    """The header of a download (RFC 6266); the name ends as what it is, whatever it was called."""
    endings = ENDINGS.get(media_type) or (mimetypes.guess_extension(media_type) or "",)
    name = name or "recording"
    if not name.lower().endswith(endings):
        name += endings[0]
    return content_disposition_header(attachment, name)
